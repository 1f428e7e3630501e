// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { ManualTimers } from '../base/manual_timers';
import type { Screen } from '../features/couch/couch';
import { ScreenReports } from './screen_reports';

function make() {
  const timers = new ManualTimers();
  const said: string[] = [];
  let name = 'a';
  const reports = new ScreenReports(timers, () => ({ name }) as Screen, (screen) => said.push(`${screen.name}@${timers.now()}`));
  return { timers, said, reports, call: (other: string) => (name = other) };
}

it('says at once what changed, then at most every 400 ms, the last of it in any case', () => {
  const { timers, said, reports, call } = make();
  reports.changed();
  timers.advance(0);
  for (let i = 0; i < 10; ++i) {
    call(`b${i}`);
    reports.changed();
    timers.advance(50);
  }
  timers.advance(1_000);
  expect(said).toEqual(['a@0', 'b7@400', 'b9@800']);
});

it('says it again every ten seconds, until it is stopped', () => {
  const { timers, said, reports } = make();
  reports.changed();
  timers.advance(25_000);
  expect(said).toEqual(['a@0', 'a@10000', 'a@20000']);
  reports.stop();
  timers.advance(25_000);
  expect(said).toHaveLength(3);
});
