// SPDX-License-Identifier: MIT
// An account in the browser: signing out and in on an open page, a session that is ended elsewhere, and the database going away.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { at, launchBrowser, openPage } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
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

test('while the database is away the page waits, and comes back as the same account; so does one that was loaded meanwhile', async () => {
  const socket = path.join(daemon.directory, 'data/postgres/run/.s.PGSQL.5432');
  const postmaster = fs.readFileSync(path.join(daemon.directory, 'data/postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0];
  const guest = () => page.evaluate(() => localStorage.getItem('grandstand.guest'));
  const before = await guest();
  fs.renameSync(socket, `${socket}.away`);
  // Those of the daemon, which it would go on using.
  for (const pid of execFileSync('pgrep', ['-P', postmaster, '-f', '^postgres: grandstand']).toString().trim().split('\n')) process.kill(Number(pid), 'SIGTERM');
  const status = (on) => on.evaluate(async () => (await fetch('/api/v1/me')).status);
  await eventually('nobody to know the session any more', async () => (await status(page)) === 503, 40);
  const refused = (on) => new Promise((resolve) => on.on('websocket', (one) => one.on('framereceived', ({ payload }) => String(payload).includes('"code":"unavailable"') && resolve())));
  const told = refused(page);
  await page.context().setOffline(true);
  await page.waitForSelector('[data-testid=connection-status][data-state=reconnecting]', { state: 'attached' });
  await page.context().setOffline(false);
  await told;
  const later = await page.context().newPage();
  const toldLater = refused(later);
  await later.goto(`${daemon.url}/watch/quiet`);
  await toldLater;
  fs.renameSync(`${socket}.away`, socket);
  assert.equal((await whoSays(page, 'still the same')).name, 'Ada');
  assert.equal((await whoSays(later, 'loaded meanwhile')).name, 'Ada');
  assert.equal(await guest(), before, 'nobody took another name');
  assert.deepEqual(page.faults, []);
});
