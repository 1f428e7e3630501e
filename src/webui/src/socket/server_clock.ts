// SPDX-License-Identifier: MIT
import type { Pong } from './protocol';

const keptSamples = 8;

// The server's time of day, from ping and pong. Of the last few exchanges the quickest counts: its error is bounded by half
// its own round trip, and averaging would only mix in the slow ones (measured in the design notes on synchronisation).
export class ServerClock {
  private samples: { roundTrip: number; offset: number }[] = [];

  take(pong: Pong, arrivedAt: number): void {
    const roundTrip = arrivedAt - pong.clientTime - (pong.sent - pong.received);
    if (!Number.isFinite(roundTrip) || roundTrip < 0 || roundTrip > 30_000) return;
    const offset = (pong.received - pong.clientTime + (pong.sent - arrivedAt)) / 2;
    this.samples = [...this.samples.slice(1 - keptSamples), { roundTrip, offset }];
  }

  // Milliseconds since 1970 by the server's clock, or null before the first pong.
  at(now: number): number | null {
    let best: { roundTrip: number; offset: number } | null = null;
    for (const sample of this.samples) if (!best || sample.roundTrip <= best.roundTrip) best = sample;
    return best ? now + best.offset : null;
  }
}
