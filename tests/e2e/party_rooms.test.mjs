// SPDX-License-Identifier: MIT
// Parties as programs see them: one clock, a door, and a life beyond that of a daemon or a node.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Daemon, eventually } from './lib/daemon.mjs';
import { HubClient } from './lib/hub_client.mjs';
import { Nodes } from './lib/nodes.mjs';

const lineup = 'channels:\n  - {id: news, name: News, number: 1, feed: {url: "rtmp://publish", stream_key: k}}\n';
const stops = [];
after(async () => {
  for (const stop of stops.reverse()) await stop();
});

async function guest(daemon, name) {
  const client = await HubClient.open(daemon, { name });
  stops.push(() => client.close());
  assert.equal(client.welcome.ok, true, name);
  return client;
}
const found = async (client) => (await client.ask({ type: 'found', kind: 'party', body: { programme: { channel: 'news', title: 'News' } } })).result;
// As a client does: whoever is told to ask again, does.
const enter = (client, room, ticket) =>
  eventually('the door to open', async () => {
    const answer = await client.ask({ type: 'join', room, ...(ticket ? { ticket } : {}) });
    if (answer.ok || !['unavailable', 'cancelled'].includes(answer.error?.code)) return answer;
    throw new Error(JSON.stringify(answer));
  }, 20);
const motions = (client) => client.events.filter(({ kind }) => kind === 'party.motion').map(({ body }) => body);
const target = (motion, at) => motion.position + motion.rate * (at - motion.at);

test('a party begins for its founder, and its clock moves for everybody at once', async () => {
  const daemon = await Daemon.start({ channels: lineup });
  stops.push(() => daemon.dispose());
  const ada = await guest(daemon, 'Ada');
  const { room, invite } = await found(ada);
  assert.match(room, /^party:[2-9a-z]{10}$/);
  assert.equal((await enter(ada, room)).type, 'joined');

  const stranger = await guest(daemon, 'Eve');
  assert.equal((await enter(stranger, room)).error.code, 'forbidden');
  assert.equal((await enter(stranger, room, 'bcdfghjk')).error.code, 'not_found');
  const told = await daemon.json(`/api/v1/features/party/invite?code=${invite}`);
  assert.deepEqual([told.room, told.host, told.programme.channel], [room, 'Ada', 'news']);
  assert.equal((await daemon.get(`/api/v1/rooms/${room}/chat/history`)).status, 404);

  const bob = await guest(daemon, 'Bob');
  assert.equal((await enter(bob, room, invite)).type, 'joined');
  const began = await bob.event('the beginning', ({ kind, body }) => kind === 'party.motion' && body.rate === 1).catch(() => null);
  const first = began?.body ?? (await bob.join(room)).snapshots.party.motion;
  const { term } = (await ada.join(room)).snapshots.party.party;
  assert.equal((await ada.command(room, 'party.move', { term, rate: 0 })).ok, true);
  const stopped = await eventually('both to stop', () => {
    const [a, b] = [ada, bob].map((client) => motions(client).find(({ rate, sequence }) => rate === 0 && sequence > first.sequence));
    return a && b && [a, b];
  });
  assert.deepEqual(stopped[0], stopped[1]);
  assert.ok(Math.abs(target(first, stopped[0].at) - stopped[0].position) < 1, 'it stops where it had come to');
  assert.equal((await bob.command(room, 'party.move', { term, rate: 1 })).error.code, 'forbidden');
  for (const body of [{ term, position: -1 }, { term, position: Date.now() + 60_000 }, { term, position: 'NaN' }, { term: 99, rate: 1 }, {}]) {
    assert.equal((await ada.command(room, 'party.move', body)).ok, false, JSON.stringify(body));
  }
  assert.equal((await bob.say(room, 'What a goal!')).ok, true);
  await ada.event('what Bob says', ({ kind }) => kind === 'chat.message');

  const bobsId = bob.welcome.user.id;
  assert.equal((await ada.command(room, 'party.remove', { user: bobsId })).ok, true);
  await bob.event('to be put out', ({ kind }) => kind === 'room.expelled');
  assert.equal((await enter(bob, room, invite)).error.code, 'forbidden');
});

test('a member who was away is told what was changed meanwhile', async () => {
  const daemon = await Daemon.start({ channels: lineup });
  stops.push(() => daemon.dispose());
  const ada = await guest(daemon, 'Ada');
  const { room, invite } = await found(ada);
  await enter(ada, room);
  const bob = await guest(daemon, 'Bob');
  const { epoch, offset } = await enter(bob, room, invite);
  await bob.ask({ type: 'leave', room });
  assert.equal((await ada.say(room, 'Something else?')).ok, true);
  assert.equal((await ada.command(room, 'party.change', { title: 'The late film' })).ok, true);
  const back = await bob.join(room, { epoch, offset });
  assert.equal(back.recovered, true);
  assert.deepEqual(back.events.filter(({ kind }) => kind === 'chat.message').map(({ body }) => body.text), ['Something else?']);
  assert.equal(back.snapshots.party.party.title, 'The late film');
  assert.equal(back.snapshots.chat, undefined);
});

test('a party outlives its daemon, and its clock goes on without a jump', async () => {
  const daemon = await Daemon.start({ channels: lineup });
  stops.push(() => daemon.dispose());
  const ada = await guest(daemon, 'Ada');
  const { room, invite } = await found(ada);
  await enter(ada, room);
  await eventually('the beginning', async () => (await ada.join(room)).snapshots.party.motion.rate === 1);
  const before = (await ada.join(room)).snapshots.party;
  await daemon.kill();
  await daemon.launch();
  const bob = await guest(daemon, 'Bob');
  const after = (await enter(bob, room, invite)).snapshots.party;
  assert.deepEqual(after.motion, before.motion);
  assert.equal(after.party.people[0].name, 'Ada');
});

test('a party moves to another node when its own is killed', async () => {
  const nodes = await Nodes.start({ channels: lineup, names: ['one', 'two'] });
  stops.push(() => nodes.dispose());
  const ada = await guest(nodes.running.one, 'Ada');
  const { room, invite } = await found(ada);
  assert.equal((await enter(ada, room)).type, 'joined');
  const bob = await guest(nodes.running.two, 'Bob');
  assert.equal((await enter(bob, room, invite)).type, 'joined');
  const carl = await guest(nodes.running.two, 'Carl');
  assert.equal((await enter(carl, room, invite)).type, 'joined');
  const id = carl.welcome.user.id;
  assert.equal((await ada.command(room, 'party.remove', { user: id })).ok, true);
  await carl.event('to be put out on the other node', ({ kind }) => kind === 'room.expelled');
  const { motion } = (await bob.join(room)).snapshots.party;
  await nodes.running.one.kill();
  const since = Date.now();
  const there = await enter(bob, room, invite);
  assert.deepEqual(there.snapshots?.party.motion ?? motion, motion);
  console.log(`the party went on after ${Date.now() - since} ms`);
  await eventually('Bob to be the host', async () => (await bob.join(room)).snapshots.party.party.people.find(({ rank }) => rank === 'host').name === 'Bob', 25);
});
