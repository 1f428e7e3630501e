// SPDX-License-Identifier: MIT
import type { Timers } from '../base/timers';

const everyMs = 300;

// Tells what stands in a field while somebody types, not with every letter; the end at once.
export class Typing {
  send: (text: string, final: boolean) => void = () => {};
  private cancel: (() => void) | null = null;
  private latest = '';

  constructor(private readonly timers: Timers) {}

  changed(text: string): void {
    this.latest = text;
    this.cancel ??= this.timers.after(everyMs, () => {
      this.cancel = null;
      this.send(this.latest, false);
    });
  }

  finish(text: string): void {
    this.stop();
    this.send(text, true);
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }
}
