// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { dateRange, secondOf } from './date_map';

// Two seconds each; between the second and the third an hour was not recorded.
const pieces = [
  { start: 0, duration: 2, date: 10_000 },
  { start: 2, duration: 2, date: 12_000 },
  { start: 4, duration: 2, date: 3_614_000 },
];

describe('a dated playlist', () => {
  it('has a range', () => {
    expect(dateRange(pieces)).toEqual({ from: 10_000, to: 3_616_000 });
    expect(dateRange([])).toBeNull();
  });

  it('finds the second of a date', () => {
    expect(secondOf(pieces, 10_000)).toBe(0);
    expect(secondOf(pieces, 13_500)).toBe(3.5);
    expect(secondOf(pieces, 3_615_000)).toBe(5);
    expect(secondOf(pieces, 3_616_000)).toBe(6);
  });

  it('goes on after what was not recorded', () => {
    expect(secondOf(pieces, 600_000)).toBe(4);
  });

  it('has nothing outside', () => {
    expect(secondOf(pieces, 9_999)).toBeNull();
    expect(secondOf(pieces, 3_616_001)).toBeNull();
    expect(secondOf([], 1)).toBeNull();
  });
});
