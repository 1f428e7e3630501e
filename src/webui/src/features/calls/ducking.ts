// SPDX-License-Identifier: MIT
import type { Timers } from '../../base/timers';

const ducked = 10 ** (-12 / 20); // 12 dB less
const downMs = 200;
const upMs = 900;
const holdMs = 800; // after the last word
const stepMs = 40;

// Takes the programme back while somebody speaks: smooth both ways, a factor on what the viewer has set.
export class Ducking {
  private gain = 1;
  private target = 1;
  private cancelStep: (() => void) | null = null;
  private cancelHold: (() => void) | null = null;

  constructor(private readonly timers: Timers, private readonly apply: (gain: number) => void) {}

  speaks(somebody: boolean): void {
    this.cancelHold?.();
    this.cancelHold = null;
    if (somebody) this.go(ducked);
    else if (this.target !== 1) this.cancelHold = this.timers.after(holdMs, () => this.go(1));
  }

  stop(): void {
    this.cancelHold?.();
    this.cancelStep?.();
    this.cancelHold = this.cancelStep = null;
    this.target = 1;
    if (this.gain !== 1) this.apply((this.gain = 1));
  }

  private go(target: number): void {
    this.target = target;
    if (!this.cancelStep) this.step();
  }

  // As the ear hears it: the same number of decibels in each step.
  private step(): void {
    this.cancelStep = null;
    if (this.gain === this.target) return;
    const down = this.target < this.gain;
    const factor = ducked ** (stepMs / (down ? downMs : upMs));
    this.gain = down ? Math.max(this.target, this.gain * factor) : Math.min(this.target, this.gain / factor);
    if (Math.abs(this.gain - this.target) < 1e-6) this.gain = this.target;
    this.apply(this.gain);
    this.cancelStep = this.timers.after(stepMs, () => this.step());
  }
}
