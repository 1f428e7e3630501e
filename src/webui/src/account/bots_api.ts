// SPDX-License-Identifier: MIT
import { ask, askList, malformed, type Answer } from '../api';
import { isFields } from '../socket/protocol';

export const tokenScopes = ['chat', 'reactions', 'polls', 'moderation', 'webhooks'] as const;

export interface BotToken {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly channel: string | null;
  readonly expiresAt: number | null; // milliseconds since 1970
  readonly lastUsedAt: number | null;
}

export interface Bot {
  readonly id: string;
  readonly name: string;
  readonly tokens: readonly BotToken[];
}

const time = (value: unknown): number | null => (typeof value === 'string' ? Date.parse(value) : null);

export function decodeToken(value: unknown): BotToken | null {
  if (!isFields(value) || typeof value['id'] !== 'string' || !Array.isArray(value['scopes'])) return null;
  return {
    id: value['id'],
    name: String(value['name']),
    scopes: value['scopes'].filter((scope) => typeof scope === 'string'),
    channel: typeof value['channel'] === 'string' ? value['channel'] : null,
    expiresAt: time(value['expires_at']),
    lastUsedAt: time(value['last_used_at']),
  };
}

export function decodeBot(value: unknown): Bot | null {
  if (!isFields(value) || typeof value['id'] !== 'string' || !Array.isArray(value['tokens'])) return null;
  const tokens = value['tokens'].map(decodeToken).filter((token) => token !== null);
  return { id: value['id'], name: String(value['name']), tokens };
}

export const fetchBots = () => askList('/api/v1/bots', 'bots', decodeBot);

const pathOf = (bot: string) => `/api/v1/bots/${encodeURIComponent(bot)}`;

export const makeBot = (name: string) => ask('POST', '/api/v1/bots', { name });
export const removeBot = (bot: string) => ask('DELETE', pathOf(bot));
export const revokeToken = (bot: string, token: string) => ask('DELETE', `${pathOf(bot)}/tokens/${token}`);

// The secret, which is told this once.
export async function makeToken(bot: string, wish: { name: string; scopes: string[]; channel: string; expiresAt: string }): Promise<Answer<string>> {
  const answer = await ask('POST', `${pathOf(bot)}/tokens`, {
    name: wish.name,
    scopes: wish.scopes,
    channel: wish.channel || null,
    expires_at: wish.expiresAt ? new Date(wish.expiresAt).toISOString() : null,
  });
  if (!answer.ok) return answer;
  const token = isFields(answer.value) ? answer.value['token'] : null;
  return typeof token === 'string' ? { ok: true, value: token } : malformed;
}
