// SPDX-License-Identifier: MIT
// What a viewer sees: moving pictures with sound and a chat that works, in Chromium.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { launchBrowser, playback } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile, multicast } from './lib/feeds.mjs';

const group = '239.255.77.3:15008';
const changing = ['239.255.77.3:15010', '239.255.77.3:15012'];
let daemon;
let feed;
let browser;

before(async () => {
  daemon = await Daemon.start({
    channels: `channels:\n  - {id: one, name: One, number: 1, feed: {url: "udp://${group}", interface: 127.0.0.1}}\n  - {id: film, name: Film, number: 2, feed: "file:film.mp4"}\n` +
      `  - {id: changing, name: Changing, number: 3, failover: {standby: hot}, sources: [${changing.map((each) => `{url: "udp://${each}", interface: 127.0.0.1, silence_timeout: 1s}`)}]}\n`,
  });
  makeFile(path.join(daemon.directory, 'film.mp4'));
  feed = multicast(group);
  await daemon.channelState('one', 'live', 60);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await feed?.stop();
  await daemon?.dispose();
});

async function openPage(name, channel = 'one', prepare = async () => {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await prepare(context);
  const page = await context.newPage();
  page.outside = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(daemon.url) && !/^(blob|data):/.test(request.url())) page.outside.push(request.url());
  });
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  await page.goto(`${daemon.url}/watch/${channel}`);
  await page.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached' });
  if (name) {
    await page.fill('[data-testid=guest-name]', name);
    await page.press('[data-testid=guest-name]', 'Enter');
  }
  return { context, page };
}

async function say(page, text) {
  await page.fill('[data-testid=chat-input]', text);
  await page.click('[data-testid=chat-send]');
}
const messages = (page) => page.locator('[data-testid=chat-message]').evaluateAll((list) => list.map((item) => [item.dataset.messageId, item.textContent]));
const hears = (page, text) => eventually(`the page to show "${text}"`, async () => (await messages(page)).some(([, content]) => content.includes(text)), 40);

test('the picture moves, the sound is decoded, and nothing is fetched from elsewhere', async () => {
  const { context, page } = await openPage();
  await eventually('pictures', async () => (await playback(page)).time > 1);
  const before = await playback(page);
  await eventually('three more seconds', async () => (await playback(page)).time > before.time + 3, 20);
  const after = await playback(page);
  assert.ok(after.frames > before.frames + 30, `${after.frames - before.frames} frames`);
  assert.ok(after.audioBytes > before.audioBytes);
  assert.equal(after.paused, false);
  await assertAccessible(page, 'the page to watch on a desktop');
  await page.setViewportSize({ width: 390, height: 844 });
  await assertAccessible(page, 'the page to watch on a phone');
  assert.deepEqual(page.outside, []);
  assert.deepEqual(page.faults, []);
  await context.close();
});

test('two pages talk to each other', async () => {
  const ann = await openPage('Ann');
  const ben = await openPage('Ben');
  await say(ann.page, 'Good evening');
  await hears(ann.page, 'Good evening');
  await hears(ben.page, 'Good evening');
  await say(ben.page, 'Good evening to you');
  await hears(ann.page, 'Good evening to you');
  await ann.context.close();
  await ben.context.close();
});

test('where WebSockets are blocked, the page talks by server-sent events', async () => {
  const { page, context } = await openPage('Grace', 'one', (made) => made.addInitScript(() => {
    globalThis.WebSocket = class {
      constructor() {
        setTimeout(() => this.onclose?.({ code: 1006 }));
      }
      close() {}
    };
  }));
  const other = await openPage('Alan');
  await say(page, 'through the wall');
  await hears(other.page, 'through the wall');
  await say(other.page, 'heard you');
  await hears(page, 'heard you');
  assert.deepEqual(page.faults, []);
  await context.close();
  await other.context.close();
});

test('a page that was cut off resumes without gap or duplicate', async () => {
  const cid = await openPage('Cid');
  const dot = await openPage('Dot');
  await say(cid.page, 'before the cut');
  await hears(dot.page, 'before the cut');
  await dot.context.setOffline(true);
  // Chromium keeps open WebSockets when it goes offline, so the socket is cut at the page's end, too.
  await dot.page.evaluate(() => window.dispatchEvent(new Event('offline')));
  for (const text of ['during one', 'during two', 'during three']) {
    await say(cid.page, text);
    await hears(cid.page, text);
  }
  await dot.context.setOffline(false);
  await dot.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await hears(dot.page, 'during three');
  const shown = (await messages(dot.page)).filter(([, text]) => /before the cut|during/.test(text));
  assert.equal(shown.length, 4, JSON.stringify(shown));
  assert.equal(new Set(shown.map(([id]) => id)).size, 4);
  await cid.context.close();
  await dot.context.close();
});

test('after kill -9 the page comes back by itself, with the history', async () => {
  const { context, page } = await openPage('Eli');
  await say(page, 'remember me');
  await hears(page, 'remember me');
  await eventually('the message to be stored', async () =>
    (await daemon.json('/api/v1/rooms/channel:one/chat/history')).messages.some((event) => event.body.text === 'remember me'));
  await daemon.kill();
  await page.waitForSelector('[data-testid=connection-status][data-state=reconnecting]', { state: 'attached' });
  await daemon.launch();
  await page.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached', timeout: 60_000 });
  await hears(page, 'remember me');
  await daemon.channelState('one', 'live', 60);
  const before = await playback(page);
  await eventually('the picture to move again', async () => (await playback(page)).frames > before.frames + 25, 60);
  const fresh = await openPage();
  await hears(fresh.page, 'remember me');
  await context.close();
  await fresh.context.close();
});

test('who watches while a programme gets a second sound goes on hearing it, and can choose', async () => {
  const audio = ['-c:a', 'aac', '-b:a', '96k'];
  const one = multicast(changing[0], { audio, languages: ['eng'] });
  await daemon.channelState('changing', 'live', 60);
  const two = multicast(changing[1], { audio, languages: ['eng', 'deu'] });
  try {
    const { context, page } = await openPage(null, 'changing');
    await eventually('sound', async () => (await playback(page)).audioBytes > 50_000);
    assert.equal(await page.locator('[data-testid=track-button]').count(), 0);
    await one.stop();
    await page.waitForSelector('[data-testid=track-button]', { timeout: 60_000 });
    await page.waitForSelector('[data-testid=player-state][data-state=playing]', { state: 'attached', timeout: 30_000 });
    const before = await playback(page);
    await eventually('pictures and sound to go on', async () => {
      const { audioBytes, frames } = await playback(page);
      return audioBytes > before.audioBytes + 50_000 && frames > before.frames + 50;
    }, 40);
    assert.deepEqual(page.faults, []);
    await context.close();
  } finally {
    await one.stop();
    await two.stop();
  }
});
