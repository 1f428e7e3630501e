// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Answer } from '../api';
import { ManualTimers } from '../base/manual_timers';
import { isWholeDeviceCode, typedDeviceCode, type DeviceCode, type LetIn } from './device_api';
import { DeviceSignIn } from './device_sign_in';

const fault = (code: string, retryAfterMs: number | null = null): Answer<never> => ({ ok: false, fault: { code, text: `It is ${code}.`, retryAfterMs } });
const pending = fault('authorization_pending');
const letIn: Answer<LetIn> = { ok: true, value: { guest: 'Ada' } };

class World {
  readonly timers = new ManualTimers();
  codes = 0;
  readonly polls: { at: number; secret: string }[] = [];
  readonly letIn: LetIn[] = [];
  code: Answer<DeviceCode> | null = null; // instead of a good one
  answer: Answer<LetIn> = pending;
  readonly signIn = new DeviceSignIn({
    timers: this.timers,
    askCode: () => {
      this.codes += 1;
      return Promise.resolve(
        this.code ?? { ok: true, value: { secret: `s${this.codes}`, code: 'BCDF-GHJK', address: 'http://tv/link', addressWithCode: 'http://tv/link?code=BCDF-GHJK', lifetimeMs: 600_000, intervalMs: 5_000 } },
      );
    },
    askWhetherLetIn: (secret) => {
      this.polls.push({ at: this.timers.now(), secret });
      return Promise.resolve(this.answer);
    },
    onLetIn: (whom) => this.letIn.push(whom),
  });
  get state() {
    return this.signIn.state.value.name;
  }
  get at() {
    return this.polls.map(({ at }) => at / 1000);
  }
  async pass(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; ++i) {
      this.timers.advance(1_000);
      for (let j = 0; j < 5; ++j) await Promise.resolve();
    }
  }
  static async start(): Promise<World> {
    const world = new World();
    world.signIn.start();
    await world.pass(0);
    for (let j = 0; j < 5; ++j) await Promise.resolve();
    return world;
  }
}

describe('DeviceSignIn', () => {
  it('shows a code and asks as often as the server said, not sooner', async () => {
    const world = await World.start();
    expect(world.state).toBe('waiting');
    await world.pass(16);
    expect(world.at).toEqual([5, 10, 15]);
  });

  it('asks five seconds slower for good when it is told to slow down', async () => {
    const world = await World.start();
    world.answer = fault('slow_down');
    await world.pass(5);
    world.answer = pending;
    await world.pass(25);
    expect(world.at).toEqual([5, 15, 25]);
  });

  it('is let in once and then asks no more', async () => {
    const world = await World.start();
    world.answer = letIn;
    await world.pass(60);
    expect(world.state).toBe('let_in');
    expect(world.letIn).toEqual([{ guest: 'Ada' }]);
    expect(world.at).toEqual([5]);
  });

  it('stops when it is refused, until somebody begins again', async () => {
    const world = await World.start();
    world.answer = fault('access_denied');
    await world.pass(60);
    expect(world.state).toBe('refused');
    expect(world.at).toEqual([5]);
    world.signIn.start();
    await world.pass(1);
    expect(world.state).toBe('waiting');
    expect(world.codes).toBe(2);
  });

  it('gets a new code by itself when the server says that it is too old', async () => {
    const world = await World.start();
    world.answer = fault('expired_token');
    await world.pass(5);
    world.answer = pending;
    await world.pass(6);
    expect(world.polls.map(({ secret }) => secret)).toEqual(['s1', 's2']);
    expect(world.state).toBe('waiting');
  });

  it('gets a new code by itself when its time is over, without asking', async () => {
    const world = await World.start();
    await world.pass(601);
    expect(world.codes).toBe(2);
    expect(world.polls.filter(({ secret }) => secret === 's1')).toHaveLength(119);
  });

  it('asks rarer and rarer while the server does not answer, and as before once it does', async () => {
    const world = await World.start();
    world.answer = fault('unavailable');
    await world.pass(36);
    expect(world.at).toEqual([5, 15, 35]);
    world.answer = pending;
    await world.pass(50);
    expect(world.at).toEqual([5, 15, 35, 75, 80, 85]);
  });

  it('says why there is no code, and tries again when the server allows', async () => {
    const world = new World();
    world.code = fault('rate_limited', 30_000);
    world.signIn.start();
    await world.pass(29);
    expect(world.signIn.state.value).toEqual({ name: 'failing', text: 'It is rate_limited.' });
    expect(world.codes).toBe(1);
    world.code = null;
    await world.pass(2);
    expect(world.state).toBe('waiting');
  });

  it('does nothing any more once stopped, whatever was under way', async () => {
    const world = await World.start();
    world.answer = letIn;
    world.timers.advance(5_000); // the question is out
    world.signIn.stop();
    await world.pass(60);
    expect(world.letIn).toEqual([]);
    expect(world.at).toEqual([5]);
  });
});

it('reads a code however it was typed', () => {
  expect(typedDeviceCode('bcdf ghjk')).toBe('BCDF-GHJK');
  expect(typedDeviceCode('BCDF-GHJKLM')).toBe('BCDF-GHJK');
  expect(typedDeviceCode('bc1')).toBe('BC');
  expect(isWholeDeviceCode(typedDeviceCode('bcdfghjk'))).toBe(true);
  expect(isWholeDeviceCode(typedDeviceCode('bcdfghj'))).toBe(false);
});
