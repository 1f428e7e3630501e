// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { changed, changeOf, quoteOf } from './changes';
import type { Message } from './message_list';

const message = (offset: number, author: string, more: Partial<Message> = {}): Message => ({
  id: `k1:${offset}`,
  position: { epoch: 'k1', offset },
  author: { id: author, name: author, role: 'guest' },
  text: `text ${offset}`,
  serverTime: 0,
  mediaTime: null,
  replyTo: null,
  mentions: [],
  edited: false,
  deleted: false,
  ...more,
});
const answer = (to: Message) => ({ replyTo: { id: to.id, user: to.author.id, name: to.author.name, text: to.text, gone: false } });
const list = [message(1, 'ada'), message(2, 'bob', answer(message(1, 'ada'))), message(3, 'ada')];
const apply = (name: string, body: unknown, tombstones = true) => {
  const change = changeOf({ room: 'r', kind: `chat.${name}`, position: { epoch: 'k1', offset: 9 }, serverTime: 0, mediaTime: null, user: null, body });
  return change ? changed(list, change, tombstones) : null;
};

it('an edit changes the message and what quotes it, and nothing else', () => {
  const now = apply('edited', { message: 'k1:1', text: 'new\nwords', mentions: ['bob'] });
  expect(now?.[0]).toMatchObject({ text: 'new\nwords', edited: true, mentions: ['bob'] });
  expect(now?.[1]?.replyTo?.text).toBe('new words');
  expect(now?.[2]).toBe(list[2]);
  expect(apply('edited', { message: 'k1:77', text: 'x' })).toBe(list);
});

it('a deletion leaves a mark where the message was seen, and clears what quotes it', () => {
  const now = apply('deleted', { message: 'k1:1' });
  expect(now?.[0]).toMatchObject({ id: 'k1:1', text: '', deleted: true });
  expect(now?.[1]?.replyTo).toMatchObject({ text: '', gone: true });
  expect(apply('deleted', { message: 'k1:1' }, false)?.map(({ id }) => id)).toEqual(['k1:2', 'k1:3']);
});

it('all that a user said can go at once', () => {
  expect(apply('deleted', { user: 'ada' }, false)?.map(({ id }) => id)).toEqual(['k1:2']);
});

it('what is no change is none', () => {
  for (const body of [null, {}, { message: 7 }, { message: 'k1:1' }]) expect(apply('edited', body)).toBeNull();
  expect(apply('deleted', {})).toBeNull();
  expect(apply('else', { message: 'k1:1', text: 'x' })).toBeNull();
});

it('a quote is one line of a hundred characters', () => {
  expect(quoteOf('a\nb')).toBe('a b');
  expect(Array.from(quoteOf('😀'.repeat(101)))).toHaveLength(101);
});
