// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { ServerClock } from './server_clock';

const epoch = 1_700_000_000_000;

describe('ServerClock', () => {
  it('knows nothing before the first answer', () => {
    expect(new ServerClock().at(5)).toBeNull();
  });

  it('is exact on an even path', () => {
    const clock = new ServerClock();
    clock.take({ clientTime: 100, received: epoch + 110, sent: epoch + 110 }, 120);
    expect(clock.at(500)).toBe(epoch + 500);
  });

  it('believes the quickest of the last exchanges', () => {
    const clock = new ServerClock();
    clock.take({ clientTime: 0, received: epoch + 10, sent: epoch + 10 }, 20);
    clock.take({ clientTime: 100, received: epoch + 500, sent: epoch + 500 }, 510); // 390 ms of delay on one side only
    expect(clock.at(1_000)).toBe(epoch + 1_000);
  });

  it('does not take nonsense', () => {
    const clock = new ServerClock();
    clock.take({ clientTime: 100, received: epoch, sent: epoch }, 50);
    clock.take({ clientTime: Number.NaN, received: epoch, sent: epoch }, 50);
    expect(clock.at(0)).toBeNull();
  });
});
