// SPDX-License-Identifier: MIT
// The small form of scripts/load: viewers who are cut off under load, one by one and all at once, against the real daemon.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { after, before, test } from 'node:test';
import { binary, Daemon } from './lib/daemon.mjs';

const viewers = path.join(path.dirname(binary), '../tests/grandstand_room_load');
let daemon, token;

before(async () => {
  daemon = await Daemon.start({
    channels: "channels:\n  - {id: r0, name: News, number: 1, feed: {url: 'rtmp://publish', stream_key: k}}\n  - {id: r1, name: Film, number: 2, feed: {url: 'rtmp://publish', stream_key: k}}\n",
  });
  daemon.addUser('Mod', 'moderator', 'moderators password');
  token = (await daemon.signIn('Mod', 'moderators password')).token;
});
after(() => daemon?.dispose());

// What the viewers saw; every one of them ends in its room, with each event once.
async function load(options) {
  const words = Object.entries({ port: daemon.httpPort, token, ...options }).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const { stdout } = await promisify(execFile)(viewers, words, { timeout: 240_000 });
  const seen = JSON.parse(stdout.trim().split('\n').at(-1));
  const { gaps, doubles, behind } = seen;
  assert.deepEqual({ in: seen.in, gaps, doubles, behind }, { in: seen.clients, gaps: 0, doubles: 0, behind: 0 }, stdout);
  assert.ok(seen.delivered > 0, stdout);
  return seen;
}

test('who is cut off under load gets every event once', async () => {
  const seen = await load({ clients: 50, publishers: 3, rate: 20, seconds: 4, 'cuts-per-second': 20 });
  assert.ok(seen.cuts > 0);
  assert.ok(seen.recovered + seen.fresh >= seen.cuts);
});

test('all come back at once, and go on where they were', async () => {
  const seen = await load({ clients: 200, rooms: 2, publishers: 4, rate: 20, seconds: 4, 'storm-within': 2, guests: 1 });
  assert.ok(seen.recovered + seen.fresh >= 200);
});
