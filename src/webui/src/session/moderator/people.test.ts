// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { findPeople } from './people';

const said = (id: string, name: string) => ({ author: { id, name, role: 'guest' as const } });

describe('findPeople', () => {
  it('finds who spoke lately by a part of the name, each once, the last first', () => {
    const messages = [said('guest:1', 'Ada'), said('guest:2', 'Adam'), said('guest:3', 'Bob'), said('guest:1', 'Ada')];
    expect(findPeople(messages, 'AD').map(({ id }) => id)).toEqual(['guest:1', 'guest:2']);
    expect(findPeople(messages, ' ').map(({ name }) => name)).toEqual(['Ada', 'Bob', 'Adam']);
  });
  it('takes an id as it is', () => {
    expect(findPeople([], 'account:7')).toEqual([{ id: 'account:7', name: 'account:7' }]);
  });
});
