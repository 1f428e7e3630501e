// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { afterClose, backoffDelay } from './backoff';

const low = () => 0;
const high = () => 0.999999;
const ending = (code: number, attempt = 0, drainWithinMs: number | null = null) => ({ code, attempt, drainWithinMs });

describe('backoffDelay', () => {
  it('doubles up to its longest, between half and the whole', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map((attempt) => backoffDelay(attempt, low))).toEqual([250, 500, 1000, 2000, 4000, 8000, 8000]);
    expect(backoffDelay(0, high)).toBeCloseTo(500, 0);
    expect(backoffDelay(50, high)).toBeCloseTo(16_000, 0);
  });
});

describe('afterClose', () => {
  it('comes back after faults of the way and of the server', () => {
    for (const code of [1000, 1001, 1005, 1006, 1011, 1012, 4008, 4009, 4010]) {
      expect(afterClose(ending(code), low)).toEqual({ reconnect: true, delayMs: 250 });
    }
  });

  it('stays away when the fault is its own', () => {
    for (const code of [1002, 1003, 1007, 1008, 1009]) {
      expect(afterClose(ending(code), low)).toEqual({ reconnect: false, why: 'client_fault' });
    }
  });

  it('asks to sign in after 4001', () => {
    expect(afterClose(ending(4001), low)).toEqual({ reconnect: false, why: 'sign_in' });
  });

  it('waits half a minute after 4029', () => {
    expect(afterClose(ending(4029), low)).toEqual({ reconnect: true, delayMs: 30_250 });
  });

  it('spreads its return over the drain time, once', () => {
    expect(afterClose(ending(1001, 0, 5_000), () => 0.5)).toEqual({ reconnect: true, delayMs: 2_500 });
    expect(afterClose(ending(1006, 1, 5_000), low)).toEqual({ reconnect: true, delayMs: 500 });
  });
});
