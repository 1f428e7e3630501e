// SPDX-License-Identifier: MIT

const urlSafe = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

// 6 bits a character. getRandomValues and not randomUUID: the latter is missing on plain http in a home network.
export function randomToken(length: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => urlSafe[byte & 63]).join('');
}
