// SPDX-License-Identifier: MIT
// An account in the browser: signing out and in on an open page, and a session that is ended elsewhere.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { at, launchBrowser, openPage } from './lib/browser.mjs';
import { Daemon } from './lib/daemon.mjs';
import { HubClient } from './lib/hub_client.mjs';

const room = 'channel:quiet';
const password = 'a long password';
let daemon, browser, page, witness;

const online = (on) => on.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached' });

async function signIn(on) {
  await at(on, 'account-name').fill('Ada');
  await at(on, 'account-password').fill(password);
  await on.keyboard.press('Enter');
  await at(on, 'account').waitFor();
}

// Says something, and tells who the room heard.
async function whoSays(on, text) {
  await online(on);
  await at(on, 'chat-input').fill(text);
  await on.keyboard.press('Enter');
  return (await witness.event(text, (event) => event.kind === 'chat.message' && event.body.text === text)).user;
}

before(async () => {
  daemon = await Daemon.start({ channels: 'channels:\n  - {id: quiet, name: Quiet, number: 1, feed: {url: "rtmp://publish", stream_key: k}}\n' });
  await daemon.post('/api/v1/accounts', { name: 'Ada', password });
  witness = await HubClient.open(daemon, { name: 'Witness' });
  await witness.join(room);
  browser = await launchBrowser();
  page = await openPage(browser, `${daemon.url}/watch/quiet`);
  await online(page);
});
after(async () => {
  witness?.close();
  await browser?.close();
  await daemon?.dispose();
});

test('who signs in, out and in again keeps chatting, each time as who they are then', async () => {
  await at(page, 'sign-in-button').click();
  await signIn(page);
  assert.equal((await whoSays(page, 'signed in')).name, 'Ada');
  await at(page, 'sign-out-button').click();
  await at(page, 'sign-in-button').waitFor();
  assert.equal((await whoSays(page, 'signed out')).role, 'guest');
  await at(page, 'sign-in-button').click();
  await signIn(page);
  assert.equal((await whoSays(page, 'signed in again')).name, 'Ada');
});

test('whose session was ended elsewhere signs in again without a reload', async () => {
  const { token } = await daemon.signIn('Ada', password);
  await daemon.get('/api/v1/sessions', { method: 'DELETE', headers: { Authorization: `Bearer ${token}` } });
  const notice = page.locator('.stopped-notice');
  await notice.waitFor();
  await notice.locator('.button-accent').click();
  await signIn(page);
  assert.equal((await whoSays(page, 'back after the end')).name, 'Ada');
  assert.equal(await notice.count(), 0);
});
