// SPDX-License-Identifier: MIT
// Watching later: from a programme's page into the archive, over its end into the next, and back to live.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser, playback } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';
import { HubClient } from './lib/hub_client.mjs';

const second = 1_000;
let daemon;
let browser;
let directory;
let guide;
let page;
let turn; // when the first programme ends and the second begins

const xmltvTime = (at) => `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)} +0000`;
const iso = (at) => new Date(at).toISOString().replace('.000', '');
const at = (id) => `[data-testid=${id}]`;
const text = (id) => page.locator(at(id)).textContent({ timeout: 2_000 });
const archive = async () => (await daemon.json('/api/v1/channels')).channels[0].archive;
const moves = async () => {
  const { frames } = await playback(page);
  return eventually('moving pictures', async () => (await playback(page)).frames > frames + 20, 30);
};

before(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-catch-up-'));
  fs.chmodSync(directory, 0o755);
  makeFile(path.join(directory, 'film.mp4'), 20);
  const programme = (start, stop, title) => `<programme start="${xmltvTime(start)}" stop="${xmltvTime(stop)}" channel="film"><title>${title}</title></programme>\n`;
  // The guide is given out when the end of its first programme is being recorded, however long that took.
  let recorded;
  const recording = new Promise((resolve) => (recorded = resolve));
  guide = http.createServer(async (request, response) => {
    await recording;
    response.end('<?xml version="1.0" encoding="UTF-8"?>\n<tv>\n' +
      programme(turn - 600 * second, turn, 'The Overture') + programme(turn, turn + 3600 * second, 'The Opera') + '</tv>\n');
  });
  await new Promise((resolve) => guide.listen(0, '127.0.0.1', resolve));
  daemon = await Daemon.start({
    channels: `channels:\n  - {id: film, name: Film, number: 1, feed: "file:${directory}/film.mp4", dvr: {keep: 1h}, thumbnails: true, thumbnail_interval: 2s}\n`,
    extra: `hls:\n  segment_duration: 1s\ndvr:\n  min_free: 0B\nguide:\n  sources:\n    - http://127.0.0.1:${guide.address().port}/guide.xml\n`,
  });
  await eventually('more of it than the half minute that is worth a button', async () => {
    const { from, to } = (await archive()) ?? {};
    return Date.parse(to) - Date.parse(from) >= 30 * second;
  }, 120);
  turn = Math.ceil(Date.now() / second) * second + 5 * second;
  recorded();
  browser = await launchBrowser();
  page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
  page.faults = [];
  page.asked = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('request', (request) => page.asked.push(request.url().replace(daemon.url, '')));
  await eventually('the second programme to be recorded for a while', async () => Date.parse((await archive())?.to ?? 0) > turn + 35 * second, 120);
});
after(async () => {
  await browser?.close();
  await daemon?.dispose();
  guide?.closeAllConnections?.();
  guide?.close();
  if (directory) fs.rmSync(directory, { recursive: true, force: true });
});

test('what is over and kept is marked in the guide and can be watched from its page', async () => {
  await page.goto(`${daemon.url}/guide`);
  await eventually('the mark', async () => (await page.locator(at('guide-programme')).first().textContent()).includes('Can be watched'), 20);
  await page.goto(`${daemon.url}/guide/film/${iso(turn - 600 * second)}`);
  await page.click(at('catch-up'));
  await eventually('the archive to be asked', () => page.asked.some((url) => /^\/live\/film\/archive\.m3u8\?start=.*&duration=/.test(url)));
  await page.waitForSelector(`${at('player-state')}[data-state=playing]`, { state: 'attached', timeout: 30_000 });
  await moves();
  assert.match(await text('watched-earlier'), /The Overture/);
  // Of ten minutes the archive has the end.
  assert.match(await text('seek-to'), /^10:00$/);
  assert.match(await text('seek-from'), /^9:\d\d$/);
  assert.match(await text('latency'), /^−\d+:\d\d$/);
  assert.equal(await page.locator(at('seek-bar')).getAttribute('aria-valuemax'), '600');
});

// Points at a place of the bar; the small picture of that moment.
async function preview(part) {
  const { x, y, width, height } = await page.locator(at('seek-bar')).boundingBox();
  await page.mouse.move(x + part * width - 4, y + height / 2);
  await page.mouse.move(x + part * width, y + height / 2);
  const shown = page.locator(at('seek-preview'));
  await shown.waitFor();
  const { from, sheet } = await shown.evaluate((picture) => ({ from: Number(picture.dataset.from), sheet: getComputedStyle(picture).backgroundImage.slice(5, -2) }));
  const answer = await fetch(sheet);
  assert.equal(`${answer.status} ${answer.headers.get('content-type')}`, '200 image/jpeg', sheet);
  await page.mouse.move(x, 5);
  return from;
}

test('who looks for a place in the past sees a picture of it', async () => {
  const from = await preview(0.995);
  assert.ok(from >= turn - 600 * second && from < turn, new Date(from).toISOString());
});

test('the picture goes on over the end of the programme into the next', async () => {
  await page.locator(at('seek-bar')).focus();
  await page.keyboard.press('End');
  await eventually('the next programme', async () => /The Opera/.test(await text('watched-earlier')), 40);
  await eventually('its length on the bar', async () => (await text('seek-to')) === '1:00:00');
  assert.match(await text('seek-from'), /^0:\d\d$/);
});

test('from the beginning, forth, and back to live', async () => {
  await page.locator(at('start-button')).focus();
  await page.keyboard.press('Enter');
  await eventually('an earlier place', async () => /^0:0\d$|^9:/.test(await text('seek-from')), 20);
  await moves();
  await page.click(at('to-live'));
  await page.waitForSelector(at('on-air'), { timeout: 20_000 });
  await eventually('the live picture', async () => (await text('live-button')) === 'Live', 30);
  assert.equal(new URL(page.url()).search, '');
  await moves();
});

test('a running programme starts over', async () => {
  await page.goto(`${daemon.url}/guide/film/${iso(turn)}`);
  await page.click(at('start-over'));
  await page.waitForSelector(`${at('player-state')}[data-state=playing]`, { state: 'attached', timeout: 30_000 });
  await eventually('its beginning', async () => /^0:\d\d$/.test(await text('seek-from')) && /The Opera/.test(await text('watched-earlier')), 20);
  await page.keyboard.press('l');
  await eventually('the live picture', async () => (await text('live-button')) === 'Live', 30);
});

test('an address of a time that is not kept is the channel as it is', async () => {
  await page.goto(`${daemon.url}/watch/film?at=2020-01-01T00:00:00Z`);
  await eventually('the live picture', async () => (await text('live-button')) === 'Live', 30);
  assert.equal(new URL(page.url()).search, '');
});

test('the chat of the past comes when the picture gets there, again after going back', async () => {
  const room = 'channel:film';
  const begin = turn - 20 * second;
  const ada = await HubClient.open(daemon, { name: 'Ada' });
  await ada.join(room);
  const say = (text, time) => ada.ask({ type: 'command', room, name: 'chat.send', key: text.replaceAll(' ', '-'), media_time: time, body: { text } });
  for (const [text, time] of [['seen before', begin - 4 * second], ['comes soon', begin + 8 * second]]) assert.equal((await say(text, time)).stored, true);
  await eventually('it to be long past', () => Date.now() > begin + 70 * second, 60);
  await page.goto(`${daemon.url}/watch/film?at=${iso(begin)}`);
  await page.waitForSelector(at('chat-replay'), { timeout: 30_000 });
  const elapsed = async () => (await text('seek-from')).split(':').reduce((sum, part) => sum * 60 + Number(part), 0) - 600 + 20;
  // The place first: what is there by then was there at an earlier one.
  const look = async () => {
    const place = await elapsed();
    const texts = await page.locator(at('chat-message')).allTextContents();
    const there = (words) => texts.some((line) => line.includes(words));
    return { place, soon: there('comes soon'), before: there('seen before') };
  };
  const reached = async () => {
    const { place, soon, before: seen } = await look();
    assert.ok(!soon || (await elapsed()) >= 7, `at ${place} s`);
    return soon && seen;
  };
  await eventually('what was said before', async () => (await look()).before, 20);
  await eventually('what was said later', reached, 40);
  await page.locator('body').click({ position: { x: 700, y: 2 } });
  await page.keyboard.press('ArrowLeft');
  await eventually('it to be in the future again', async () => !(await look()).soon, 20);
  await eventually('its moment to come again', reached, 40);
  await say('said right now', Date.now());
  await page.click(at('in-time-switch'));
  await eventually('the chat as it is', async () => (await page.locator(at('chat-message')).allTextContents()).at(-1)?.includes('said right now'), 20);
  await page.click(at('in-time-switch'));
  await eventually('the chat as it was', async () => !(await page.locator(at('chat-message')).allTextContents()).some((line) => line.includes('said right now')), 20);
  await page.keyboard.press('l');
  await eventually('the live chat', async () => (await page.locator(at('chat-replay')).count()) === 0, 30);
  ada.close();
});

test('the live picture can be sought back in its own window', async () => {
  await page.goto(`${daemon.url}/watch/film`);
  await eventually('the live picture', async () => (await text('live-button')) === 'Live', 30);
  await page.locator('body').click({ position: { x: 700, y: 2 } });
  const asked = page.asked.length;
  await page.keyboard.press('ArrowLeft');
  await eventually('a picture of before', async () => (await text('live-button')) === 'Back to live', 10);
  await moves();
  assert.ok(Number.parseFloat(await text('latency')) > 8);
  assert.ok(!page.asked.slice(asked).some((url) => url.includes('archive.m3u8')), 'it is in memory yet');
  const from = await preview(0);
  assert.ok(from > Date.now() - 120 * second && from < Date.now(), new Date(from).toISOString());
  await page.keyboard.press('l');
  await eventually('live again', async () => (await text('live-button')) === 'Live', 20);
});

test('reactions, a poll and a pin of the past come when the picture gets there, again after going back', async () => {
  const room = 'channel:film';
  const moment = (seconds) => turn + seconds * second;
  daemon.addUser('Mod', 'moderator', 'moderators password');
  const mod = await HubClient.open(daemon, { token: (await daemon.signIn('Mod', 'moderators password')).token });
  const voter = await HubClient.open(daemon, { token: (await (await daemon.post('/api/v1/accounts', { name: 'Bea', password: 'correct horse battery' })).json()).token });
  for (const client of [mod, voter]) await client.join(room);
  const command = async (client, name, time, body) => {
    const answer = await client.ask({ type: 'command', room, name, key: `${name}-${time}`, media_time: time, body });
    assert.ok(answer.ok, JSON.stringify(answer));
  };
  await command(voter, 'reactions.send', moment(8), { reaction: 'heart' });
  await command(mod, 'polls.open', moment(6), { question: 'Who sings now?', options: ['The tenor', 'The soprano'], seconds: 10, change: 'none', hidden: false });
  const { epoch, offset } = await mod.event('the poll', (event) => event.kind === 'polls.opened');
  await command(voter, 'polls.vote', moment(9), { poll: `${epoch}:${offset}`, option: 2 });
  const said = await mod.ask({ type: 'command', room, name: 'chat.send', key: 'said', media_time: moment(7), body: { text: 'Soprano: Bea' } });
  const pinned = { message: `${said.epoch}:${said.offset}` };
  await command(mod, 'chat.pin', moment(10), pinned);
  await command(mod, 'chat.unpin', moment(20), pinned);
  await mod.event('the result', (event) => event.kind === 'polls.final', 30);
  const kept = (feature) => daemon.json(`/api/v1/rooms/${room}/${feature}/timeline?from=${turn}&to=${moment(30)}`);
  await eventually('the heart to be kept', async () => (await kept('reactions')).marks.length === 1, 20);
  await eventually('it to be long past', () => Date.now() > moment(100), 100);

  await page.goto(`${daemon.url}/watch/film?at=${iso(turn)}`);
  await page.waitForSelector(at('chat-replay'), { timeout: 30_000 });
  const elapsed = async () => {
    const [minutes, seconds] = (await text('seek-from')).split(':').map(Number);
    return minutes >= 9 ? minutes * 60 + seconds - 600 : seconds; // of the programme before
  };
  const poll = page.locator(`${at('polls')} ${at('poll')}`);
  const status = async () => ((await poll.count()) === 0 ? 'none' : poll.locator(at('poll-status')).textContent({ timeout: 2_000 }));
  const hearts = () => page.locator(`${at('reaction-overlay')} .flying[data-reaction=heart]`).count();
  const pins = async () => (await page.locator(at('chat-pin')).allTextContents()).join();
  const comesAndGoes = async () => {
    await eventually('the question', async () => /^0:\d\d left$/.test(await status()), 40);
    const asked = await elapsed();
    assert.ok(asked >= 5 && asked < 16, `at ${asked} s`);
    assert.match(await poll.textContent(), /Who sings now\?.*voting is over/);
    assert.equal(await poll.locator('button.poll-option').count(), 0);
    await eventually('the heart', async () => (await hearts()) === 1, 20);
    assert.ok((await elapsed()) >= 7);
    await eventually('the vote as it was cast', async () => (await poll.locator(at('poll-votes')).textContent({ timeout: 2_000 })) === '1 vote', 20);
    await eventually('the pin', async () => (await pins()) === 'Mod Soprano: Bea', 20);
    assert.ok((await elapsed()) >= 9);
    await eventually('the result', async () => (await status()) === 'Final result', 40);
    assert.ok((await elapsed()) >= 15);
    assert.match(await poll.locator(at('poll-option')).nth(1).textContent(), /The soprano.*100 %/);
    await eventually('the pin to be taken down', async () => (await pins()) === '', 20);
    assert.ok((await elapsed()) >= 19);
  };
  await comesAndGoes();
  await page.locator(at('seek-bar')).focus();
  await page.keyboard.press('Home');
  await eventually('all of it to be in the future again', async () => (await status()) === 'none' && (await hearts()) === 0, 20);
  await comesAndGoes();
  await page.keyboard.press('l');
  await eventually('the live picture', async () => (await text('live-button')) === 'Live', 30);
  for (const client of [mod, voter]) client.close();
  assert.deepEqual(page.faults, []);
});
