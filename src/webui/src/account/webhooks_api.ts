// SPDX-License-Identifier: MIT
import { ask, askList, malformed, type Answer } from '../api';
import { decodeRole, isFields, textOf, type Role } from '../socket/protocol';

export interface Webhook {
  readonly id: string;
  readonly url: string;
  readonly kinds: readonly string[];
  readonly description: string;
  readonly enabled: boolean;
  readonly waiting: number; // deliveries
  readonly parked: number;
  readonly dropped: number;
}

export interface Webhooks {
  readonly webhooks: readonly Webhook[];
  readonly kinds: readonly string[]; // of events that there are
}

export type DeliveryState = 'waiting' | 'delivered' | 'parked';

export interface Delivery {
  readonly id: string;
  readonly kind: string;
  readonly state: DeliveryState;
  readonly attempts: number;
  readonly answer: string; // the last one: its status, or what went wrong
  readonly at: number; // milliseconds since 1970
}

const count = (value: unknown): number => (typeof value === 'number' ? value : 0);
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []);

export function decodeWebhook(value: unknown): Webhook | null {
  if (!isFields(value) || typeof value['id'] !== 'string') return null;
  return {
    id: value['id'],
    url: textOf(value['url']),
    kinds: texts(value['kinds']),
    description: textOf(value['description']),
    enabled: value['enabled'] === true,
    waiting: count(value['waiting']),
    parked: count(value['parked']),
    dropped: count(value['dropped']),
  };
}

export function decodeDelivery(value: unknown): Delivery | null {
  if (!isFields(value) || typeof value['id'] !== 'string') return null;
  const { state, status } = value;
  return {
    id: value['id'],
    kind: textOf(value['kind']),
    state: state === 'delivered' || state === 'parked' ? state : 'waiting',
    attempts: count(value['attempts']),
    answer: [count(status) === 0 ? '' : String(status), textOf(value['error'])].filter((part) => part !== '').join(' '),
    at: Date.parse(textOf(value['finished_at'], textOf(value['created_at']))),
  };
}

// What the account is everywhere (under the empty name) and in channels.
export async function fetchRoles(): Promise<Answer<ReadonlyMap<string, Role>>> {
  const answer = await ask('GET', '/api/v1/me');
  if (!answer.ok) return answer;
  const user = isFields(answer.value) ? answer.value['user'] : null;
  if (!isFields(user)) return malformed;
  const channels = isFields(user['channels']) ? Object.entries(user['channels']) : [];
  const roles = channels.map(([id, standing]): [string, Role] => [id, decodeRole(isFields(standing) ? standing['role'] : null)]);
  return { ok: true, value: new Map([['', decodeRole(user['role'])], ...roles]) };
}

// By its own role there, or by the one everywhere.
export const creates = (roles: ReadonlyMap<string, Role>, channel: string): boolean =>
  ['', channel].some((where) => ['creator', 'admin'].includes(roles.get(where) ?? ''));

const pathOf = (channel: string) => `/api/v1/channels/${encodeURIComponent(channel)}/webhooks`;
const wishOf = ({ url, kinds, description }: Webhook) => ({ url, kinds, description });

export async function fetchWebhooks(channel: string): Promise<Answer<Webhooks>> {
  const answer = await ask('GET', pathOf(channel));
  if (!answer.ok) return answer;
  if (!isFields(answer.value) || !Array.isArray(answer.value['webhooks'])) return malformed;
  return { ok: true, value: { webhooks: answer.value['webhooks'].map(decodeWebhook).filter((one) => one !== null), kinds: texts(answer.value['kinds']) } };
}

// The secret, which is told this once.
async function askSecret(path: string, body: object): Promise<Answer<string>> {
  const answer = await ask('POST', path, body);
  if (!answer.ok) return answer;
  const secret = isFields(answer.value) ? answer.value['secret'] : null;
  return typeof secret === 'string' ? { ok: true, value: secret } : malformed;
}

export const makeWebhook = (channel: string, url: string, kinds: readonly string[]) => askSecret(pathOf(channel), { url, kinds });
export const renewSecret = (channel: string, id: string) => askSecret(`${pathOf(channel)}/${id}/secret`, {});
export const enableWebhook = (channel: string, webhook: Webhook, enabled: boolean) => ask('PUT', `${pathOf(channel)}/${webhook.id}`, { ...wishOf(webhook), enabled });
export const removeWebhook = (channel: string, id: string) => ask('DELETE', `${pathOf(channel)}/${id}`);
export const fetchDeliveries = (channel: string, id: string) => askList(`${pathOf(channel)}/${id}/deliveries?limit=20`, 'deliveries', decodeDelivery);
export const deliverAgain = (channel: string, id: string, delivery: string) => ask('POST', `${pathOf(channel)}/${id}/deliveries`, { delivery });
