// SPDX-License-Identifier: MIT

// No larger than it is kept: all of it, or the square in its middle. What no browser can draw goes as it is: the server says
// what is wrong with it.
export async function shrink(file: Blob, side: number, part: 'all' | 'middle', type: 'image/png' | 'image/jpeg'): Promise<Blob> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const square = Math.min(picture.width, picture.height);
  const width = part === 'middle' ? square : picture.width;
  const height = part === 'middle' ? square : picture.height;
  const scale = Math.min(1, side / Math.max(width, height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  canvas.getContext('2d')?.drawImage(picture, (picture.width - width) / 2, (picture.height - height) / 2, width, height, 0, 0, canvas.width, canvas.height);
  picture.close();
  return (await new Promise<Blob | null>((done) => canvas.toBlob(done, type, 0.9))) ?? file;
}
