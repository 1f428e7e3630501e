// SPDX-License-Identifier: MIT
import type { SyncedMedia } from '../media_sync';
import type { Network } from './network';
import type { Random } from './random';
import type { WorldTime } from './world_time';

// What was asked of a player, and how it fared, while somebody counted.
export class Tally {
  counting = false;
  seeks = 0;
  rateChanges = 0;
  fastest = 0; // farthest from normal speed
  readonly turns: number[] = []; // when it went from fast to slow or back, ever
  private lastSign = 0;

  sought(): void {
    if (this.counting) this.seeks += 1;
  }

  changedRate(rate: number, now: number): void {
    if (this.counting) this.rateChanges += 1;
    if (this.counting) this.fastest = Math.max(this.fastest, Math.abs(rate - 1));
    const sign = Math.sign(rate - 1);
    if (sign !== 0 && this.lastSign !== 0 && sign !== this.lastSign) this.turns.push(now);
    if (sign !== 0) this.lastSign = sign;
  }
}

const noiseS = 0.015; // of what it says of its position while it moves
const mostAheadS = 8;
const keptBehindS = 10;
const startsWithS = 0.5; // of media, after it ran out
const afterSeekS = 2; // one segment
const hiccupEveryMs = 300_000; // the machine was busy
const filmS = 4 * 3600;

// A media element that plays a film over a network, with the vices of real ones: it says roughly where it is, changes speed late,
// takes its time to start and to seek, runs out of media, and halts for no reason.
export class SimulatedMedia implements SyncedMedia {
  readonly tally = new Tally();
  paused = true;
  seeking = false;
  private place = 0; // seconds
  private placedAt = 0; // true time, milliseconds
  private ahead = 0; // seconds of media
  private askedRate = 1;
  private realRate = 1;
  private loaded = false;
  private started = false; // play() has had its effect
  private empty = true;
  private halted = false; // for no reason
  private halfReady = false; // and says so
  private outage = false;
  private seekCount = 0;
  private fetch: { readonly from: number; readonly doneAt: number } | null = null; // the segment that a seek waits for
  private playCount = 0;
  private cancelTurn: (() => void) | null = null;
  private readonly listeners = new Map<string, Set<() => void>>();
  private readonly weather: Random; // the same for every way of watching together
  private readonly rateLatency: number;
  private readonly startLatency: number;
  private readonly seekLatency: number;

  constructor(
    private readonly time: WorldTime,
    private readonly random: Random,
    private readonly network: Network,
    private readonly skew: number,
    private readonly changesHalt = false, // Safari
  ) {
    this.weather = random.fork(1);
    this.rateLatency = random.between(0, 150);
    this.startLatency = random.between(20, 120);
    this.seekLatency = random.between(60, 350);
    this.placedAt = time.now;
    time.after(this.roundTrips(3) + this.loading(), () => {
      this.sync();
      this.loaded = true;
      this.ahead = afterSeekS;
      this.empty = false;
      this.changed();
      this.tell('canplay');
    });
    time.after(this.weather.exponential(network.outageEvery), () => this.beginOutage());
    time.after(this.weather.exponential(hiccupEveryMs), () => this.beginHiccup());
  }

  get readyState(): number {
    if (!this.loaded) return 0;
    if (this.seeking) return 1;
    return this.empty || this.halfReady ? 2 : 4;
  }

  get ended(): boolean {
    return false;
  }

  // Whether the picture moves.
  get moving(): boolean {
    return this.loaded && !this.paused && this.started && !this.seeking && !this.empty && !this.halted;
  }

  // The truth, which no player says.
  get truePlace(): number {
    this.sync();
    return this.place;
  }

  get currentTime(): number {
    this.sync();
    return this.moving ? Math.max(0, this.place + this.random.normal(noiseS)) : this.place;
  }

  set currentTime(second: number) {
    if (!this.loaded || !Number.isFinite(second)) return;
    this.sync();
    this.tally.sought();
    const target = Math.min(filmS, Math.max(0, second));
    const moved = target - this.place;
    const near = moved > -keptBehindS && moved < this.ahead;
    const latency = this.seekLatency * this.random.between(0.7, 1.3);
    const { fetch } = this;
    // Another seek into the segment that is on its way goes on waiting for it.
    if (near) this.fetch = null;
    else if (!fetch || target < fetch.from || target > fetch.from + afterSeekS - startsWithS) {
      this.fetch = { from: target, doneAt: this.time.now + this.roundTrips(2) + this.loading() };
    }
    const wait = this.fetch ? Math.max(0, this.fetch.doneAt - this.time.now) : 0;
    this.ahead = near ? Math.min(mostAheadS, this.ahead - moved) : 0;
    this.place = target;
    this.seeking = true;
    this.seekCount += 1;
    this.changed();
    const seek = this.seekCount;
    this.time.after(latency + wait, () => {
      if (seek !== this.seekCount) return;
      this.sync();
      this.seeking = this.empty = false;
      if (this.fetch) this.ahead = Math.max(this.ahead, this.fetch.from + afterSeekS - this.place);
      this.fetch = null;
      this.changed();
      this.tell('seeked');
      if (!this.paused) this.tell('playing');
    });
  }

  get playbackRate(): number {
    return this.askedRate;
  }

  set playbackRate(rate: number) {
    if (rate === this.askedRate || !(rate >= 0.0625 && rate <= 16)) return;
    this.askedRate = rate;
    this.tally.changedRate(rate, this.time.now);
    this.time.after(this.rateLatency * this.random.between(0.8, 1.2), () => {
      this.sync();
      this.realRate = rate;
      this.changed();
    });
    if (this.changesHalt && this.moving) this.halt(this.random.between(100, 300));
  }

  get buffered(): SyncedMedia['buffered'] {
    this.sync();
    const { place, ahead } = this;
    return { length: this.loaded ? 1 : 0, start: () => Math.max(0, place - keptBehindS), end: () => place + ahead };
  }

  play(): Promise<void> {
    if (!this.paused) return Promise.resolve();
    this.sync();
    this.paused = false;
    this.playCount += 1;
    const play = this.playCount;
    this.time.after(this.startLatency * this.random.between(0.8, 1.2), () => {
      if (play !== this.playCount) return;
      this.sync();
      this.started = true;
      this.changed();
      if (this.moving) this.tell('playing');
    });
    return Promise.resolve();
  }

  pause(): void {
    if (this.paused) return;
    this.sync();
    this.paused = true;
    this.started = false;
    this.playCount += 1;
    this.changed();
    this.time.after(0, () => this.tell('pause'));
  }

  addEventListener(type: string, listener: () => void): void {
    const present = this.listeners.get(type) ?? new Set();
    this.listeners.set(type, present.add(listener));
  }

  removeEventListener(type: string, listener: () => void): void {
    this.listeners.get(type)?.delete(listener);
  }

  private tell(type: string): void {
    for (const listener of this.listeners.get(type) ?? []) listener();
  }

  private roundTrips(count: number): number {
    return count * (this.network.up + this.network.down + 2 * this.random.exponential(this.network.jitter));
  }

  private loading(): number {
    return ((afterSeekS * 1000) / this.network.speed) * this.random.between(0.7, 1.5);
  }

  private get loadRate(): number {
    return this.loaded && !this.outage && !(this.seeking && this.ahead === 0) ? this.network.speed : 0;
  }

  private get playRate(): number {
    return this.moving ? this.realRate * (1 + this.skew) : 0;
  }

  // Carries place and buffer on to now.
  private sync(): void {
    const seconds = (this.time.now - this.placedAt) / 1000;
    if (seconds <= 0) return;
    const played = this.playRate * seconds;
    this.place += played;
    this.ahead = Math.max(0, Math.min(mostAheadS, this.ahead + this.loadRate * seconds - played));
    this.placedAt = this.time.now;
  }

  // Something is different: when will the media run out, or be enough again?
  private changed(): void {
    this.cancelTurn?.();
    this.cancelTurn = null;
    const drain = this.playRate - this.loadRate;
    if (this.moving && drain > 0) this.cancelTurn = this.time.after((this.ahead / drain) * 1000 + 1, () => this.runOut());
    else if (this.empty && !this.seeking && this.loadRate > 0) {
      this.cancelTurn = this.time.after((Math.max(0, startsWithS - this.ahead) / this.loadRate) * 1000 + 1, () => this.goOn());
    }
  }

  private runOut(): void {
    this.sync();
    this.empty = true;
    this.changed();
    this.tell('waiting');
  }

  private goOn(): void {
    this.sync();
    this.empty = false;
    this.changed();
    this.tell('canplay');
    if (this.moving) this.tell('playing');
  }

  private beginOutage(): void {
    this.sync();
    this.outage = true;
    this.changed();
    this.time.after(this.weather.exponential(this.network.outage), () => {
      this.sync();
      this.outage = false;
      this.changed();
      this.time.after(this.weather.exponential(this.network.outageEvery), () => this.beginOutage());
    });
  }

  private beginHiccup(): void {
    const lasting = this.weather.between(200, 1_000);
    if (this.moving) this.halt(lasting, true);
    this.time.after(this.weather.exponential(hiccupEveryMs), () => this.beginHiccup());
  }

  private halt(forMs: number, told = false): void {
    if (this.halted) return;
    this.sync();
    this.halted = true;
    this.halfReady = told;
    this.changed();
    if (told) this.tell('waiting');
    this.time.after(forMs, () => {
      this.sync();
      this.halted = this.halfReady = false;
      this.changed();
      if (told && this.moving) this.tell('playing');
    });
  }
}
