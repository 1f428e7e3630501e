// SPDX-License-Identifier: MIT

// Chance that is the same with every run: a seed gives a sequence (mulberry32).
export class Random {
  constructor(private state: number) {}

  // 0 to 1, without 1.
  readonly next = (): number => {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  normal(deviation: number): number {
    return deviation * Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  // A sequence of its own, so that what one part of a world draws changes nothing for the others.
  fork(name: number): Random {
    return new Random(Math.imul((this.state ^ name) + 0x9e3779b9, 0x85ebca6b) | 0);
  }
}
