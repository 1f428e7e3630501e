// SPDX-License-Identifier: MIT
// People who talk while things happen, and remember what was acknowledged.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { eventually } from './daemon.mjs';
import { HubClient } from './hub_client.mjs';

export const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
// As people talk: no two messages alike, or the room would take it for a raid.
const words = ('alpine bronze canyon dune ember fjord garnet harbour island jungle kelp lagoon meadow nectar orchard prairie quartz ' +
  'river summit tundra umber valley willow xenon yonder zephyr').split(' ');
const sentence = (n) => [n, 3 * n + 1, 7 * n + 5, 11 * n + 2].map((i) => words[i % words.length]).join(' ');

export const texts = (client, room) => client.events.filter((event) => event.room === room && event.kind === 'chat.message').map((event) => event.body.text);
export const history = async (daemon, room) =>
  (await daemon.json(`/api/v1/rooms/${room}/chat/history?limit=100`)).messages.map((event) => event.body.text);

// `who`: {name} of a guest, or {token}.
export async function enter(daemon, room, who) {
  const client = await HubClient.open(daemon, who);
  await eventually(`${who.name ?? 'somebody'} in ${room}`, async () => {
    const joined = await Promise.race([client.join(room), later(5_000).then(() => 'no answer')]);
    if (joined.ok) return true;
    throw new Error(JSON.stringify(joined));
  }, 60, 250);
  return client;
}

// Without a position to go on from, what was heard before is forgotten: the room begins with its history anew. A node
// that is killed may have told of what it could not store; who says it again is heard in the new epoch.
async function startOver(client, room) {
  const joined = await client.join(room);
  if (joined.ok) client.events = client.events.filter((event) => event.room !== room);
}

// Says it until it is acknowledged, under one key, joining again where that is asked for.
export async function say(client, room, text) {
  return eventually(`"${text}" to be acknowledged`, async () => {
    const done = await Promise.race([
      client.say(room, text, createHash('md5').update(text).digest('hex')),
      later(1500).then(() => ({ ok: false })),
    ]);
    if (done.ok && done.stored) return done;
    if (done.error?.retry_after_ms) await later(done.error.retry_after_ms);
    else await startOver(client, room);
    throw new Error(JSON.stringify(done));
  }, 60);
}

let rounds = 0;

// One in each room, from `daemon`, from now until stop(): what was acknowledged then has to be in the history of
// `daemon` exactly once and in order, and nobody may have been given anything twice in one epoch.
export class Talkers {
  static async start(daemon, rooms, what) {
    const talkers = new Talkers();
    const label = `${what}${(rounds += 1)}`; // what was said in another round is no concern of this one
    Object.assign(talkers, { daemon, rooms, label, over: false, acknowledged: rooms.map(() => []) });
    talkers.clients = await Promise.all(rooms.map((room) => enter(daemon, room, { name: `Talker ${room}` })));
    talkers.talking = Promise.all(talkers.clients.map((client, i) => talkers.talk(client, i)));
    talkers.talking.catch(() => {});
    return talkers;
  }

  async talk(client, i) {
    for (let n = 0; !this.over || n < 2; n += 1) {
      const text = `${this.label} ${sentence(n + 3 * i)}`;
      await say(client, this.rooms[i], text);
      this.acknowledged[i].push(text);
      await later(2100); // what the room allows for long
    }
  }

  async stop() {
    this.over = true;
    await this.talking;
    for (const [i, room] of this.rooms.entries()) {
      const kept = (await history(this.daemon, room)).filter((text) => text.startsWith(`${this.label} `));
      assert.deepEqual(kept, this.acknowledged[i], room);
      const heard = texts(this.clients[i], room);
      assert.equal(new Set(heard).size, heard.length, `${room}: ${JSON.stringify(heard)}`);
    }
    for (const client of this.clients) client.close();
  }
}
