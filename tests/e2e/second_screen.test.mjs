// SPDX-License-Identifier: MIT
// A television and a phone: pairing by a code, and the phone as its remote control.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { launchBrowser } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';

let daemon;
let browser;
let tv;
let phone;

before(async () => {
  daemon = await Daemon.start({
    channels: 'channels:\n  - {id: film, name: Film, number: 1, feed: "file:film.mp4"}\n  - {id: show, name: Show, number: 2, feed: "file:film.mp4"}\n',
  });
  makeFile(path.join(daemon.directory, 'film.mp4'));
  await daemon.channelState('film', 'live', 90);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await daemon?.dispose();
});

const faults = [];
async function open(address, viewport) {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(daemon.url + address);
  return page;
}
const television = { width: 1920, height: 1080 };
const telephone = { width: 390, height: 844 };
const at = (page, id) => page.locator(`[data-testid=${id}]`);
const online = (page) => page.waitForFunction(() => document.querySelector('[data-testid=connection-status][data-state=online], [data-testid=remote-state][data-state=online]'));

async function signUp(page, name) {
  await page.getByRole('button', { name: 'Register' }).click();
  await at(page, 'account-name').fill(name);
  await at(page, 'account-password').fill('password of a phone');
  await at(page, 'account-submit').click();
  await at(page, 'link-as').getByText(name, { exact: false }).waitFor();
}

test('a television shows a code when somebody chooses to sign in with the arrow keys', async () => {
  tv = await open('/tv?channel=film', television);
  await tv.keyboard.press('Enter');
  await at(tv, 'tv-sign-in').waitFor();
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
