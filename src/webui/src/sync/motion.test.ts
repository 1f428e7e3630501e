// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { isNewer, MotionSchedule, positionAt, readMotion, type Motion } from './motion';

const motion = (change: Partial<Motion> = {}): Motion => ({ term: 1, sequence: 1, timeline: 'a', position: 10_000, rate: 1, at: 1_000, ...change });

describe('A motion', () => {
  it('goes on from its position at its rate', () => {
    expect(positionAt(motion(), 4_500)).toBe(13_500);
    expect(positionAt(motion({ rate: 0 }), 4_500)).toBe(10_000);
  });

  it('waits at its position before its time', () => {
    expect(positionAt(motion(), 0)).toBe(10_000);
  });

  it('is newer by term, then by sequence', () => {
    expect(isNewer(motion({ sequence: 2 }), motion())).toBe(true);
    expect(isNewer(motion(), motion())).toBe(false);
    expect(isNewer(motion({ sequence: 9 }), motion({ term: 2 }))).toBe(false);
    expect(isNewer(motion({ term: 2, sequence: 0 }), motion({ sequence: 9 }))).toBe(true);
    expect(isNewer(motion(), null)).toBe(true);
  });

  it('is read only when it is whole', () => {
    expect(readMotion({ ...motion(), by: 'somebody' })).toEqual(motion());
    const { timeline: _, ...nameless } = motion();
    expect(readMotion(nameless)).toEqual({ ...nameless, timeline: '' });
    const broken = [null, 'x', {}, { ...motion(), position: NaN }, { ...motion(), at: Infinity }, { ...motion(), rate: 2 }, { ...motion(), term: 1.5 }, { ...motion(), timeline: 7 }];
    for (const value of broken) expect(readMotion(value)).toBeNull();
  });
});

describe('MotionSchedule', () => {
  it('lets a motion hold until the next one is due', () => {
    const schedule = new MotionSchedule();
    schedule.take(motion());
    schedule.take(motion({ sequence: 2, rate: 0, at: 5_000 }));
    expect(schedule.at(4_999)?.sequence).toBe(1);
    expect(schedule.next()?.sequence).toBe(2);
    expect(schedule.at(5_000)?.sequence).toBe(2);
    expect(schedule.next()).toBeNull();
  });

  it('ignores what is repeated or late', () => {
    const schedule = new MotionSchedule();
    expect(schedule.take(motion({ term: 2, sequence: 3 }))).toBe(true);
    expect(schedule.take(motion({ term: 2, sequence: 3 }))).toBe(false);
    expect(schedule.take(motion({ term: 2, sequence: 2 }))).toBe(false);
    expect(schedule.take(motion({ term: 1, sequence: 99 }))).toBe(false);
  });

  it('drops what was announced when a newer motion comes before it', () => {
    const schedule = new MotionSchedule();
    schedule.take(motion());
    schedule.take(motion({ sequence: 2, at: 9_000 }));
    schedule.take(motion({ sequence: 3, at: 5_000 }));
    expect(schedule.at(9_500)?.sequence).toBe(3);
  });

  it('drops what a former master announced', () => {
    const schedule = new MotionSchedule();
    schedule.take(motion());
    schedule.take(motion({ sequence: 2, at: 2_000 }));
    schedule.take(motion({ term: 2, at: 5_000 }));
    expect(schedule.at(3_000)).toMatchObject({ term: 1, sequence: 1 });
    expect(schedule.at(5_000)?.term).toBe(2);
  });

  it('keeps only so many announcements', () => {
    const schedule = new MotionSchedule();
    for (let sequence = 1; sequence <= 1_000; sequence += 1) schedule.take(motion({ sequence, at: 10_000 + sequence }));
    expect(schedule.at(1e9)?.sequence).toBe(1_000);
    expect(JSON.stringify(schedule).length).toBeLessThan(2_000);
  });
});
