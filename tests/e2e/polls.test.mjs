// SPDX-License-Identifier: MIT
// A poll from the question to the proof: two pages in one browser, a moderator's and a viewer's.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser } from './lib/browser.mjs';
import { assertAccessible } from './lib/accessibility.mjs';
import { Daemon, binary, eventually } from './lib/daemon.mjs';
import { HubClient } from './lib/hub_client.mjs';

const room = 'channel:quiet';
let daemon;
let browser;
const clients = [];

before(async () => {
  daemon = await Daemon.start({ channels: 'channels:\n  - {id: quiet, name: Quiet, number: 1, feed: {url: "rtmp://publish", stream_key: k}}\n' });
  daemon.addUser('Mod', 'moderator', 'moderators password');
  browser = await launchBrowser();
});
after(async () => {
  for (const client of clients) client.close();
  await browser?.close();
  await daemon?.dispose();
});

const account = async (name) => (await (await daemon.post('/api/v1/accounts', { name, password: 'correct horse battery' })).json()).token;
const moderator = async () => (await daemon.signIn('Mod', 'moderators password')).token;
const client = async (options) => {
  const opened = await HubClient.open(daemon, options);
  clients.push(opened);
  await opened.join(room);
  return opened;
};
const verify = (...args) => {
  const { status, stdout, stderr } = spawnSync(binary, ['verify', ...args], { encoding: 'utf8' });
  return { status, text: stdout + stderr };
};

async function openPage(token, viewport = { width: 1280, height: 800 }) {
  const context = await browser.newContext({ viewport });
  await context.addCookies([{ name: 'grandstand_session', value: token, url: daemon.url, httpOnly: true, sameSite: 'Lax' }]);
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  await page.goto(`${daemon.url}/watch/quiet`);
  await page.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached' });
  return { context, page };
}

test('a moderator asks, a viewer votes, both see the result, and the receipt proves it', async () => {
  const mod = await openPage(await moderator());
  const ada = await openPage(await account('Ada'), { width: 390, height: 844 });
  await mod.page.click('[data-testid=poll-opener]');
  await mod.page.fill('[data-testid=poll-form-question]', 'Who wins the final?');
  await mod.page.locator('[data-testid=poll-form-option]').nth(0).fill('Blue');
  await mod.page.locator('[data-testid=poll-form-option]').nth(1).fill('Red');
  await assertAccessible(mod.page, 'the form of a poll');
  await mod.page.click('[data-testid=poll-form-open]');
  const options = (page) => page.locator('[data-testid=polls] [data-testid=poll-option]');
  await ada.page.waitForSelector('[data-testid=polls] [data-testid=poll]');
  await assertAccessible(ada.page, 'an open poll on a phone');
  await options(ada.page).nth(1).click();
  await ada.page.waitForSelector('[data-testid=polls] .poll-option.is-chosen');
  await eventually('the moderator to see the vote', async () => (await mod.page.textContent('[data-testid=poll-votes]')).startsWith('1 '));
  await mod.page.click('[data-testid=poll-close]');
  for (const { page } of [mod, ada]) {
    await eventually('the final result', async () => (await page.textContent('[data-testid=polls] [data-testid=poll-status]')) === 'Final result');
    assert.match(await options(page).nth(1).textContent(), /100 %/);
  }
  await assertAccessible(mod.page, 'the result of a poll');
  await ada.page.click('[data-testid=poll-receipt]');
  await ada.page.click('[data-testid=poll-copy]');
  await ada.page.waitForSelector('[data-testid=poll-receipt-text]');
  const receipt = await ada.page.inputValue('[data-testid=poll-receipt-text]');
  const file = path.join(daemon.directory, 'receipt.json');
  fs.writeFileSync(file, receipt);
  const good = verify(file);
  assert.equal(good.status, 0, good.text);
  const poll = JSON.parse(receipt).origin.split('/').at(-1);
  const counted = verify('--poll', `${daemon.url}/api/v1/rooms/channel%3Aquiet/polls/export?poll=${encodeURIComponent(poll)}`, file);
  assert.equal(counted.status, 0, counted.text);
  assert.match(counted.text, /no later one replaces it/);
  fs.writeFileSync(file, receipt.replace('"option":2', '"option":1'));
  assert.equal(verify(file).status, 1);
  fs.writeFileSync(file, 'nonsense');
  assert.equal(verify(file).status, 2);
  // A new visit finds the result and the own vote again.
  await ada.page.reload();
  await ada.page.waitForSelector('[data-testid=polls] .poll-option.is-chosen');
  assert.deepEqual([...mod.page.faults, ...ada.page.faults], []);
  await mod.context.close();
  await ada.context.close();
});

test('a vote survives kill -9: the same command gets the same receipt, another one a conflict', async () => {
  const mod = await client({ token: await moderator() });
  const token = await account('Bea');
  const bea = await client({ token });
  const opened = await mod.command(room, 'polls.open', { question: 'Again?', options: ['Yes', 'No'], seconds: 3600 });
  assert.equal(opened.stored, true);
  const poll = `${opened.epoch}:${opened.offset}`;
  const voted = await bea.command(room, 'polls.vote', { poll, option: 1 }, 'vote-1');
  assert.equal(voted.result.index, 0);
  assert.equal((await (await client({ name: 'Guest' })).command(room, 'polls.vote', { poll, option: 1 })).error.code, 'forbidden');
  await daemon.kill();
  await daemon.launch();
  const again = await HubClient.open(daemon, { token });
  clients.push(again);
  const joined = await again.join(room);
  assert.equal(joined.personal.polls.votes[0].nonce, voted.result.nonce);
  const shown = joined.snapshots.polls.polls.find((entry) => entry.poll === poll);
  assert.deepEqual(shown.counts, [1, 0]);
  const repeated = await again.command(room, 'polls.vote', { poll, option: 1 }, 'vote-1');
  assert.equal(repeated.result.nonce, voted.result.nonce);
  assert.equal((await again.command(room, 'polls.vote', { poll, option: 2 }, 'vote-2')).error.code, 'conflict');
  const modAgain = await client({ token: await moderator() });
  assert.equal((await modAgain.command(room, 'polls.close', { poll })).ok, true);
  const final = await again.event('the final count', (event) => event.kind === 'polls.final' && event.body.poll === poll);
  assert.deepEqual([final.body.counts, final.body.size], [[1, 0], 1]);
  const late = await again.command(room, 'polls.vote', { poll, option: 1 }, 'vote-3');
  assert.equal(late.error.code, 'conflict');
  assert.match(late.error.message, /20\d\d-/);
  const exported = `${daemon.url}/api/v1/rooms/channel%3Aquiet/polls/export?poll=${encodeURIComponent(poll)}`;
  const checked = verify('--json', '--root', final.body.root, '--key', final.body.key, exported);
  assert.equal(checked.status, 0, checked.text);
  assert.deepEqual(JSON.parse(checked.text).counts, [1, 0]);
});
