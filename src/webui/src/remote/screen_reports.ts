// SPDX-License-Identifier: MIT
import type { Timers } from '../base/timers';
import type { Screen } from '../features/couch/couch';

const everyMs = 10_000; // as the server wants to hear of us
const atMostEveryMs = 400; // while something changes all the time

// Says what a television shows: when that changes, not too often, and again after a while.
export class ScreenReports {
  private last = Number.NEGATIVE_INFINITY;
  private cancel: (() => void) | null = null;

  constructor(
    private readonly timers: Timers,
    private readonly describe: () => Screen,
    private readonly send: (screen: Screen) => void,
  ) {}

  changed(): void {
    this.in(Math.max(0, this.last + atMostEveryMs - this.timers.now()));
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private in(ms: number): void {
    this.cancel?.();
    this.cancel = this.timers.after(ms, () => {
      this.last = this.timers.now();
      this.send(this.describe());
      this.in(everyMs);
    });
  }
}
