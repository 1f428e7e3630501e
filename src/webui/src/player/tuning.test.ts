// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Channel } from '../api';
import { liveTuning, pastTuning } from './tuning';

const at = (hour: number): number => Date.UTC(2026, 10, 21, hour);
const channel = { id: 'a b', playlist: '/live/a%20b/index.m3u8', archive: { from: at(10) + 250, to: at(20) } } as Channel;

describe('tuning', () => {
  it('takes the live playlist as the server names it', () => {
    expect(liveTuning(channel)).toEqual({ playlist: '/live/a%20b/index.m3u8', from: null });
  });

  it('asks the archive for a stretch from then on', () => {
    expect(pastTuning(channel, at(12))).toEqual({ playlist: '/live/a%20b/archive.m3u8?start=2026-11-21T12:00:00Z&duration=7200', from: at(12) });
  });

  it('begins where the archive begins, and has nothing of what is to come or long gone', () => {
    expect(pastTuning(channel, at(9))?.from).toBe(at(10));
    expect(pastTuning(channel, at(21))).toBeNull();
    expect(pastTuning(channel, at(1))).toBeNull();
    expect(pastTuning({ ...channel, archive: null }, at(12))).toBeNull();
  });
});
