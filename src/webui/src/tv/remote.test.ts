// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { readRemote } from './remote';

describe('readRemote', () => {
  it('knows the five keys', () => {
    expect(readRemote({ key: 'ArrowUp', keyCode: 38 })).toEqual({ kind: 'arrow', direction: 'up' });
    expect(readRemote({ key: 'Enter', keyCode: 13 })).toEqual({ kind: 'ok' });
  });

  it('knows Back under all its names', () => {
    for (const key of ['Escape', 'Backspace', 'GoBack', 'BrowserBack', 'XF86Back']) expect(readRemote({ key, keyCode: 0 })).toEqual({ kind: 'back' });
    for (const keyCode of [461, 10009]) expect(readRemote({ key: 'Unidentified', keyCode })).toEqual({ kind: 'back' });
  });

  it('knows digits, and leaves the rest alone', () => {
    expect(readRemote({ key: '7', keyCode: 55 })).toEqual({ kind: 'digit', digit: '7' });
    expect(readRemote({ key: 'a', keyCode: 65 })).toBeNull();
  });
});
