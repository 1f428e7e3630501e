// SPDX-License-Identifier: MIT
import { chromium } from 'playwright-core';

export function launchBrowser(more = []) {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required', ...more],
  });
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
