// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { WorldTime } from './simulation/world_time';
import { ServerClock } from './server_clock';

const epoch = 1_700_000_000_000;

// A clock here whose probes are answered over a way that takes `up` and `down` milliseconds.
function begin(way: { up: number; down: number }, skew = 0) {
  const time = new WorldTime();
  const timers = time.clockOf(5_000, skew, () => 0);
  const probes: number[] = [];
  const server = () => epoch + time.now;
  const clock: ServerClock = new ServerClock({
    timers,
    random: () => 0.5,
    probe: (clientSent) => {
      probes.push(time.now);
      const { up, down } = way;
      time.after(up, () => {
        const received = server();
        time.after(down, () => clock.answered(clientSent, received, received, timers.now()));
      });
    },
  });
  return { time, timers, clock, probes, way, server, error: () => clock.now()! - server() };
}

describe('ServerClock', () => {
  it('knows nothing before the first answer', () => {
    const { clock } = begin({ up: 10, down: 10 });
    expect([clock.now(), clock.rtt, clock.bound()]).toEqual([null, null, Infinity]);
  });

  it('is exact on an even path', () => {
    const { time, clock, error } = begin({ up: 30, down: 30 });
    clock.start();
    time.runUntil(100);
    expect(error()).toBeCloseTo(0, 2);
    expect(clock.rtt).toBeCloseTo(60, 2);
  });

  it('is wrong by no more than its bound on an uneven one', () => {
    const { time, clock, error } = begin({ up: 80, down: 20 });
    clock.start();
    time.runUntil(5_000);
    expect(Math.abs(error())).toBeCloseTo(30, 2);
    expect(Math.abs(error())).toBeLessThanOrEqual(clock.bound());
  });

  it('asks five times 200 ms apart, then every ten seconds', () => {
    const { time, clock, probes } = begin({ up: 1, down: 1 });
    clock.start();
    time.runUntil(25_000);
    expect(probes).toEqual([0, 200, 400, 600, 800, 10_800, 20_800]);
  });

  it('asks again at once when the connection is back, and not any more when stopped', () => {
    const { time, clock, probes } = begin({ up: 1, down: 1 });
    clock.start();
    time.runUntil(1_000);
    clock.start();
    time.runUntil(2_000);
    clock.stop();
    time.runUntil(60_000);
    expect(probes.slice(5)).toEqual([1_000, 1_200, 1_400, 1_600, 1_800]);
  });

  it('believes the quickest exchange, not the last', () => {
    const { time, clock, way, error } = begin({ up: 10, down: 10 });
    clock.start();
    time.runUntil(500);
    way.up = 400;
    time.runUntil(12_000);
    expect(Math.abs(error())).toBeLessThan(1);
  });

  it('widens its bound by 50 ppm while nothing is heard', () => {
    const { time, clock, way } = begin({ up: 10, down: 10 });
    clock.start();
    time.runUntil(1_000);
    clock.stop();
    way.up = 10;
    const before = clock.bound();
    time.runUntil(21_000);
    expect(clock.bound() - before).toBeCloseTo(1, 3);
  });

  it('follows a quartz that runs 100 ppm fast', () => {
    const { time, clock, error } = begin({ up: 10, down: 10 }, 100e-6);
    clock.start();
    time.runUntil(600_000);
    expect(Math.abs(error())).toBeLessThan(5);
  });

  it('moves what it shows by at most 5 ms a second', () => {
    const { time, clock, way, error } = begin({ up: 200, down: 0 });
    clock.start();
    time.runUntil(2_000);
    expect(error()).toBeCloseTo(100, 0);
    way.up = 0;
    clock.start();
    time.runUntil(3_000);
    const before = error();
    time.runUntil(13_000);
    expect(before - error()).toBeCloseTo(50, 0);
  });

  it('jumps when it is off by more than a quarter of a second, as after sleep', () => {
    const time = new WorldTime();
    let slept = 0;
    const local = () => time.now - slept;
    const clock = new ServerClock({ timers: { now: local, after: () => () => {} }, probe: () => {} });
    const exchange = () => clock.answered(local() - 20, epoch + time.now - 10, epoch + time.now - 10, local());
    time.runUntil(1_000);
    for (let count = 0; count < 8; count += 1) exchange();
    slept = 3_600_000; // our clock stood still for an hour
    time.runUntil(3_700_000);
    exchange();
    expect(clock.now()).toBeCloseTo(epoch + time.now, 2);
  });

  it('does not take answers that cannot be true', () => {
    const { clock } = begin({ up: 10, down: 10 });
    clock.answered(5_000, epoch, epoch, 4_000); // came before it was asked
    clock.answered(Number.NaN, epoch, epoch, 5_000);
    clock.answered(5_000, epoch, Infinity, 5_020);
    clock.answered(5_000, epoch + 10, epoch, 5_020); // answered before it was heard
    clock.answered(5_000, epoch, epoch, 60_000); // took a minute
    expect(clock.now()).toBeNull();
  });
});
