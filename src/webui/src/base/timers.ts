// SPDX-License-Identifier: MIT

// Where time comes from. Everything that waits takes one of these, so that tests advance hours without sleeping.
export interface Timers {
  // Milliseconds that only ever grow (not a time of day).
  now(): number;
  // Calls back once after a delay; the returned function cancels it.
  after(delayMs: number, callback: () => void): () => void;
}

export const browserTimers: Timers = {
  now: () => performance.now(),
  after: (delayMs, callback) => {
    const id = setTimeout(callback, delayMs);
    return () => clearTimeout(id);
  },
};
