// SPDX-License-Identifier: MIT
import type { Timers } from '../../base/timers';
import { CommandRefused } from '../../socket/outbox';
import type { Leg, Said } from './wire';

export type Outgoing = Said & { readonly seat: string; readonly generation: number; readonly to: string; readonly leg?: Leg };

const mostInFlight = 8; // the outbox of the connection is everybody's
const mostWaiting = 256;
const pauseMs = 60; // a connection may send 20 messages a second after the first 50
const quickOnes = 24;
const restMs = 3_000;
const retryMs = 1_000;

// What is said to other seats, in order and no faster than the hub wants it.
export class SignalQueue {
  private waiting: Outgoing[] = [];
  private inFlight = 0;
  private quick = quickOnes;
  private lastAt = -Infinity;
  private paused = false;

  constructor(private readonly send: (signal: Outgoing) => Promise<unknown>, private readonly timers: Timers) {}

  add(signal: Outgoing): void {
    if (this.waiting.length < mostWaiting) this.waiting.push(signal);
    this.flush();
  }

  // What was meant for connections that are no more.
  drop(where: (signal: Outgoing) => boolean): void {
    this.waiting = this.waiting.filter((signal) => !where(signal));
  }

  private flush(): void {
    while (!this.paused && this.inFlight < mostInFlight) {
      const signal = this.waiting.shift();
      if (!signal) return;
      const now = this.timers.now();
      this.quick = now - this.lastAt > restMs ? quickOnes : this.quick - 1;
      this.lastAt = now;
      this.inFlight += 1;
      this.send(signal).catch((reason: unknown) => this.refused(signal, reason)).finally(() => {
        this.inFlight -= 1;
        this.flush();
      });
      if (this.quick <= 0) this.pause(pauseMs);
    }
  }

  // Only too fast is worth a second try; the rest is made up for by the connections themselves.
  private refused(signal: Outgoing, reason: unknown): void {
    if (!(reason instanceof CommandRefused) || reason.refusal.code !== 'rate_limited') return;
    this.waiting.unshift(signal);
    this.pause(reason.refusal.retryAfterMs ?? retryMs);
  }

  private pause(ms: number): void {
    if (this.paused) return;
    this.paused = true;
    this.timers.after(ms, () => {
      this.paused = false;
      this.flush();
    });
  }
}
