// SPDX-License-Identifier: MIT

// Where a player really is. What it says of its position jitters by a frame or two; between two readings it moves at its rate.
// So the last result is carried on at that rate, and a part of what the reading differs is believed: about a second's worth of
// readings count, and yet nothing lags when the rate changes.
const believed = 0.25; // of each reading, every 250 ms
const jumpMs = 400; // a reading that far off is no jitter

export class SmoothedPosition {
  private last: { readonly position: number; readonly at: number; readonly rate: number } | null = null;

  // Takes a reading (all in milliseconds); `rate` is how fast the media goes from now on, 0 when it stands still.
  take(reading: number, at: number, rate: number): number {
    const { last } = this;
    const expected = last ? last.position + (at - last.at) * last.rate : reading;
    const still = rate === 0 || !last || last.rate === 0;
    const off = reading - expected;
    const part = still || Math.abs(off) > jumpMs ? 1 : believed;
    const position = expected + part * off;
    this.last = { position, at, rate };
    return position;
  }

  forget(): void {
    this.last = null;
  }
}
