// SPDX-License-Identifier: MIT
import type { Timers } from '../timers';

interface Due {
  readonly at: number;
  readonly order: number;
  callback: (() => void) | null;
}

// The true time of a simulated world, and what happens in it: a heap of callbacks.
export class WorldTime {
  now = 0; // milliseconds
  private readonly heap: Due[] = [];
  private order = 0;

  after(delayMs: number, callback: () => void): () => void {
    const due: Due = { at: this.now + Math.max(0, delayMs), order: this.order++, callback };
    this.push(due);
    return () => (due.callback = null);
  }

  runUntil(end: number): void {
    for (let due = this.heap[0]; due && due.at <= end; due = this.heap[0]) {
      this.pop();
      if (!due.callback) continue;
      this.now = due.at;
      due.callback();
    }
    this.now = end;
  }

  // A clock that stands elsewhere and runs at its own speed, with a timer that is never quite in time.
  clockOf(offset: number, skew: number, lateness: () => number): Timers {
    return {
      now: () => this.now * (1 + skew) + offset,
      after: (delayMs, callback) => this.after(delayMs / (1 + skew) + lateness(), callback),
    };
  }

  private push(due: Due): void {
    const { heap } = this;
    let index = heap.push(due) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!sooner(due, heap[parent]!)) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = due;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop()!;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && sooner(heap[child + 1]!, heap[child]!)) child += 1;
      if (!sooner(heap[child]!, last)) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}

const sooner = (one: Due, other: Due): boolean => one.at < other.at || (one.at === other.at && one.order < other.order);
