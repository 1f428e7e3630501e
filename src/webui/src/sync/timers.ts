// SPDX-License-Identifier: MIT

// Where time comes from. Everything in this folder that waits or reads a clock is handed one of these, so that tests and the
// simulation run hours in seconds.
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
