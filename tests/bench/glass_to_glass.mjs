// SPDX-License-Identifier: MIT
// How old the picture is that a viewer sees: from the moment at which it is given to the encoder to the one at which Chromium shows
// it in the web application, by the clock that is burnt into it; and how often the picture had to wait. node tests/bench/glass_to_glass.mjs [seconds]
import { launchBrowser } from '../e2e/lib/browser.mjs';
import { clockFeed, pictureAges } from '../e2e/lib/clock_feed.mjs';
import { Daemon, eventually } from '../e2e/lib/daemon.mjs';

const group = '239.255.77.30:15030';
const seconds = Number(process.argv[2] ?? 30);
const feed = clockFeed(group);
const daemon = await Daemon.start({
  channels: `channels:\n  - {id: clock, name: Clock, number: 1, feed: {url: "udp://${group}", interface: 127.0.0.1}}\n`,
});
const browser = await launchBrowser();
try {
  await daemon.channelState('clock', 'live', 60);
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(`${daemon.url}/watch/clock`);
  const video = page.locator('[data-testid=player]');
  await eventually('pictures', () => video.evaluate((element) => element.currentTime > 0 && element.readyState >= 3));
  await pictureAges(page, 10); // the player settles
  await video.evaluate((element) => {
    element.dataset.halts = '0';
    element.addEventListener('waiting', () => (element.dataset.halts = String(Number(element.dataset.halts) + 1)));
  });
  const ages = (await pictureAges(page, seconds)).sort((a, b) => a - b);
  const at = (share) => ages[Math.min(ages.length - 1, Math.floor(share * ages.length))];
  console.log(`glass to glass, ${ages.length} pictures in ${seconds} s: median ${at(0.5)} ms, p5 ${at(0.05)} ms, p95 ${at(0.95)} ms; ` +
    `${await video.getAttribute('data-halts')} halts`);
} finally {
  await browser.close();
  await daemon.dispose();
  await feed.stop();
}
