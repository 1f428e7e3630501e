// SPDX-License-Identifier: MIT
// The programme guide: what streams and XMLTV say of it, and the pages that show it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { launchBrowser, openPage } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { EventFeed } from './lib/event_feed.mjs';
import { makeFile } from './lib/feeds.mjs';

const group = '239.255.77.9:15021';
const minute = 60_000;
const channelCount = 200;
let daemon;
let feed;
let browser;
let directory;

const xmltvTime = (at) => `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)} +0000`;
const iso = (at) => new Date(at).toISOString().replace('.000', '');

// Programmes of an hour from six hours ago to tomorrow on every channel, and on "one" an end that is near.
function writeGuide(file, turn) {
  const programme = (channel, start, stop, title, more = '') =>
    `<programme start="${xmltvTime(start)}" stop="${xmltvTime(stop)}" channel="${channel}"><title>${title}</title>${more}</programme>\n`;
  let xml = '<?xml version="1.0" encoding="UTF-8"?>\n<tv>\n';
  xml += programme('one', turn - 40 * minute, turn, 'The First Half', '<sub-title>Kick-off</sub-title><desc>Eleven against eleven.</desc>' +
    '<credits><commentator>Ann Ode</commentator></credits><category>Sports</category><rating><value>6</value></rating>');
  xml += programme('one', turn, turn + 40 * minute, 'The Second Half');
  xml += programme('one', turn + 40 * minute, turn + 60 * minute, 'After the Match');
  const hour = Math.floor(Date.now() / (60 * minute)) * 60 * minute;
  for (let channel = 3; channel <= channelCount; ++channel) {
    for (let at = -6; at < 36; ++at) xml += programme(`c${channel}`, hour + at * 60 * minute, hour + (at + 1) * 60 * minute, `C${channel} hour ${at}`);
  }
  fs.writeFileSync(file, `${xml}</tv>\n`);
}
let turn;

before(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-guide-'));
  fs.chmodSync(directory, 0o755);
  makeFile(path.join(directory, 'film.mp4'));
  turn = Math.ceil(Date.now() / 1000) * 1000 + 45_000;
  writeGuide(path.join(directory, 'guide.xml'), turn);
  const more = Array.from({ length: channelCount - 2 }, (_, index) => `  - {id: c${index + 3}, name: Channel ${index + 3}, number: ${index + 3}, feed: "file:${directory}/absent.mp4", failover: {slate: none}}\n`);
  daemon = await Daemon.start({
    channels: `channels:\n  - {id: air, name: Air, number: 1, feed: {url: "udp://${group}", interface: 127.0.0.1}}\n` +
      `  - {id: one, name: One, number: 2, feed: "file:${directory}/film.mp4"}\n${more.join('')}`,
    extra: `guide:\n  sources:\n    - file:${directory}/guide.xml\n`,
  });
  const hour = Math.floor(Date.now() / minute) * minute - 20 * minute;
  feed = new EventFeed(group, [
    { start: hour, seconds: 3600, title: 'On the air', text: 'Carried by the stream.' },
    { start: hour + 60 * minute, seconds: 1800, title: 'Comes after', text: '' },
  ]);
});
after(async () => {
  await browser?.close();
  await feed?.stop();
  await daemon?.dispose();
  fs.rmSync(directory, { recursive: true, force: true });
});

test('the present and the following event of a stream are in the guide', async () => {
  const channel = await eventually('the events', async () => {
    const { channels } = await daemon.json('/api/v1/guide/now');
    return channels[0]?.next && channels[0];
  }, 60);
  assert.equal(channel.channel, 'air');
  assert.equal(channel.now.title, 'On the air');
  assert.equal(channel.now.description, 'Carried by the stream.');
  assert.equal(channel.now.source, 'eit');
  assert.deepEqual(channel.now.categories, ['News']);
  assert.equal(channel.next.title, 'Comes after');
  assert.equal(channel.next.start, channel.now.stop);
  await eventually('them in the XMLTV document', async () => /<title[^>]*>On the air<\/title>/.test(await (await daemon.get('/epg.xml')).text()));
});

async function open(address, viewport) {
  browser ??= await launchBrowser();
  return openPage(browser, daemon.url + address, { viewport });
}
async function done(page) {
  assert.deepEqual(page.faults, []);
  await page.context().close();
}
const at = (id) => `[data-testid=${id}]`;
const focused = (page) => page.evaluate(() => (document.activeElement === document.body ? '' : document.activeElement?.textContent ?? ''));

test('now and next are shown beside the picture and go on by themselves', async () => {
  const page = await open('/watch/one');
  const now = page.locator(at('on-air-now'));
  await eventually('what is on', async () => (await now.textContent()).includes('The First Half'), 20);
  assert.match(await page.locator(at('on-air-next')).textContent(), /The Second Half/);
  assert.match(await page.locator(at('channel-one')).textContent(), /The First Half/);
  await eventually('the change of programmes', async () => (await now.textContent()).includes('The Second Half'), 75);
  assert.ok(Date.now() >= turn - 2_000);
  await eventually('what comes then', async () => (await page.locator(at('on-air-next')).textContent()).includes('After the Match'), 30);
  await done(page);
});

test('the grid shows channels and times, draws only what is seen, and follows the keys', async () => {
  const page = await open('/guide');
  const row = page.locator(at('guide-row-one'));
  await eventually('programmes', async () => (await row.textContent()).includes('The Second Half'), 20);
  assert.equal(await page.locator('[role=grid]').getAttribute('aria-rowcount'), String(channelCount + 1));
  await assertAccessible(page, 'the grid');
  await eventually('the focus on what is on', async () => (await focused(page)).includes('On the air'));
  await page.keyboard.press('ArrowRight');
  await eventually('the next one', async () => (await focused(page)).includes('Comes after'));
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowDown');
  await eventually('the row below', async () => /Half/.test(await focused(page)));
  for (let i = 0; i < 20; ++i) await page.keyboard.press('ArrowDown');
  await eventually('a row far below', async () => /C22 hour/.test(await focused(page)), 10);
  assert.equal(await page.locator(at('guide-row-air')).count(), 0, 'what is not seen is not there');
  assert.match(await page.locator(at('programme-brief')).textContent(), /Channel 22/);
  await page.click(at('guide-tonight'));
  await page.locator(at('guide-day')).nth(2).click();
  await eventually('tomorrow', async () => (await page.locator(`${at('guide-day')}[aria-pressed=true]`).textContent()).includes('Tomorrow'));
  await page.click(at('guide-now'));
  await eventually('today again', async () => (await page.locator(`${at('guide-day')}[aria-pressed=true]`).textContent()).includes('Today'));
  const nodes = await page.locator(at('guide-grid')).evaluate(async (grid) => {
    let most = 0;
    for (const [left, top] of [[0, 0], [0.3, 0.2], [0.31, 0.5], [0.6, 1], [1, 1], [0.2, 0]]) {
      grid.scrollTo(left * grid.scrollWidth, top * grid.scrollHeight);
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      most = Math.max(most, grid.querySelectorAll('*').length);
    }
    return most;
  });
  assert.ok(nodes > 100 && nodes < 1500, `only what is seen is there, of ${channelCount} channels: ${nodes} elements`);
  await done(page);
});

test('Enter opens the page of a programme, which leads to the picture', async () => {
  const page = await open('/guide');
  await eventually('the focus on what is on', async () => (await focused(page)).includes('On the air'), 20);
  await page.keyboard.press('Enter');
  await page.waitForSelector(at('programme'));
  assert.match(page.url(), /\/guide\/air\/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.match(await page.locator(at('programme')).textContent(), /On the air.*Carried by the stream/);
  await page.click(at('watch-live'));
  await page.waitForSelector(at('player'), { state: 'attached' });
  assert.equal(new URL(page.url()).pathname, '/watch/air');
  await done(page);
});

test('a programme has an address of its own', async () => {
  const page = await open(`/guide/one/${iso(turn - 40 * minute)}`);
  for (const part of ['The First Half', 'Kick-off', 'Eleven against eleven.', 'Ann Ode', 'Sports', 'Later on One', 'The Second Half']) {
    await eventually(part, async () => (await page.locator(at('programme')).textContent({ timeout: 1000 })).includes(part), 20);
  }
  await assertAccessible(page, 'the page of a programme');
  await done(page);
  const unknown = await open('/guide/one/2020-01-01T00:00:00Z');
  await unknown.waitForSelector(at('programme-unknown'));
  await done(unknown);
});

test('a phone shows one channel from top to bottom', async () => {
  const page = await open('/guide?channel=one', { width: 390, height: 844 });
  await eventually('the list', async () => (await page.locator(at('guide-list')).textContent()).includes('The Second Half'), 20);
  await page.click(at('guide-channel-air'));
  await eventually('the other channel', async () => (await page.locator(at('guide-list')).textContent()).includes('On the air'));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  await assertAccessible(page, 'the guide on a phone');
  await done(page);
});

test('four arrow keys, OK and Back are enough on a television', async () => {
  const page = await open('/tv/guide?channel=air', { width: 1920, height: 1080 });
  await eventually('the focus on what is on', async () => (await focused(page)).includes('On the air'), 20);
  await page.keyboard.press('ArrowUp');
  await eventually('the buttons above', async () => (await focused(page)).includes('Now'));
  await page.keyboard.press('ArrowDown');
  await eventually('the grid', async () => (await focused(page)).includes('On the air'));
  await assertAccessible(page, 'the grid on a television');
  await page.keyboard.press('Enter');
  await eventually('the button to watch', async () => (await focused(page)).includes('Watch live'));
  await page.keyboard.press('Backspace');
  await eventually('the guide where it was left', async () => (await focused(page)).includes('On the air'));
  await page.keyboard.press('Backspace');
  await page.waitForSelector(at('player'), { state: 'attached' });
  assert.equal(new URL(page.url()).pathname, '/tv');
  await done(page);
});

test('when the server is away the guide says so and goes on as soon as it is back', async () => {
  const page = await open('/guide');
  await page.waitForSelector(at('guide-grid'));
  await page.route('**/api/v1/guide?*', (route) => route.abort());
  await page.locator(at('guide-day')).nth(4).click();
  await page.waitForSelector(at('guide-fault'));
  await page.unroute('**/api/v1/guide?*');
  // It tries again by itself.
  await page.waitForSelector(at('guide-fault'), { state: 'detached' });
  await done(page);
});
