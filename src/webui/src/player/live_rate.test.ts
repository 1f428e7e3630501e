// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { LiveRate } from './live_rate';

describe('LiveRate', () => {
  it('catches up until it is there, and then leaves it', () => {
    const rate = new LiveRate();
    expect(rate.next({ latency: 1.2, target: 1, ahead: 1 })).toBe(1);
    expect(rate.next({ latency: 1.5, target: 1, ahead: 1.2 })).toBe(1.05);
    expect(rate.next({ latency: 1.1, target: 1, ahead: 0.8 })).toBe(1.05);
    expect(rate.next({ latency: 1.04, target: 1, ahead: 0.8 })).toBe(1);
    expect(rate.next({ latency: 1.2, target: 1, ahead: 0.8 })).toBe(1);
  });

  it('hurries when it is far behind', () => {
    expect(new LiveRate().next({ latency: 2.5, target: 1, ahead: 2 })).toBe(1.1);
  });

  it('does not run into the end of what is there', () => {
    const rate = new LiveRate();
    expect(rate.next({ latency: 2, target: 1, ahead: 0.5 })).toBe(1);
    expect(rate.next({ latency: 2, target: 1, ahead: 1 })).toBe(1.05);
  });

  it('lets those who went back be there', () => {
    expect(new LiveRate().next({ latency: 40, target: 1, ahead: 10 })).toBe(1);
  });
});
