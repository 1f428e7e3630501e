// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { nearest, type Box } from './spatial';

const box = (left: number, top: number, width = 100, height = 40): Box => ({ left, top, right: left + width, bottom: top + height });

describe('nearest', () => {
  const grid = [box(0, 0), box(110, 0), box(220, 0), box(0, 50), box(110, 50), box(0, 100, 320)];
  const from = (index: number, direction: 'up' | 'down' | 'left' | 'right') => {
    const others = grid.filter((_, at) => at !== index);
    const found = nearest(grid[index]!, others, direction);
    return found < 0 ? null : grid.indexOf(others[found]!);
  };

  it('goes straight ahead', () => {
    expect(from(0, 'right')).toBe(1);
    expect(from(1, 'right')).toBe(2);
    expect(from(1, 'down')).toBe(4);
    expect(from(4, 'up')).toBe(1);
    expect(from(2, 'left')).toBe(1);
  });

  it('reaches what is wider than us', () => {
    expect(from(3, 'down')).toBe(5);
    expect(from(4, 'down')).toBe(5);
  });

  it('rather goes straight than to something near aside', () => {
    const candidates = [box(200, 50), box(0, 120)];
    expect(nearest(box(0, 0), candidates, 'down')).toBe(1);
  });

  it('finds something aside when nothing is ahead', () => {
    expect(from(2, 'down')).toBe(4);
    expect(nearest(box(0, 0), [box(300, 60)], 'down')).toBe(0);
  });

  it('says so when there is nothing', () => {
    expect(from(0, 'up')).toBeNull();
    expect(from(2, 'right')).toBeNull();
    expect(nearest(box(0, 0), [], 'left')).toBe(-1);
  });
});
