// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { ManualTimers } from '../../base/manual_timers';
import { Ducking } from './ducking';

function make() {
  const timers = new ManualTimers();
  const gains: number[] = [];
  return { timers, gains, ducking: new Ducking(timers, (gain) => gains.push(gain)) };
}

it('takes the programme 12 dB back in small steps and brings it all back', () => {
  const { timers, gains, ducking } = make();
  ducking.speaks(true);
  timers.advance(1_000);
  expect(20 * Math.log10(gains.at(-1) ?? 1)).toBeCloseTo(-12, 3);
  expect(gains).toHaveLength(5);
  expect(gains).toEqual([...gains].sort((a, b) => b - a));
  ducking.speaks(false);
  timers.advance(700);
  expect(gains).toHaveLength(5); // between two words
  timers.advance(2_000);
  expect(gains.at(-1)).toBe(1);
  const ups = gains.slice(5);
  expect(ups).toEqual([...ups].sort((a, b) => a - b));
  timers.advance(60_000);
  expect(gains).toHaveLength(5 + ups.length);
});

it('stays back between words and gives everything back when it stops', () => {
  const { timers, gains, ducking } = make();
  ducking.speaks(true);
  timers.advance(500);
  ducking.speaks(false);
  timers.advance(500);
  ducking.speaks(true);
  timers.advance(5_000);
  expect(gains.at(-1)).toBeLessThan(0.26);
  ducking.stop();
  expect(gains.at(-1)).toBe(1);
});
