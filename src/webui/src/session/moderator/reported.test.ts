// SPDX-License-Identifier: MIT
import { afterEach, expect, it, vi } from 'vitest';
import { fetchReported } from './reported';

const bob = { id: 'account:7', name: 'Bob', role: 'viewer' };
const said = (user: object, offset: number, more: object = {}) => ({ room: 'channel:news', kind: 'chat.message', epoch: 'k1', offset, server_time: 1, user, body: { text: 'what was said', ...more } });

// The room's answer, and what it was asked for.
function answering(messages: readonly object[], status = 200) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (path: string) => (asked.push(path), new Response(JSON.stringify({ messages, more: true }), { status })));
  return asked;
}
afterEach(() => vi.unstubAllGlobals());

it('finds what was said by its place, deleted or not', async () => {
  const asked = answering([said(bob, 17, { deleted: true })]);
  expect(await fetchReported('channel:news', { user: bob.id, message: 'k1:17' })).toMatchObject({ id: 'k1:17', text: 'what was said', deleted: true });
  expect(asked).toEqual(['/api/v1/rooms/channel:news/chat/search?user=account%3A7&before=k1%3A18&limit=1']);
});

it('blames nobody for what somebody else said, or for what they said elsewhere', async () => {
  answering([said({ ...bob, id: 'account:8', name: 'account:7' }, 17)]);
  expect(await fetchReported('channel:news', { user: bob.id, message: 'k1:17' })).toBe(null);
  answering([said(bob, 16)]);
  expect(await fetchReported('channel:news', { user: bob.id, message: 'k1:17' })).toBe(null);
  answering([]);
  expect(await fetchReported('channel:news', { user: bob.id, message: 'k1:17' })).toBe(null);
});

it('asks nothing about a report without a message, and finds nothing while the room cannot say', async () => {
  const asked = answering([]);
  expect(await fetchReported('channel:news', { user: bob.id, message: '' })).toBe(null);
  expect(asked).toEqual([]);
  answering([], 503);
  expect(await fetchReported('channel:news', { user: bob.id, message: 'k1:17' })).toBe(null);
});
