// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualTimers } from '../base/manual_timers';
import { SocketClient, type ClientListener, type ConnectionState, type SocketLike } from './client';
import { CommandRefused, type Command } from './outbox';
import type { Joined, Refusal, RoomEvent, User } from './protocol';

interface Sent {
  readonly id: number;
  readonly type: string;
  readonly [key: string]: unknown;
}

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: Sent[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Sent);
  }
  close(): void {
    this.closed = true;
  }
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
  last(type: string): Sent {
    const found = [...this.sent].reverse().find((message) => message.type === type);
    if (!found) throw new Error(`nothing of type ${type} was sent`);
    return found;
  }
  all(type: string): Sent[] {
    return this.sent.filter((message) => message.type === type);
  }
}

const room = 'channel:news';
const ada = { id: 'guest:a', name: 'Ada', role: 'guest' };

class World implements ClientListener {
  readonly timers = new ManualTimers();
  readonly sockets: FakeSocket[] = [];
  readonly states: ConnectionState[] = [];
  readonly events: RoomEvent[] = [];
  readonly joins: { joined: Joined; again: boolean }[] = [];
  readonly refusals: Refusal[] = [];
  user: User | null = null;
  hello: object = { guest: { name: 'Ada', token: 't'.repeat(22) } };
  readonly client = new SocketClient({
    open: () => {
      const socket = new FakeSocket();
      this.sockets.push(socket);
      return socket;
    },
    timers: this.timers,
    random: () => 0,
    hello: () => this.hello,
    listener: this,
  });

  state(state: ConnectionState): void {
    this.states.push(state);
  }
  welcome(user: User | null): void {
    this.user = user;
  }
  helloRefused(refusal: Refusal): void {
    this.refusals.push(refusal);
    this.hello = { guest: { name: 'Somebody else', token: 't'.repeat(22) } };
  }
  joined(joined: Joined, again: boolean): void {
    this.joins.push({ joined, again });
  }
  joinRefused(_room: string, refusal: Refusal): void {
    this.refusals.push(refusal);
  }
  event(event: RoomEvent): void {
    this.events.push(event);
  }

  get socket(): FakeSocket {
    return this.sockets[this.sockets.length - 1]!;
  }
  get now(): string {
    return this.states[this.states.length - 1]!.name;
  }
  get offsets(): number[] {
    return this.events.map((event) => event.position?.offset ?? -1);
  }
  welcomeHere(): void {
    this.socket.onopen?.();
    this.socket.say({ id: this.socket.last('hello').id, ok: true, type: 'welcome', session: '1', user: ada, server_time: 1, ping_interval_ms: 25_000 });
  }
  joinHere(answer: object): void {
    this.socket.say({ id: this.socket.last('join').id, ok: true, type: 'joined', room, members: 3, ...answer });
  }
  online(): void {
    this.client.join(room);
    this.client.start();
    this.welcomeHere();
    this.joinHere({ epoch: 'k1', offset: 10, recovered: false, snapshots: {} });
  }
  cut(code = 1006): void {
    this.socket.onclose?.({ code });
  }
  comeBack(): void {
    this.timers.advance(20_000);
    this.welcomeHere();
  }
  chat(offset: number, epoch = 'k1'): object {
    return { room, epoch, offset, kind: 'chat.message', server_time: 1, user: ada, body: { text: String(offset) } };
  }
}

const command = (key: string, passing = false): Command => ({ room, name: 'chat.send', key, mediaTime: 77, body: { text: key }, passing });

describe('SocketClient', () => {
  let world: World;
  beforeEach(() => {
    world = new World();
  });

  it('says hello, joins and is online', () => {
    world.online();
    expect(world.socket.last('hello')).toMatchObject({ guest: { name: 'Ada' } });
    expect(world.socket.last('join')).not.toHaveProperty('since');
    expect(world.now).toBe('online');
    expect(world.joins).toMatchObject([{ again: false, joined: { members: 3, recovered: false } }]);
  });

  it('is not online before the room has been joined', () => {
    world.client.join(room);
    world.client.start();
    world.welcomeHere();
    expect(world.now).toBe('connecting');
  });

  it('resumes after a cut without gap or duplicate', () => {
    world.online();
    world.socket.say({ events: [world.chat(11)] });
    world.cut();
    expect(world.now).toBe('reconnecting');
    world.comeBack();
    expect(world.socket.last('join')).toMatchObject({ since: { epoch: 'k1', offset: 11 } });
    world.joinHere({ epoch: 'k1', offset: 13, recovered: true, events: [world.chat(12), world.chat(13)] });
    world.socket.say({ events: [world.chat(13), world.chat(14)] });
    expect(world.offsets).toEqual([11, 12, 13, 14]);
    expect(world.now).toBe('online');
    expect(world.joins[1]).toMatchObject({ again: true, joined: { recovered: true } });
  });

  it('goes on from the new place when it could not be resumed', () => {
    world.online();
    world.cut();
    world.comeBack();
    world.joinHere({ epoch: 'k2', offset: 4, recovered: false, snapshots: {} });
    world.socket.say({ events: [world.chat(5, 'k2')] });
    expect(world.offsets).toEqual([5]);
  });

  it('asks again from the last known one when it sees a gap', () => {
    world.online();
    world.socket.say({ events: [world.chat(13)] });
    expect(world.events).toEqual([]);
    expect(world.socket.last('join')).toMatchObject({ since: { epoch: 'k1', offset: 10 } });
    world.joinHere({ epoch: 'k1', offset: 13, recovered: true, events: [world.chat(11), world.chat(12), world.chat(13)] });
    expect(world.offsets).toEqual([11, 12, 13]);
  });

  it('resolves a command with the place that its event got', async () => {
    world.online();
    const answer = world.client.command(command('key-1'));
    const sent = world.socket.last('command');
    expect(sent).toMatchObject({ room, name: 'chat.send', key: 'key-1', media_time: 77, body: { text: 'key-1' } });
    world.socket.say({ id: sent.id, ok: true, type: 'done', room, epoch: 'k1', offset: 11, stored: true });
    await expect(answer).resolves.toEqual({ position: { epoch: 'k1', offset: 11 }, stored: true });
  });

  it('sends unanswered commands again under the same key after a reconnect, in order', async () => {
    world.online();
    const first = world.client.command(command('key-1'));
    world.cut();
    void world.client.command(command('key-2'));
    world.comeBack();
    expect(world.socket.all('command')).toEqual([]);
    world.joinHere({ epoch: 'k1', offset: 11, recovered: true, events: [world.chat(11)] });
    expect(world.socket.all('command').map((sent) => sent['key'])).toEqual(['key-1', 'key-2']);
    world.socket.say({ id: world.socket.all('command')[0]!.id, ok: true, type: 'done', room, epoch: 'k1', offset: 11, stored: true });
    await expect(first).resolves.toMatchObject({ position: { offset: 11 } });
  });

  it('gives up a command before the server forgets its key', async () => {
    world.online();
    const answer = world.client.command(command('key-1'));
    world.cut();
    world.timers.advance(10 * 60_000);
    world.welcomeHere();
    world.joinHere({ epoch: 'k1', offset: 10, recovered: true, events: [] });
    await expect(answer).rejects.toMatchObject({ refusal: { code: 'timeout' } });
    expect(world.socket.all('command')).toEqual([]);
  });

  it('refuses passing commands while it is away', async () => {
    world.online();
    const underWay = world.client.command(command('heart', true));
    world.cut();
    await expect(underWay).rejects.toBeInstanceOf(CommandRefused);
    await expect(world.client.command(command('heart', true))).rejects.toMatchObject({ refusal: { code: 'unavailable' } });
  });

  it('takes at most 32 unanswered commands', async () => {
    world.online();
    for (let index = 0; index < 32; index += 1) void world.client.command(command(`key-${index}`));
    await expect(world.client.command(command('one too many'))).rejects.toMatchObject({ refusal: { code: 'unavailable' } });
  });

  it('waits longer after every failure and starts small again once online', () => {
    world.online();
    const delays: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      world.cut();
      const state = world.states[world.states.length - 1]!;
      const delay = state.name === 'reconnecting' ? state.retryAt - world.timers.now() : -1;
      delays.push(delay);
      world.timers.advance(delay);
    }
    expect(delays).toEqual([250, 500, 1000, 2000]);
    world.welcomeHere();
    world.joinHere({ epoch: 'k1', offset: 10, recovered: true, events: [] });
    world.cut();
    expect(world.states[world.states.length - 1]).toMatchObject({ retryAt: world.timers.now() + 250 });
  });

  it('spreads its return when the daemon stops', () => {
    world.online();
    world.socket.say({ type: 'drain', reconnect_within_ms: 5_000 });
    world.cut(1001);
    expect(world.states[world.states.length - 1]).toMatchObject({ name: 'reconnecting', retryAt: world.timers.now() });
  });

  it('stays away after a fault of its own', () => {
    world.online();
    world.cut(1009);
    world.timers.advance(120_000);
    expect(world.states[world.states.length - 1]).toEqual({ name: 'stopped', why: 'client_fault' });
    expect(world.sockets).toHaveLength(1);
  });

  it('notices a connection on which nothing is heard any more', () => {
    world.online();
    world.socket.say({ type: 'pong', client_time: 0, received: 1, sent: 1 });
    world.timers.advance(26_000 + 10_000);
    expect(world.sockets[0]!.closed).toBe(true);
    expect(world.now).toBe('reconnecting');
  });

  it('gives up a handshake that takes too long', () => {
    world.client.join(room);
    world.client.start();
    world.timers.advance(15_000);
    expect(world.now).toBe('reconnecting');
  });

  it('comes with another name when the first is refused', () => {
    world.client.join(room);
    world.client.start();
    world.socket.onopen?.();
    world.socket.say({ id: world.socket.last('hello').id, ok: false, error: { code: 'conflict', message: 'taken' } });
    expect(world.refusals).toMatchObject([{ code: 'conflict' }]);
    expect(world.socket.all('hello')).toHaveLength(2);
    expect(world.socket.last('hello')).toMatchObject({ guest: { name: 'Somebody else' } });
  });

  it('asks again at once for a room that did not let in who it was before', () => {
    world.online();
    world.client.join('couch:account:1');
    world.socket.say({ id: world.socket.last('join').id, ok: false, error: { code: 'not_found', message: 'no' } });
    expect(world.refusals).toHaveLength(1);
    void world.client.sayHello();
    world.socket.say({ id: world.socket.last('hello').id, ok: true, type: 'welcome', session: '1', user: { id: 'account:1', name: 'Ada', role: 'viewer' } });
    expect(world.socket.all('join').filter(({ room: name }) => name === 'couch:account:1')).toHaveLength(2);
  });

  it('becomes somebody else without leaving the room, and asks for what is theirs', async () => {
    world.online();
    world.hello = { token: 'gs_1' };
    const answer = world.client.sayHello();
    world.socket.say({ id: world.socket.last('hello').id, ok: true, type: 'welcome', session: '1', user: { id: 'account:1', name: 'Ada', role: 'viewer' } });
    await expect(answer).resolves.toMatchObject({ id: 'account:1' });
    expect(world.user).toMatchObject({ id: 'account:1' });
    expect(world.socket.all('join')).toHaveLength(2); // for what is theirs alone
  });

  it('opens anew for who signs in after its session was ended elsewhere', async () => {
    world.online();
    world.cut(4001);
    expect(world.states.at(-1)).toEqual({ name: 'stopped', why: 'sign_in' });
    world.hello = { token: 'gs_2' };
    const answer = world.client.sayHello();
    expect(world.sockets).toHaveLength(2);
    world.welcomeHere();
    expect(world.socket.last('hello')).toMatchObject({ token: 'gs_2' });
    world.socket.say({ id: world.socket.last('hello').id, ok: true, type: 'welcome', session: '2', user: { id: 'account:1', name: 'Ada', role: 'viewer' } });
    await expect(answer).resolves.toMatchObject({ id: 'account:1' });
    world.joinHere({ epoch: 'k1', offset: 10, recovered: true, events: [] });
    expect(world.now).toBe('online');
  });

  it('comes back as who it is now when it was closed as who it was', async () => {
    world.online();
    world.hello = { guest: { name: 'Guest', token: 't'.repeat(22) } };
    const answer = world.client.sayHello();
    world.cut(4001);
    await expect(answer).resolves.toMatchObject({ code: 'unavailable' });
    expect(world.states.map(({ name }) => name)).not.toContain('stopped');
    world.welcomeHere();
    expect(world.socket.last('hello')).toMatchObject({ guest: { name: 'Guest' } });
  });

  it('says hello again for who signed in while the first hello was under way', async () => {
    world.client.join(room);
    world.client.start();
    world.socket.onopen?.();
    world.hello = { token: 'gs_1' };
    const answer = world.client.sayHello();
    world.socket.say({ id: world.socket.last('hello').id, ok: true, type: 'welcome', session: '1', user: ada });
    expect(world.socket.sent.map(({ type }) => type).slice(0, 3)).toEqual(['hello', 'hello', 'join']);
    world.socket.say({ id: world.socket.last('hello').id, ok: true, type: 'welcome', session: '1', user: { id: 'account:1', name: 'Ada', role: 'viewer' } });
    await expect(answer).resolves.toMatchObject({ id: 'account:1' });
  });

  it('says after a while that it could not become somebody else, as there is no connection', async () => {
    world.online();
    world.cut();
    const answer = world.client.sayHello();
    world.timers.advance(20_000);
    await expect(answer).resolves.toMatchObject({ code: 'unavailable' });
  });

  it.each(['unavailable', 'timeout', 'rate_limited'])('waits and comes back as the same when the server answers %s to its hello', (code) => {
    world.client.join(room);
    world.client.start();
    const delays: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      world.socket.onopen?.();
      world.socket.say({ id: world.socket.last('hello').id, ok: false, error: { code, message: 'the database is away' } });
      const state = world.states.at(-1)!;
      delays.push(state.name === 'reconnecting' ? state.retryAt - world.timers.now() : -1);
      world.timers.advance(delays.at(-1)!);
    }
    expect(delays).toEqual([250, 500, 1000, 2000, 4000]);
    expect(world.refusals).toEqual([]); // nobody took another name
    world.welcomeHere();
    world.joinHere({ epoch: 'k1', offset: 10, recovered: false, snapshots: {} });
    expect(world.socket.last('hello')).toMatchObject({ guest: { name: 'Ada' } });
    expect(world.now).toBe('online');
  });

  it('is out of a room that was closed, and asks again for it after a while', async () => {
    world.online();
    world.socket.say({ events: [{ room, kind: 'room.closed', server_time: 1, body: {} }] });
    expect(world.events.map((event) => event.kind)).toEqual(['room.closed']);
    await expect(world.client.command(command('heart', true))).rejects.toMatchObject({ refusal: { code: 'unavailable' } });
    world.timers.advance(10_000);
    expect(world.socket.all('join')).toHaveLength(2);
  });

  it('goes online and tries again when a room refuses for now', () => {
    world.client.join(room);
    world.client.start();
    world.welcomeHere();
    world.socket.say({ id: world.socket.last('join').id, ok: false, error: { code: 'unavailable', message: 'later', retry_after_ms: 3_000 } });
    expect(world.now).toBe('online');
    world.timers.advance(3_000);
    expect(world.socket.all('join')).toHaveLength(2);
  });

  it('joins a room again that has moved, and sends again what was not answered', () => {
    const world = new World();
    world.online();
    void world.client.command({ room, name: 'chat.send', key: 'k1', mediaTime: null, body: { text: 'hello' }, passing: false });
    expect(world.socket.all('command')).toHaveLength(1);
    world.socket.say({ type: 'moved', room });
    expect(world.socket.all('join')).toHaveLength(2);
    world.socket.say({ id: world.socket.last('join').id, ok: true, type: 'joined', room, epoch: 'k2', offset: 0, recovered: false, members: 1, snapshots: {} });
    const commands = world.socket.all('command');
    expect(commands).toHaveLength(2);
    expect(commands[1]!['key']).toBe('k1');
  });

  it('shows the invitation the first time, and knocks again by itself while the viewer waits', () => {
    const party = 'party:k3';
    world.client.join(party, 'w4n8');
    world.client.start();
    world.welcomeHere();
    expect(world.socket.last('join')).toMatchObject({ room: party, ticket: 'w4n8' });
    world.socket.say({ id: world.socket.last('join').id, ok: false, error: { code: 'forbidden', message: 'Waiting room', retry_after_ms: 2_500 } });
    expect(world.refusals).toMatchObject([{ retryAfterMs: 2_500 }]);
    world.timers.advance(2_500);
    expect(world.socket.all('join')).toHaveLength(2);
    expect(world.socket.last('join')).toMatchObject({ ticket: 'w4n8' });
    world.joinHere({ room: party, epoch: 'k1', offset: 0, recovered: false, snapshots: {} });
    world.cut();
    world.timers.advance(20_000);
    world.welcomeHere();
    expect(world.socket.last('join')['ticket']).toBeUndefined();
  });

  it('stays out of a room that it was expelled from', () => {
    world.online();
    const before = world.socket.all('join').length;
    world.socket.say({ events: [{ room, kind: 'room.expelled', server_time: 1, body: {} }] });
    expect(world.events.at(-1)?.kind).toBe('room.expelled');
    world.timers.advance(9_000);
    expect(world.socket.all('join')).toHaveLength(before);
  });

  it('founds a room and tells where it is, or why not', async () => {
    world.online();
    const made = world.client.found('party', { programme: { channel: 'news' } });
    expect(world.socket.last('found')).toMatchObject({ kind: 'party', body: { programme: { channel: 'news' } } });
    world.socket.say({ id: world.socket.last('found').id, ok: true, type: 'done', stored: true, result: { room: 'party:k3', invite: 'w4' } });
    expect((await made).result).toEqual({ room: 'party:k3', invite: 'w4' });
    const refused = world.client.found('party', {});
    world.socket.say({ id: world.socket.last('found').id, ok: false, error: { code: 'too_large', message: 'Enough' } });
    await expect(refused).rejects.toThrow('Enough');
  });

  it('founds a room as soon as there is a connection, if that does not take too long', async () => {
    world.client.start();
    const soon = world.client.found('party', {});
    world.welcomeHere();
    world.socket.say({ id: world.socket.last('found').id, ok: true, type: 'done', stored: true, result: { room: 'party:k3' } });
    expect((await soon).result).toEqual({ room: 'party:k3' });
    world.cut();
    const never = world.client.found('party', {});
    const refused = expect(never).rejects.toThrow('unavailable');
    world.timers.advance(20_000);
    await refused;
    world.welcomeHere();
    expect(world.socket.all('found')).toHaveLength(0);
  });

  it('knows the time by the pongs, and asks more often while time is kept', () => {
    world.online();
    expect(world.client.clock.now()).toBeNull();
    const sent = world.timers.now();
    world.timers.advance(40);
    world.socket.say({ type: 'pong', client_time: sent, received: 5_020, sent: 5_020 });
    expect(world.client.clock.now()).toBeCloseTo(5_040);
    const before = world.socket.all('ping').length;
    world.client.keepTime(true);
    expect(world.socket.all('ping')).toHaveLength(before + 1);
    world.client.keepTime(false);
  });
});
