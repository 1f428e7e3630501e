// SPDX-License-Identifier: MIT
// What an operator sees in the monitor when something goes wrong, in Chromium.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { launchBrowser } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';
import { LossyFeed } from './lib/lossy_feed.mjs';

const first = '239.255.77.31:15031';
const second = '239.255.77.31:15032';
const password = 'an operators password';
const feed = (group, scheme = 'udp') => `{url: "${scheme}://${group}", interface: 127.0.0.1, silence_timeout: 3s}`;
const film = '  - {id: film, name: Film, number: 2, feed: "file:film.mp4"}\n';
const kept = '  - {id: kept, name: Kept, number: 3, feed: "file:film.mp4", dvr: {keep: 1h}}\n';
const news = `  - {id: news, name: News, number: 1, thumbnails: true, thumbnail_interval: 2s, sources: [${feed(first, 'rtp')}, ${feed(second)}]}\n`;
let daemon;
let feeds = [];
let browser;
let page;

before(async () => {
  // No disk has so much left: what should be recorded is not.
  daemon = await Daemon.start({ channels: `channels:\n${news}${film}${kept}`, extra: 'dvr:\n  min_free: 1000000GiB\n' });
  makeFile(path.join(daemon.directory, 'film.mp4'));
  for (const [name, role] of [['Olga', 'admin'], ['Vera', 'viewer']]) {
    daemon.addUser(name, role, password);
  }
  feeds = [new LossyFeed(first, { rtp: true })];
  await daemon.channelState('news', 'live', 60); // from its first source: the second is not there yet
  feeds.push(new LossyFeed(second));
  await daemon.channelState('film', 'live', 60);
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
});
after(async () => {
  await browser?.close();
  for (const each of feeds) await each.stop();
  await daemon?.dispose();
});

async function signIn(name) {
  await page.fill('[data-testid=monitor-name]', name);
  await page.fill('[data-testid=monitor-password]', password);
  await page.click('[data-testid=monitor-submit]');
}
const line = (id) => page.locator(`[data-testid=monitor-line-${id}]`);
const standing = (id) => line(id).getAttribute('data-standing');
const order = () => page.locator('[data-testid^=monitor-line-]').evaluateAll((lines) => lines.map((each) => each.dataset.testid.slice('monitor-line-'.length)));
const alarms = () => page.locator('[data-testid=monitor-detail-alarm]').evaluateAll((cards) => cards.map((card) => card.dataset.alarm));

test('only an administrator gets in', async () => {
  await page.goto(`${daemon.url}/monitor`);
  await page.waitForSelector('[data-testid=monitor-sign-in]');
  await assertAccessible(page, 'the sign-in');
  await signIn('Vera');
  await page.getByText('Vera is no administrator').waitFor();
  await signIn('Olga');
  await line('news').waitFor();
});

test('a channel that is well has picture, bit rate and healthy sources', async () => {
  await eventually('a picture', () => line('news').locator('img').evaluate((image) => image.naturalWidth > 0));
  assert.equal(await standing('film'), 'well');
  assert.match(await line('news').locator('.line-rate-value').textContent(), /bit\/s/);
  await line('news').click();
  const checks = page.locator('[data-testid=monitor-source-1] [data-testid=monitor-checks]');
  await checks.waitFor();
  assert.equal(await checks.locator('[data-check]').count(), 12);
  assert.equal(await page.locator('[data-testid=monitor-source-2]').getAttribute('data-state'), 'running');
});

test('a channel that should be recorded and is not has an alarm', async () => {
  await eventually('the alarm', async () => (await standing('kept')) === 'warning');
  await line('kept').click();
  await page.locator('[data-testid=monitor-detail-alarm][data-alarm=recording_stopped]').getByText('dvr.min_free').waitFor();
  await line('news').click();
});

test('an operator puts a source on air by hand', async () => {
  const source = (number) => page.locator(`[data-testid=monitor-source-${number}]`);
  const choose = async (number) => {
    await page.click(`[data-testid=monitor-put-on-air-${number}]`);
    await page.click('[data-testid=monitor-confirm]');
    await source(number).getByText('Chosen by hand').waitFor();
    assert.equal(await source(number).getByText('On air', { exact: true }).count(), 1);
  };
  await choose(2);
  await assertAccessible(page, 'the monitor with a channel in full');
  assert.equal((await alarms()).includes('backup_on_air'), true);
  await choose(1);
  await page.click('[data-testid=monitor-automatic]');
  await source(1).getByText('Chosen by hand').waitFor({ state: 'detached' });
});

test('loss on the network is an alarm with its count, and goes again', async () => {
  feeds[0].lossEvery = 50;
  await eventually('the loss to show', async () => (await alarms()).includes('rtp_loss') && (await alarms()).includes('tr101290_continuity'));
  assert.equal(await standing('news'), 'warning');
  assert.equal((await order())[0], 'news');
  const row = page.locator('[data-testid=monitor-source-1] [data-check=continuity]');
  assert.ok(Number((await row.locator('td.figure').first().textContent()).replace(/\D/g, '')) > 0);
  const told = await daemon.metric('grandstand_tr101290_errors_total');
  assert.ok(told > 0);
  feeds[0].lossEvery = 0;
  await eventually('the alarm to go', async () => !(await alarms()).includes('rtp_loss'), 40);
  assert.match(await page.locator('[data-testid=monitor-history]').textContent(), /RTP loss.*Ended/);
});

test('a lost source shows on the line while the other one is on air', async () => {
  await feeds[0].stop();
  await eventually('the backup to be on air', async () => (await alarms()).includes('backup_on_air') && (await alarms()).includes('source_failing'));
  assert.equal(await line('news').getAttribute('data-state'), 'live');
  assert.equal(await standing('news'), 'warning');
  assert.equal(await page.locator('[data-testid=monitor-source-1]').getAttribute('data-state'), 'failing');
});

test('the slate is critical and comes first', async () => {
  await feeds[1].stop();
  await eventually('the slate', async () => (await line('news').getAttribute('data-state')) === 'slate' && (await standing('news')) === 'critical', 60);
  assert.deepEqual(await order(), ['news', 'kept', 'film']);
  assert.ok((await alarms()).includes('slate'));
  assert.match(await page.title(), /^\(1!\)/);
  await page.click('[data-testid=monitor-filter-well]');
  assert.deepEqual(await order(), ['film']);
  await page.click('[data-testid=monitor-filter-all]');
  await page.fill('[data-testid=monitor-search]', 'slate');
  assert.deepEqual(await order(), ['news']);
  await page.fill('[data-testid=monitor-search]', '');
});

test('it is driven by keys, and fits a phone', async () => {
  await page.keyboard.press('Escape');
  await page.locator('[data-testid=monitor-drawer]').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.locator('[data-testid=monitor-filter-all]').focus();
  for (const key of ['ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'ArrowDown', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
  await page.keyboard.press('Enter');
  await page.locator('[data-testid=monitor-drawer]').getByText('Nothing is wrong with this channel.').waitFor();
  await page.click('[data-testid=monitor-close]');
  for (const [width, height] of [[390, 844], [1920, 1080]]) {
    await page.setViewportSize({ width, height });
    assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `nothing sticks out at ${width}`);
    await assertAccessible(page, `the monitor at ${width}`);
  }
});

test('series and line of a channel that is taken away are gone', async () => {
  assert.match(await (await daemon.get('/metrics')).text(), /channel="news"/);
  fs.writeFileSync(daemon.lineupFile, `channels:\n${film}`);
  daemon.signal('SIGHUP');
  await eventually('the line to go', async () => (await order()).join() === 'film');
  assert.doesNotMatch(await (await daemon.get('/metrics')).text(), /channel="news"/);
});

test('the page says when what it shows is old', async () => {
  await daemon.kill();
  await page.locator('[data-testid=monitor-stale]').waitFor({ timeout: 30_000 });
  assert.deepEqual(await order(), ['film']);
  assert.deepEqual(page.faults, []);
});
