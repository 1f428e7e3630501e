// SPDX-License-Identifier: MIT
import { batch, computed, signal, type ReadonlySignal } from '@preact/signals';
import type { Account } from '../account/account';
import { isBoolean, keep, readKept } from '../base/kept';
import { randomToken } from '../base/random_token';
import { browserTimers } from '../base/timers';
import type { FeatureContext, RoomFeature } from '../features/feature';
import { Couch } from '../features/couch/couch';
import { featureList, type RoomFeatures } from '../features/feature_list';
import { SocketClient, type ClientListener, type ConnectionState, type SocketLike } from '../socket/client';
import { EventSourceSocket, type EventSourceLike } from '../socket/event_source_socket';
import { decodeRole, isFields, isModerator, subprotocol, type Done, type Joined, type Refusal, type Role, type RoomEvent } from '../socket/protocol';
import type { ServerClock } from '../sync';
import { WayToHub } from '../socket/way_to_hub';

export interface OpenRoom {
  readonly name: string;
  readonly features: RoomFeatures;
}

export type Notice = 'resumed' | 'reloaded' | null;

const noticeMs = 4_000;
const tickMs = 100;

function openWebSocket(): SocketLike {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return new WebSocket(`${scheme}://${location.host}/ws`, subprotocol) as SocketLike;
}

function openEventSource(): SocketLike {
  return new EventSourceSocket({
    listen: () => new EventSource('/api/v1/events') as EventSourceLike,
    post: async (stream, text) =>
      (await fetch(`/api/v1/events/${stream}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: text })).ok,
  });
}

// The room of the channel that is watched, over the one connection of the page.
export class RoomSession implements ClientListener {
  readonly connection = signal<ConnectionState>({ name: 'connecting' });
  readonly notice = signal<Notice>(null);
  readonly members = signal<number | null>(null);
  readonly refusal = signal<Refusal | null>(null);
  readonly expelled = signal(false); // somebody has put us out of the room
  readonly room = signal<OpenRoom | null>(null);
  readonly couch = signal<Couch | null>(null); // of the account, beside that room
  private couchRoom: string | null = null;
  private readonly role = signal<Role | null>(null); // ours in the room, once it was told
  // Whether we moderate the room, by our role everywhere or in its channel: as the room said last.
  readonly moderates = computed(() => (this.role.value ? isModerator(this.role.value) : this.room.value?.features.house_rules.isModerator.value === true));
  readonly inTime = signal(readKept('chat_in_time', isBoolean) ?? true);
  onRoomClosed: () => void = () => {};
  private readonly way = new WayToHub(openWebSocket, openEventSource);
  private readonly client: SocketClient;
  private cancelNotice: (() => void) | null = null;

  constructor(
    private readonly account: Account,
    private readonly pictureTime: () => number | null,
    private readonly pastTime: () => number | null,
  ) {
    this.client = new SocketClient({
      open: () => this.way.open(),
      timers: browserTimers,
      random: Math.random,
      hello: () => account.hello(),
      listener: this,
    });
    account.sayHello = () => this.client.sayHello();
  }

  start(): void {
    this.client.start();
    setInterval(() => this.tick(), tickMs);
    addEventListener('online', () => {
      this.way.networkChanged();
      this.client.retryNow();
    });
    addEventListener('offline', () => this.client.networkLost());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) return;
      if (this.connection.value.name === 'reconnecting') this.client.retryNow();
      else this.client.timeMayHaveJumped();
    });
  }

  retryNow(): void {
    this.client.retryNow();
  }

  // The server's time of day, or null before it is known.
  serverTime(): number | null {
    return this.client.clock.now();
  }

  get clock(): ServerClock {
    return this.client.clock;
  }

  keepTime(on: boolean): void {
    this.client.keepTime(on);
  }

  // Makes a room of a kind; the answer's `result` says which.
  found(kind: string, body: unknown): Promise<Done> {
    return this.client.found(kind, body);
  }

  // `ticket`: an invitation's code, for rooms that do not let everybody in.
  enter(name: string | null, ticket: string | null = null): void {
    const present = this.room.value;
    if (present?.name === name || (!present && name === null)) return;
    if (present) {
      for (const feature of Object.values<RoomFeature>(present.features)) feature.leaving?.();
      this.client.leave(present.name);
    }
    batch(() => {
      this.members.value = null;
      this.refusal.value = null;
      this.expelled.value = false;
      this.role.value = null;
      this.room.value = name === null ? null : { name, features: this.createFeatures(name) };
    });
    if (name !== null) this.client.join(name, ticket);
  }

  // On the couch of an account, or on none.
  sit(user: string | null): void {
    const name = user === null ? null : `couch:${user}`;
    if (name === this.couchRoom) return;
    if (this.couchRoom !== null) this.client.leave(this.couchRoom);
    this.couchRoom = name;
    this.couch.value = name === null ? null : new Couch(this.createContext(name, () => null));
    if (name !== null) this.client.join(name);
  }

  setInTime(on: boolean): void {
    this.inTime.value = on;
    keep('chat_in_time', on);
  }

  state(state: ConnectionState): void {
    this.connection.value = state;
    if (state.name !== 'online') this.show(null);
  }

  welcome(user: Parameters<Account['welcomed']>[0]): void {
    this.account.welcomed(user);
  }

  helloRefused(refusal: Refusal): void {
    this.account.refused(refusal);
  }

  joined(joined: Joined, again: boolean): void {
    if (joined.room === this.couchRoom) this.couch.value?.personal(joined.personal['couch']);
    const room = this.room.value;
    if (room?.name !== joined.room) return;
    batch(() => {
      this.refusal.value = null;
      this.members.value = joined.members;
      this.role.value = null;
      const features: Readonly<Record<string, RoomFeature>> = room.features;
      // After a resume, those are told whose changes cannot be replayed.
      for (const [name, feature] of Object.entries(features)) {
        if (!joined.recovered || name in joined.snapshots) feature.reset(joined.snapshots[name], joined.position);
      }
      for (const [name, feature] of Object.entries(features)) feature.personal?.(joined.personal[name]);
      for (const event of room.features.moderation.takeOwnEvents()) this.event(event);
      if (again) this.show(joined.recovered ? 'resumed' : 'reloaded');
    });
  }

  joinRefused(room: string, refusal: Refusal): void {
    if (this.room.value?.name === room) this.refusal.value = refusal;
  }

  event(event: RoomEvent): void {
    if (event.room === this.couchRoom) this.couch.value?.event(event);
    const room = this.room.value;
    if (room?.name !== event.room) return;
    const name = event.kind.split('.', 1)[0] ?? '';
    if (name === 'room') this.roomEvent(event);
    else if (name in room.features) room.features[name as keyof RoomFeatures].event(event);
  }

  private roomEvent(event: RoomEvent): void {
    if (event.kind === 'room.closed') this.onRoomClosed();
    if (event.kind === 'room.expelled') this.expelled.value = true;
    if (event.kind === 'room.members' && isFields(event.body) && typeof event.body['members'] === 'number') {
      this.members.value = event.body['members'];
    }
    if (event.kind === 'room.standing' && isFields(event.body)) {
      this.role.value = decodeRole(event.body['role']);
      // What is for moderators alone comes with a join.
      if (this.moderates.value !== this.room.value?.features.house_rules.isModerator.value) this.client.joinAnew(event.room);
    }
  }

  private createContext(room: string, pictureTime: () => number | null): FeatureContext {
    return {
      room,
      me: this.account.user as ReadonlySignal<Account['user']['value']>,
      inTime: this.inTime,
      pictureTime,
      pastTime: this.pastTime,
      now: () => browserTimers.now(),
      send: (name, body, options) => {
        const seen = pictureTime();
        const done = this.client.command({
          room,
          name,
          key: options?.key ?? randomToken(22),
          mediaTime: seen === null ? null : Math.round(seen),
          body,
          passing: options?.passing === true,
        });
        return done.then((settled) => {
          if (settled.held && this.room.value?.name === room) this.room.value.features.house_rules.heldBack();
          return settled;
        });
      },
    };
  }

  private createFeatures(room: string): RoomFeatures {
    const context = this.createContext(room, this.pictureTime);
    return {
      chat: featureList.chat.create(context),
      polls: featureList.polls.create(context),
      reactions: featureList.reactions.create(context),
      presence: featureList.presence.create(context),
      party: featureList.party.create(context),
      calls: featureList.calls.create(context),
      moderation: featureList.moderation.create(context),
      house_rules: featureList.house_rules.create(context),
    };
  }

  private tick(): void {
    const room = this.room.value;
    if (room) for (const feature of Object.values(room.features)) feature.tick();
  }

  private show(notice: Notice): void {
    this.cancelNotice?.();
    this.notice.value = notice;
    this.cancelNotice = notice === null ? null : browserTimers.after(noticeMs, () => (this.notice.value = null));
  }
}
