// SPDX-License-Identifier: MIT

// Prints how well members of a room keep together, by network and by way of watching together: `npm run simulate`.
import { jellyfin } from './jellyfin';
import { Histogram } from './measure';
import { anyNetwork, networks, type Network } from './network';
import { openTogetherTube } from './opentogethertube';
import { ours } from './ours';
import type { Random } from './random';
import { ordinary, safari } from '..';
import { syncplay } from './syncplay';
import type { System } from './system';
import { watchparty } from './watchparty';
import { spend, type Evening, type Outcome } from './world';

const seeds = [1, 2, 3];

function spendAll<Message>(system: System<Message>, evening: Omit<Evening, 'seed'>): readonly Outcome[] {
  return seeds.map((seed) => spend(system, { ...evening, seed }));
}

const mean = (outcomes: readonly Outcome[], of: (outcome: Outcome) => number): number =>
  outcomes.reduce((sum, outcome) => sum + of(outcome), 0) / outcomes.length;

const inWords = (milliseconds: number): string => (milliseconds < 60_000 ? `${milliseconds} ms` : 'over a minute');

function row(network: string, system: string, outcomes: readonly Outcome[]): string {
  const apart = Histogram.of(outcomes.map((outcome) => outcome.apart));
  const fastest = Math.max(...outcomes.map((outcome) => outcome.fastest));
  const cells = [
    network,
    system,
    ...[50, 95, 99].map((percent) => inWords(apart.percentile(percent))),
    mean(outcomes, (outcome) => outcome.seeksPerHour).toFixed(1),
    mean(outcomes, (outcome) => outcome.rateChangesPerMinute).toFixed(2),
    `${Math.round(fastest * 100)} %`,
    `${mean(outcomes, (outcome) => outcome.haltsPerHour).toFixed(0)} (${mean(outcomes, (outcome) => outcome.haltedSecondsPerHour).toFixed(0)} s)`,
  ];
  return `| ${cells.join(' | ')} |`;
}

const of = (network: Network) => () => network;
const usual = { members: 8, minutes: 60, pressEveryMs: 60_000, cutEveryMs: 600_000 };

console.log('| network | system | apart p50 | p95 | p99 | jumps/h | speed changes/min | fastest | halts/h |');
console.log('|---|---|---|---|---|---|---|---|---|');
for (const network of Object.values(networks)) {
  const evening = { ...usual, network: of(network) };
  console.log(row(network.name, 'Grandstand', spendAll(ours(), evening)));
  console.log(row('', 'Jellyfin SyncPlay', spendAll(jellyfin, evening)));
  console.log(row('', 'Syncplay', spendAll(syncplay, evening)));
  console.log(row('', 'watchparty', spendAll(watchparty, evening)));
  console.log(row('', 'OpenTogetherTube', spendAll(openTogetherTube, evening)));
  console.log(row('', 'Grandstand, Safari', spendAll(ours(safari), { ...evening, safari: true })));
}

const hostile = (index: number): boolean => index % 5 === 4;
const crowd = { members: 50, minutes: 30, pressEveryMs: 60_000, cutEveryMs: 600_000, network: (_: number, random: Random) => anyNetwork(random) };
console.log(row('20 to 300 ms', 'Grandstand, 50 members', spendAll(ours(ordinary, hostile), crowd)));

console.log('\n| network | from arriving to within 150 ms: p50 | p90 |\n|---|---|---|');
for (const network of Object.values(networks)) {
  const joinsAt = (index: number): number => (index < 5 ? 0 : 60_000 + index * 20_000);
  const evening = { members: 45, minutes: 17, pressEveryMs: 0, cutEveryMs: 0, network: of(network), joinsAt };
  const times = spendAll(ours(), evening).flatMap((outcome) => outcome.joinTimes.slice(5)).sort((one, other) => one - other);
  const at = (part: number): string => `${(times[Math.ceil(times.length * part) - 1]! / 1000).toFixed(1)} s`;
  console.log(`| ${network.name} | ${at(0.5)} | ${at(0.9)} |`);
}
