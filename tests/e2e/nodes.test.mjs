// SPDX-License-Identifier: MIT
// Three daemons, one PostgreSQL, one NATS: any session on any node reaches any room, and rooms outlive their nodes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './lib/daemon.mjs';
import { Nodes } from './lib/nodes.mjs';
import { Talkers, enter as enterAt, history as historyOf, say, texts } from './lib/talkers.mjs';

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

test('the rooms of a node that was killed are taken over, and what was acknowledged is there, once', async () => {
  const victim = await busiest();
  const took = await outlives(victim, () => on(victim).kill(), 'killed');
  await on(victim).dispose();
  delete nodes.running[victim];
  console.log(`taken over after ${took} ms`);
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

test('without messages between nodes nobody sequences, and rooms come back when they flow again', async () => {
  const guest = await enter(await busiest(), 'channel:bbc', 'Patient');
  nodes.nats.signal('SIGSTOP');
  await eventually('nobody to own anything', async () => Object.values(await alive()).every((count) => count === 0), 15);
  // One may notice later than another, and take over for a moment what that one gave up.
  await eventually('the room to be out of reach', async () => (await guest.join('channel:bbc')).error?.code === 'unavailable', 15, 500);
  nodes.nats.signal('SIGCONT');
  await say(guest, 'channel:bbc', 'back again');
});
