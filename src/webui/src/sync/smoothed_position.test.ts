// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { LearnedLatency } from './learned_latency';
import { Random } from './simulation/random';
import { SmoothedPosition } from './smoothed_position';

describe('SmoothedPosition', () => {
  it('takes most of the jitter out', () => {
    const random = new Random(1);
    const smoothed = new SmoothedPosition();
    let squares = 0;
    for (let at = 0; at < 250_000; at += 250) squares += (smoothed.take(at + random.normal(15), at, 1) - at) ** 2;
    expect(Math.sqrt(squares / 1_000)).toBeLessThan(7);
  });

  it('does not lag behind a change of speed', () => {
    const smoothed = new SmoothedPosition();
    for (let at = 0; at <= 5_000; at += 250) smoothed.take(at * 1.1, at, 1.1);
    expect(smoothed.take(5_250 * 1.1, 5_250, 1.1)).toBeCloseTo(5_775);
  });

  it('believes a jump, and a picture that stands still, at once', () => {
    const smoothed = new SmoothedPosition();
    smoothed.take(0, 0, 1);
    expect(smoothed.take(60_000, 250, 1)).toBe(60_000);
    smoothed.take(60_100, 500, 0);
    expect(smoothed.take(60_130, 750, 0)).toBe(60_130);
  });
});

describe('LearnedLatency', () => {
  it('takes the first time for its guess, and then a part of each', () => {
    const latency = new LearnedLatency(1_000, 300);
    latency.take(200);
    expect(latency.usual).toBe(200);
    latency.take(300);
    expect(latency.usual).toBeCloseTo(230);
    expect(latency.enough).toBeGreaterThan(latency.usual);
  });

  it('keeps to what can be', () => {
    const latency = new LearnedLatency(100, 0);
    latency.take(NaN);
    latency.take(-5);
    expect(latency.usual).toBe(100);
    latency.take(1e9);
    expect(latency.enough).toBeLessThanOrEqual(5_000);
  });
});
