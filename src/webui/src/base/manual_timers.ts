// SPDX-License-Identifier: MIT
import type { Timers } from './timers';

// A clock for tests: stands still until told to advance.
export class ManualTimers implements Timers {
  private time = 0;
  private nextId = 1;
  private readonly pending = new Map<number, { at: number; callback: () => void }>();

  now(): number {
    return this.time;
  }

  after(delayMs: number, callback: () => void): () => void {
    const id = this.nextId++;
    this.pending.set(id, { at: this.time + delayMs, callback });
    return () => this.pending.delete(id);
  }

  advance(byMs: number): void {
    const end = this.time + byMs;
    for (;;) {
      const due = [...this.pending].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (!due) break;
      const [id, timer] = due;
      this.pending.delete(id);
      this.time = Math.max(this.time, timer.at);
      timer.callback();
    }
    this.time = end;
  }
}
