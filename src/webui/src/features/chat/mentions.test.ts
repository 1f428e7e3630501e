// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { User } from '../../socket/protocol';
import { candidates, mentionQuery, mentionsIn, textParts } from './mentions';
import type { Message } from './message_list';

const user = (name: string): User => ({ id: `guest:${name}`, name, role: 'guest' });
const said = (name: string, offset: number): Message => ({
  id: `k:${offset}`,
  position: { epoch: 'k', offset },
  author: user(name),
  text: '',
  serverTime: 0,
  mediaTime: null,
  replyTo: null,
  mentions: [],
  edited: false,
  deleted: false,
});

describe('mentions', () => {
  it('are asked for by an @ at the beginning of a word', () => {
    expect(mentionQuery('@', 1)).toEqual({ start: 0, text: '' });
    expect(mentionQuery('hello @Ad', 9)).toEqual({ start: 6, text: 'Ad' });
    expect(mentionQuery('hello @Ad you', 9)).toEqual({ start: 6, text: 'Ad' });
    for (const text of ['mail@home', 'hello', '@Ada ', '@a@b']) expect(mentionQuery(text, text.length)).toBeNull();
  });

  it('offer who spoke last, without ourselves', () => {
    const messages = ['Ada', 'Bob', 'Adam', 'Madame', 'Me', 'Ada'].map(said);
    const names = (query: string) => candidates(messages, query, user('Me')).map(({ name }) => name);
    expect(names('')).toEqual(['Ada', 'Madame', 'Adam', 'Bob']);
    expect(names('ada')).toEqual(['Ada', 'Adam', 'Madame']);
  });

  it('are those that are still named', () => {
    expect(mentionsIn('@Ada and @Bob', [user('Ada'), user('Cid'), user('Ada')])).toEqual(['guest:Ada']);
  });

  it('stand out in the text, longer names first', () => {
    expect(textParts('hi @Ada Byron, @Ada!', ['Ada', 'Ada Byron'])).toEqual([
      { text: 'hi ', mention: false },
      { text: '@Ada Byron', mention: true },
      { text: ', ', mention: false },
      { text: '@Ada', mention: true },
      { text: '!', mention: false },
    ]);
    expect(textParts('a@b', ['x'])).toEqual([{ text: 'a@b', mention: false }]);
  });
});
