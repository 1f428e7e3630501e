// SPDX-License-Identifier: MIT
// The overlay for OBS, what browsers refuse on every page, names and words from right to left, warnings, emotes, who is
// here, and a classifier that the operator brings.
import assert from 'node:assert/strict';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { at, launchBrowser } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { HubClient } from './lib/hub_client.mjs';

const room = 'channel:quiet';
const shots = process.env.GRANDSTAND_SCREENSHOTS;
const shoot = async (page, name) => shots && (await page.screenshot({ path: `${shots}/${name}.png` }));
let daemon, browser, token, classifier;
let judge = () => ({}); // what the classifier says of a text
const clients = [];

const open = async (options) => {
  const client = await HubClient.open(daemon, options);
  clients.push(client);
  await client.join(room);
  return client;
};

// Everything that a page did wrong, and that the browser refused it.
async function openPage(path, options = {}) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })).newPage();
  page.setDefaultTimeout(90_000); // on a slow, busy machine
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push(String(error)));
  page.on('console', (message) => /Content Security Policy|Content-Security-Policy|Permissions-Policy/.test(message.text()) && page.faults.push(message.text()));
  await page.addInitScript(() => addEventListener('securitypolicyviolation', (event) => console.error(`Content Security Policy: ${event.violatedDirective} ${event.blockedURI}`)));
  await page.goto(daemon.url + path);
  return page;
}
const online = (page) => page.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached' });

before(async () => {
  classifier = http.createServer(async (request, response) => {
    let text = '';
    for await (const part of request) text += part;
    const { messages } = JSON.parse(text);
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify({ messages: messages.map((message) => ({ id: message.id, categories: judge(message) })) }));
  });
  await new Promise((resolve) => classifier.listen(0, '127.0.0.1', resolve));
  daemon = await Daemon.start({
    channels: 'channels:\n  - {id: quiet, name: Quiet, number: 1, feed: {url: "rtmp://publish", stream_key: k}}\n',
    extra: `hub:\n  classifier_url: http://127.0.0.1:${classifier.address().port}/judge\n  classifier_timeout: 2s\n`,
  });
  daemon.addUser('Maria', 'moderator', 'moderators password');
  token = (await daemon.signIn('Maria', 'moderators password')).token;
  browser = await launchBrowser();
});
after(async () => {
  for (const client of clients) client.close();
  await browser?.close();
  await daemon?.dispose();
  classifier?.close();
});

test('the overlay shows the room on nothing, hides what is deleted, and comes back after a restart', async () => {
  const page = await openPage('/overlay/quiet?seconds=0');
  await page.waitForSelector('[data-testid=overlay][data-state=online]');
  const transparent = () => page.evaluate(() => [document.documentElement, document.body].every((one) => getComputedStyle(one).backgroundColor === 'rgba(0, 0, 0, 0)'));
  assert.ok(await transparent());
  const maria = await open({ token });
  const ada = await open({ name: 'Ada' });
  const said = await ada.say(room, 'on the overlay');
  await at(page, 'overlay-messages').getByText('on the overlay').waitFor();
  await ada.say(room, 'spam spam');
  const spam = ada.events.at(-1) && (await ada.event('it', (event) => event.body?.text === 'spam spam'));
  await at(page, 'overlay-messages').getByText('spam spam').waitFor();
  await maria.command(room, 'chat.delete', { message: `${spam.epoch}:${spam.offset}` });
  await at(page, 'overlay-messages').getByText('spam spam').waitFor({ state: 'detached' });
  assert.equal(await at(page, 'overlay-messages').locator('.message').count(), 1, 'nor does a trace of it stay');
  const poll = await maria.command(room, 'polls.open', { question: 'Who wins?', options: ['Home', 'Away'], seconds: 600 });
  assert.ok(poll.ok);
  await at(page, 'overlay-poll').getByText('Who wins?').waitFor();
  // One of them is there at any time while they are sent.
  const sending = setInterval(() => void ada.command(room, 'reactions.send', { reaction: 'heart' }), 400);
  await at(page, 'reaction-overlay').locator('[data-reaction=heart]').first().waitFor().finally(() => clearInterval(sending));
  await shoot(page, 'overlay');
  await daemon.kill();
  await daemon.launch();
  await page.waitForSelector('[data-testid=overlay][data-state=online]', { timeout: 60_000 });
  await at(page, 'overlay-messages').getByText('on the overlay').waitFor();
  const again = await open({ name: 'Ada' });
  await again.say(room, 'after the restart');
  await at(page, 'overlay-messages').getByText('after the restart').waitFor();
  assert.ok(said.ok && (await transparent()));
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('no page does what its own content policy refuses', async () => {
  const pages = ['/', '/watch/quiet', '/guide', '/tv', '/tv/guide', '/overlay/quiet', '/monitor'];
  for (const path of pages) {
    const response = await daemon.get(path);
    assert.match(response.headers.get('content-security-policy'), /default-src 'none'; script-src 'self'; style-src 'self';/, path);
    const page = await openPage(path);
    await page.waitForSelector('#app > *');
    if (['/', '/watch/quiet', '/overlay/quiet'].includes(path)) await page.waitForSelector('[data-state=online]', { state: 'attached' });
    assert.deepEqual(page.faults, [], path);
    assert.equal(await page.locator('script:not([src]), style').count(), 0, `${path}: nothing inline`);
    await page.context().close();
  }
});

test('names and words from right to left stay in their places', async () => {
  const page = await openPage('/watch/quiet');
  await online(page);
  const bidi = await open({ name: 'עדה' });
  // Overrides and isolates that would turn round what follows.
  const sent = await bidi.say(room, '\u202eلعبة رائعة\u202e \u2067abc');
  assert.ok(sent.ok, JSON.stringify(sent));
  const row = page.locator(`[data-message-id="${sent.epoch}:${sent.offset}"]`);
  await row.waitFor();
  const heard = await bidi.event('it', (event) => event.offset === sent.offset);
  assert.doesNotMatch(heard.body.text, /[\u202a-\u202e\u2066-\u2069]/u);
  const places = await row.evaluate((element) => {
    const box = (selector) => element.querySelector(selector).getBoundingClientRect();
    const [author, text] = [box('.message-author'), box('.message-text')];
    return { inOrder: author.right <= text.left + 1 || author.bottom <= text.top + 1, isolated: element.querySelector('.message-author bdi') !== null, dir: element.querySelector('.message-text').getAttribute('dir') };
  });
  assert.deepEqual(places, { inOrder: true, isolated: true, dir: 'auto' });
  await row.locator('[data-author]').click();
  await page.locator('.user-card[open]').waitFor();
  assert.equal(await page.locator('.user-card[open] h2 bdi').textContent(), 'עדה');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('people are warned, say that they have read it, and moderators see it on the card', async () => {
  const page = await openPage('/watch/quiet');
  await online(page);
  await at(page, 'chat-input').fill('something rude');
  await page.keyboard.press('Enter');
  const maria = await open({ token });
  const rude = await eventually('the message', async () => (await daemon.json(`/api/v1/rooms/${room}/chat/history?limit=10`)).messages.find((event) => event.body.text === 'something rude'));
  const moderator = await openPage('/watch/quiet');
  await moderator.evaluate((body) => fetch('/api/v1/sessions', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }), { name: 'Maria', password: 'moderators password' });
  await moderator.reload();
  await online(moderator);
  await moderator.locator(`[data-message-id="${rude.epoch}:${rude.offset}"] [data-author]`).click();
  await at(moderator, 'warn').waitFor();
  await moderator.locator('.card-moderation input').fill('Please be kind');
  await at(moderator, 'warn').click();
  await at(page, 'own-sanction').getByText('Please be kind').waitFor();
  await at(moderator, 'person-log').getByText('Please be kind').first().waitFor();
  await assertAccessible(moderator, 'the card of a user, for moderators');
  await shoot(moderator, 'user-card');
  await at(page, 'chat-input').fill('now kind');
  await page.keyboard.press('Enter');
  await at(page, 'chat-pending').getByRole('alert').waitFor();
  await assertAccessible(page, 'a warning');
  await shoot(page, 'warning');
  await at(page, 'acknowledge').click();
  await at(page, 'own-sanction').waitFor({ state: 'detached' });
  await at(page, 'chat-pending').getByRole('button').first().click();
  await maria.event('the second try', (event) => event.body?.text === 'now kind');
  await at(moderator, 'person-log').getByText('acknowledged').waitFor();
  assert.deepEqual([...page.faults, ...moderator.faults], []);
  await page.context().close();
  await moderator.context().close();
});

test('a channel has emotes of its own, uploaded and picked with the keyboard', async () => {
  const moderator = await openPage('/watch/quiet');
  await moderator.evaluate((body) => fetch('/api/v1/sessions', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }), { name: 'Maria', password: 'moderators password' });
  await moderator.reload();
  await at(moderator, 'moderate').click();
  await moderator.click('[data-tab=rules]');
  const form = at(moderator, 'moderation-emotes').locator('form');
  const picture = await moderator.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = canvas.height = 300;
    const context = canvas.getContext('2d');
    context.fillStyle = 'orange';
    context.arc(150, 150, 140, 0, 7);
    context.fill();
    return canvas.toDataURL('image/png').split(',')[1];
  });
  await form.locator('input[type=text]').fill('goal_cat');
  await form.locator('input[type=file]').setInputFiles({ name: 'cat.png', mimeType: 'image/png', buffer: Buffer.from(picture, 'base64') });
  await form.locator('button').click();
  await at(moderator, 'moderation-emotes').getByText(':goal_cat:').waitFor();
  const bad = await daemon.get('/api/v1/channels/quiet/emotes/bad', { method: 'PUT', headers: { 'Content-Type': 'image/png', Authorization: `Bearer ${token}` }, body: '<svg onload="alert(1)"/>' });
  assert.equal(bad.status, 400);
  await assertAccessible(moderator, 'the rules with an emote');
  const page = await openPage('/watch/quiet', { locale: 'es-ES' });
  await at(page, 'emoji-toggle').click();
  await page.keyboard.type('cat');
  await at(page, 'emoji-picker').locator('img.emote').waitFor();
  await assertAccessible(page, 'the picker with emotes');
  await shoot(page, 'emotes');
  await page.keyboard.press('Enter');
  await eventually('the name', async () => (await at(page, 'chat-input').inputValue()) === ':goal_cat: ');
  await at(page, 'chat-input').press('Enter');
  const shown = at(page, 'chat-log').locator('img.emote[alt=":goal_cat:"]');
  await shown.waitFor();
  assert.ok(await shown.evaluate((image) => image.decode().then(() => image.naturalWidth === 112)));
  const maria = await open({ token });
  await maria.command(room, 'house_rules.set_mode', { mode: 'emotes', value: 1 });
  const guest = await open({ name: 'Gil' });
  assert.equal((await guest.say(room, ':goal_cat: \u{1F44F}')).ok, true);
  assert.equal((await guest.say(room, ':no_such:')).error.code, 'forbidden');
  await maria.command(room, 'house_rules.set_mode', { mode: 'emotes', value: 0 });
  assert.deepEqual([...moderator.faults, ...page.faults], []);
  await moderator.context().close();
  await page.context().close();
});

test('who is here is listed, and goes when they go', async () => {
  const page = await openPage('/watch/quiet');
  await online(page);
  const yva = await open({ name: 'Yva' });
  await at(page, 'presence').click();
  await at(page, 'presence-list').getByText('Yva').waitFor();
  await assertAccessible(page, 'who is here');
  await shoot(page, 'presence');
  const joined = await (await HubClient.open(daemon, { name: 'Late' })).join(room);
  assert.ok(joined.personal.presence.users.some((user) => user.name === 'Yva'));
  await yva.close();
  await at(page, 'presence-list').getByText('Yva').waitFor({ state: 'detached' });
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('a classifier of the operator is asked before others read, and may fail', async () => {
  judge = ({ text }) => (text.includes('awful') ? { hate: 4 } : { hate: 0 });
  const maria = await open({ token });
  const bea = await open({ name: 'Bea' });
  assert.equal((await maria.command(room, 'house_rules.set_mode', { mode: 'classifier', value: 2 })).ok, true);
  assert.equal((await bea.say(room, 'what a lovely day')).held, true);
  await maria.event('the harmless one', (event) => event.kind === 'chat.message' && event.body.text === 'what a lovely day');
  await bea.say(room, 'an awful thing');
  const held = await maria.event('the awful one, held', (event) => event.kind === 'house_rules.held' && event.body.text === 'an awful thing');
  assert.equal(held.body.reason, 'classifier: hate 4');
  await bea.event('to be told', (event) => event.kind === 'house_rules.notice' && event.body.decision === 'held');
  judge = () => 'nonsense';
  await bea.say(room, 'nobody judges this');
  await maria.event('it, for want of a judge', (event) => event.kind === 'chat.message' && event.body.text === 'nobody judges this');
  assert.ok((await daemon.metric('grandstand_classifier_requests_total')) >= 3);
  assert.equal((await maria.command(room, 'house_rules.set_mode', { mode: 'classifier', value: 0 })).ok, true);
  assert.ok(!bea.events.some((event) => event.kind === 'chat.message' && event.body.text === 'an awful thing'));
});

test('signing up and the settings of an account are accessible', async () => {
  const page = await openPage('/watch/quiet');
  await at(page, 'sign-in-button').click();
  await assertAccessible(page, 'signing in');
  await at(page, 'account-switch').click();
  await assertAccessible(page, 'signing up');
  await at(page, 'account-name').fill('Newcomer');
  await at(page, 'account-password').fill('a long password');
  await page.keyboard.press('Enter');
  await at(page, 'account-settings-button').click();
  await page.locator('.account-settings[open] h2').first().waitFor();
  await assertAccessible(page, 'the settings');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('on a phone the chat and its field stay in sight whatever a room shows at once, and the account can be left', async () => {
  const maria = await open({ token });
  const ada = await open({ name: 'Ada' });
  const said = await ada.say(room, 'pinned for all, and so long that it needs more than one line of a narrow screen');
  await maria.command(room, 'chat.pin', { message: `${said.epoch}:${said.offset}` });
  for (const [mode, value] of [['slow', 3], ['followers', 0], ['unique', 1], ['links', 2]]) assert.ok((await maria.command(room, 'house_rules.set_mode', { mode, value })).ok);
  const polls = [];
  for (const question of ['Who scores first?', 'Who wins tonight?']) polls.push(await maria.command(room, 'polls.open', { question, options: ['Home', 'Away', 'Nobody', 'Both'], seconds: 600 }));
  const page = await openPage('/watch/quiet', { viewport: { width: 390, height: 844 } });
  const session = await daemon.signIn('Maria', 'moderators password');
  await page.context().addCookies([{ name: 'grandstand_session', value: session.token, url: daemon.url, httpOnly: true, sameSite: 'Lax' }]);
  await page.reload();
  await online(page);
  await at(page, 'poll-question').getByText('Who wins tonight?').waitFor();
  assert.deepEqual(await at(page, 'poll-fold').evaluateAll((all) => all.slice(0, 2).map((one) => one.getAttribute('aria-expanded'))), ['true', 'false'], 'the newest one alone is unfolded');
  const reach = () => page.evaluate(() => {
    const box = (id) => document.querySelector(`[data-testid=${id}]`).getBoundingClientRect();
    return { field: box('chat-input').bottom <= innerHeight, chat: box('chat-log').height >= 60, wide: document.documentElement.scrollWidth <= innerWidth };
  });
  for (const height of [844, 664, 480]) {
    await page.setViewportSize({ width: 390, height });
    await eventually(`all in sight at ${height}`, async () => Object.values(await reach()).every(Boolean)).catch(async (error) => assert.fail(`${error.message}: ${JSON.stringify(await reach())}`));
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await assertAccessible(page, 'a busy room on a phone');
  assert.equal(await at(page, 'sign-out-button').isVisible(), false);
  await at(page, 'account-settings-button').click();
  await at(page, 'settings-sign-out').click();
  await at(page, 'sign-in-button').waitFor();
  for (const [mode, value] of [['slow', 0], ['followers', -1], ['unique', 0], ['links', 0]]) await maria.command(room, 'house_rules.set_mode', { mode, value });
  for (const poll of polls) await maria.command(room, 'polls.close', { poll: `${poll.epoch}:${poll.offset}` });
  await maria.command(room, 'chat.unpin', { message: `${said.epoch}:${said.offset}` });
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
