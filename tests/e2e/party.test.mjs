// SPDX-License-Identifier: MIT
// Watching together: pages of several people in one browser, in one party on a live channel.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { launchBrowser } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';

let daemon;
let browser;
let host;
let guest;
let invitation;

before(async () => {
  daemon = await Daemon.start({ channels: 'channels:\n  - {id: film, name: Film, number: 1, feed: "file:film.mp4"}\n' });
  makeFile(path.join(daemon.directory, 'film.mp4'));
  await eventually('the channel to be live', async () => (await daemon.json('/api/v1/channels')).channels[0].state === 'live', 90);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.dispose();
});

const faults = [];
async function open(address, viewport = { width: 1280, height: 800 }) {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(daemon.url + address);
  return page;
}
const at = (page, id) => page.locator(`[data-testid=${id}]`);
const inSync = (page) => page.waitForSelector('[data-testid=party-state][data-state=in_sync]');
const picture = (page) => at(page, 'player').evaluate((video) => ({ paused: video.paused, time: video.currentTime }));
const isPaused = (page, paused) => eventually(paused ? 'the picture to stand' : 'the picture to move', async () => (await picture(page)).paused === paused, 60);

test('one click makes a party, and who has its address comes in and keeps in time', async () => {
  host = await open('/watch/film');
  await host.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached' });
  await at(host, 'found-party').click();
  await host.waitForURL(/\/party\/.+invite=/);
  invitation = new URL(host.url());
  await inSync(host);
  guest = await open(invitation.pathname + invitation.search, { width: 390, height: 844 });
  await inSync(guest);
  await assertAccessible(host, 'a party');
  await assertAccessible(guest, 'a party on a phone');
});

test('the host pauses, plays and seeks, and the others follow', async () => {
  await host.keyboard.press('k');
  await isPaused(host, true);
  await isPaused(guest, true);
  await host.keyboard.press('k');
  await isPaused(guest, false);
  await inSync(guest);
  // Ten seconds back; a new party on a live channel is close to the present.
  const date = (page) => page.evaluate(() => document.querySelector('[data-testid=party-state]').dataset.position);
  const before = Number(await date(guest)) - Date.now();
  await host.keyboard.press('ArrowLeft');
  await eventually('the guest to go back as well', async () => Number(await date(guest)) - Date.now() < before - 6_000, 60);
  await inSync(guest);
});

test('a guest cannot move the clock and is told who does', async () => {
  await guest.keyboard.press('k');
  await guest.waitForSelector('.party-control.is-nudged', { state: 'attached' });
  await isPaused(host, false); // a jump of its own may halt it for a moment
  await inSync(guest);
});

test('a stranger without the code stays outside', async () => {
  const stranger = await open(invitation.pathname);
  await at(stranger, 'party-refused').waitFor();
  await assertAccessible(stranger, 'the closed door');
  await stranger.context().close();
});

test('the waiting room opens by the host, to whom they let in', async () => {
  await at(host, 'party-settings').click();
  await at(host, 'party-waiting-room').check();
  await assertAccessible(host, 'the settings of a party');
  await host.keyboard.press('Escape');
  const friend = await open('/party');
  await at(friend, 'party-code').fill(invitation.searchParams.get('invite').toUpperCase());
  await at(friend, 'party-code-go').click();
  await friend.getByText('Film', { exact: false }).first().waitFor();
  await at(friend, 'party-code-go').click();
  await at(friend, 'party-waiting').waitFor();
  await at(host, 'party-admit').click();
  await friend.waitForSelector('[data-testid=party-state]');
  await friend.context().close();
});

test('who is removed leaves and does not come again', async () => {
  const name = await at(guest, 'guest-name').inputValue();
  const person = at(host, 'party-people').locator('li').filter({ hasText: name });
  await person.locator('[data-testid=party-person-menu]').click();
  await person.locator('[data-testid=party-remove]').click();
  await at(guest, 'party-expelled').waitFor();
  await guest.reload();
  await at(guest, 'party-refused').waitFor();
  assert.deepEqual(faults, []);
});
