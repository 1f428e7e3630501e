// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { longestHoldMs, ReleaseQueue } from './release';

describe('ReleaseQueue', () => {
  it('shows at once what the picture has passed', () => {
    const queue = new ReleaseQueue<string>();
    expect(queue.offer('goal', 1_000, 1_000, 0)).toBe('goal');
    expect(queue.size).toBe(0);
  });

  it('holds what the picture has not reached', () => {
    const queue = new ReleaseQueue<string>();
    expect(queue.offer('goal', 9_000, 1_000, 0)).toBeNull();
    expect(queue.due(8_999, 100)).toEqual([]);
    expect(queue.due(9_000, 200)).toEqual(['goal']);
    expect(queue.due(9_001, 300)).toEqual([]);
  });

  it('shows at once what has no stamp, and everything while there is no picture', () => {
    const queue = new ReleaseQueue<string>();
    expect(queue.offer('hello', null, 1_000, 0)).toBe('hello');
    expect(queue.offer('goal', 9_000, null, 0)).toBe('goal');
  });

  it('lets go of everything when the picture is lost', () => {
    const queue = new ReleaseQueue<string>();
    queue.offer('goal', 9_000, 1_000, 0);
    expect(queue.due(null, 10)).toEqual(['goal']);
  });

  it('never holds longer than its bound', () => {
    const queue = new ReleaseQueue<string>();
    queue.offer('far', 10_000_000, 1_000, 0);
    expect(queue.due(2_000, longestHoldMs - 1)).toEqual([]);
    expect(queue.due(2_000, longestHoldMs)).toEqual(['far']);
  });

  it('releases in the order of arrival', () => {
    const queue = new ReleaseQueue<string>();
    queue.offer('first', 5_000, 0, 0);
    queue.offer('second', 4_000, 0, 1);
    expect(queue.due(4_000, 2)).toEqual(['second']);
    queue.offer('third', 5_000, 4_000, 3);
    expect(queue.due(5_000, 4)).toEqual(['first', 'third']);
  });

  it('is bounded: beyond that, entries are shown and not lost', () => {
    const queue = new ReleaseQueue<number>();
    let shown = 0;
    for (let entry = 0; entry < 2_100; entry += 1) if (queue.offer(entry, 9_000, 0, 0) !== null) shown += 1;
    expect(queue.size).toBe(2_000);
    expect(shown).toBe(100);
  });
});
