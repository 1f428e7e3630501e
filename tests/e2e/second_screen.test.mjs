// SPDX-License-Identifier: MIT
// A television and a phone: pairing by a code, and the phone as its remote control.
import assert from 'node:assert/strict';
import file from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { at, openPage } from './lib/browser.mjs';
import { enter, launchCallers } from './lib/callers.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';
import { HubClient } from './lib/hub_client.mjs';

let daemon;
let browser;
let tv;
let phone;

before(async () => {
  daemon = await Daemon.start({
    channels: 'channels:\n  - {id: film, name: Film, number: 1, feed: "file:film.mp4"}\n  - {id: show, name: Show, number: 2, feed: "file:film.mp4"}\n',
  });
  makeFile(file.join(daemon.directory, 'film.mp4'));
  await daemon.channelState('film', 'live', 90);
  browser = await launchCallers();
});
after(async () => {
  await browser?.close();
  await daemon?.dispose();
});

const faults = [];
const open = (address, viewport) => openPage(browser, daemon.url + address, { faults, viewport });
const television = { width: 1920, height: 1080 };
const telephone = { width: 390, height: 844 };

async function signUp(page, name) {
  await page.getByRole('button', { name: 'Register' }).click();
  await at(page, 'account-name').fill(name);
  await at(page, 'account-password').fill('password of a phone');
  await at(page, 'account-submit').click();
  await at(page, 'link-as').getByText(name, { exact: false }).waitFor();
}

test('a television shows a code when somebody chooses to sign in with the arrow keys', async () => {
  tv = await open('/tv?channel=film', television);
  // The first OK may be heard by nobody yet, or be what a browser wants to play.
  await eventually('the menu', async () => {
    await tv.keyboard.press('Escape');
    await tv.keyboard.press('Enter');
    await at(tv, 'tv-sign-in').waitFor({ timeout: 3_000 });
    return true;
  }, 90);
  await eventually('the focus on the way in', async () => {
    if (await at(tv, 'tv-sign-in').evaluate((button) => button === document.activeElement)) return true;
    await tv.keyboard.press('ArrowRight');
    return false;
  });
  await tv.keyboard.press('Enter');
  await at(tv, 'tv-code').waitFor();
  assert.match(await at(tv, 'tv-code').textContent(), /^[A-Z]{4}-[A-Z]{4}$/);
  assert.equal(await at(tv, 'tv-address').textContent(), `${new URL(daemon.url).host}/link`);
  assert.equal(await tv.locator('.qr-code').isVisible(), true);
  await assertAccessible(tv, 'the code on the television');
});

test('the phone is told what is wrong with a code, and a refused television says so and can ask again', async () => {
  phone = await open('/link', telephone);
  await at(phone, 'link-code').fill('bcdf ghjk');
  await at(phone, 'link-look').click();
  await at(phone, 'link-fault').getByText('No television waits', { exact: false }).waitFor();
  await assertAccessible(phone, 'the form for a code');
  const code = await at(tv, 'tv-code').textContent();
  await at(phone, 'link-code').fill(code.toLowerCase());
  await at(phone, 'link-look').click();
  await at(phone, 'link-asks').waitFor();
  assert.equal((await at(phone, 'link-shown-code').textContent()).trim(), code);
  await assertAccessible(phone, 'a television that asks');
  await at(phone, 'link-refuse').click();
  await phone.getByText('stays outside', { exact: false }).waitFor();
  await tv.waitForSelector('[data-testid=tv-sign-in-panel][data-state=refused]');
  await phone.goto(`${daemon.url}/link?code=${code}`);
  await at(phone, 'link-fault').getByText('No television waits', { exact: false }).waitFor();
  await tv.keyboard.press('ArrowDown'); // the focus goes to what there is
  await tv.keyboard.press('Enter');
  await eventually('another code', async () => (await at(tv, 'tv-code').textContent({ timeout: 2_000 })) !== code);
});

test('the television is signed in once the phone has confirmed', async () => {
  await phone.goto(`${daemon.url}/link?code=${await at(tv, 'tv-code').textContent()}`);
  await at(phone, 'link-asks').waitFor();
  await signUp(phone, 'Ada');
  await at(phone, 'link-allow').click();
  await phone.waitForURL(/\/remote$/);
  await tv.getByText('Hello, Ada').waitFor();
  await at(tv, 'tv-sign-in-panel').waitFor({ state: 'detached' });
  const sessions = await phone.evaluate(async () => (await (await fetch('/api/v1/sessions')).json()).sessions.length);
  assert.equal(sessions, 2);
  assert.deepEqual(faults, []);
});

const shows = (id, text) => at(phone, id).getByText(text, { exact: false }).first().waitFor();
const sound = () => at(tv, 'player').evaluate((video) => ({ volume: video.volume, muted: video.muted }));
const staysWithin = (page, id) => at(page, id).evaluate((part) => part.getBoundingClientRect().left + part.scrollWidth <= innerWidth);
const path = (page) => new URL(page.url()).pathname;

test('the phone finds the television, says what is on, and starts another channel there', async () => {
  await shows('remote-on', 'Film');
  await assertAccessible(phone, 'the remote control');
  await phone.setViewportSize({ width: 390, height: 500 });
  await phone.mouse.move(195, 300);
  await phone.mouse.wheel(0, 5_000);
  await eventually('the last channel to be scrolled to', () => at(phone, 'remote-channel-show').evaluate((place) => place.getBoundingClientRect().bottom <= innerHeight));
  await phone.setViewportSize(telephone);
  await at(phone, 'remote-channel-show').click();
  await tv.waitForURL(/channel=show/);
  await shows('remote-on', 'Show');
  await at(phone, 'key-channel_down').click();
  await tv.waitForURL(/channel=film/);
});

test('its keys are the keys of the television', async () => {
  await eventually('the picture', async () => (await at(tv, 'player').evaluate((video) => video.readyState)) > 1, 60);
  await at(phone, 'key-volume_down').click();
  await eventually('it to be quieter', async () => (await sound()).volume < 0.99);
  const before = (await sound()).volume;
  await at(phone, 'key-volume_up').click();
  await eventually('it to be louder', async () => (await sound()).volume > before);
  await at(tv, 'volume-level').waitFor();
  await at(phone, 'key-mute').click();
  await eventually('silence', async () => (await sound()).muted);
  await eventually('the phone to say so', async () => (await at(phone, 'remote-volume').textContent()) === '0');
  await at(phone, 'key-left').click();
  await tv.locator('.tv-channels').waitFor();
  await at(phone, 'key-down').click();
  await at(phone, 'key-enter').click();
  await tv.locator('.tv-channels').waitFor({ state: 'detached' });
  await at(phone, 'key-enter').click();
  await tv.locator('.tv-actions').waitFor();
  await at(phone, 'key-back').click();
  await tv.locator('.tv-actions').waitFor({ state: 'detached' });
  await at(phone, 'key-play_pause').click();
  await at(phone, 'remote-paused').waitFor();
  await at(phone, 'key-play_pause').click();
  await at(phone, 'remote-paused').waitFor({ state: 'detached' });
});

test('what is typed on the phone stands on the television and goes into its chat', async () => {
  await at(phone, 'remote-type').fill('What a g');
  await eventually('the letters on the television', async () => (await at(tv, 'chat-input').inputValue({ timeout: 2_000 })) === 'What a g');
  await at(phone, 'remote-type').fill('What a goal!');
  await at(phone, 'remote-send').click();
  await tv.locator('[data-testid=chat-message]').getByText('What a goal!').waitFor();
  assert.equal(await at(phone, 'remote-type').inputValue(), '');
  await at(phone, 'key-back').click();
});

test('the phone opens a party on the television and comes along: chat, people and the clock without a picture', async () => {
  await phone.goto(`${daemon.url}/watch/film`);
  await at(phone, 'found-party').click();
  await phone.waitForURL(/\/party\/.+/);
  const party = path(phone).split('/').pop();
  await at(phone, 'party-settings').click();
  await at(phone, 'party-name').fill('An evening of films with everybody from the house');
  await phone.keyboard.press('Enter');
  await phone.keyboard.press('Escape');
  await phone.locator('.party-title h1').getByText('everybody from the house').waitFor();
  await phone.goto(`${daemon.url}/remote`);
  await at(phone, `remote-party-${party}`).click();
  await tv.waitForURL(new RegExp(`/tv/party/${party}`));
  await at(phone, 'remote-join').waitFor();
  assert.ok(await staysWithin(phone, 'remote-state'), 'a long title stays within the screen');
  await at(phone, 'remote-join').click();
  await at(phone, 'party-remote').waitFor();
  assert.equal(await phone.locator('video').count(), 0);
  await phone.locator('.party-remote-title h1').getByText('everybody from the house').waitFor();
  assert.ok(await staysWithin(phone, 'party-remote'), 'a long title stays within the screen');
  await assertAccessible(phone, 'the party on the phone');
  await at(phone, 'chat-input').fill('Hello from the couch');
  await at(phone, 'chat-send').click();
  await phone.locator('[data-testid=chat-message]').getByText('Hello from the couch').waitFor();
  await at(phone, 'party-remote-people').click();
  await at(phone, 'party-people').getByText('Ada').waitFor();
  await tv.waitForSelector('[data-testid=party-state][data-state=in_sync]', { state: 'attached' });
  const motion = () => at(phone, 'party-remote-time').getAttribute('data-position').then(Number);
  const paused = () => at(tv, 'player').evaluate((video) => video.paused);
  await at(phone, 'party-toggle').click();
  await eventually('the television to stand', paused, 60);
  const stands = await motion();
  assert.ok(Math.abs(stands - Date.now()) < 60_000, 'the clock is that of the party');
  await at(phone, 'party-toggle').click();
  await eventually('the television to go on', async () => !(await paused()) && (await motion()) > stands, 60);
});

test('the phone is in the call of the party, and the television beside it shows its face and plays not its voice', async () => {
  await enter(phone, { others: 0 });
  await assertAccessible(phone, 'a call on the phone');
  await at(phone, 'call-mute').click();
  await phone.waitForSelector('[data-testid=call-tile][data-audio=false]');
  await at(phone, 'call-mute').click();
  await phone.waitForSelector('[data-testid=call-tile][data-audio=true]');
  await eventually('the menu on the television', async () => {
    await tv.keyboard.press('Escape');
    await tv.keyboard.press('Enter');
    await at(tv, 'call-panel').click({ timeout: 3_000 });
    return true;
  }, 90);
  await tv.waitForSelector('[data-testid=call-join]:not([aria-disabled=true])');
  await at(tv, 'call-join').click();
  const tile = tv.locator('[data-testid=call-tile][data-own=false][data-link=connected][data-audio=true][data-video=true]');
  await tile.waitFor();
  assert.deepEqual(await tile.locator('video').evaluate(({ srcObject }) => srcObject.getTracks().map(({ kind }) => kind)), ['video']);
  await at(phone, 'call-leave').click();
  await tile.waitFor({ state: 'detached' });
  await at(tv, 'call-leave').click();
  await tv.keyboard.press('Escape');
});

test('what both say in the party stands on both', async () => {
  await at(phone, 'to-remote').click();
  // A key is worth nothing later: one that is pressed while the television comes back is lost.
  await eventually('the chat on the television', async () => {
    await at(phone, 'key-right').click();
    await tv.locator('[data-testid=chat-message]').getByText('Hello from the couch').waitFor({ timeout: 5_000 });
    return true;
  }, 90);
  await at(phone, 'remote-type').fill('And from the television');
  await at(phone, 'remote-send').click();
  await tv.locator('[data-testid=chat-message]').getByText('And from the television').waitFor();
  await at(phone, 'remote-join').click();
  await phone.locator('[data-testid=chat-message]').getByText('And from the television').waitFor();
});

test('another account has other televisions, and does not learn of these', async () => {
  const id = await phone.evaluate(async () => (await (await fetch('/api/v1/me')).json()).user.id);
  const { token } = await (await daemon.post('/api/v1/accounts', { name: 'Eve', password: 'password of Eve' })).json();
  const eve = await HubClient.open(daemon, { token });
  assert.equal((await eve.ask({ type: 'join', room: `couch:${id}` })).error.code, 'not_found');
  const own = `couch:${eve.welcome.user.id}`;
  assert.deepEqual((await eve.join(own)).personal.couch, { screens: [] });
  assert.equal((await eve.command(own, 'couch.press', { screen: 'screen-of-ada', key: 'up' })).error.code, 'not_found');
  assert.equal((await eve.command(`couch:${id}`, 'couch.press', { screen: 'screen-of-ada', key: 'up' })).error.code, 'forbidden');
  eve.close();
});

test('a television that was cut off goes, and comes back by itself', async () => {
  await phone.goto(`${daemon.url}/remote`);
  await at(phone, 'remote-on').waitFor();
  await tv.context().setOffline(true);
  await at(phone, 'remote-none').waitFor();
  await tv.context().setOffline(false);
  await at(phone, 'remote-on').waitFor();
  await phone.context().setOffline(true);
  await shows('remote-fault', 'connection is away');
  await phone.context().setOffline(false);
  await eventually('the phone to be back', async () => (await at(phone, 'remote-fault').textContent()) === '', 60);
  await at(phone, 'remote-channel-show').click();
  await tv.waitForURL(/channel=show/);
  assert.deepEqual(faults, []);
});
