// SPDX-License-Identifier: MIT
// A feed whose pictures carry the time at which each was made, as a grid of black and white blocks that survives encoding
// and scaling; and how a page reads it back from its video element.
import { spawn } from 'node:child_process';

const width = 320;
const height = 192;
const block = 32; // 10 x 6 blocks
const columns = width / block;
const bits = 44; // milliseconds since 1970
const frameMs = 40;

export const pictureFormat = ['-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${width}x${height}`, '-r', '25'];

// A picture that says `time`, in milliseconds since 1970.
export function clockPicture(time) {
  const picture = Buffer.alloc(width * height);
  const now = BigInt(time);
  for (let y = 0; y < height; y += 1) {
    for (let column = 0; column < columns; column += 1) {
      const bit = Math.floor(y / block) * columns + column;
      const white = bit < bits && ((now >> BigInt(bit)) & 1n) === 1n;
      picture.fill(white ? 235 : 16, y * width + column * block, y * width + (column + 1) * block);
    }
  }
  return picture;
}

// Pictures at 25 a second to `group`, key frames each second. The time is that of giving the picture to the encoder.
export function clockFeed(group) {
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error',
    ...pictureFormat, '-i', 'pipe:0',
    '-f', 'lavfi', '-re', '-i', 'sine=frequency=440:sample_rate=48000',
    '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '25', '-b:v', '500k',
    '-c:a', 'aac', '-b:a', '64k', '-flush_packets', '1', '-muxdelay', '0', '-muxpreload', '0', '-f', 'mpegts',
    `udp://${group}?localaddr=127.0.0.1&ttl=0&pkt_size=1316`], { stdio: ['pipe', 'ignore', 'inherit'] });
  child.stdin.on('error', () => {});
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    for (; began + sent * frameMs <= performance.now(); sent += 1) child.stdin.write(clockPicture(Date.now()));
  }, 5);
  return {
    async stop() {
      clearInterval(timer);
      child.kill('SIGKILL');
      await new Promise((resolve) => (child.exitCode === null && child.signalCode === null ? child.once('exit', resolve) : resolve()));
    },
  };
}

// What the picture of a page's video says; a function that runs in the page.
export function readClock(video) {
  const canvas = document.createElement('canvas');
  canvas.width = 320;
  canvas.height = 192;
  const context = canvas.getContext('2d');
  context.drawImage(video, 0, 0, 320, 192);
  const { data } = context.getImageData(0, 0, 320, 192);
  let time = 0;
  for (let bit = 43; bit >= 0; bit -= 1) time = time * 2 + (data[((Math.floor(bit / 10) * 32 + 16) * 320 + (bit % 10) * 32 + 16) * 4] > 128 ? 1 : 0);
  return time;
}

// Watches the page's video for `seconds`; for each new picture that is shown, how old it is in milliseconds.
export function pictureAges(page, seconds) {
  return page.evaluate(async ({ seconds, columns, bits, width, height, block }) => {
    const video = document.querySelector('video');
    const canvas = document.createElement('canvas');
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const ages = [];
    const end = performance.now() + seconds * 1000;
    let last = 0;
    while (performance.now() < end) {
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, 200);
        video.requestVideoFrameCallback(() => (clearTimeout(timer), resolve()));
      });
      const now = Date.now();
      context.drawImage(video, 0, 0, width, height);
      const { data } = context.getImageData(0, 0, width, height);
      let time = 0;
      for (let bit = bits - 1; bit >= 0; bit -= 1) {
        const x = (bit % columns) * block + block / 2;
        const y = Math.floor(bit / columns) * block + block / 2;
        time = time * 2 + (data[(y * width + x) * 4] > 128 ? 1 : 0);
      }
      if (time === last || Math.abs(now - time) > 120_000) continue;
      last = time;
      ages.push(now - time);
    }
    return ages;
  }, { seconds, columns, bits, width, height, block });
}
