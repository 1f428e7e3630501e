// SPDX-License-Identifier: MIT

// Counts of milliseconds, of which any percentile can be asked.
export class Histogram {
  private readonly counts = new Uint32Array(60_001);
  private total = 0;

  static of(parts: readonly Histogram[]): Histogram {
    const whole = new Histogram();
    for (const part of parts) {
      part.counts.forEach((count, bin) => (whole.counts[bin]! += count));
      whole.total += part.total;
    }
    return whole;
  }

  take(milliseconds: number): void {
    const bin = Math.min(this.counts.length - 1, Math.round(Math.abs(milliseconds)));
    this.counts[bin]! += 1;
    this.total += 1;
  }

  percentile(percent: number): number {
    const rank = Math.ceil((this.total * percent) / 100);
    let seen = 0;
    for (let bin = 0; bin < this.counts.length; bin += 1) {
      seen += this.counts[bin]!;
      if (seen >= rank) return bin;
    }
    return this.counts.length - 1;
  }
}

export function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}

// Most events within any minute.
export function mostInAMinute(times: readonly number[]): number {
  let most = 0;
  let first = 0;
  times.forEach((at, index) => {
    while (at - times[first]! >= 60_000) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
