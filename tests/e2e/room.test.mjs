// SPDX-License-Identifier: MIT
// People in a room: over the WebSocket as a newcomer's client, with the database going away, and after kill -9.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import net from 'node:net';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { launchBrowser } from './lib/browser.mjs';
import { Daemon, binary, eventually } from './lib/daemon.mjs';
import { HubClient } from './lib/hub_client.mjs';

const room = 'channel:quiet';
let daemon;
const clients = [];
const open = async (options) => {
  const client = await HubClient.open(daemon, options);
  clients.push(client);
  return client;
};

before(async () => {
  daemon = await Daemon.start({ channels: 'channels:\n  - {id: quiet, name: Quiet, number: 1, feed: {url: "rtmp://publish", stream_key: k}}\n' });
});
after(async () => {
  for (const client of clients) client.close();
  await daemon?.dispose();
});

const history = async () => (await daemon.json(`/api/v1/rooms/${room}/chat/history?limit=100`)).messages.map((event) => event.body.text);

test('two guests chat, each event with server time and media time', async () => {
  const ada = await open({ name: 'Ada' });
  const bob = await open({ name: 'Bob' });
  assert.equal(ada.welcome.ok, true);
  assert.equal((await ada.join(room)).ok, true);
  const joined = await bob.join(room);
  assert.equal(joined.ok, true);
  const said = await ada.say(room, 'Hello, Bob \u{1F44B}');
  assert.equal(said.ok, true);
  assert.equal(said.stored, true);
  const heard = await bob.event('the message', (event) => event.kind === 'chat.message');
  assert.equal(heard.body.text, 'Hello, Bob \u{1F44B}');
  assert.equal(heard.user.name, 'Ada');
  assert.equal(heard.offset, joined.offset + 1);
  assert.ok(Math.abs(heard.server_time - Date.now()) < 60_000 && heard.media_time > 0);
});

test('a command sent twice with the same key is carried out once', async () => {
  const cleo = await open({ name: 'Cleo' });
  await cleo.join(room);
  const first = await cleo.say(room, 'only once', 'key-1');
  const second = await cleo.say(room, 'only once', 'key-1');
  assert.equal(second.offset, first.offset);
  assert.equal((await history()).filter((text) => text === 'only once').length, 1);
});

test('who comes back gets every missed event once, or is told to start over', async () => {
  const dan = await open({ name: 'Dan' });
  const eve = await open({ name: 'Eve' });
  await dan.join(room);
  const joined = await eve.join(room);
  await eve.close();
  for (const text of ['missed 1', 'missed 2', 'missed 3']) await dan.say(room, text);
  const again = await open({ name: 'Eve' });
  const resumed = await again.join(room, { epoch: joined.epoch, offset: joined.offset });
  assert.equal(resumed.recovered, true);
  assert.deepEqual(resumed.events.map((event) => event.body.text), ['missed 1', 'missed 2', 'missed 3']);
  const lost = await (await open({ name: 'Fay' })).join(room, { epoch: 'nonsense', offset: 3 });
  assert.equal(lost.recovered, false);
  assert.ok(lost.snapshots.chat.messages.length > 0);
});

test('reactions reach everybody as a tally', async () => {
  const gil = await open({ name: 'Gil' });
  const hal = await open({ name: 'Hal' });
  await gil.join(room);
  await hal.join(room);
  for (let i = 0; i < 3; ++i) await gil.ask({ type: 'command', room, name: 'reactions.send', key: `r${i}`, media_time: 1_000_000, body: { reaction: 'heart' } });
  await hal.event('the tally', (event) => event.kind === 'reactions.tally' && event.body.marks.some((mark) => mark.reaction === 'heart'));
});

test('an account is made, signed in with, refused twice and signed out of', async () => {
  const made = await daemon.post('/api/v1/accounts', { name: 'Zoe', password: 'correct horse battery' });
  assert.equal(made.status, 201);
  assert.match(made.headers.get('set-cookie'), /grandstand_session=.*HttpOnly/);
  assert.equal((await daemon.post('/api/v1/accounts', { name: 'zoe', password: 'another password' })).status, 409);
  assert.equal((await daemon.post('/api/v1/sessions', { name: 'Zoe', password: 'wrong wrong' })).status, 401);
  const { token } = await daemon.signIn('Zoe', 'correct horse battery');
  const me = await daemon.json('/api/v1/me', { headers: { Authorization: `Bearer ${token}` } });
  assert.equal(me.user.name, 'Zoe');
  const zoe = await open({ token });
  assert.equal(zoe.welcome.user.role, 'viewer');
  assert.equal((await open({ name: 'Zoe' })).welcome.ok, false, 'a guest cannot take an account\'s name');
  assert.equal((await daemon.get('/api/v1/sessions/current', { method: 'DELETE', headers: { Authorization: `Bearer ${token}` } })).status, 204);
  assert.equal((await daemon.json('/api/v1/me', { headers: { Authorization: `Bearer ${token}` } })).user ?? null, null);
});

test('an operator makes a moderator while the daemon runs', async () => {
  daemon.addUser('Mod', 'moderator', 'moderators password');
  const { user } = await daemon.signIn('Mod', 'moderators password');
  assert.equal(user.role, 'moderator');
  assert.match(String(execFileSync(binary, ['user', 'list', '--config', daemon.configFile])), /moderator +Mod/);
});

test('messages are answered, edited, pinned and deleted, and only moderators see what was', async () => {
  const { token } = await daemon.signIn('Mod', 'moderators password');
  const bearer = { headers: { Authorization: `Bearer ${token}` } };
  const [ola, pia, mod] = [await open({ name: 'Ola' }), await open({ name: 'Pia' }), await open({ token })];
  for (const client of [ola, pia, mod]) await client.join(room);
  let key = 0;
  const ask = (client, name, body) => client.ask({ type: 'command', room, name: `chat.${name}`, key: `${name}${++key}`, body });
  const said = await ola.say(room, 'Gaol!');
  const id = `${said.epoch}:${said.offset}`;
  const answer = await ask(pia, 'send', { text: '@Ola spelling!', reply_to: id, mentions: [ola.welcome.user.id] });
  assert.equal(answer.stored, true);
  const heard = await ola.event('the answer', (event) => event.offset === answer.offset);
  assert.deepEqual(heard.body.reply_to, { message: id, user: ola.welcome.user.id, name: 'Ola', text: 'Gaol!' });
  assert.deepEqual(heard.body.mentions, [ola.welcome.user.id]);
  assert.equal((await ask(pia, 'edit', { message: id, text: 'no' })).error.code, 'forbidden');
  assert.equal((await ask(ola, 'edit', { message: id, text: 'Goal!' })).stored, true);
  await pia.event('the edit', (event) => event.kind === 'chat.edited' && event.body.text === 'Goal!');
  const versions = `/api/v1/rooms/${room}/chat/edits?message=${id}`;
  assert.deepEqual((await daemon.json(versions, bearer)).versions.map((version) => version.text), ['Gaol!', 'Goal!']);
  assert.equal((await daemon.get(versions)).status, 401);
  assert.equal((await ask(ola, 'pin', { message: id })).error.code, 'forbidden');
  assert.equal((await ask(mod, 'pin', { message: id })).ok, true);
  assert.equal((await ask(mod, 'delete', { message: `${answer.epoch}:${answer.offset}` })).stored, true);
  const newcomer = await (await open({ name: 'Quin' })).join(room);
  assert.equal(newcomer.snapshots.chat.pins[0].body.text, 'Goal!');
  assert.ok(!newcomer.snapshots.chat.messages.some((event) => event.offset === answer.offset));
  const resumed = await (await open({ name: 'Rex' })).join(room, { epoch: said.epoch, offset: answer.offset - 1 });
  assert.equal(resumed.recovered, true);
  assert.ok(!JSON.stringify(resumed.events).includes('spelling'), 'who resumes does not get what was deleted');
  assert.ok(!(await history()).includes('@Ola spelling!'));
  const found = await daemon.json(`/api/v1/rooms/${room}/chat/search?text=SPELL&user=pia`, bearer);
  assert.deepEqual(found.messages.map((event) => event.body.deleted), [true]);
  await ask(ola, 'typing', {});
  assert.equal((await pia.event('who types', (event) => event.kind === 'chat.typing')).user.name, 'Ola');
});

test('in the browser people answer, mention, edit and delete with the keyboard alone, accessibly and in their language', async (t) => {
  const browser = await launchBrowser();
  t.after(() => browser.close());
  const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'de-AT' })).newPage();
  const faults = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  const at = (id) => page.locator(`[data-testid=${id}]`);
  const uma = await open({ name: 'Uma' });
  await uma.join(room);
  await page.goto(daemon.url);
  await at('chat-input').waitFor({ timeout: 30_000 });
  await eventually('the connection', async () => (await at('chat-input').getAttribute('placeholder')) === 'Etwas sagen', 30);
  await uma.say(room, '\u202bשלום');
  await page.getByText('שלום').waitFor();
  await page.getByText('Goal!').first().waitFor(); // the pin
  await at('chat-log').focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('r');
  await at('chat-purpose').waitFor();
  await page.keyboard.type('Hallo @um');
  await at('chat-mentions').waitFor();
  await assertAccessible(page, 'the completion of a name');
  await page.keyboard.press('Enter');
  await eventually('the name', async () => (await at('chat-input').inputValue()) === 'Hallo @Uma ');
  await page.keyboard.press('Enter');
  const heard = await uma.event('the answer', (event) => event.body.text === 'Hallo @Uma');
  assert.equal(heard.body.reply_to.text, 'שלום');
  assert.deepEqual(heard.body.mentions, [uma.welcome.user.id]);
  await uma.event('who types', (event) => event.kind === 'chat.typing');
  const own = page.locator(`[data-message-id="${heard.epoch}:${heard.offset}"]`);
  await own.waitFor();
  await own.getByText('שלום').click();
  await page.locator('[data-testid=chat-message]:focus', { hasText: 'Uma' }).waitFor();
  await at('chat-input').focus();
  await page.keyboard.press('ArrowUp');
  await at('chat-purpose').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.type('!');
  await page.keyboard.press('Enter');
  await own.getByText('(bearbeitet)').waitFor();
  const mod = await open({ token: (await daemon.signIn('Mod', 'moderators password')).token });
  await mod.join(room);
  assert.ok((await mod.command(room, 'house_rules.set_word', { word: 'schurke', action: 'refuse' })).ok);
  await at('chat-input').focus();
  await page.keyboard.press('ArrowUp');
  await at('chat-purpose').waitFor();
  await page.keyboard.press('End');
  await page.keyboard.type(' du Schurke');
  await page.keyboard.press('Enter');
  await eventually('the refused words to be back', async () => (await at('chat-input').inputValue()) === 'Hallo @Uma! du Schurke');
  await at('chat-purpose').waitFor();
  await page.keyboard.press('Escape');
  await eventually('an empty box', async () => (await at('chat-input').inputValue()) === '');
  await own.focus();
  await page.keyboard.press('Delete');
  await at('confirm-remove').waitFor();
  await assertAccessible(page, 'the question whether to delete');
  await at('confirm-remove').press('Enter');
  await own.getByText('Nachricht gelöscht').waitFor();
  await at('emoji-toggle').click();
  await page.keyboard.type('tranen');
  await page.keyboard.press('Enter');
  await eventually('the emoji', async () => (await at('chat-input').inputValue()) === '\u{1F602}');
  await assertAccessible(page, 'the chat with the list of emoji');
  assert.equal(await at('chat-search').count(), 0);
  const credentials = { name: 'Mod', password: 'moderators password' };
  await page.evaluate((body) => fetch('/api/v1/sessions', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }), credentials);
  await page.reload();
  await at('chat-search').click();
  await at('search-text').fill('goal');
  await at('search-user').fill('ola');
  await page.keyboard.press('Enter');
  await at('search-result').getByText('Goal!').waitFor();
  await at('search-result').getByRole('button').click();
  await at('search-result').getByText('Gaol!').waitFor();
  await assertAccessible(page, 'the search of a moderator');
  assert.deepEqual(faults, []);
});

test('floods, long and malformed messages are refused with reasons, and nobody else notices', async () => {
  const ivy = await open({ name: 'Ivy' });
  await ivy.join(room);
  assert.equal((await ivy.say(room, 'x'.repeat(501))).error.code, 'invalid_argument');
  assert.equal((await ivy.say(room, '   ')).error.code, 'invalid_argument');
  const answers = [];
  for (let i = 0; i < 8; ++i) answers.push(await ivy.say(room, `flood ${i}`));
  const refused = answers.find((answer) => !answer.ok);
  assert.equal(refused.error.code, 'rate_limited');
  assert.ok(refused.error.retry_after_ms > 0);
  ivy.socket.send('{nonsense');
  await eventually('an error', () => ivy.messages.find((message) => message.type === 'error'));
  const big = await open({ name: 'Jon' });
  big.socket.send('x'.repeat(100_000));
  assert.equal((await big.closed).code, 1009);
  const binary = await open({ name: 'Kim' });
  binary.socket.send(Buffer.from([1, 2, 3]));
  assert.equal((await binary.closed).code, 1003);
  const stranger = net.connect(daemon.httpPort, '127.0.0.1');
  stranger.on('error', () => {});
  stranger.resume();
  stranger.write(Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x0d, 0x0a, 0x0d, 0x0a]));
  await new Promise((resolve) => stranger.once('close', resolve));
  assert.equal((await ivy.join(room)).ok, true);
});

test('PostgreSQL gone and back: chat goes on, says what is not stored yet, and stores it later', async () => {
  const lea = await open({ name: 'Lea' });
  await lea.join(room);
  const postmaster = Number(fs.readFileSync(path.join(daemon.directory, 'data/postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);
  // Stopped, not killed: a killed one would be back within a second.
  const group = execFileSync('pgrep', ['-P', String(postmaster)]).toString().trim().split('\n').map(Number);
  for (const pid of [postmaster, ...group]) process.kill(pid, 'SIGSTOP');
  const reply = await lea.say(room, 'while the database is away');
  assert.equal(reply.ok, true);
  assert.equal(reply.stored, false);
  for (const pid of [...group, postmaster]) process.kill(pid, 'SIGCONT');
  await eventually('the message to be stored', async () => (await history()).includes('while the database is away'), 40);
  // And killed outright, three times within seconds.
  process.kill(postmaster, 'SIGKILL');
  await eventually('the database to be back', async () => (await daemon.get('/readyz')).status === 200, 40);
  const then = await lea.say(room, 'after the crash of the database');
  assert.equal(then.ok, true);
  await eventually('the message to be stored', async () => (await history()).includes('after the crash of the database'), 40);
});

test('what was acknowledged as stored is there after kill -9, in a new epoch', async () => {
  const mia = await open({ name: 'Mia' });
  const joined = await mia.join(room);
  const stored = [];
  for (let i = 0; i < 5; ++i) {
    const reply = await mia.say(room, `durable ${i}`);
    if (reply.stored) stored.push(`durable ${i}`);
  }
  assert.equal(stored.length, 5);
  await daemon.kill();
  await daemon.launch();
  const texts = await history();
  for (const text of stored) assert.ok(texts.includes(text), text);
  const again = await open({ name: 'Mia' });
  const rejoined = await again.join(room, { epoch: joined.epoch, offset: joined.offset });
  assert.equal(rejoined.recovered, false);
  assert.notEqual(rejoined.epoch, joined.epoch);
  assert.deepEqual(rejoined.snapshots.chat.messages.slice(-5).map((event) => event.body.text), stored);
  assert.deepEqual(rejoined.snapshots.chat.pins.map((event) => event.body.text), ['Goal!']);
});

test('a stop drains: everybody is told when to come back', async () => {
  const noa = await open({ name: 'Noa' });
  await noa.join(room);
  daemon.signal('SIGTERM');
  const drain = await eventually('the drain message', () => noa.messages.find((message) => message.type === 'drain'));
  assert.ok(drain.reconnect_within_ms > 0);
  assert.equal((await noa.closed).code, 1001);
  assert.equal((await daemon.exited).code, 0);
  assert.ok(!fs.existsSync(path.join(daemon.directory, 'data/postgres/cluster/postmaster.pid')), 'its PostgreSQL has stopped');
  await daemon.launch();
});
