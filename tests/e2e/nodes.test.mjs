// SPDX-License-Identifier: MIT
// Three daemons, one PostgreSQL, one NATS: any session on any node reaches any room, and rooms outlive their nodes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './lib/daemon.mjs';
import { Nodes } from './lib/nodes.mjs';
import { Talkers, enter as enterAt, later, history as historyOf, say, texts } from './lib/talkers.mjs';

const ids = ['ard', 'bbc', 'cnn', 'dw', 'euro', 'fox', 'gem', 'hbo'];
const lineup = `channels:\n${ids.map((id, i) => `  - {id: ${id}, name: ${id}, number: ${i + 1}, feed: {url: "rtmp://publish", stream_key: k}}\n`).join('')}`;
let nodes;
const clients = [];

before(async () => {
  nodes = await Nodes.start({ channels: lineup });
});
after(async () => {
  for (const client of clients) client.close();
  await nodes?.dispose();
});

const on = (name) => nodes.running[name];
const owned = (name) => nodes.owned('room', name);
const alive = () => nodes.shares('room');

async function enter(name, room, guest) {
  const client = await enterAt(on(name), room, { name: guest });
  clients.push(client);
  return client;
}
const history = (name, room) => historyOf(on(name), room);

// The node with the most rooms.
async function busiest() {
  return Object.entries(await alive()).sort(([, a], [, b]) => b - a)[0][0];
}

test('every room has one owner', async () => {
  await nodes.settled('room', ids.length);
});

test('whoever is in a room hears everybody, whichever node they came to', async () => {
  for (const id of ids.slice(0, 3)) {
    const room = `channel:${id}`;
    const people = await Promise.all(nodes.names.map((name) => enter(name, room, `Guest ${name}`)));
    for (const [i, person] of people.entries()) await say(person, room, `${id} from ${i}`);
    for (const person of people) {
      await eventually('everything', () => texts(person, room).length === 3);
      assert.deepEqual(texts(person, room), [0, 1, 2].map((i) => `${id} from ${i}`));
    }
    await eventually('all to be listed, whichever node they came to', async () => {
      const listed = (await people[0].join(room)).personal.presence.users.map(({ name }) => name);
      return nodes.names.every((name) => listed.includes(`Guest ${name}`));
    });
  }
});

// Talks in all rooms while something happens to a node; afterwards all of what was acknowledged is there, once.
async function outlives(victim, happen, label) {
  const witness = nodes.names.find((name) => name !== victim);
  const talkers = await Talkers.start(on(witness), ids.map((id) => `channel:${id}`), label);
  assert.ok((await owned(victim)) > 0);
  const since = Date.now();
  await happen();
  await eventually('the others to take over', async () => {
    let sum = 0;
    for (const name of nodes.names) if (name !== victim) sum += await owned(name);
    return sum === ids.length;
  }, 20, 50);
  const took = Date.now() - since;
  await talkers.stop();
  return took;
}

// Joins again as the page does; answers with when it was in again, or null when its room never moved.
async function comesBack(client, room, over) {
  const moved = () => client.messages.some((message) => message.type === 'moved' && message.room === room);
  await eventually(`${room} to move`, () => moved() || over(), 30, 20);
  while (moved()) {
    const answer = await client.join(room);
    if (answer.ok) return Date.now();
    await later(answer.error.retry_after_ms ?? 2_000);
  }
  return null;
}

test('the rooms of a node that was killed are taken over, and what was acknowledged is there, once', async () => {
  const victim = await busiest();
  const witness = nodes.names.find((name) => name !== victim);
  const people = await Promise.all(ids.map((id) => enter(witness, `channel:${id}`, `Viewer ${id}`)));
  let killedAt = 0;
  let over = false;
  const back = people.map((person, i) => comesBack(person, `channel:${ids[i]}`, () => over));
  const took = await outlives(victim, () => {
    killedAt = Date.now();
    return on(victim).kill();
  }, 'killed');
  over = true;
  await on(victim).dispose();
  delete nodes.running[victim];
  const waits = (await Promise.all(back)).filter((at) => at !== null).map((at) => at - killedAt);
  console.log(`taken over after ${took} ms; people were back after ${Math.min(...waits)} to ${Math.max(...waits)} ms`);
  assert.ok(waits.length > 0);
  assert.ok(Math.max(...waits) < 5_000, `${waits}`);
});

test('a node that stood still comes back without its rooms and puts nothing in order', async () => {
  const victim = await busiest();
  const other = nodes.names.find((name) => name !== victim);
  await outlives(victim, () => on(victim).signal('SIGSTOP'), 'paused');
  on(victim).signal('SIGCONT');
  await eventually('it to see that it owns nothing', async () => (await owned(victim)) === 0);
  const guest = await enter(victim, 'channel:ard', 'Late');
  await say(guest, 'channel:ard', 'through the one that slept');
  await eventually('its message', async () => (await history(other, 'channel:ard')).includes('through the one that slept'));
});

test('who cannot open a WebSocket hears one node and talks to another', async () => {
  const [listens, talks] = nodes.names;
  const room = 'channel:dw';
  const stop = new AbortController();
  const stream = await fetch(`${on(listens).url}/api/v1/events`, { signal: stop.signal });
  let heard = '';
  const listening = (async () => {
    for await (const bytes of stream.body) heard += Buffer.from(bytes).toString();
  })().catch(() => {});
  const name = await eventually('the name of the stream', () => /"stream":"([^"]+)"/.exec(heard)?.[1]);
  const say = async (message) =>
    (await fetch(`${on(talks).url}/api/v1/events/${name}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(message) })).status;
  // A node that stood still just now is known to the others again with their next round.
  await eventually('to be known', async () => (await say({ id: 1, type: 'hello', guest: { name: 'Behind a proxy', token: 'q3m8Zr1xT0aB4cD5eF6gH7' } })) === 202);
  await eventually('to be in', async () => (await say({ id: 2, type: 'join', room })) === 202 && heard.includes('"joined"'), 30, 500);
  const text = 'said through another node';
  assert.equal(await say({ id: 3, type: 'command', room, name: 'chat.send', key: 'k1', body: { text } }), 202);
  await eventually('to hear it', () => heard.includes('chat.message') && heard.includes(text));
  stop.abort();
  await listening;
});

test('without messages between nodes nobody sequences, and rooms come back when they flow again', async () => {
  const guest = await enter(await busiest(), 'channel:bbc', 'Patient');
  nodes.nats.signal('SIGSTOP');
  await eventually('nobody to own anything', async () => Object.values(await alive()).every((count) => count === 0), 15);
  // One may notice later than another, and take over for a moment what that one gave up.
  await eventually('the room to be out of reach', async () => (await guest.join('channel:bbc')).error?.code === 'unavailable', 15, 500);
  nodes.nats.signal('SIGCONT');
  await say(guest, 'channel:bbc', 'back again');
});
