// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { canvasWidth, cellsBetween, shownIn, timeAt, timeMarks, xOf, type GridScale } from './grid_layout';
import { hourMs, minuteMs } from './guide_times';
import { decodeProgramme, type Programme } from './programme';

const midnight = Date.UTC(2026, 10, 21);
const scale: GridScale = { origin: midnight, end: midnight + 7 * 24 * hourMs, perMinute: 5, row: 60, head: 40, channel: 200 };
const programme = (title: string, fromHour: number, toHour: number): Programme =>
  decodeProgramme({ title, start: new Date(midnight + fromHour * hourMs).toISOString(), stop: new Date(midnight + toHour * hourMs).toISOString() })!;

describe('the scale', () => {
  it('goes from times to places and back', () => {
    expect(xOf(scale, midnight + hourMs)).toBe(300);
    expect(timeAt(scale, 300)).toBe(midnight + hourMs);
    expect(canvasWidth(scale)).toBe(200 + 7 * 24 * 300);
  });

  it('names half hours, by the clock of the origin', () => {
    const marks = timeMarks(scale, midnight + 65 * minuteMs, midnight + 125 * minuteMs);
    expect(marks.map((at) => (at - midnight) / minuteMs)).toEqual([60, 90, 120]);
    const nepal = { ...scale, origin: midnight + 15 * minuteMs };
    expect(timeMarks(nepal, midnight + hourMs, midnight + 2 * hourMs).map((at) => (at - midnight) / minuteMs)).toEqual([45, 75, 105]);
  });
});

describe('cellsBetween', () => {
  const titles = (list: readonly { programme: Programme | null; start: number; stop: number }[]) =>
    list.map((cell) => `${cell.programme?.title ?? '-'} ${(cell.start - midnight) / hourMs}-${(cell.stop - midnight) / hourMs}`);

  it('fills what lies between programmes, in pieces of two hours', () => {
    expect(titles(cellsBetween([programme('A', 1, 2), programme('B', 7, 8)], midnight, midnight + 10 * hourMs))).toEqual([
      '- 0-1', 'A 1-2', '- 2-4', '- 4-6', '- 6-7', 'B 7-8', '- 8-10',
    ]);
  });

  it('leaves no hole and no overlap', () => {
    const cells = cellsBetween([programme('A', 1.25, 2.5), programme('B', 2.5, 3), programme('C', 9, 30)], midnight + hourMs / 2, midnight + 11 * hourMs);
    for (let i = 1; i < cells.length; ++i) expect(cells[i]!.start).toBe(cells[i - 1]!.stop);
    expect(cells[0]!.start).toBeLessThanOrEqual(midnight + hourMs / 2);
    expect(cells[cells.length - 1]!.stop).toBeGreaterThanOrEqual(midnight + 11 * hourMs);
  });

  it('has something for a channel of which nothing is known', () => {
    expect(titles(cellsBetween([], midnight, midnight + 4 * hourMs))).toEqual(['- 0-2', '- 2-4']);
  });
});

describe('shownIn', () => {
  it('has a little more than is seen and never more than there is', () => {
    const shown = shownIn(scale, { left: 6_000, top: 6_000, width: 1_400, height: 640 }, 200);
    expect([shown.firstRow, shown.endRow]).toEqual([97, 113]);
    expect([(shown.from - midnight) / hourMs, (shown.to - midnight) / hourMs]).toEqual([19, 25]);
    expect(shownIn(scale, { left: 0, top: 0, width: 1_400, height: 640 }, 4)).toMatchObject({ firstRow: 0, endRow: 4, from: midnight });
    expect(shownIn(scale, { left: 0, top: 0, width: 1_400, height: 640 }, 0)).toMatchObject({ firstRow: 0, endRow: 0 });
  });

  it('draws a screen and not the week: 200 channels for 7 days', () => {
    const shown = shownIn(scale, { left: 20_000, top: 3_000, width: 1_920, height: 1_080 }, 200);
    expect(shown.endRow - shown.firstRow).toBeLessThan(26);
    expect(shown.to - shown.from).toBeLessThan(10 * hourMs);
  });
});
