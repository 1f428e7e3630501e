// SPDX-License-Identifier: MIT

// The messages of docs/protocol.md, as the rest of the application sees them. What the server sends is checked here and
// nowhere else; a message that does not fit is dropped, never half used.

export const subprotocol = 'grandstand.v1.json';

export type Role = 'guest' | 'viewer' | 'member' | 'moderator' | 'creator' | 'admin';

export const isModerator = (role: Role): boolean => role === 'moderator' || role === 'creator' || role === 'admin';

export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
}

// A place in a room's order of events.
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

export interface RoomEvent {
  readonly room: string;
  readonly kind: string;
  readonly position: Position | null; // null: passing, not stored
  readonly serverTime: number;
  readonly mediaTime: number | null;
  readonly user: User | null;
  readonly body: unknown;
}

export interface Joined {
  readonly room: string;
  readonly position: Position;
  readonly recovered: boolean;
  readonly members: number;
  readonly events: readonly RoomEvent[];
  readonly snapshots: Readonly<Record<string, unknown>>;
  readonly personal: Readonly<Record<string, unknown>>; // for us alone, by feature
}

export interface Done {
  readonly position: Position | null;
  readonly stored: boolean;
  readonly held?: boolean; // it waits for a moderator, or for the delay
  readonly result?: unknown; // what the feature answers to us alone
}

export interface Pong {
  readonly clientTime: number;
  readonly received: number;
  readonly sent: number;
}

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs: number | null;
}

export type ServerFrame =
  | { readonly type: 'reply'; readonly id: number; readonly refusal: Refusal | null; readonly raw: Fields }
  | { readonly type: 'events'; readonly events: readonly RoomEvent[] }
  | { readonly type: 'pong'; readonly pong: Pong }
  | { readonly type: 'drain'; readonly withinMs: number }
  | { readonly type: 'moved'; readonly room: string }
  | { readonly type: 'user'; readonly user: User | null }
  | { readonly type: 'error'; readonly refusal: Refusal };

export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export const textOf = (value: unknown, fallback = ''): string => (typeof value === 'string' ? value : fallback);
const count = (value: unknown, fallback = 0): number =>
  typeof value === 'number' && Number.isFinite(value) ? value : fallback;

const roles: readonly string[] = ['guest', 'viewer', 'member', 'moderator', 'creator', 'admin'];

export const decodeRole = (value: unknown): Role => (roles.includes(textOf(value)) ? (value as Role) : 'guest');

export function decodeUser(value: unknown): User | null {
  if (!isFields(value) || typeof value['id'] !== 'string' || typeof value['name'] !== 'string') return null;
  return { id: value['id'], name: value['name'], role: decodeRole(value['role']) };
}

function decodePosition(value: Fields): Position | null {
  const { epoch, offset } = value;
  if (typeof epoch !== 'string' || typeof offset !== 'number' || !Number.isInteger(offset)) return null;
  return { epoch, offset };
}

export function decodeEvent(value: unknown): RoomEvent | null {
  if (!isFields(value) || typeof value['room'] !== 'string' || typeof value['kind'] !== 'string') return null;
  return {
    room: value['room'],
    kind: value['kind'],
    position: decodePosition(value),
    serverTime: count(value['server_time']),
    mediaTime: typeof value['media_time'] === 'number' ? value['media_time'] : null,
    user: decodeUser(value['user']),
    body: value['body'],
  };
}

export function decodeEvents(value: unknown): RoomEvent[] {
  if (!Array.isArray(value)) return [];
  return value.map(decodeEvent).filter((event): event is RoomEvent => event !== null);
}

export function decodeJoined(raw: Fields): Joined | null {
  const position = decodePosition(raw);
  if (!position || typeof raw['room'] !== 'string') return null;
  return {
    room: raw['room'],
    position,
    recovered: raw['recovered'] === true,
    members: count(raw['members']),
    events: decodeEvents(raw['events']),
    snapshots: isFields(raw['snapshots']) ? raw['snapshots'] : {},
    personal: isFields(raw['personal']) ? raw['personal'] : {},
  };
}

export function decodeDone(raw: Fields): Done {
  return {
    position: decodePosition(raw),
    stored: raw['stored'] === true,
    ...(raw['held'] === true ? { held: true } : {}),
    ...(raw['result'] === undefined ? {} : { result: raw['result'] }),
  };
}

export function decodeRefusal(value: unknown): Refusal {
  const fields = isFields(value) ? value : {};
  const retry = fields['retry_after_ms'];
  return {
    code: textOf(fields['code'], 'internal'),
    message: textOf(fields['message']),
    retryAfterMs: typeof retry === 'number' ? retry : null,
  };
}

export function decodeFrame(message: string): ServerFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(message);
  } catch {
    return null;
  }
  if (!isFields(value)) return null;
  if (typeof value['id'] === 'number' && typeof value['ok'] === 'boolean') {
    return { type: 'reply', id: value['id'], refusal: value['ok'] ? null : decodeRefusal(value['error']), raw: value };
  }
  if (Array.isArray(value['events'])) return { type: 'events', events: decodeEvents(value['events']) };
  switch (value['type']) {
    case 'pong':
      return {
        type: 'pong',
        pong: { clientTime: count(value['client_time']), received: count(value['received']), sent: count(value['sent']) },
      };
    case 'drain':
      return { type: 'drain', withinMs: count(value['reconnect_within_ms'], 5000) };
    case 'moved':
      return { type: 'moved', room: textOf(value['room']) };
    case 'user':
      return { type: 'user', user: decodeUser(value['user']) };
    case 'error':
      return { type: 'error', refusal: decodeRefusal(value['error']) };
    default:
      return null;
  }
}

// Two ids per event would be one too many: this is also the key in the list and in the page.
export const positionKey = (position: Position): string => `${position.epoch}:${position.offset}`;
