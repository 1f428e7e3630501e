// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Account } from '../account/account';
import { RoomSession } from './room_session';

const room = 'channel:news';
type Said = { readonly id: number; readonly type: string; readonly since?: unknown };

// What the browser would open; the last one is the session's.
class Socket {
  static last: Socket;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: Said[] = [];
  constructor() {
    Socket.last = this;
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text) as Said);
  }
  close(): void {}
  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  joins(): Said[] {
    return this.sent.filter(({ type }) => type === 'join');
  }
  join(personal: object, snapshots: object = {}): void {
    const { id, since } = this.joins()[this.joins().length - 1]!;
    this.say({ id, ok: true, type: 'joined', room, epoch: 'e1', offset: 5, recovered: since !== undefined, members: 1, events: [], snapshots, personal });
  }
  stand(role: string): void {
    this.say({ events: [{ room, kind: 'room.standing', server_time: 1, body: { role, follower_since: null } }] });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', Socket);
  vi.stubGlobal('location', { protocol: 'http:', host: 'here' });
  vi.stubGlobal('document', { hidden: false, addEventListener: () => {} });
  vi.stubGlobal('addEventListener', () => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const queue = { house_rules: { held: [], words: {}, links: {}, delayed: [] } };

function enter(personal: object): { session: RoomSession; socket: Socket } {
  const session = new RoomSession(new Account(), () => null, () => null);
  session.start();
  session.enter(room);
  const socket = Socket.last;
  socket.onopen?.();
  socket.say({ id: socket.sent[0]!.id, ok: true, type: 'welcome', session: '1', user: { id: 'account:7', name: 'Ada', role: 'viewer' }, ping_interval_ms: 25_000 });
  socket.join(personal);
  return { session, socket };
}

it('gives a moderator of the channel alone what moderators have', () => {
  const { session, socket } = enter(queue);
  expect(session.moderates.value).toBe(true);
  socket.stand('moderator');
  expect(session.moderates.value).toBe(true);
  expect(socket.joins()).toHaveLength(1);
});

it('asks for what moderators alone have when we become one, and drops it when we are none any more', () => {
  const { session, socket } = enter({});
  expect(session.moderates.value).toBe(false);
  socket.stand('moderator');
  expect(session.moderates.value).toBe(true);
  expect(socket.joins()).toHaveLength(2);
  socket.join(queue);
  socket.stand('moderator');
  expect(session.moderates.value).toBe(true);
  expect(session.room.value?.features.house_rules.isModerator.value).toBe(true);
  socket.stand('viewer');
  expect(session.moderates.value).toBe(false);
  expect(socket.joins()).toHaveLength(3);
  socket.join({});
  socket.stand('viewer');
  expect(session.room.value?.features.house_rules.isModerator.value).toBe(false);
  expect(socket.joins()).toHaveLength(3);
});

it('takes over, after a resume, what changed meanwhile without an offset', () => {
  const { session, socket } = enter({});
  const user = { id: 'account:8', name: 'Bob', role: 'viewer' };
  socket.say({ events: [{ room, epoch: 'e1', offset: 6, kind: 'chat.message', server_time: 1, user, body: { text: 'Goal!' } }] });
  expect(session.room.value?.features.chat.messages.value).toHaveLength(1);
  socket.onclose?.({ code: 1006 });
  vi.advanceTimersByTime(10_000);
  Socket.last.onopen?.();
  const again = Socket.last;
  again.say({ id: again.sent[0]!.id, ok: true, type: 'welcome', session: '2', user: { id: 'account:7', name: 'Ada', role: 'viewer' }, ping_interval_ms: 25_000 });
  again.join({}, { house_rules: { modes: { slow: 30 }, emotes: {} } });
  expect(session.room.value?.features.house_rules.modes.value.slow).toBe(30);
  expect(session.room.value?.features.chat.messages.value).toHaveLength(1);
});
