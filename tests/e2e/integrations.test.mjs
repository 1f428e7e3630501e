// SPDX-License-Identifier: MIT
// What integrators build on: the API's documents and a client made of them, bots, webhooks that outlive a crash.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { messageChecker, responseChecker } from './lib/api_documents.mjs';
import { launchBrowser } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { HubClient } from './lib/hub_client.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const room = 'channel:quiet';
let daemon;
let root; // token of an administrator
const clients = [];
const shots = process.env.GRANDSTAND_SCREENSHOTS;

// As it looks on a desktop, a phone and a television.
async function shoot(page, name) {
  for (const [width, height] of shots ? [[1280, 800], [390, 844], [1920, 1080]] : []) {
    await page.setViewportSize({ width, height });
    await page.locator('[data-testid=settings-webhooks]').scrollIntoViewIfNeeded();
    await page.screenshot({ path: `${shots}/${name}-${width}.png` });
  }
}

before(async () => {
  daemon = await Daemon.start({
    channels: 'channels:\n  - {id: quiet, name: Quiet, number: 1, feed: {url: "rtmp://publish", stream_key: k}}\n',
    extra: 'webhooks:\n  private_networks: true\n  retry_first: 500ms\n  retry_longest: 1s\n',
  });
  daemon.addUser('Root', 'admin', 'correct horse');
  root = (await daemon.signIn('Root', 'correct horse')).token;
});
after(async () => {
  for (const client of clients) client.close();
  await daemon?.dispose();
});

async function ask(method, target, token, body) {
  const headers = { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await daemon.get(target, { method, headers, body: body && JSON.stringify(body) });
  const text = await response.text();
  return { status: response.status, ...(text ? JSON.parse(text) : {}) };
}

async function open(options) {
  const client = await HubClient.open(daemon, options);
  clients.push(client);
  return client;
}

// A bot with one token.
async function makeBot(name, wish) {
  const { bot } = await ask('POST', '/api/v1/bots', root, { name });
  const made = await ask('POST', `/api/v1/bots/${bot.id}/tokens`, root, { name: 'test', ...wish });
  assert.equal(made.status, 201, JSON.stringify(made));
  return { id: bot.id, token: made.token, tokenId: made.id };
}

test('a client that is generated from the OpenAPI document does all that a viewer does, and the answers fit both documents', async () => {
  const document = await daemon.json('/api/v1/openapi.json');
  const work = path.join(here, 'node_modules', '.cache', 'api');
  fs.rmSync(work, { recursive: true, force: true });
  fs.mkdirSync(work, { recursive: true });
  fs.writeFileSync(path.join(work, 'package.json'), '{"type":"module"}');
  fs.writeFileSync(path.join(work, 'openapi.json'), JSON.stringify(document));
  fs.copyFileSync(path.join(here, 'typed', 'walk.ts'), path.join(work, 'walk.ts'));
  const tool = (name) => path.join(here, 'node_modules', '.bin', name);
  execFileSync(tool('openapi-typescript'), ['openapi.json', '-o', 'openapi.ts'], { cwd: work });
  try {
    execFileSync(tool('tsc'), ['--strict', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom,dom.iterable', '--skipLibCheck', 'walk.ts'], { cwd: work, encoding: 'utf8' });
  } catch (error) {
    assert.fail(error.stdout);
  }
  const check = responseChecker(document);
  const faults = [];
  const checked = async (request) => {
    const response = await fetch(request);
    const type = response.headers.get('content-type') ?? '';
    const body = type.startsWith('text/event-stream') ? '' : await response.clone().text();
    const { pathname, search } = new URL(request.url);
    faults.push(...check(request.method, pathname + search, response.status, type, body));
    return response;
  };
  const { walk } = await import(pathToFileURL(path.join(work, 'walk.js')).href);
  const heard = await walk(daemon.url, checked, root);
  const { message } = messageChecker(await daemon.json('/api/v1/asyncapi.json'));
  for (const one of heard) faults.push(...message(one));
  assert.deepEqual(faults, []);
});

test('the examples of commands and events fit the AsyncAPI document', async () => {
  const document = JSON.parse(fs.readFileSync(path.join(here, '../../docs/api/asyncapi.json'), 'utf8'));
  assert.deepEqual(await daemon.json('/api/v1/asyncapi.json'), document, 'what is served is what is published');
  const { schema } = messageChecker(document);
  const social = path.join(here, '../social');
  const faults = [];
  let checked = 0;
  for (const feature of fs.readdirSync(social)) {
    const golden = path.join(social, feature, 'golden');
    if (!fs.existsSync(golden)) continue;
    for (const file of fs.readdirSync(golden)) {
      const names = [file.slice(0, -5), file.slice(0, -5).replace(/_[a-z]+$/, '')].flatMap((name) => [`command.${feature}.${name}`, `event.${feature}.${name}`]);
      const value = JSON.parse(fs.readFileSync(path.join(golden, file), 'utf8'));
      // The same word may name a command and an event.
      const known = names.filter((name) => document.components.schemas[name]).slice(0, 2);
      if (known.length === 0) continue;
      checked += 1;
      const found = known.map((name) => schema(name, value));
      if (!found.some((one) => one.length === 0)) faults.push(...found.flat());
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(checked > 40, `${checked} examples`);
});

test('a bot speaks under its badge, does what its token is for, and is sent away when that is revoked', async () => {
  const { id, token, tokenId } = await makeBot('Score bot', { scopes: ['chat'], channel: 'quiet' });
  const viewer = await open({ name: 'Vera' });
  await viewer.join(room);
  const bot = await open({ token });
  assert.equal(bot.welcome.user.id, id);
  await bot.join(room);
  assert.equal((await bot.say(room, 'Two to one')).stored, true);
  const event = await viewer.event('the message', (one) => one.body.text === 'Two to one');
  assert.equal(event.user.id, id);
  const refused = await bot.ask({ type: 'command', room, name: 'reactions.send', key: 'r1', body: { reaction: 'heart' } });
  assert.equal(refused.error.code, 'forbidden');
  assert.match(refused.error.message, /scope "reactions"/);
  assert.equal((await ask('DELETE', `/api/v1/bots/${id}/tokens/${tokenId}`, root)).status, 204);
  assert.equal((await bot.closed).code, 4001);
  assert.equal((await ask('GET', '/api/v1/me', token)).user, null);
});

// Somebody's settings on the page of the channel.
async function openSettings(browser, session, viewport = { width: 1280, height: 800 }) {
  const context = await browser.newContext({ viewport });
  await context.addCookies([{ name: 'grandstand_session', value: session, url: daemon.url, httpOnly: true, sameSite: 'Lax' }]);
  const page = await context.newPage();
  page.setDefaultTimeout(90_000);
  await page.goto(`${daemon.url}/watch/quiet`);
  await page.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached' });
  await page.click('[data-testid=account-settings-button]');
  return page;
}

test('people make bots and tokens in their settings, and see in the chat who is one', async () => {
  const browser = await launchBrowser();
  try {
    const page = await openSettings(browser, root);
    await page.fill('[data-testid=new-bot-name]', 'Page bot');
    await page.click('[data-testid=make-bot]');
    const card = page.locator('[data-testid=bot-card]', { hasText: 'Page bot' });
    await card.locator('summary').click();
    await card.locator('input[name=name]').fill('studio');
    await card.locator('input[value=chat]').check();
    await card.locator('[data-testid=make-token]').click();
    const token = await card.locator('[data-testid=bot-secret]').innerText();
    assert.match(token, /^gsb_[A-Za-z0-9_-]{43}$/);
    await assertAccessible(page);
    await page.keyboard.press('Escape');
    const bot = await open({ token });
    await bot.join(room);
    await bot.say(room, 'I was made on a page');
    const message = page.locator('[data-testid=chat-log]', { hasText: 'I was made on a page' });
    await message.waitFor();
    await message.locator('[data-testid=bot-badge]').first().waitFor();
  } finally {
    await browser.close();
  }
});

test('the creator of a channel adds a webhook on a page, and has a delivery made again', async () => {
  const told = []; // ids
  const receiver = http.createServer((request, response) => {
    told.push(request.headers['webhook-id']);
    request.resume();
    response.writeHead(204).end();
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const browser = await launchBrowser();
  try {
    const carla = await ask('POST', '/api/v1/accounts', null, { name: 'Carla', password: 'correct horse' });
    const settings = await openSettings(browser, carla.token);
    await settings.locator('[data-testid=settings-bots]').waitFor();
    assert.equal(await settings.locator('[data-testid=settings-webhooks]').count(), 0, 'who creates no channel has none');
    assert.equal((await ask('PUT', `/api/v1/channels/quiet/roles/${carla.user.id}`, root, { role: 'creator' })).status, 204);

    const page = await openSettings(browser, carla.token);
    await page.fill('[data-testid=new-webhook-url]', `http://127.0.0.1:${receiver.address().port}/page`);
    await page.check('[data-testid=settings-webhooks] input[value="chat.message"]');
    await page.click('[data-testid=make-webhook]');
    assert.match(await page.locator('[data-testid=webhook-secret]').innerText(), /^whsec_/);
    const speaker = await open({ token: (await makeBot('Announcer', { scopes: ['chat'] })).token });
    await speaker.join(room);
    await speaker.say(room, 'told to the page');
    await eventually('the delivery', () => told.length === 1);

    const card = page.locator('[data-testid=webhook-card]');
    const delivered = card.locator('[data-testid=webhook-delivery][data-state=delivered]');
    await eventually('the list to have it', async () => {
      await card.locator('summary').click();
      return delivered.first().waitFor({ timeout: 2_000 }).then(() => true, () => false);
    });
    await assertAccessible(page);
    await shoot(page, 'webhooks');
    await delivered.first().locator('[data-testid=deliver-again]').click();
    await eventually('the delivery to come again', () => told.length === 2);
    assert.equal(told[1], told[0]);
    await card.locator('[data-testid=webhook-switch]').click();
    await eventually('it to be switched off', async () => (await ask('GET', '/api/v1/channels/quiet/webhooks', root)).webhooks[0].enabled === false);
    const remove = card.locator('[data-testid=webhook-remove]');
    await remove.click();
    assert.match(await remove.innerText(), /Really/, 'it asks once more');
    await remove.click();
    await card.waitFor({ state: 'detached' });
  } finally {
    await browser.close();
    receiver.closeAllConnections();
    receiver.close();
  }
});

test('a webhook is told of everything that was acknowledged, over a kill -9 and an outage of the receiver', async () => {
  let well = true;
  let secret;
  const told = new Map(); // text -> ids
  const receiver = http.createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    const signed = `${request.headers['webhook-id']}.${request.headers['webhook-timestamp']}.${body}`;
    const expected = `v1,${crypto.createHmac('sha256', Buffer.from(secret.slice(6), 'base64')).update(signed).digest('base64')}`;
    assert.equal(request.headers['webhook-signature'], expected);
    if (well) {
      const { text } = JSON.parse(body).data.body;
      told.set(text, [...(told.get(text) ?? []), request.headers['webhook-id']]);
    }
    response.writeHead(well ? 204 : 503).end();
  });
  await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  try {
    const manager = await makeBot('Hook keeper', { scopes: ['webhooks'], channel: 'quiet' });
    const target = '/api/v1/channels/quiet/webhooks';
    const wish = { url: `http://127.0.0.1:${receiver.address().port}/hook`, kinds: ['chat.message'] };
    assert.equal((await ask('POST', target, manager.token, wish)).status, 403, 'a creator of the channel is needed');
    assert.equal((await ask('PUT', `/api/v1/channels/quiet/roles/${manager.id}`, root, { role: 'creator' })).status, 204);
    const made = await ask('POST', target, manager.token, wish);
    assert.equal(made.status, 201, JSON.stringify(made));
    secret = made.secret;

    let speaker = await makeBot('Speaker', { scopes: ['chat'] });
    let bot = await open({ token: speaker.token });
    await bot.join(room);
    const acknowledged = [];
    const say = async (text) => {
      if ((await bot.say(room, text)).stored) acknowledged.push(text);
    };
    await say('first');
    await eventually('the first delivery', () => told.has('first'));
    well = false;
    for (let i = 0; i < 8; ++i) await say(`while it is away ${i} ${crypto.randomUUID()}`);
    await daemon.kill();
    well = true;
    await daemon.launch();
    bot = await open({ token: speaker.token });
    await bot.join(room);
    await say('after the crash');
    assert.ok(acknowledged.includes('after the crash'));
    await eventually('all that was acknowledged to be told', () => acknowledged.every((text) => told.has(text)), 60);
    for (const ids of told.values()) assert.equal(new Set(ids).size, 1, 'one event has one id');

    const { deliveries } = await eventually('the list of deliveries', async () => {
      const list = await ask('GET', `${target}/${made.id}/deliveries?state=delivered`, manager.token);
      return list.deliveries.length >= acknowledged.length && list;
    });
    const again = told.get('first').length;
    const first = deliveries.at(-1);
    assert.equal((await ask('POST', `${target}/${made.id}/deliveries`, manager.token, { delivery: first.id })).status, 202);
    await eventually('the delivery to come again', () => told.get('first').length > again);
  } finally {
    receiver.closeAllConnections();
    receiver.close();
  }
});
