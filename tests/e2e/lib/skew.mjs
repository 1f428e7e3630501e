// SPDX-License-Identifier: MIT
// How far apart pages on one machine show the same programme, read from the clock that is burnt into its pictures.

// Watches the page's video for `seconds`: [{at, shown}], the machine's time and what the picture says then.
export function watchPictures(page, seconds) {
  return page.evaluate(async (seconds) => {
    const [width, height, block, columns, bits] = [320, 192, 32, 10, 44];
    const video = document.querySelector('video');
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const seen = [];
    const end = performance.now() + seconds * 1000;
    while (performance.now() < end) {
      const at = await new Promise((resolve) => {
        const timer = setTimeout(() => resolve(null), 250);
        video.requestVideoFrameCallback((_, { expectedDisplayTime }) => (clearTimeout(timer), resolve(performance.timeOrigin + expectedDisplayTime)));
      });
      if (at === null) continue;
      context.drawImage(video, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      let shown = 0;
      for (let bit = bits - 1; bit >= 0; bit -= 1) {
        const x = (bit % columns) * block + block / 2;
        const y = Math.floor(bit / columns) * block + block / 2;
        shown = shown * 2 + (data[(y * width + x) * 4] > 128 ? 1 : 0);
      }
      if (Math.abs(Date.now() - shown) < 600_000) seen.push({ at, shown });
    }
    return seen;
  }, seconds);
}

// How far behind the clock each page is at a time, between two of its pictures: a picture stays until the next one.
const lagAt = (seen, at) => {
  let last = null;
  for (const one of seen) {
    if (one.at > at) break;
    last = one;
  }
  return last && at - last.at < 500 ? last.at - last.shown : null;
};

// Of every pair at every 100 ms: |difference| in milliseconds, sorted.
export function skews(watched) {
  const from = Math.max(...watched.map((seen) => seen[0]?.at ?? Infinity));
  const to = Math.min(...watched.map((seen) => seen.at(-1)?.at ?? 0));
  const all = [];
  for (let at = from; at < to; at += 100) {
    const lags = watched.map((seen) => lagAt(seen, at));
    for (let i = 0; i < lags.length; i += 1) {
      for (let k = i + 1; k < lags.length; k += 1) {
        if (lags[i] !== null && lags[k] !== null) all.push(Math.abs(lags[i] - lags[k]));
      }
    }
  }
  return all.sort((a, b) => a - b);
}

export const percentile = (sorted, part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))];
