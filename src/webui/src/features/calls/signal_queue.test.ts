// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { ManualTimers } from '../../base/manual_timers';
import { CommandRefused } from '../../socket/outbox';
import { settled } from './fake_call';
import { SignalQueue, type Outgoing } from './signal_queue';

const signal = (number: number): Outgoing => ({ seat: 'a', generation: 1, to: String(number), candidate: null });

it('keeps the order and stays below what a connection may send', async () => {
  const timers = new ManualTimers();
  const sent: string[] = [];
  const queue = new SignalQueue(async ({ to }) => sent.push(to), timers);
  for (let number = 0; number < 100; number += 1) queue.add(signal(number));
  await settled();
  expect(sent.length).toBeLessThan(30);
  for (let second = 0; second < 60; second += 1) {
    const before = sent.length;
    for (let step = 0; step < 20; step += 1) {
      timers.advance(50);
      await settled();
    }
    expect(sent.length - before).toBeLessThanOrEqual(20);
  }
  expect(sent).toEqual(Array.from({ length: 100 }, (_, number) => String(number)));
});

it('tries again what was too fast, and nothing else', async () => {
  const timers = new ManualTimers();
  const sent: string[] = [];
  const codes = ['rate_limited', 'not_found'];
  const queue = new SignalQueue(async ({ to }) => {
    sent.push(to);
    const code = codes.shift();
    if (code) throw new CommandRefused({ code, message: '', retryAfterMs: 500 });
  }, timers);
  queue.add(signal(1));
  await settled();
  timers.advance(600);
  await settled();
  queue.add(signal(2));
  await settled();
  expect(sent).toEqual(['1', '1', '2']);
});
