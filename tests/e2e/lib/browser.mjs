// SPDX-License-Identifier: MIT
import { chromium } from 'playwright-core';

export function launchBrowser(more = []) {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required', ...more],
  });
}

export const at = (page, id) => page.locator(`[data-testid=${id}]`);

// A page of somebody with a browser of their own; what goes wrong in it is in `faults`.
export async function openPage(browser, address, { faults = [], viewport = { width: 1280, height: 800 } } = {}) {
  const page = await (await browser.newContext({ viewport })).newPage();
  page.setDefaultTimeout(90_000); // on a slow, busy machine
  page.faults = faults;
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(address);
  return page;
}

// What the page's <video> has done so far.
export function playback(page) {
  return page.locator('[data-testid=player]').evaluate((video) => ({
    time: video.currentTime,
    frames: video.getVideoPlaybackQuality().totalVideoFrames,
    audioBytes: video.webkitAudioDecodedByteCount,
    paused: video.paused,
  }));
}
