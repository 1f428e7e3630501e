// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { ordinary, safari } from '..';
import { jellyfin } from './jellyfin';
import { Histogram } from './measure';
import { anyNetwork, networks, type Network } from './network';
import { openTogetherTube } from './opentogethertube';
import { ours } from './ours';
import { syncplay } from './syncplay';
import type { System } from './system';
import { watchparty } from './watchparty';
import { spend, type Evening } from './world';

// The world is the same with every run, so that nothing here depends on the machine but how long it takes.
const patience = 120_000;
const evening = (network: Network, change: Partial<Evening> = {}): Evening => ({
  seed: 1,
  members: 6,
  minutes: 30,
  network: () => network,
  pressEveryMs: 60_000,
  cutEveryMs: 600_000,
  ...change,
});

describe('A room of fifty on all kinds of networks, with pauses, seeks, stalls, lost connections and reports that are lies', () => {
  const crowd = { members: 50, network: (_: number, random: Parameters<typeof anyNetwork>[0]) => anyNetwork(random) };
  const outcome = spend(ours(ordinary, (index) => index % 5 === 4), evening(networks.bad, crowd));

  it('keeps any two members within 150 ms of each other nearly always', () => {
    expect(outcome.apart.percentile(95)).toBeLessThanOrEqual(150);
    expect(outcome.apart.percentile(50)).toBeLessThanOrEqual(30);
  });

  it('never sways: nobody goes from fast to slow or back more than six times a minute', () => {
    expect(outcome.mostTurnsInAMinute).toBeLessThanOrEqual(6);
  });

  it('leaves nobody behind for long', () => {
    expect(outcome.longestAstray).toBeLessThanOrEqual(30_000);
  });

  it('bends the speed seldom and by a tenth at most', () => {
    expect(outcome.rateChangesPerMinute).toBeLessThan(1);
    expect(outcome.fastest).toBeLessThanOrEqual(0.1 + 1e-9);
  });
}, patience);

describe('Beside other ways of watching together', () => {
  const apart = <Message>(system: System<Message>, network: Network): readonly number[] => {
    const outcomes = [1, 2].map((seed) => spend(system, evening(network, { seed })).apart);
    return [50, 95].map((percent) => Histogram.of(outcomes).percentile(percent));
  };
  for (const network of Object.values(networks)) {
    it(`members are closest with this one: ${network.name}`, () => {
      const own = apart(ours(), network);
      for (const others of [apart(jellyfin, network), apart(syncplay, network), apart(watchparty, network), apart(openTogetherTube, network)]) {
        own.forEach((milliseconds, index) => expect(milliseconds).toBeLessThan(others[index]!));
      }
    }, patience);
  }
});

describe('Somebody who arrives', () => {
  it('is within 150 ms of the others after six seconds at most, nine times out of ten', () => {
    const joinsAt = (index: number): number => (index < 5 ? 0 : 60_000 + index * 20_000);
    const change = { members: 45, minutes: 17, pressEveryMs: 0, cutEveryMs: 0, joinsAt };
    const times = [networks.wired, networks.wifi, networks.lte].flatMap((network) => spend(ours(), evening(network, change)).joinTimes.slice(5));
    const sorted = times.sort((one, other) => one - other);
    expect(sorted[Math.ceil(sorted.length * 0.9) - 1]).toBeLessThanOrEqual(6_000);
  }, patience);
});

describe('Safari, whose picture halts whenever its speed changes', () => {
  it('stays within half a second', () => {
    const outcome = spend(ours(safari), evening(networks.wifi, { safari: true }));
    expect(outcome.apart.percentile(95)).toBeLessThanOrEqual(500);
    expect(outcome.mostTurnsInAMinute).toBeLessThanOrEqual(6);
  }, patience);
});
