// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { actionOf, Selection } from './queue';

const key = (name: string, ctrlKey = false) => actionOf({ key: name, ctrlKey, metaKey: false, altKey: false });

describe('queue', () => {
  it('is worked with one hand, whatever the shift key does', () => {
    expect(['j', 'K', 'a', 'R', 't', 'b', 'd', 'ArrowDown'].map((name) => key(name))).toEqual(['next', 'previous', 'allow', 'reject', 'timeout', 'ban', 'delete', 'next']);
    expect(key('x')).toBe(null);
    expect(key('r', true)).toBe(null);
  });

  it('goes to what takes the place of a decided one', () => {
    const selection = new Selection();
    expect(selection.of(['a', 'b', 'c'], 0)).toBe('a');
    expect(selection.move(['a', 'b', 'c'], 1, 0)).toBe('b');
    selection.decide('b');
    expect(selection.of(['a', 'c'], 0)).toBe('c');
    expect(selection.takes('ban', false, 0)).toBe(true);
    expect(selection.of(['a'], 0)).toBe('a');
    expect(selection.of([], 0)).toBe(null);
  });

  it('stays with its message when others come and go', () => {
    const selection = new Selection();
    selection.select('b');
    expect(selection.of(['a', 'b'], 0)).toBe('b');
    expect(selection.of(['b', 'c', 'd'], 0)).toBe('b');
    expect(selection.move(['b', 'c', 'd'], -1, 0)).toBe('b');
    expect(selection.takes('ban', false, 0)).toBe(true);
  });

  it('decides once about one person while a key is held, and only moves on repeating', () => {
    const selection = new Selection();
    expect(selection.of(['a', 'b', 'c'], 0)).toBe('a');
    expect(selection.takes('ban', false, 0)).toBe(true);
    for (const action of ['allow', 'reject', 'timeout', 'ban', 'delete'] as const) expect(selection.takes(action, true, 10_000)).toBe(false);
    expect(selection.takes('next', true, 0)).toBe(true);
    expect(selection.takes('previous', true, 0)).toBe(true);
  });

  it('decides nothing for half a second after the selected one went by itself, unless the moderator has moved', () => {
    const selection = new Selection();
    selection.of(['a', 'b', 'c'], 1_000);
    expect(selection.of(['b', 'c'], 2_000)).toBe('b'); // its delay was over, or another moderator was quicker
    expect(selection.takes('ban', false, 2_499)).toBe(false);
    expect(selection.takes('ban', false, 2_500)).toBe(true);
    expect(selection.of(['c'], 3_000)).toBe('c');
    expect(selection.takes('allow', false, 3_000)).toBe(false);
    selection.move(['c'], 1, 3_100);
    expect(selection.takes('allow', false, 3_100)).toBe(true);
  });
});
