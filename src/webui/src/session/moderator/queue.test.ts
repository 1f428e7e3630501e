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
    expect(selection.of(['a', 'b', 'c'])).toBe('a');
    expect(selection.move(['a', 'b', 'c'], 1)).toBe('b');
    expect(selection.of(['a', 'c'])).toBe('c');
    expect(selection.of(['a'])).toBe('a');
    expect(selection.of([])).toBe(null);
  });

  it('stays with its message when others come and go', () => {
    const selection = new Selection();
    selection.select('b');
    expect(selection.of(['a', 'b'])).toBe('b');
    expect(selection.of(['b', 'c', 'd'])).toBe('b');
    expect(selection.move(['b', 'c', 'd'], -1)).toBe('b');
  });
});
