// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import type { Timers } from '../../base/timers';
import { CommandRefused } from '../../socket/outbox';
import type { Done } from '../../socket/protocol';
import { Peer, type LinkOptions, type LinkState, type Receivers, type Tracks } from './peer';
import { PublishLeg, WatchLeg } from './sfu_legs';
import { SignalQueue } from './signal_queue';
import { decodeEntered, decodeIce, sfu, type Leg, type Said, type Seats, type Signal } from './wire';

export interface CallOptions {
  readonly connect: (configuration: RTCConfiguration) => RTCPeerConnection;
  readonly send: (command: string, body: unknown) => Promise<Done>;
  readonly tracks: () => Tracks;
  readonly wish: () => { readonly audio: boolean; readonly video: boolean }; // what the others are told of us
  readonly timers: Timers;
}
export type CallState = 'out' | 'entering' | 'in';

const aliveMs = 10_000;
const mostEarly = 64;
const shortestWaitMs = 1_000;
const longestWaitMs = 10_000;

// Our place in the call: a seat at the server, and connections to everybody else as its mode asks. Comes back by itself while it is wanted.
export class CallSession {
  readonly state = signal<CallState>('out');
  readonly seat = signal<string | null>(null);
  readonly refusal = signal<unknown>(null); // why one is not in
  readonly changes = signal(0); // of connections and what they bring
  private seats: Seats = { mode: 'mesh', generation: 0, seats: [] };
  private generation = -1; // of what is connected
  private mode: Seats['mode'] = 'mesh';
  private servers: readonly RTCIceServer[] = [];
  private readonly peers = new Map<string, Peer>();
  private publish: PublishLeg | null = null;
  private watch: WatchLeg | null = null;
  private early: Signal[] = []; // came before the answer that gives us our seat
  private entering = 0;
  private newcomer = false; // no list has had our seat yet: who is in the first that has was here before us
  private wasIn = false; // since we wanted to be
  private waitMs = shortestWaitMs;
  private told: string | null = null;
  private telling = false;
  private cancelAlive: (() => void) | null = null;
  private cancelRetry: (() => void) | null = null;
  private readonly queue: SignalQueue;

  constructor(private readonly options: CallOptions) {
    this.queue = new SignalQueue((body) => options.send('signal', body), options.timers);
  }

  enter(): void {
    if (this.state.value !== 'out') return;
    this.wasIn = false;
    this.waitMs = shortestWaitMs;
    void this.sit();
  }

  leave(): void {
    const seat = this.seat.value;
    this.stop(null);
    if (seat !== null) this.options.send('leave', { seat }).catch(() => {});
  }

  // Without a word to the server: it has taken our seat away.
  stop(refusal: unknown): void {
    this.entering += 1;
    this.cancelRetry?.();
    this.getUp();
    this.refusal.value = refusal;
    this.state.value = 'out';
  }

  // The hub is there again. The seat may have outlived the absence, and then nobody has noticed anything.
  hubIsBack(): void {
    if (this.state.value === 'in') void this.sayAlive();
    else if (this.state.value === 'entering') void this.sit();
  }

  takeSeats(seats: Seats): void {
    this.seats = seats;
    if (this.state.value === 'in') this.follow();
  }

  takeSignal(signal: Signal): void {
    const { seat } = this;
    if (seat.value === null) {
      if (this.state.value === 'entering' && this.early.length < mostEarly) this.early.push(signal);
      return;
    }
    if (signal.to !== seat.value || signal.generation < this.generation) return;
    if (signal.generation > this.generation) this.begin(signal.from === sfu ? 'sfu' : 'mesh', signal.generation);
    if (signal.from !== sfu) this.peerOf(signal.from).receive(signal);
    else if (signal.leg === 'publish') this.publish?.receive(signal);
    else if (this.watch) {
      if (signal.streams) this.watch.mapped(signal.streams);
      this.watch.receive(signal);
    }
  }

  tracksChanged(): void {
    for (const peer of this.peers.values()) peer.tracksChanged();
    this.publish?.tracksChanged();
    void this.tellOthers();
  }

  receiversOf(seat: string): Receivers {
    return this.peers.get(seat)?.receivers ?? this.watch?.receiversOf(seat) ?? {};
  }
  linkOf(seat: string): LinkState {
    if (this.watch && Object.keys(this.watch.receiversOf(seat)).length > 0) return this.watch.state;
    return this.peers.get(seat)?.state ?? 'connecting';
  }
  reconnect(seat: string): void {
    if (this.peers.has(seat)) this.peers.get(seat)?.tryAgain();
    else void this.sit();
  }

  private async sit(): Promise<void> {
    const entering = ++this.entering;
    const before = this.seat.value;
    this.cancelRetry?.();
    this.getUp();
    this.state.value = 'entering';
    this.refusal.value = null;
    if (before !== null) this.options.send('leave', { seat: before }).catch(() => {});
    try {
      const wish = this.options.wish();
      const { result } = await this.options.send('enter', wish);
      const entered = decodeEntered(result);
      if (!entered) throw new Error('no seat');
      if (entering !== this.entering) {
        this.options.send('leave', { seat: entered.seat }).catch(() => {});
        return;
      }
      this.told = JSON.stringify(wish);
      this.servers = entered.servers;
      this.seat.value = entered.seat;
      this.state.value = 'in';
      this.wasIn = true;
      this.cancelAlive = this.options.timers.after(aliveMs, () => void this.sayAlive());
      this.newcomer = true;
      this.begin(entered.mode, entered.generation);
      this.follow();
      for (const signal of this.early.splice(0)) this.takeSignal(signal);
      void this.tellOthers();
    } catch (reason) {
      if (entering !== this.entering) return;
      const code = reason instanceof CommandRefused ? reason.refusal.code : 'internal';
      // Who was in stays near: without its SFU the call may be full for a while.
      if (code === 'unavailable' || code === 'timeout' || code === 'cancelled' || (this.wasIn && code === 'too_large')) this.later(() => void this.sit());
      else this.stop(reason);
    }
  }

  private later(what: () => void): void {
    this.cancelRetry?.();
    this.cancelRetry = this.options.timers.after(this.waitMs, what);
    this.waitMs = Math.min(longestWaitMs, this.waitMs * 2);
  }

  private getUp(): void {
    this.cancelAlive?.();
    this.cancelAlive = null;
    this.disconnect();
    this.early = [];
    this.generation = -1;
    this.seat.value = null;
  }

  private disconnect(): void {
    for (const peer of this.peers.values()) peer.close();
    this.peers.clear();
    this.publish?.close();
    this.watch?.close();
    this.publish = this.watch = null;
    this.queue.drop(() => true);
    this.changed();
  }

  // Everything of an older generation is void.
  private begin(mode: Seats['mode'], generation: number): void {
    this.cancelRetry?.();
    this.waitMs = shortestWaitMs;
    this.disconnect();
    this.generation = generation;
    this.mode = mode;
    if (mode !== 'sfu') return;
    this.publish = new PublishLeg(this.legOptions('publish'));
    this.watch = new WatchLeg(this.legOptions('watch'));
    void this.publish.offer().catch(() => {});
  }

  // The list may be older than our entry. Who has just come speaks first; when all begin anew it is the greater seat.
  private follow(): void {
    const { mode, generation, seats } = this.seats;
    const own = this.seat.value ?? '';
    if (generation < this.generation) return;
    const anew = generation > this.generation || mode !== this.mode;
    if (anew) this.begin(mode, generation);
    const there = new Set(seats.map(({ seat }) => seat));
    for (const [seat, peer] of this.peers) {
      if (there.has(seat)) continue;
      peer.close();
      this.peers.delete(seat);
      this.queue.drop(({ to }) => to === seat);
    }
    for (const { seat } of this.mode === 'mesh' ? seats : []) {
      if (seat === own || this.peers.has(seat)) continue;
      const peer = this.peerOf(seat);
      if (this.newcomer || (anew && seat < own)) peer.offer();
    }
    if (there.has(own)) this.newcomer = false;
    this.changed();
  }

  private peerOf(seat: string): Peer {
    let peer = this.peers.get(seat);
    if (!peer) {
      peer = new Peer((this.seat.value ?? '') < seat, this.linkOptions((said) => this.say(said, seat)));
      this.peers.set(seat, peer);
    }
    return peer;
  }

  private say(said: Said, to: string, leg?: Leg): void {
    const seat = this.seat.value;
    if (seat !== null) this.queue.add({ seat, generation: this.generation, to, ...(leg && { leg }), ...said });
  }

  private linkOptions(send: (said: Said) => void): LinkOptions {
    const { connect, tracks, timers } = this.options;
    return { connect: () => connect(this.configuration()), tracks, timers, send, changed: () => this.changed() };
  }
  private legOptions(leg: Leg) {
    return { ...this.linkOptions((said) => this.say(said, sfu, leg)), failed: () => void this.legFailed() };
  }

  // While the SFU is away one keeps the seat and waits: a new generation tells that it is back. When it is there, entering anew makes both
  // legs anew. Whether it is, the answer to this says, which changes nothing.
  private async legFailed(): Promise<void> {
    const { generation } = this;
    const seat = this.seat.value;
    const isPast = () => generation !== this.generation || seat !== this.seat.value;
    const there = await this.options.send('signal', { seat, generation, to: sfu, leg: 'publish', candidate: null }).then(() => true, () => false);
    if (isPast()) return;
    if (there) void this.sit();
    else this.later(() => void this.legFailed());
  }

  private configuration(): RTCConfiguration {
    return { iceServers: [...this.servers], bundlePolicy: 'max-bundle' };
  }

  private changed(): void {
    this.changes.value += 1;
  }

  private async sayAlive(): Promise<void> {
    const seat = this.seat.value;
    if (seat === null) return;
    this.cancelAlive?.();
    this.cancelAlive = this.options.timers.after(aliveMs, () => void this.sayAlive());
    try {
      const ice = decodeIce((await this.options.send('alive', { seat })).result);
      if (!ice || seat !== this.seat.value) return;
      this.servers = ice.servers;
      for (const link of [...this.peers.values(), this.publish, this.watch]) link?.renewIce(this.configuration());
    } catch (reason) {
      const code = reason instanceof CommandRefused ? reason.refusal.code : '';
      // The seat is gone, or not ours: as good as never sat.
      if (seat === this.seat.value && ['not_found', 'conflict', 'forbidden'].includes(code)) void this.sit();
    }
  }

  // The latest wish only, one at a time.
  private async tellOthers(): Promise<void> {
    const seat = this.seat.value;
    const wish = this.options.wish();
    const text = JSON.stringify(wish);
    if (seat === null || this.telling || text === this.told) return;
    this.telling = true;
    const before = this.told;
    this.told = text;
    try {
      await this.options.send('update', { seat, ...wish });
    } catch (reason) {
      this.told = before;
      const retryMs = (reason instanceof CommandRefused ? reason.refusal.retryAfterMs : null) ?? shortestWaitMs;
      await new Promise<void>((resolve) => this.options.timers.after(retryMs, resolve));
    }
    this.telling = false;
    void this.tellOthers();
  }
}
