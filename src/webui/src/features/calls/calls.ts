// SPDX-License-Identifier: MIT
import { computed, effect, signal, untracked } from '@preact/signals';
import { isBoolean, keep, readKept } from '../../base/kept';
import { browserTimers, type Timers } from '../../base/timers';
import { isFields, type Done, type RoomEvent } from '../../socket/protocol';
import type { FeatureContext, FeatureSpec, RoomFeature } from '../feature';
import { CallSession } from './call_session';
import { OwnMedia, type Devices } from './own_media';
import type { Kind, LinkState, Receivers } from './peer';
import { LevelMeter, levelOf, Speaking } from './speaking';
import { decodeAsked, decodeSeats, decodeSignal, type Seat } from './wire';

// What a host has done to us.
export type Told = 'muted' | 'dismissed' | null;
export interface Tile {
  readonly seat: Seat;
  readonly own: boolean;
  readonly mine: boolean; // own, or of another page of ours, which stands in the same room: nobody wants to hear it here
  readonly link: LinkState;
  readonly receivers: Receivers;
}
// What the browser gives; fakes in tests.
export interface CallMachine {
  readonly connect: (configuration: RTCConfiguration) => RTCPeerConnection;
  readonly devices: Devices | undefined;
  readonly timers: Timers;
}

const browser = (): CallMachine => ({
  connect: (configuration) => new RTCPeerConnection(configuration),
  devices: typeof navigator === 'undefined' ? undefined : navigator.mediaDevices,
  timers: browserTimers,
});
const same = (a: ReadonlySet<string>, b: ReadonlySet<string>): boolean => a.size === b.size && [...a].every((one) => b.has(one));

// Faces and voices of a party: who is in the call, our own place in it, and what we give and get.
export class Calls implements RoomFeature {
  readonly offered = signal(false); // this room has calls
  readonly seats = signal<readonly Seat[]>([]);
  readonly media: OwnMedia;
  readonly session: CallSession;
  readonly muted = signal(false);
  readonly pushToTalk = signal(readKept('push_to_talk', isBoolean) ?? false);
  readonly talking = signal(false); // the key to talk is held
  readonly told = signal<Told>(null);
  readonly speaking = signal<ReadonlySet<string>>(new Set()); // seats
  readonly ownLevel = signal(0); // of the microphone, 0 to 1
  readonly heard = computed(() => this.media.tracks.value.audio !== null && !this.muted.value && (!this.pushToTalk.value || this.talking.value));
  readonly othersSpeak = computed(() => this.tiles.value.some(({ seat, mine }) => !mine && this.speaking.value.has(seat.seat)));
  readonly tiles = computed<readonly Tile[]>(() => {
    void this.session.changes.value;
    const own = this.session.seat.value;
    if (own === null) return [];
    const me = this.context.me.value?.id;
    return this.seats.value.map((seat) => ({ seat, own: seat.seat === own, mine: seat.seat === own || seat.user.id === me, link: this.session.linkOf(seat.seat), receivers: this.session.receiversOf(seat.seat) }));
  });
  private readonly meter = new LevelMeter();
  private readonly speakers = new Speaking();
  private readonly unfollow: () => void;

  constructor(private readonly context: FeatureContext, private readonly machine: CallMachine = browser()) {
    this.media = new OwnMedia(machine.devices);
    this.session = new CallSession({
      connect: machine.connect,
      timers: machine.timers,
      tracks: () => untracked(() => this.media.tracks.value),
      wish: () => untracked(() => ({ audio: this.heard.value, video: this.media.tracks.value.video !== null })),
      send: (command, body) => this.ask(command, body),
    });
    this.unfollow = effect(() => {
      const { audio } = this.media.tracks.value;
      if (audio) audio.enabled = this.heard.value;
      untracked(() => this.session.tracksChanged());
    });
  }

  // Something of ours is in the call, or waits for it.
  readonly active = computed(() => this.session.state.value !== 'out');

  async join(wanted: readonly Kind[]): Promise<void> {
    this.told.value = null;
    if (!wanted.includes('video')) this.media.close(['video']);
    await this.media.open(wanted);
    this.session.enter();
  }

  leave(): void {
    this.session.leave();
    this.letGo();
  }

  // Whoever only wants to look at themselves has not to keep the camera on.
  letGo(): void {
    this.media.close();
    this.talking.value = false;
    this.muted.value = false;
  }

  setMuted(muted: boolean): void {
    this.muted.value = muted;
    if (this.told.value === 'muted') this.told.value = null;
    if (!muted) void this.media.open(['audio']);
  }

  async setCamera(on: boolean): Promise<void> {
    if (on) await this.media.open(['video']);
    else this.media.close(['video']);
  }

  setPushToTalk(on: boolean): void {
    this.pushToTalk.value = on;
    this.talking.value = false;
    keep('push_to_talk', on);
  }

  // The hosts' word about others.
  mute(seat: string): Promise<Done> {
    return this.ask('mute', { seat });
  }
  dismiss(seat: string): Promise<Done> {
    return this.ask('dismiss', { seat });
  }

  reset(snapshot: unknown): void {
    this.offered.value = isFields(snapshot);
    this.takeSeats(snapshot);
  }

  // Comes with every join, so also when the connection was away.
  personal(): void {
    this.session.hubIsBack();
  }

  event({ kind, body }: RoomEvent): void {
    if (kind === 'calls.seats') this.takeSeats(body);
    if (kind === 'calls.asked') this.takeAsked(body);
    const said = kind === 'calls.signal' ? decodeSignal(body) : null;
    if (said) this.session.takeSignal(said);
  }

  tick(): void {
    const { audio } = this.media.tracks.value;
    if (!this.active.value && audio === null) {
      if (this.ownLevel.value !== 0) this.ownLevel.value = 0;
      this.meter.level(null);
      return;
    }
    this.ownLevel.value = this.meter.level(audio);
    const levels = new Map(this.tiles.value.map(({ seat, own, receivers }) => [seat.seat, own ? this.ownLevel.value : seat.audio ? levelOf(receivers.audio) : 0]));
    const speaking = this.speakers.heard(levels, this.machine.timers.now());
    if (!same(speaking, this.speaking.value)) this.speaking.value = speaking;
  }

  leaving(): void {
    this.leave();
    this.meter.level(null);
    this.unfollow();
  }

  private ask(command: string, body: unknown): Promise<Done> {
    return this.context.send(`calls.${command}`, body, { passing: true });
  }

  private takeSeats(value: unknown): void {
    const seats = decodeSeats(value);
    this.seats.value = seats.seats;
    this.session.takeSeats(seats);
  }

  private takeAsked(value: unknown): void {
    const asked = decodeAsked(value);
    if (!asked || asked.seat !== this.session.seat.value) return;
    if (asked.what === 'mute') {
      this.muted.value = true;
      this.told.value = 'muted';
      return;
    }
    this.session.stop(null);
    this.letGo();
    this.told.value = 'dismissed';
  }
}

export const calls: FeatureSpec<Calls> = { name: 'calls', create: (context) => new Calls(context) };
