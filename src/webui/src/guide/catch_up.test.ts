// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { standing, watchableFrom } from './catch_up';

const minutes = (value: number): number => value * 60_000;
const programme = { start: minutes(100), stop: minutes(160) };

describe('watchableFrom', () => {
  it('is the beginning where the archive has it', () => {
    expect(watchableFrom(programme, { from: 0, to: minutes(300) }, minutes(300))).toBe(minutes(100));
    expect(watchableFrom(programme, { from: 0, to: minutes(120) }, minutes(120))).toBe(minutes(100));
  });

  it('is where the archive begins when it has only the rest', () => {
    expect(watchableFrom(programme, { from: minutes(130), to: minutes(300) }, minutes(300))).toBe(minutes(130));
  });

  it('is nothing without archive, before the beginning, and of what the archive has let go', () => {
    expect(watchableFrom(programme, null, minutes(300))).toBeNull();
    expect(watchableFrom(programme, { from: 0, to: minutes(90) }, minutes(90))).toBeNull();
    expect(watchableFrom(programme, { from: minutes(160), to: minutes(300) }, minutes(300))).toBeNull();
    expect(watchableFrom(programme, { from: 0, to: minutes(80) }, minutes(300))).toBeNull();
  });
});

describe('standing', () => {
  it('tells past, running and coming', () => {
    expect(standing(programme, minutes(99))).toBe('coming');
    expect(standing(programme, minutes(100))).toBe('running');
    expect(standing(programme, minutes(160))).toBe('past');
  });
});
