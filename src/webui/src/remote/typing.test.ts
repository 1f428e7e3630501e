// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { ManualTimers } from '../base/manual_timers';
import { Typing } from './typing';

it('tells what stands there every 300 ms at most, and the end at once and last', () => {
  const timers = new ManualTimers();
  const typing = new Typing(timers);
  const sent: unknown[] = [];
  typing.send = (text, final) => sent.push([timers.now(), text, final]);
  for (const text of ['h', 'he', 'hel', 'hell']) {
    typing.changed(text);
    timers.advance(100);
  }
  typing.finish('hello');
  timers.advance(1_000);
  expect(sent).toEqual([
    [300, 'hel', false],
    [400, 'hello', true],
  ]);
});
