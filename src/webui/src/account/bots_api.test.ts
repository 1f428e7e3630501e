// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { decodeBot } from './bots_api';

test('bots are read with their tokens, what is none is left out', () => {
  const token = { id: '3', name: 'scores', scopes: ['chat', 7], channel: 'news', created_at: '2026-11-20T00:00:00.000Z', expires_at: '2026-11-21T00:00:00.000Z', last_used_at: null };
  expect(decodeBot({ id: 'bot:1', name: 'Robot', tokens: [token, { id: 4 }, null] })).toEqual({
    id: 'bot:1',
    name: 'Robot',
    tokens: [{ id: '3', name: 'scores', scopes: ['chat'], channel: 'news', expiresAt: Date.parse('2026-11-21T00:00:00Z'), lastUsedAt: null }],
  });
  expect(decodeBot({ id: 'bot:1', name: 'Robot' })).toBeNull();
  expect(decodeBot(null)).toBeNull();
});
