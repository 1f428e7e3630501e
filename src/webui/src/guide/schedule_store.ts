// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import type { Answer, Fault } from '../api';
import type { Timers } from '../base/timers';
import type { Schedules } from './guide_api';
import { hourMs, minuteMs } from './guide_times';
import type { Programme } from './programme';

export const blockMs = 6 * hourMs;
const channelsPerRequest = 20; // an answer has 2,000 programmes at most: 100 of each in a block
const freshMs = 10 * minuteMs;
const emptyFreshMs = 50_000; // a guide that has nothing yet may be on its way
const againAfterMs = 8_000; // after a failure
const settleMs = 80; // while somebody scrolls, only what he stops at is asked for
const mostBlocks = 3_000; // about ten programmes each
const mostRequests = 2; // at a time

interface Block {
  readonly programmes: readonly Programme[];
  readonly askedAt: number;
}

export interface Wish {
  readonly channels: readonly string[];
  readonly from: number;
  readonly to: number;
}

const blocksOf = (from: number, to: number): number[] => {
  const first = Math.floor(from / blockMs);
  return Array.from({ length: Math.max(0, Math.ceil(to / blockMs) - first) }, (_, index) => first + index);
};

// The schedules of the channels as far as somebody looks at them, in blocks of six hours.
export class ScheduleStore {
  readonly version = signal(0); // grows with everything that becomes known
  readonly fault = signal<Fault | null>(null);
  private readonly blocks = new Map<string, Block>(); // the longest unused first
  private wish: Wish | null = null;
  private cancel: (() => void) | null = null;
  private readonly underWay = new Set<string>();
  private requests = 0;

  constructor(
    private readonly fetchAll: (channels: readonly string[], from: number, to: number) => Promise<Answer<Schedules>>,
    private readonly timers: Timers,
  ) {}

  // What is looked at now; replaces what was wished before.
  want(wish: Wish): void {
    this.wish = wish;
    this.plan(settleMs);
  }

  // Whether everything of the channel between two moments is known.
  has(channel: string, from: number, to: number): boolean {
    return blocksOf(from, to).every((block) => this.blocks.has(`${block}/${channel}`));
  }

  // What is known of it, by start.
  of(channel: string, from: number, to: number): readonly Programme[] {
    const found: Programme[] = [];
    for (const block of blocksOf(from, to)) {
      for (const programme of this.blocks.get(`${block}/${channel}`)?.programmes ?? []) {
        if (programme.stop <= from || programme.start >= to) continue;
        const before = found[found.length - 1];
        if (!before || before.start < programme.start) found.push(programme);
      }
    }
    return found;
  }

  retry(): void {
    this.fault.value = null;
    this.plan(0);
  }

  private plan(delayMs: number): void {
    this.cancel?.();
    this.cancel = this.timers.after(delayMs, () => {
      this.cancel = null;
      this.ask();
    });
  }

  private ask(): void {
    if (!this.wish) return;
    const { channels, from, to } = this.wish;
    const now = this.timers.now();
    const isFresh = ({ programmes, askedAt }: Block): boolean => now - askedAt < (programmes.length > 0 ? freshMs : emptyFreshMs);
    for (const block of blocksOf(from, to)) {
      const lacking = channels.filter((channel) => {
        const key = `${block}/${channel}`;
        const known = this.blocks.get(key);
        return !this.underWay.has(key) && !(known && isFresh(known));
      });
      for (let at = 0; at < lacking.length; at += channelsPerRequest) {
        if (this.requests >= mostRequests) return;
        void this.load(lacking.slice(at, at + channelsPerRequest), block);
      }
    }
  }

  private async load(channels: readonly string[], block: number): Promise<void> {
    const keys = channels.map((channel) => `${block}/${channel}`);
    keys.forEach((key) => this.underWay.add(key));
    this.requests += 1;
    const askedAt = this.timers.now();
    const answer = await this.fetchAll(channels, block * blockMs, (block + 1) * blockMs);
    this.requests -= 1;
    keys.forEach((key) => this.underWay.delete(key));
    if (!answer.ok) {
      this.fault.value = answer.fault;
      this.plan(againAfterMs);
      return;
    }
    channels.forEach((channel, index) => {
      const key = keys[index] ?? '';
      this.blocks.delete(key);
      this.blocks.set(key, { programmes: answer.value.get(channel) ?? [], askedAt });
    });
    for (const oldest of this.blocks.keys()) {
      if (this.blocks.size <= mostBlocks) break;
      this.blocks.delete(oldest);
    }
    this.fault.value = null;
    this.version.value += 1;
    this.ask();
  }
}
