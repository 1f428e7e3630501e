// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { creates, decodeDelivery, decodeWebhook } from './webhooks_api';

test('webhooks and their deliveries are read, what is none is left out', () => {
  const webhook = { id: '1', url: 'https://example.org/hook', kinds: ['chat.message', 7], description: '', enabled: true, created_at: '2026-11-20T00:00:00.000Z', waiting: 2, parked: 1, dropped: 0, old_secret_until: null };
  expect(decodeWebhook(webhook)).toEqual({ id: '1', url: 'https://example.org/hook', kinds: ['chat.message'], description: '', enabled: true, waiting: 2, parked: 1, dropped: 0 });
  expect(decodeWebhook({ url: 'https://example.org/hook' })).toBeNull();
  const delivery = { id: '17', kind: 'chat.message', state: 'parked', attempts: 9, status: 503, error: 'gave up', created_at: '2026-11-20T00:00:00.000Z', due_at: null, finished_at: '2026-11-21T00:00:00.000Z' };
  expect(decodeDelivery(delivery)).toEqual({ id: '17', kind: 'chat.message', state: 'parked', attempts: 9, answer: '503 gave up', at: Date.parse('2026-11-21T00:00:00Z') });
  expect(decodeDelivery({ ...delivery, state: 'waiting', status: 0, error: '', finished_at: null })).toMatchObject({ state: 'waiting', answer: '', at: Date.parse('2026-11-20T00:00:00Z') });
  expect(decodeDelivery(null)).toBeNull();
});

test('creators of a channel have its webhooks, administrators those of all', () => {
  const roles = new Map([['', 'viewer'], ['news', 'creator'], ['sport', 'moderator']] as const);
  expect(['news', 'sport', 'film'].filter((channel) => creates(roles, channel))).toEqual(['news']);
  expect(creates(new Map([['', 'admin']] as const), 'film')).toBe(true);
});
