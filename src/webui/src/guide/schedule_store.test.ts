// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Answer } from '../api';
import { ManualTimers } from '../base/manual_timers';
import type { Schedules } from './guide_api';
import { hourMs } from './guide_times';
import { decodeProgramme } from './programme';
import { blockMs, ScheduleStore } from './schedule_store';

const settle = async () => {
  for (let i = 0; i < 4; ++i) await Promise.resolve();
};

function make(answer: (channels: readonly string[], from: number, to: number) => Answer<Schedules>) {
  const timers = new ManualTimers();
  const asked: { channels: readonly string[]; from: number; to: number }[] = [];
  const store = new ScheduleStore((channels, from, to) => {
    asked.push({ channels, from, to });
    return Promise.resolve(answer(channels, from, to));
  }, timers);
  return { timers, store, asked };
}
const film = decodeProgramme({ title: 'Film', start: new Date(5 * hourMs).toISOString(), stop: new Date(7 * hourMs).toISOString() })!;
const everywhere = (channels: readonly string[]): Answer<Schedules> => ({ ok: true, value: new Map(channels.map((id) => [id, [film]])) });
const away = { ok: false as const, fault: { code: 'unavailable', text: 'away', retryAfterMs: null } };

describe('ScheduleStore', () => {
  it('asks for what is looked at, once, and tells a programme over two blocks once', async () => {
    const { timers, store, asked } = make(everywhere);
    store.want({ channels: ['a', 'b'], from: hourMs, to: 8 * hourMs });
    timers.advance(100);
    await settle();
    expect(asked.map(({ from }) => from / blockMs)).toEqual([0, 1]);
    expect(store.has('a', hourMs, 8 * hourMs)).toBe(true);
    expect(store.has('c', hourMs, 8 * hourMs)).toBe(false);
    expect(store.of('b', 0, 12 * hourMs)).toEqual([film]);
    expect(store.of('b', 8 * hourMs, 12 * hourMs)).toEqual([]);
    store.want({ channels: ['a', 'b'], from: hourMs, to: 8 * hourMs });
    timers.advance(100);
    await settle();
    expect(asked.length).toBe(2);
  });

  it('asks again soon where there was nothing', async () => {
    let known = false;
    const { timers, store, asked } = make((channels) => (known ? everywhere(channels) : { ok: true, value: new Map() }));
    const look = async (afterMs: number) => {
      timers.advance(afterMs);
      store.want({ channels: ['a'], from: hourMs, to: 2 * hourMs });
      timers.advance(100);
      await settle();
    };
    await look(0);
    await look(30_000);
    expect(asked.length).toBe(1);
    known = true;
    await look(30_000);
    expect(asked.length).toBe(2);
    await look(60_000);
    expect(asked.length).toBe(2);
  });

  it('asks only for where scrolling ended', async () => {
    const { timers, store, asked } = make(everywhere);
    for (let block = 0; block < 20; ++block) {
      store.want({ channels: ['a'], from: block * blockMs, to: (block + 1) * blockMs });
      timers.advance(16);
    }
    timers.advance(100);
    await settle();
    expect(asked.map(({ from }) => from / blockMs)).toEqual([19]);
  });

  it('asks for many channels in turns', async () => {
    const { timers, store, asked } = make(everywhere);
    const channels = Array.from({ length: 200 }, (_, index) => `c${index}`);
    store.want({ channels, from: 0, to: hourMs });
    timers.advance(100);
    for (let i = 0; i < 10; ++i) await settle();
    expect(asked.map((one) => one.channels.length)).toEqual(Array.from({ length: 10 }, () => 20));
    expect(channels.every((id) => store.has(id, 0, hourMs))).toBe(true);
  });

  it('asks again for what has become old', async () => {
    const { timers, store, asked } = make(everywhere);
    store.want({ channels: ['a'], from: 0, to: hourMs });
    timers.advance(100);
    await settle();
    timers.advance(11 * 60_000);
    store.want({ channels: ['a'], from: 0, to: hourMs });
    timers.advance(100);
    await settle();
    expect(asked.length).toBe(2);
  });

  it('says what went wrong and tries again', async () => {
    let works = false;
    const { timers, store } = make((channels) => (works ? everywhere(channels) : away));
    store.want({ channels: ['a'], from: 0, to: hourMs });
    timers.advance(100);
    await settle();
    expect(store.fault.value?.text).toBe('away');
    works = true;
    timers.advance(9_000);
    await settle();
    expect(store.fault.value).toBeNull();
    expect(store.has('a', 0, hourMs)).toBe(true);
  });
});
