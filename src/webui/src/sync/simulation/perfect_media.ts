// SPDX-License-Identifier: MIT
import type { SyncedMedia } from '../media_sync';
import type { WorldTime } from './world_time';

// A player without any vices: exact, and at once where it is told to be.
export class PerfectMedia implements SyncedMedia {
  readonly log: string[] = [];
  preservesPitch = false;
  paused = true;
  seeking = false;
  ended = false;
  readyState = 4;
  refuses = false;
  private place = 0;
  private placedAt = 0;
  private rate = 1;
  private readonly listeners = new Map<string, Set<() => void>>();

  constructor(private readonly time: WorldTime) {}

  get currentTime(): number {
    const moves = !this.paused && this.readyState > 2;
    if (moves) this.place += ((this.time.now - this.placedAt) / 1000) * this.rate;
    this.placedAt = this.time.now;
    return this.place;
  }

  set currentTime(second: number) {
    this.log.push('seek');
    this.placedAt = this.time.now;
    this.place = second;
    this.seeking = true;
    this.time.after(0, () => {
      this.seeking = false;
      this.tell('seeked');
    });
  }

  get playbackRate(): number {
    return this.rate;
  }

  set playbackRate(rate: number) {
    void this.currentTime;
    this.rate = rate;
    this.log.push(`rate ${rate}`);
  }

  get buffered(): SyncedMedia['buffered'] {
    return { length: 1, start: () => 0, end: () => this.currentTime + 10 };
  }

  play(): Promise<void> {
    this.log.push('play');
    void this.currentTime;
    if (this.refuses) return Promise.reject(Object.assign(new Error(), { name: 'NotAllowedError' }));
    this.paused = false;
    return Promise.resolve();
  }

  pause(): void {
    this.log.push('pause');
    void this.currentTime;
    this.paused = true;
    this.time.after(0, () => this.tell('pause'));
  }

  stall(forMs: number): void {
    void this.currentTime;
    this.readyState = 2;
    this.tell('waiting');
    this.time.after(forMs, () => {
      void this.currentTime;
      this.readyState = 4;
      this.tell('playing');
    });
  }

  addEventListener(type: string, listener: () => void): void {
    this.listeners.set(type, (this.listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: () => void): void {
    this.listeners.get(type)?.delete(listener);
  }

  get heard(): number {
    return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0);
  }

  tell(type: string): void {
    for (const listener of this.listeners.get(type) ?? []) listener();
  }
}
