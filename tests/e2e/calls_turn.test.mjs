// SPDX-License-Identifier: MIT
// A call where the network lets nothing through but a relay: a real coturn, with credentials of the daemon.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Callers, enter, goesOnReceiving, launchCallers, lineup, linked, told } from './lib/callers.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { TurnServer } from './lib/turn_server.mjs';

const secret = 'a secret of this test';
let turn;
let daemon;
let browser;

before(async () => {
  turn = await TurnServer.start(secret);
  daemon = await Daemon.start({ channels: lineup, extra: `calls:\n  turn: ["${turn.config}"]\n  turn_secret: "${secret}"\n` });
  browser = await launchCallers();
});
after(async () => {
  await browser?.close();
  await daemon?.dispose();
  turn?.stop();
});

test('one who is forced through the relay is seen and heard, and sees and hears', async () => {
  const open = new Callers(daemon, browser);
  const ada = await open.found('Ada');
  const shut = new Callers(daemon, browser, { only: 'relay' });
  shut.invitation = open.invitation;
  const bob = await shut.come('Bob');
  await enter(ada, { others: 0 });
  const time = await enter(bob, { others: 1 });
  await linked(ada, 1);
  await goesOnReceiving(ada, 1);
  await goesOnReceiving(bob, 1);
  const { pairs } = await bob.evaluate(() => window.received());
  assert.deepEqual(pairs.map(([own]) => own), ['relay'], JSON.stringify(pairs));
  const far = await ada.evaluate(() => window.received());
  assert.match(far.pairs[0][1], /relay|prflx/, 'the other end sees the relay');
  await eventually('coturn to have let them in', () => /realm <grandstand> user <\d+:[^>]+>: incoming packet ALLOCATE processed, success/.test(turn.log()), 20);
  console.log(`through TURN: ${told([time])}`);
  assert.deepEqual([...open.faults, ...shut.faults], []);
});
