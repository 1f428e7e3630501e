// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import type { Answer } from '../api';
import type { Timers } from '../base/timers';
import type { PresentFollowing } from './guide_api';

const calmMs = 5 * 60_000; // a guide may change its mind about what is next
const againAfterMs = 20_000; // after a failure
const latestMs = 15_000; // viewers ask some time after a programme changed, not all at once
const tickMs = 1_000;

// The present of one who knew `known` earlier: what was next has become what is on.
export function rolledOver(known: PresentFollowing, at: number): PresentFollowing {
  const over = known.now !== null && known.now.stop <= at;
  if (known.next && known.next.start <= at) return rolledOver({ now: known.next, next: null }, at);
  return over ? { now: null, next: known.next } : known;
}

// What is on and what is next on every channel. At a programme's end it goes on by what it knows and asks for the rest.
export class PresentFollowingStore {
  readonly channels = signal<ReadonlyMap<string, PresentFollowing>>(new Map());
  readonly loaded = signal(false);
  private due = 0;
  private asking = false;

  constructor(
    private readonly fetchAll: () => Promise<Answer<ReadonlyMap<string, PresentFollowing>>>,
    private readonly now: () => number, // milliseconds since 1970
    private readonly timers: Timers,
    private readonly random: () => number = Math.random,
  ) {}

  start(): void {
    const again = () => {
      this.tick();
      this.timers.after(tickMs, again);
    };
    again();
  }

  of(channel: string | null): PresentFollowing | null {
    return channel === null ? null : (this.channels.value.get(channel) ?? null);
  }

  // Asks at once, for instance because the lineup has changed.
  refresh(): void {
    this.due = 0;
  }

  tick(): void {
    this.rollOver();
    if (!this.asking && this.timers.now() >= this.due) void this.ask();
  }

  private rollOver(): void {
    const at = this.now();
    let changed = false;
    const next = new Map<string, PresentFollowing>();
    for (const [channel, known] of this.channels.value) {
      const present = rolledOver(known, at);
      changed = changed || present !== known;
      if (present.now || present.next) next.set(channel, present);
    }
    if (!changed) return;
    this.channels.value = next;
    this.due = Math.min(this.due, this.timers.now() + this.random() * latestMs);
  }

  private async ask(): Promise<void> {
    this.asking = true;
    const answer = await this.fetchAll();
    this.asking = false;
    this.due = this.timers.now() + (answer.ok ? calmMs : againAfterMs);
    if (!answer.ok) return;
    this.channels.value = answer.value;
    this.loaded.value = true;
  }
}
