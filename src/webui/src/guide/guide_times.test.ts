// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { dayName, daysBetween, duration, hourOfDay, startOfDay, tapeTime } from './guide_times';

// In whatever zone the tests run: moments are made by the local calendar.
const at = (day: number, hour: number, minute = 0): number => new Date(2026, 10, day, hour, minute).getTime();

describe('days', () => {
  it('begin at midnight of the calendar', () => {
    expect(startOfDay(at(21, 15, 4))).toBe(at(21, 0));
    expect(startOfDay(at(30, 1), 1)).toBe(new Date(2026, 11, 1).getTime());
    expect(hourOfDay(at(21, 23, 59), 20)).toBe(at(21, 20));
  });

  it('are counted by nights, not by hours, whatever the clocks do', () => {
    expect(daysBetween(at(21, 23, 59), at(22, 0))).toBe(1);
    expect(daysBetween(at(21, 0), at(21, 23))).toBe(0);
    expect(daysBetween(new Date(2026, 2, 28, 12).getTime(), new Date(2026, 2, 30, 12).getTime())).toBe(2);
  });

  it('have names', () => {
    expect(dayName(at(21, 20), at(21, 1))).toBe('Today');
    expect(dayName(at(22, 0), at(21, 23))).toBe('Tomorrow');
    expect(dayName(at(20, 0), at(21, 23))).toBe('Yesterday');
    expect(dayName(at(24, 0), at(21, 23))).toMatch(/Tuesday/);
    expect(dayName(at(30, 0), at(21, 23))).toMatch(/30/);
  });
});

describe('lengths', () => {
  it('are told in minutes and hours', () => {
    expect(duration(10_000)).toBe('1 min');
    expect(duration(45 * 60_000)).toBe('45 min');
    expect(duration(60 * 60_000)).toBe('1 h');
    expect(duration(95 * 60_000)).toBe('1 h 35 min');
  });

  it('are places on a tape', () => {
    expect(tapeTime(-1)).toBe('0:00');
    expect(tapeTime(245_999)).toBe('4:05');
    expect(tapeTime(3_723_000)).toBe('1:02:03');
  });
});
