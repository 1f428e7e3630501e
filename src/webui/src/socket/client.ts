// SPDX-License-Identifier: MIT
import type { Timers } from '../base/timers';
import { ServerClock } from '../sync';
import { afterClose } from './backoff';
import { CommandRefused, Outbox, type Command } from './outbox';
import {
  decodeDone,
  decodeFrame,
  decodeJoined,
  decodeUser,
  type Done,
  type Fields,
  type Joined,
  type Refusal,
  type RoomEvent,
  type User,
} from './protocol';
import { RoomPosition } from './room_position';

// The part of the browser's WebSocket that is used.
export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export type Hello = { readonly guest: { readonly name: string; readonly token: string } } | { readonly token: string } | object;

export type ConnectionState =
  | { readonly name: 'connecting' | 'online' }
  | { readonly name: 'reconnecting'; readonly retryAt: number }
  | { readonly name: 'stopped'; readonly why: 'client_fault' | 'sign_in' | 'refused' };

export interface ClientListener {
  state(state: ConnectionState): void;
  welcome(user: User | null): void;
  helloRefused(refusal: Refusal): void;
  joined(joined: Joined, again: boolean): void;
  joinRefused(room: string, refusal: Refusal): void;
  event(event: RoomEvent): void;
}

export interface ClientOptions {
  readonly open: () => SocketLike;
  readonly timers: Timers;
  readonly random: () => number;
  readonly hello: () => Hello;
  readonly listener: ClientListener;
}

interface Room {
  readonly ticket: string | null; // an invitation's code, for the first time
  readonly position: RoomPosition;
  joined: boolean;
  refused: boolean;
  everJoined: boolean;
}

type Pending =
  | { readonly kind: 'hello'; readonly done: ((result: User | Refusal | null) => void) | null }
  | { readonly kind: 'join'; readonly room: string }
  | { readonly kind: 'found'; readonly resolve: (done: Done) => void; readonly reject: (reason: CommandRefused) => void }
  | { readonly kind: 'leave' };

const unavailable: Refusal = { code: 'unavailable', message: '', retryAfterMs: null };
const handshakeMs = 15_000;
const pongMs = 10_000;
const rejoinMs = 2_000;
const closedRoomMs = 10_000;
const greetingMs = 10_000;
const signInAgain = 4001;
const passingFaults: readonly string[] = ['unavailable', 'timeout', 'rate_limited']; // of the server, whoever says hello
const mostHelloTries = 3; // the listener may come with another name after each refusal

// One WebSocket to the hub, kept up by itself: says hello, joins the rooms again where it left them, sends what was not
// answered, notices when nothing is heard, and waits as docs/protocol.md asks before it comes back.
export class SocketClient {
  readonly clock: ServerClock;
  private socket: SocketLike | null = null;
  private state: ConnectionState = { name: 'connecting' };
  private greeted = false;
  private userId: string | null = null;
  private attempt = 0;
  private helloTries = 0;
  private nextId = 1;
  private drainWithinMs: number | null = null;
  private pingIntervalMs = 25_000;
  private readonly rooms = new Map<string, Room>();
  private readonly pending = new Map<number, Pending>();
  private readonly outbox = new Outbox();
  private readonly waiting = new Set<() => void>(); // to be greeted
  private cancelRetry: (() => void) | null = null;
  private cancelHandshake: (() => void) | null = null;
  private cancelPing: (() => void) | null = null;
  private cancelPong: (() => void) | null = null;

  private keepsTime = false;

  constructor(private readonly options: ClientOptions) {
    const { timers, random } = options;
    this.clock = new ServerClock({ timers, random, probe: (sent) => this.probe(sent) });
  }

  start(): void {
    if (!this.socket) this.open();
  }

  // The network is back, or somebody pressed the button: no need to wait any longer.
  retryNow(): void {
    if (this.socket) return;
    this.attempt = 0;
    this.open();
  }

  // The system says that the network is gone: the socket would take minutes to notice.
  networkLost(): void {
    if (this.socket) this.closed(1006);
  }

  // Whether the clock is kept as exact as it goes, by probes of its own; else the pings of the connection do.
  keepTime(on: boolean): void {
    this.keepsTime = on;
    if (!on) this.clock.stop();
    else if (this.greeted) this.clock.start();
  }

  // The page was away: perhaps the machine slept.
  timeMayHaveJumped(): void {
    if (this.keepsTime && this.greeted) this.clock.start();
  }

  join(room: string, ticket: string | null = null): void {
    if (this.rooms.has(room)) return;
    this.rooms.set(room, { ticket, position: new RoomPosition(), joined: false, refused: false, everJoined: false });
    if (this.greeted) this.sendJoin(room);
  }

  leave(room: string): void {
    if (!this.rooms.delete(room)) return;
    this.outbox.refuseRoom(room);
    if (this.greeted) this.request({ kind: 'leave' }, { type: 'leave', room });
    this.checkOnline();
  }

  // For what a join tells us alone, as we have become somebody else.
  joinAnew(name: string): void {
    const room = this.rooms.get(name);
    if (!room?.joined) return;
    room.everJoined = false; // nobody was away
    this.sendJoin(name);
  }

  // Becomes somebody else; answers with who that is, or why not. A connection that is away is made anew for it, even one
  // that was ended for good: what ended it was about who we were.
  sayHello(): Promise<User | Refusal | null> {
    return new Promise((resolve) => {
      const ask = () => this.request({ kind: 'hello', done: resolve }, { type: 'hello', ...this.options.hello() });
      this.whenGreeted(ask, () => resolve(unavailable));
      this.retryNow();
    });
  }

  // Makes a room; the answer's `result` says where it is.
  found(kind: string, body: unknown): Promise<Done> {
    return new Promise((resolve, reject) => {
      const ask = () => this.request({ kind: 'found', resolve, reject }, { type: 'found', kind, body });
      this.whenGreeted(ask, () => reject(new CommandRefused(unavailable)));
    });
  }

  command(command: Command): Promise<Done> {
    const ready = this.rooms.get(command.room)?.joined === true;
    if (command.passing && !ready) {
      return Promise.reject(new CommandRefused(unavailable));
    }
    const answer = this.outbox.add(command, this.options.timers.now());
    if (ready) this.flush(command.room);
    return answer;
  }

  // Waits for a connection that is still being made, but not for long.
  private whenGreeted(then: () => void, tooLate: () => void): void {
    if (this.greeted) return then();
    const cancel = this.options.timers.after(greetingMs, () => {
      this.waiting.delete(wait);
      tooLate();
    });
    const wait = () => {
      cancel();
      then();
    };
    this.waiting.add(wait);
  }

  private open(): void {
    this.cancelRetry?.();
    this.cancelRetry = null;
    if (this.state.name !== 'connecting') this.enter({ name: 'reconnecting', retryAt: this.options.timers.now() });
    else this.enter(this.state);
    let socket: SocketLike;
    try {
      socket = this.options.open();
    } catch {
      this.closed(1006);
      return;
    }
    this.socket = socket;
    this.helloTries = 0;
    socket.onopen = () => this.greet();
    socket.onmessage = (event) => {
      if (typeof event.data === 'string') this.receive(event.data);
    };
    socket.onclose = (event) => this.closed(event.code);
    this.cancelHandshake = this.options.timers.after(handshakeMs, () => this.giveUp());
  }

  // The connection is there but dead: closing it properly could take minutes.
  private giveUp(): void {
    this.closed(1006);
  }

  private drop(): void {
    for (const cancel of [this.cancelRetry, this.cancelHandshake, this.cancelPing, this.cancelPong]) cancel?.();
    this.cancelRetry = this.cancelHandshake = this.cancelPing = this.cancelPong = null;
    const socket = this.socket;
    this.socket = null;
    this.greeted = false;
    this.clock.stop();
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      try {
        socket.close();
      } catch {
        // It was closed already.
      }
    }
    for (const room of this.rooms.values()) room.joined = room.refused = false;
    for (const pending of this.pending.values()) {
      if (pending.kind === 'hello') pending.done?.(unavailable);
      if (pending.kind === 'found') pending.reject(new CommandRefused(unavailable));
    }
    this.pending.clear();
    this.outbox.disconnected();
  }

  private closed(code: number): void {
    // Closed as who we were, while the hello of who we are now was under way.
    const renewed = code === signInAgain && [...this.pending.values()].some((one) => one.kind === 'hello' && one.done !== null);
    this.drop();
    if (renewed) return this.retryNow();
    const next = afterClose({ code, attempt: this.attempt, drainWithinMs: this.drainWithinMs }, this.options.random);
    this.drainWithinMs = null;
    if (!next.reconnect) {
      this.enter({ name: 'stopped', why: next.why });
      return;
    }
    this.attempt += 1;
    this.enter({ name: 'reconnecting', retryAt: this.options.timers.now() + next.delayMs });
    this.cancelRetry = this.options.timers.after(next.delayMs, () => this.open());
  }

  private enter(state: ConnectionState): void {
    this.state = state;
    this.options.listener.state(state);
  }

  private request(pending: Pending, message: Fields): void {
    const id = this.nextId++;
    this.pending.set(id, pending);
    this.socket?.send(JSON.stringify({ id, ...message }));
  }

  private greet(): void {
    this.request({ kind: 'hello', done: null }, { type: 'hello', ...this.options.hello() });
  }

  private sendJoin(name: string): void {
    const room = this.rooms.get(name);
    if (!room) return;
    const since = room.position.since();
    const ticket = room.everJoined ? null : room.ticket;
    this.request({ kind: 'join', room: name }, { type: 'join', room: name, ...(since && { since }), ...(ticket !== null && { ticket }) });
  }

  private receive(text: string): void {
    this.cancelPong?.();
    this.cancelPong = null;
    const frame = decodeFrame(text);
    if (!frame) return;
    switch (frame.type) {
      case 'reply':
        this.reply(frame.id, frame.refusal, frame.raw);
        break;
      case 'events':
        for (const event of frame.events) this.arrive(event);
        break;
      case 'pong':
        this.clock.answered(frame.pong.clientTime, frame.pong.received, frame.pong.sent, this.options.timers.now());
        break;
      case 'drain':
        this.drainWithinMs = frame.withinMs;
        break;
      case 'moved':
        this.follow(frame.room);
        break;
      case 'user':
        this.options.listener.welcome(frame.user);
        break;
      case 'error':
        break;
    }
  }

  // The room goes on at another node: nothing is lost, it only has to be joined again.
  private follow(name: string): void {
    const room = this.rooms.get(name);
    if (!room) return;
    room.joined = false;
    this.outbox.moved(name);
    this.sendJoin(name);
  }

  private reply(id: number, refusal: Refusal | null, raw: Fields): void {
    const pending = this.pending.get(id);
    if (!pending) {
      this.outbox.settle(id, refusal ?? decodeDone(raw));
      return;
    }
    this.pending.delete(id);
    if (pending.kind === 'hello') this.helloAnswered(pending.done, refusal, raw);
    if (pending.kind === 'join') this.joinAnswered(pending.room, refusal, raw);
    if (pending.kind !== 'found') return;
    if (refusal) pending.reject(new CommandRefused(refusal));
    else pending.resolve(decodeDone(raw));
  }

  private helloAnswered(done: ((result: User | Refusal | null) => void) | null, refusal: Refusal | null, raw: Fields): void {
    if (refusal) {
      done?.(refusal);
      if (passingFaults.includes(refusal.code)) {
        this.closed(1006);
        return;
      }
      if (done) return;
      this.options.listener.helloRefused(refusal);
      this.helloTries += 1;
      if (this.helloTries < mostHelloTries) this.greet();
      else this.closed(signInAgain);
      return;
    }
    const user = decodeUser(raw['user']);
    if (typeof raw['ping_interval_ms'] === 'number') this.pingIntervalMs = Math.max(1000, raw['ping_interval_ms']);
    this.options.listener.welcome(user);
    done?.(user);
    const changed = (user?.id ?? null) !== this.userId;
    this.userId = user?.id ?? null;
    if (this.greeted) {
      // What is for one user alone comes with a join; who was not let in may be now.
      if (changed) for (const [name, room] of this.rooms) room.refused ? this.sendJoin(name) : this.joinAnew(name);
      return;
    }
    this.greeted = true;
    // Before the joins: who we are may have changed since the first hello went out.
    for (const wait of this.waiting) wait();
    this.waiting.clear();
    for (const room of this.rooms.keys()) this.sendJoin(room);
    this.ping(3);
    if (this.keepsTime) this.clock.start();
    this.checkOnline();
  }

  private joinAnswered(name: string, refusal: Refusal | null, raw: Fields): void {
    const room = this.rooms.get(name);
    if (!room) return;
    const joined = refusal ? null : decodeJoined(raw);
    if (!joined) {
      const why = refusal ?? { code: 'internal', message: '', retryAfterMs: null };
      this.options.listener.joinRefused(name, why);
      this.shutOut(name, why.code === 'not_found' ? closedRoomMs : (why.retryAfterMs ?? rejoinMs));
      this.checkOnline();
      return;
    }
    const again = room.everJoined;
    room.joined = room.everJoined = true;
    room.refused = false;
    room.position.joined(joined);
    this.options.listener.joined(joined, again);
    for (const event of joined.events) this.arrive(event);
    this.checkOnline();
    this.flush(name);
  }

  // Not in the room, though wanted: asked again after a while, in case its channel comes back, or somebody opens the door.
  private shutOut(name: string, retryMs: number | null): void {
    const room = this.rooms.get(name);
    if (!room) return;
    room.joined = false;
    room.refused = true;
    if (retryMs === null) return;
    this.options.timers.after(retryMs, () => {
      if (this.greeted && this.rooms.get(name) === room && !room.joined) this.sendJoin(name);
    });
  }

  private arrive(event: RoomEvent): void {
    const room = this.rooms.get(event.room);
    if (!room?.joined) return;
    switch (room.position.arrive(event)) {
      case 'deliver':
        if (event.kind === 'room.closed') this.shutOut(event.room, closedRoomMs);
        if (event.kind === 'room.expelled') this.shutOut(event.room, null);
        this.options.listener.event(event);
        break;
      case 'duplicate':
        break;
      case 'gap':
        // Asked for again from the last one that is known, so that nothing is missed and nothing comes twice.
        room.joined = false;
        this.request({ kind: 'leave' }, { type: 'leave', room: event.room });
        this.sendJoin(event.room);
        break;
    }
  }

  private flush(room: string): void {
    for (const { id, command } of this.outbox.flush(room, this.options.timers.now(), () => this.nextId++)) {
      const { name, key, mediaTime, body } = command;
      const stamp = mediaTime === null ? {} : { media_time: mediaTime };
      this.socket?.send(JSON.stringify({ id, type: 'command', room, name, key, ...stamp, body }));
    }
  }

  private checkOnline(): void {
    if (!this.greeted) return;
    for (const room of this.rooms.values()) if (!room.joined && !room.refused) return;
    this.cancelHandshake?.();
    this.cancelHandshake = null;
    this.attempt = 0;
    if (this.state.name !== 'online') this.enter({ name: 'online' });
  }

  // A few quick ones for the clock, then as often as the server wants; without an answer the connection counts as dead.
  private ping(quick: number): void {
    if (!this.socket) return;
    const { timers } = this.options;
    this.probe(timers.now());
    this.cancelPing = timers.after(quick > 0 ? 300 : this.pingIntervalMs, () => this.ping(Math.max(0, quick - 1)));
  }

  private probe(clientTime: number): void {
    this.socket?.send(JSON.stringify({ type: 'ping', client_time: clientTime }));
    if (this.socket) this.cancelPong ??= this.options.timers.after(pongMs, () => this.giveUp());
  }
}
