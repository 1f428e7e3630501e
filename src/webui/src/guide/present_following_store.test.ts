// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Answer } from '../api';
import { ManualTimers } from '../base/manual_timers';
import type { PresentFollowing } from './guide_api';
import { PresentFollowingStore, rolledOver } from './present_following_store';
import { decodeProgramme, type Programme } from './programme';

const programme = (title: string, start: number, stop: number): Programme => {
  const made = decodeProgramme({ title, start: new Date(start).toISOString(), stop: new Date(stop).toISOString() });
  if (!made) throw new Error('malformed');
  return made;
};
const one = programme('One', 0, 60_000);
const two = programme('Two', 60_000, 120_000);
const late = programme('Late', 90_000, 120_000);

describe('rolledOver', () => {
  it('makes what was next what is on', () => {
    expect(rolledOver({ now: one, next: two }, 59_999)).toEqual({ now: one, next: two });
    expect(rolledOver({ now: one, next: two }, 60_000)).toEqual({ now: two, next: null });
    expect(rolledOver({ now: one, next: late }, 60_000)).toEqual({ now: null, next: late });
    expect(rolledOver({ now: one, next: two }, 120_000)).toEqual({ now: null, next: null });
  });
});

describe('PresentFollowingStore', () => {
  const make = (answers: Answer<ReadonlyMap<string, PresentFollowing>>[]) => {
    const timers = new ManualTimers();
    let asked = 0;
    const store = new PresentFollowingStore(
      () => Promise.resolve(answers[Math.min(asked++, answers.length - 1)]!),
      () => timers.now(),
      timers,
      () => 0.5,
    );
    return { timers, store, asked: () => asked };
  };
  const told = (entry: PresentFollowing) => ({ ok: true as const, value: new Map([['news', entry]]) });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

  it('goes on by itself at the end of a programme and asks for what follows', async () => {
    const { timers, store, asked } = make([told({ now: one, next: two }), told({ now: two, next: late })]);
    store.start();
    await settle();
    expect(store.of('news')?.now?.title).toBe('One');
    timers.advance(60_000);
    expect(store.of('news')?.now?.title).toBe('Two');
    expect(asked()).toBe(1);
    timers.advance(8_000);
    await settle();
    expect(asked()).toBe(2);
    expect(store.of('news')?.next?.title).toBe('Late');
  });

  it('keeps what it knows when the server does not answer, and asks again', async () => {
    const away = { ok: false as const, fault: { code: 'unavailable', text: '', retryAfterMs: null } };
    const { timers, store, asked } = make([told({ now: programme('Long', 0, 10_000_000), next: null }), away]);
    store.start();
    await settle();
    timers.advance(301_000);
    await settle();
    timers.advance(21_000);
    await settle();
    expect(asked()).toBe(3);
    expect(store.of('news')?.now?.title).toBe('Long');
    expect(store.of('sport')).toBeNull();
  });
});
