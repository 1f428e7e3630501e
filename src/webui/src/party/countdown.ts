// SPDX-License-Identifier: MIT

export interface Countdown {
  readonly days: number;
  readonly clock: string; // "01:02:03"
}

export function countdown(leftMs: number): Countdown {
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  return { days: Math.floor(seconds / 86_400), clock: [Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':') };
}
