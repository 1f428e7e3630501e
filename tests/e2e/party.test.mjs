// SPDX-License-Identifier: MIT
// Watching together: pages of several people in one browser, in parties on a live channel and on its archive.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { at, launchBrowser, openPage } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';
import { HubClient } from './lib/hub_client.mjs';

let daemon;
let browser;
let host;
let guest;
let friend;
let invitation;

before(async () => {
  daemon = await Daemon.start({
    channels: 'channels:\n  - {id: film, name: Film, number: 1, feed: "file:film.mp4", dvr: {keep: 1h}}\n',
    extra: 'hls:\n  segment_duration: 1s\ndvr:\n  min_free: 0B\n',
  });
  makeFile(path.join(daemon.directory, 'film.mp4'));
  await eventually('the channel to be live', async () => (await daemon.json('/api/v1/channels')).channels[0].state === 'live', 90);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.dispose();
});

const faults = [];
const open = (address, viewport) => openPage(browser, daemon.url + address, { faults, viewport });
// In time, and with a picture whose moment is known.
const inSync = (page) => page.waitForSelector('[data-testid=party-state][data-state=in_sync][data-position]');
const picture = (page) => at(page, 'player').evaluate((video) => ({ paused: video.paused, time: video.currentTime }));
const isPaused = (page, paused) => eventually(paused ? 'the picture to stand' : 'the picture to move', async () => (await picture(page)).paused === paused, 60);

// Out of the menu that the host has for a person.
async function doTo(person, action) {
  const line = at(host, 'party-people').locator('li').filter({ hasText: await at(person, 'guest-name').inputValue() });
  await at(line, 'party-person-menu').click();
  await at(line, action).click();
}

// Somebody without a page, who makes a party.
async function founder(body) {
  const maria = await HubClient.open(daemon, { name: 'Maria' });
  const { result } = await maria.ask({ type: 'found', kind: 'party', body });
  await maria.ask({ type: 'join', room: result.room, ticket: result.invite });
  return { maria, room: result.room, address: `/party/${result.room.slice('party:'.length)}?invite=${result.invite}` };
}
const position = (page) => page.evaluate(() => Number(document.querySelector('[data-testid=party-state]').dataset.position));

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
  const before = (await position(guest)) - Date.now();
  await host.keyboard.press('ArrowLeft');
  await eventually('the guest to go back as well', async () => (await position(guest)) - Date.now() < before - 6_000, 60);
  await inSync(guest);
});

test('a guest cannot move the clock and is told who does', async () => {
  await guest.keyboard.press('k');
  await guest.waitForSelector('.party-control.is-nudged', { state: 'attached' });
  await isPaused(host, false); // a jump of its own may halt it for a moment
  await inSync(guest);
});

test('a television comes in with five keys and a code, and shows what is said over the picture at its frame', async () => {
  const tv = await open('/tv/party', { width: 1920, height: 1080 });
  await at(tv, 'party-code').waitFor();
  await assertAccessible(tv, 'the code on a television');
  await tv.keyboard.press('ArrowRight');
  await tv.keyboard.press('Enter');
  assert.equal((await at(tv, 'party-code').innerText()).trim(), '3');
  await tv.keyboard.press('Backspace');
  await tv.keyboard.type(invitation.searchParams.get('invite'));
  await at(tv, 'party-code-go').waitFor();
  await tv.keyboard.press('Enter');
  await inSync(tv);
  await at(host, 'chat-input').fill('What a goal!');
  await host.keyboard.press('Enter');
  const said = await position(host);
  await tv.locator('[data-testid=chat-overlay]').getByText('What a goal!').waitFor();
  assert.ok((await position(tv)) > said - 2_000, 'not before the picture');
  await tv.keyboard.press('ArrowDown');
  await assertAccessible(tv, 'a party on a television');
  await tv.keyboard.press('Escape');
  await tv.keyboard.press('ArrowLeft');
  await tv.waitForSelector('.tv-side [data-testid=party-people]');
  await tv.context().close();
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
  friend = await open('/party');
  await at(friend, 'party-code').fill(invitation.searchParams.get('invite').toUpperCase());
  await at(friend, 'party-code-go').click();
  await friend.getByText('Film', { exact: false }).first().waitFor();
  await at(friend, 'party-code-go').click();
  await at(friend, 'party-waiting').waitFor();
  await at(host, 'party-admit').click();
  await inSync(friend);
});

test('who is removed leaves and does not come again', async () => {
  await doTo(guest, 'party-remove');
  await at(guest, 'party-expelled').waitFor();
  await guest.reload();
  await at(guest, 'party-refused').waitFor();
});

test('the host locks the party and lets its chat go with it', async () => {
  await at(host, 'party-settings').click();
  await at(host, 'party-locked').check();
  await at(host, 'party-keeps-chat').uncheck();
  await host.keyboard.press('Escape');
  const late = await open(invitation.pathname + invitation.search);
  await at(late, 'party-refused').waitFor();
  await assertAccessible(late, 'a locked party');
  await late.context().close();
  // As the party says it, not as the box was left.
  await host.reload();
  await at(host, 'party-settings').click();
  assert.deepEqual([await at(host, 'party-locked').isChecked(), await at(host, 'party-keeps-chat').isChecked()], [true, false]);
  await host.keyboard.press('Escape');
});

test('when the page of the host is closed a co-host takes over', async () => {
  await doTo(friend, 'party-co-host');
  await at(friend, 'party-invite').waitFor();
  await host.context().close();
  await at(friend, 'party-settings').waitFor();
  await friend.keyboard.press('k');
  await isPaused(friend, true);
  await friend.context().close();
});

test('a planned party opens by itself when its time has come', async () => {
  const { maria, room, address } = await founder({ programme: { channel: 'film', title: 'Film' }, starts_at: Date.now() + 3_600_000 });
  const early = await open(address);
  await at(early, 'party-lobby').waitFor();
  await assertAccessible(early, 'a lobby');
  const television = await open(`/tv${address}`, { width: 1920, height: 1080 });
  await television.locator('.tv-actions').waitFor();
  const changed = await maria.command(room, 'party.change', { starts_at: Date.now() + 4_000 });
  assert.equal(changed.ok, true, JSON.stringify(changed));
  await inSync(early);
  await television.locator('.tv-actions').waitFor({ state: 'detached' });
  for (const page of [early, television]) await page.context().close();
  maria.close();
});

test('a party on a recording shows two pages the same moment of it', async () => {
  const { from, to } = await eventually('something to be recorded', async () => {
    const { archive } = (await daemon.json('/api/v1/channels')).channels[0];
    return archive && Date.parse(archive.to) - Date.parse(archive.from) > 60_000 && { from: Date.parse(archive.from), to: Date.parse(archive.to) };
  }, 120);
  const { maria, address } = await founder({ programme: { channel: 'film', title: 'The evening', start: from + 2_000, end: to } });
  const pages = [await open(address), await open(address)];
  for (const page of pages) await page.locator('.party-title .chip-archive').waitFor();
  await eventually('both to be in time', async () => {
    const [one, other] = await Promise.all(pages.map(position));
    const states = await Promise.all(pages.map((page) => at(page, 'party-state').getAttribute('data-state')));
    return states.every((state) => state === 'in_sync') && one > from + 2_500 && Math.abs(one - other) <= 500;
  }, 90);
  maria.close();
  assert.deepEqual(faults, []);
});
