// SPDX-License-Identifier: MIT
import { decodeUser, isFields, positionKey, textOf, type Fields, type Position, type User } from './socket/protocol';
import { strings } from './strings';

export type ChannelState = 'starting' | 'live' | 'slate' | 'down';

// What of a channel can be watched later; times in milliseconds since 1970.
export interface ChannelArchive {
  readonly from: number;
  readonly to: number;
}

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly number: number;
  readonly group: string;
  readonly state: ChannelState;
  readonly reason: string;
  readonly members: number;
  readonly room: string;
  readonly playlist: string;
  readonly picture: string; // address of the latest one; empty: there are none
  readonly archive: ChannelArchive | null;
}

export interface Fault {
  readonly code: string;
  readonly text: string; // for people
  readonly retryAfterMs: number | null;
}

export type Answer<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

const patienceMs = 15_000;

// Where rooms and features are asked, a guest shows the token of its hello; null: the session's cookie counts.
let guestToken: string | null = null;
export const askAsGuest = (token: string | null): void => {
  guestToken = token;
};
const guestField = (path: string): Record<string, string> =>
  guestToken !== null && /^\/api\/v1\/(rooms|features)\//.test(path) ? { Authorization: `Bearer ${guestToken}` } : {};

export async function ask(method: string, path: string, body?: unknown): Promise<Answer<unknown>> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patienceMs);
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: abort.signal,
      // The type also on requests without a body: it is what the server's protection against forged requests asks for.
      headers: method === 'GET' ? { Accept: 'application/json', ...guestField(path) } : { Accept: 'application/json', 'Content-Type': body instanceof Blob ? body.type || 'image/unknown' : 'application/json' },
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const value: unknown = text === '' ? null : JSON.parse(text);
    if (response.ok) return { ok: true, value };
    const problem = isFields(value) ? value : {};
    const code = typeof problem['code'] === 'string' ? problem['code'] : 'internal';
    const detail = typeof problem['detail'] === 'string' ? problem['detail'] : '';
    const after = Number(response.headers.get('Retry-After'));
    return { ok: false, fault: { code, text: strings.refusal(code, detail), retryAfterMs: after > 0 ? after * 1000 : null } };
  } catch {
    return { ok: false, fault: { code: 'unavailable', text: strings.errors.unreachable, retryAfterMs: null } };
  } finally {
    clearTimeout(timer);
  }
}

function decodeArchive(value: unknown): ChannelArchive | null {
  if (!isFields(value)) return null;
  const time = (key: string): number => Date.parse(typeof value[key] === 'string' ? value[key] : '');
  const from = time('from');
  const to = time('to');
  return to > from ? { from, to } : null;
}

function decodeChannel(value: unknown): Channel | null {
  if (!isFields(value) || typeof value['id'] !== 'string') return null;
  const text = (key: string, fallback = ''): string => (typeof value[key] === 'string' ? value[key] : fallback);
  const count = (key: string): number => (typeof value[key] === 'number' ? value[key] : 0);
  const id = value['id'];
  const state = text('state', 'starting');
  return {
    id,
    name: text('name', id),
    number: count('number'),
    group: text('group'),
    state: state === 'live' || state === 'slate' || state === 'down' ? state : 'starting',
    reason: text('reason'),
    members: count('members'),
    room: text('room', `channel:${id}`),
    playlist: text('playlist', `/live/${encodeURIComponent(id)}/index.m3u8`),
    picture: text('picture'),
    archive: decodeArchive(value['archive']),
  };
}

export const malformed: Answer<never> = { ok: false, fault: { code: 'internal', text: strings.errors.malformed, retryAfterMs: null } };

// What stands under `key` of the answer; what does not fit is left out.
export async function askList<T>(path: string, key: string, decode: (value: unknown) => T | null): Promise<Answer<readonly T[]>> {
  const answer = await ask('GET', path);
  if (!answer.ok) return answer;
  const list = isFields(answer.value) ? answer.value[key] : null;
  if (!Array.isArray(list)) return malformed;
  return { ok: true, value: list.map(decode).filter((one) => one !== null) };
}

export const fetchChannels = () => askList('/api/v1/channels', 'channels', decodeChannel);

// A colon may stand as it is in a path and in a query, and names of rooms are easier to read with it.
const segment = (text: string): string => encodeURIComponent(text).replace(/%3A/g, ':');

export interface MessagePage {
  readonly messages: readonly unknown[];
  readonly more: boolean;
}

async function askMessages(room: string, which: string): Promise<Answer<MessagePage>> {
  const answer = await ask('GET', `/api/v1/rooms/${segment(room)}/chat/${which}`);
  if (!answer.ok) return answer;
  if (!isFields(answer.value) || !Array.isArray(answer.value['messages'])) return malformed;
  return { ok: true, value: { messages: answer.value['messages'], more: answer.value['more'] === true } };
}

export const fetchHistory = (room: string, before: Position | null) =>
  askMessages(room, `history?${before ? `before=${segment(positionKey(before))}&` : ''}limit=50`);

// By media time: from <= time < to, after the message of that id.
export const fetchTimeline = (room: string, from: number, to: number, after: string | null) =>
  askMessages(room, `timeline?from=${from}&to=${to}${after === null ? '' : `&after=${segment(after)}`}`);

// What a feature kept of a stretch of media time, from <= time < to; null: it cannot be had now. A server that keeps nothing
// of the kind says not_found: there is nothing to ask for again.
export async function askPast(room: string, query: 'chat/pins' | 'polls/timeline' | 'reactions/timeline', from: number, to: number): Promise<Fields | null> {
  const answer = await ask('GET', `/api/v1/rooms/${segment(room)}/${query}?from=${from}&to=${to}`);
  if (answer.ok) return isFields(answer.value) ? answer.value : null;
  return answer.fault.code === 'not_found' ? {} : null;
}

export interface ChatSearch {
  readonly text: string; // in the message
  readonly user: string; // an id or a name
  readonly before: string | null; // a message's id
  readonly limit?: number;
}

// For moderators: deleted messages, too.
export function searchChat(room: string, { text, user, before, limit = 50 }: ChatSearch): Promise<Answer<MessagePage>> {
  const query = new URLSearchParams({ ...(text === '' ? {} : { text }), ...(user === '' ? {} : { user }), ...(before === null ? {} : { before }), limit: String(limit) });
  return askMessages(room, `search?${query}`);
}

// What a message said before each of its edits, for moderators; the last is what it says now.
export const fetchVersions = (room: string, message: string) =>
  askList(`/api/v1/rooms/${segment(room)}/chat/edits?message=${segment(message)}`, 'versions', (version) => (isFields(version) ? textOf(version['text']) : ''));

export interface SignIn {
  readonly user: User;
  readonly token: string;
}

async function askSignIn(path: string, name: string, password: string): Promise<Answer<SignIn>> {
  const answer = await ask('POST', path, { name, password });
  if (!answer.ok) return answer;
  if (!isFields(answer.value)) return malformed;
  const user = decodeUser(answer.value['user']);
  const token = answer.value['token'];
  return user && typeof token === 'string' ? { ok: true, value: { user, token } } : malformed;
}

export const register = (name: string, password: string) => askSignIn('/api/v1/accounts', name, password);
export const signIn = (name: string, password: string) => askSignIn('/api/v1/sessions', name, password);
export const signOut = () => ask('DELETE', '/api/v1/sessions/current');

export async function fetchMe(): Promise<Answer<User | null>> {
  const answer = await ask('GET', '/api/v1/me');
  if (!answer.ok) return answer;
  return { ok: true, value: isFields(answer.value) ? decodeUser(answer.value['user']) : null };
}
