// SPDX-License-Identifier: MIT
// Three daemons: what a moderator does on one acts on all, and a poll counts exactly what it acknowledged though its room's node is killed
// while people vote on all three. GRANDSTAND_VOTERS: how many vote, five times each (scripts/test-polls nodes).
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { binary, eventually } from './lib/daemon.mjs';
import { HubClient } from './lib/hub_client.mjs';
import { Nodes } from './lib/nodes.mjs';
import { enter, history, later, say, texts } from './lib/talkers.mjs';

const room = 'channel:quiet';
const voters = Number(process.env.GRANDSTAND_VOTERS ?? 60);
const atOnce = Math.min(voters, 300);
let nodes;
let moderator;
const clients = [];

const on = (name) => nodes.running[name];
const sql = (text) => execFileSync('psql', ['-qAt', '-v', 'ON_ERROR_STOP=1', nodes.databaseUrl], { input: text, encoding: 'utf8' }).trim();
const tokenOf = (i) => `gs_${crypto.createHash('sha256').update(`voter ${i}`).digest('base64url')}`;
async function owner() {
  const shares = await nodes.settled('room', 1);
  return Object.keys(shares).find((name) => shares[name] === 1);
}
async function arrive(name, options) {
  const client = await enter(on(name), room, options);
  clients.push(client);
  return client;
}

before(async () => {
  nodes = await Nodes.start({ channels: 'channels:\n  - {id: quiet, name: Quiet, feed: {url: "rtmp://publish", stream_key: k}}\n' });
  on('one').addUser('Maria', 'moderator', 'moderators password');
  moderator = (await on('one').signIn('Maria', 'moderators password')).token;
  await owner();
});
after(async () => {
  for (const client of clients) client.close();
  await nodes?.dispose();
});

test('a moderator on one node silences, erases and bans people on the others at once', async () => {
  const away = nodes.names;
  const maria = await arrive(away[0], { token: moderator });
  const [loud, rude, witness] = [await arrive(away[1], { name: 'Loud' }), await arrive(away[2], { name: 'Rude' }), await arrive(away[2], { name: 'Witness' })];
  await say(loud, room, 'morning from the second node');
  await say(rude, room, 'something quite unpleasant');
  const said = await maria.event('it at the moderator', (event) => event.kind === 'chat.message' && event.body.text.includes('unpleasant'));
  assert.equal((await maria.command(room, 'chat.delete', { message: `${said.epoch}:${said.offset}` })).ok, true);
  await witness.event('the deletion', (event) => event.kind === 'chat.deleted');
  assert.equal((await maria.command(room, 'moderation.timeout', { user: loud.welcome.user.id, seconds: 600, reason: 'too loud' })).ok, true);
  const refused = await loud.say(room, 'does this come through');
  assert.match(refused.error?.message ?? '', /cannot write here/, JSON.stringify(refused));
  assert.equal((await maria.command(room, 'moderation.ban', { user: rude.welcome.user.id, reason: 'rude', erase: true })).ok, true);
  assert.notEqual((await rude.say(room, 'and does this one')).ok, true);
  await say(witness, room, 'much better now');
  for (const name of nodes.names) {
    await eventually(`the history at ${name}`, async () => {
      const kept = await history(on(name), room);
      return kept.includes('much better now') && !kept.includes('something quite unpleasant');
    });
  }
  assert.ok(!texts(witness, room).includes('and does this one'));
});

// Joins and asks again, with the same key, on whichever node lives, until there is a decision.
async function insist(i, state, body, key) {
  return eventually(`a decision on the vote of ${i}`, async () => {
    if (!state.client || state.client.gone) {
      const names = nodes.names;
      state.client = await HubClient.open(on(names[i % names.length]), { token: tokenOf(i) });
      state.client.closed.then(() => (state.client.gone = true));
      state.joined = false;
    }
    if (!state.joined) state.joined = (await state.client.join(room)).ok;
    const done = await Promise.race([state.client.command(room, 'polls.vote', body, key), later(5_000).then(() => ({ ok: false }))]);
    if (done.ok || done.error?.code === 'conflict') return done;
    if (done.error?.retry_after_ms) await later(done.error.retry_after_ms);
    else state.joined = false;
    throw new Error(JSON.stringify(done));
  }, 120, 200);
}

test('a poll over three nodes counts what it acknowledged, though a node is killed', { timeout: 3_600_000 }, async () => {
  sql(`insert into account (name, name_key, password_hash, role, created_at)
    select 'Voter ' || i, 'voter-' || i, '-', 'viewer', now() - interval '30 days' from generate_series(0, ${voters - 1}) i;\n${Array.from({ length: Math.ceil(voters / 1000) }, (_, block) => {
    const rows = Array.from({ length: Math.min(1000, voters - block * 1000) }, (_, k) => block * 1000 + k)
      .map((i) => `('voter-${i}', '${crypto.createHash('sha256').update(tokenOf(i)).digest('hex')}')`);
    return `insert into account_session (digest, account_id, created_at, expires_at, last_seen_at)
      select decode(t.digest, 'hex'), a.id, now(), now() + interval '1 day', now() from (values ${rows.join(',')}) t (key, digest) join account a on a.name_key = t.key;\n`;
  }).join('')}`);
  const victim = await owner();
  const safe = nodes.names.find((name) => name !== victim);
  const maria = await arrive(safe, { token: moderator });
  const opened = await maria.command(room, 'polls.open', { question: 'Again?', options: ['Yes', 'No', 'Perhaps'], seconds: 7200 });
  assert.equal(opened.stored, true, JSON.stringify(opened));
  const poll = `${opened.epoch}:${opened.offset}`;
  const receipts = new Map();
  let asked = 0;
  let killed;
  const vote = async (i) => {
    const state = {};
    const option = 1 + (i % 3);
    const first = await insist(i, state, { poll, option }, `vote-${i}`);
    asked += 1;
    assert.ok(first.ok, JSON.stringify(first));
    receipts.set(i, { option, index: first.result.index, nonce: first.result.nonce });
    if (receipts.size * 2 > voters && !killed) {
      killed = nodes.running[victim];
      delete nodes.running[victim];
      await killed.kill();
    }
    for (const again of [1, 2]) { // the same once more, and another opinion
      const same = await insist(i, state, { poll, option }, `vote-${i}`);
      assert.deepEqual([same.result?.index, same.result?.nonce], [first.result.index, first.result.nonce]);
      const other = await insist(i, state, { poll, option: 1 + ((option + again) % 3) }, `other-${again}-${i}`);
      assert.equal(other.error?.code, 'conflict', JSON.stringify(other));
      asked += 2;
    }
    state.client.close();
  };
  let next = 0;
  const since = Date.now();
  await Promise.all(Array.from({ length: atOnce }, async () => {
    while (next < voters) await vote(next++);
  }));
  console.log(`${asked} votes of ${voters} accounts decided in ${Math.round((Date.now() - since) / 1000)} s, a node killed meanwhile`);
  const late = await arrive(safe, { token: moderator });
  await eventually('the poll to be closed', async () => (await late.command(room, 'polls.close', { poll })).ok, 60, 500);
  const final = await late.event('the final count', (event) => event.kind === 'polls.final' && event.body.poll === poll, 60);
  const expected = [0, 0, 0];
  for (const { option } of receipts.values()) expected[option - 1] += 1;
  assert.equal(receipts.size, voters);
  assert.deepEqual(final.body.counts, expected);
  assert.equal(final.body.size, voters);
  assert.equal(new Set([...receipts.values()].map(({ index }) => index)).size, voters);
  // The recount, of what is in the database.
  assert.equal(sql('select option || \':\' || count(*) from poll_vote group by option order by option').replaceAll('\n', ' '),
    expected.map((count, k) => `${k + 1}:${count}`).join(' '));
  const exported = `${on(safe).url}/api/v1/rooms/channel%3Aquiet/polls/export?poll=${encodeURIComponent(poll)}`;
  const { status, stdout, stderr } = spawnSync(binary, ['verify', '--json', '--root', final.body.root, '--key', final.body.key, exported], { encoding: 'utf8', maxBuffer: 1 << 28 });
  assert.equal(status, 0, stdout + stderr);
  assert.deepEqual(JSON.parse(stdout).counts, expected);
  await killed.dispose();
});
