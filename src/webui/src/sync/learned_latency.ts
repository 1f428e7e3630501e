// SPDX-License-Identifier: MIT

// How long this player takes for something (to seek, to start), learned from how long it took: an average in which the last times count
// most, and how much they differ, as TCP estimates its round trips.
const weight = 0.3;
const longestMs = 5_000;

export class LearnedLatency {
  private learned = false;

  constructor(
    private average: number,
    private deviation: number,
  ) {}

  take(sampleMs: number): void {
    if (!(sampleMs >= 0)) return;
    const sample = Math.min(sampleMs, longestMs);
    const off = sample - this.average;
    this.deviation = this.learned ? this.deviation + weight * (Math.abs(off) - this.deviation) : sample / 4;
    this.average += this.learned ? weight * off : off;
    this.learned = true;
  }

  get usual(): number {
    return this.average;
  }

  // It hardly ever takes longer.
  get enough(): number {
    return Math.min(longestMs, this.average + 2 * this.deviation);
  }
}
