// SPDX-License-Identifier: MIT
// Faces and voices of a party between browsers, without anything in between.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { at } from './lib/browser.mjs';
import { Callers, enter, goesOnReceiving, launchSpeakers, lineup, linked, told } from './lib/callers.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';

let daemon;
let browser;
let callers;
let pages;

before(async () => {
  daemon = await Daemon.start({ channels: lineup });
  browser = await launchSpeakers();
  callers = new Callers(daemon, browser);
});
after(async () => {
  await browser?.close();
  await daemon?.dispose();
});

const tileOf = (page, seat) => page.locator(`[data-testid=call-tile][data-seat="${seat}"]`);
const ownSeat = (page) => page.locator('[data-testid=call-tile][data-own=true]').getAttribute('data-seat');

test('four see and hear each other', async () => {
  const ada = await callers.found('Ada');
  pages = [ada, await callers.come('Bob'), await callers.come('Cid', { width: 390, height: 844 }), await callers.come('Dot')];
  const times = [];
  for (const [others, page] of pages.entries()) times.push(await enter(page, { others }));
  for (const page of pages) await linked(page, 3);
  for (const page of pages) await goesOnReceiving(page, 3);
  console.log(`mesh: in the call, seeing and hearing all: ${told(times.slice(1))}`);
  await assertAccessible(ada, 'a call');
  await assertAccessible(pages[2], 'a call on a phone');
});

test('the programme is taken back while somebody else speaks', async () => {
  const [ada, bob] = pages;
  const volume = (page) => at(page, 'player').evaluate((video) => video.volume);
  // A word each second: it stays back.
  await eventually('the programme to be taken back', async () => (await volume(ada)) < 0.3, 60);
  for (const page of [pages[1], pages[2], pages[3]]) await at(page, 'call-mute').click();
  await eventually('the programme to come back', async () => (await volume(ada)) === 1, 60);
  await eventually('Bob, who hears Ada, to keep it back', async () => (await volume(bob)) < 0.3, 60);
});

test('who is muted or without a camera is seen to be', async () => {
  const [ada, bob] = pages;
  const seat = await ownSeat(bob);
  await ada.waitForSelector(`[data-testid=call-tile][data-seat="${seat}"][data-audio=false]`);
  await at(bob, 'call-mute').click();
  await ada.waitForSelector(`[data-testid=call-tile][data-seat="${seat}"][data-audio=true]`);
  await at(bob, 'call-camera-switch').click();
  await ada.waitForSelector(`[data-testid=call-tile][data-seat="${seat}"][data-video=false]`);
  await at(bob, 'call-camera-switch').click();
  await ada.waitForSelector(`[data-testid=call-tile][data-seat="${seat}"][data-video=true]`);
  await ada.waitForSelector(`[data-testid=call-tile][data-seat="${seat}"][data-speaking=true]`);
});

test('with push to talk one is heard while the key is held', async () => {
  const [ada, bob] = pages;
  const seat = await ownSeat(bob);
  await at(bob, 'call-devices').click();
  await at(bob, 'call-push-to-talk').check();
  await assertAccessible(bob, 'the choice of devices');
  await bob.keyboard.press('Escape');
  await ada.waitForSelector(`[data-testid=call-tile][data-seat="${seat}"][data-audio=false]`);
  await bob.locator('.party-title h1').click(); // away from what takes the key
  await bob.keyboard.down(' ');
  await ada.waitForSelector(`[data-testid=call-tile][data-seat="${seat}"][data-audio=true]`);
  await bob.keyboard.up(' ');
  await ada.waitForSelector(`[data-testid=call-tile][data-seat="${seat}"][data-audio=false]`);
});

test('the host mutes and dismisses, others leave, and whose page is killed is taken away', async () => {
  const [ada, bob, cid, dot] = pages;
  assert.equal(await at(bob, 'call-dismiss').count(), 0, 'a member cannot');
  const seats = await Promise.all(pages.map(ownSeat));
  await at(dot, 'call-mute').click();
  const dots = tileOf(ada, seats[3]);
  await dots.hover();
  await dots.locator('[data-testid=call-mute-other]').click();
  await dot.waitForSelector('[data-testid=call-tile][data-own=true][data-audio=false]');
  assert.match(await at(dot, 'call-told').textContent(), /muted you/);
  await dots.hover();
  await dots.locator('[data-testid=call-dismiss]').click();
  await dot.waitForSelector('[data-testid=call][data-state=out]');
  assert.match(await at(dot, 'call-told').textContent(), /taken you out/);
  await at(cid, 'call-leave').click();
  await linked(ada, 1);
  const crashed = bob.waitForEvent('crash', { timeout: 30_000 }).catch(() => {});
  await bob.goto('chrome://crash', { timeout: 10_000 }).catch(() => {});
  await crashed;
  await linked(ada, 0);
  assert.deepEqual(callers.faults, []);
});

test('a call goes on through a restart of the daemon', async () => {
  const [ada, , cid] = pages;
  await enter(cid, { others: 1 });
  await daemon.kill();
  await daemon.launch();
  for (const page of [ada, cid]) await page.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached' });
  await Promise.all([ada, cid].map((page) => linked(page, 1)));
  await Promise.all([ada, cid].map((page) => goesOnReceiving(page, 1)));
  assert.deepEqual(callers.faults, []);
});
