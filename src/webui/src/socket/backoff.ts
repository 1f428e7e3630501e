// SPDX-License-Identifier: MIT

// Why a connection ended, as far as it matters for what comes next.
export interface Ending {
  readonly code: number;
  readonly attempt: number; // failed attempts in a row, 0 for the first
  readonly drainWithinMs: number | null; // the daemon said that it is about to stop
}

export type AfterClose =
  | { readonly reconnect: true; readonly delayMs: number }
  | { readonly reconnect: false; readonly why: 'client_fault' | 'sign_in' | 'refused' };

const firstDelayMs = 500;
const longestDelayMs = 16_000;
const rateLimitDelayMs = 30_000;

// 0.5, 1, 2, 4, 8, 16 s, each between half and the whole of it: many viewers never come back at the same moment.
export function backoffDelay(attempt: number, random: () => number): number {
  const whole = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(attempt, 16));
  return whole / 2 + (whole / 2) * random();
}

// The table of close codes in docs/protocol.md.
export function afterClose(ending: Ending, random: () => number): AfterClose {
  switch (ending.code) {
    case 1002:
    case 1003:
    case 1007:
    case 1008:
    case 1009:
      return { reconnect: false, why: 'client_fault' };
    case 4001:
      return { reconnect: false, why: 'sign_in' };
    case 4403:
      return { reconnect: false, why: 'refused' };
    case 4029:
      return { reconnect: true, delayMs: rateLimitDelayMs + backoffDelay(ending.attempt, random) };
    default:
      break;
  }
  if (ending.drainWithinMs !== null && ending.attempt === 0) {
    return { reconnect: true, delayMs: ending.drainWithinMs * random() };
  }
  return { reconnect: true, delayMs: backoffDelay(ending.attempt, random) };
}
