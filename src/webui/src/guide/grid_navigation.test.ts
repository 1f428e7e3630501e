// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { cellsBetween, type GridScale } from './grid_layout';
import { cellAt, moved, scrollTo } from './grid_navigation';
import { hourMs } from './guide_times';
import { decodeProgramme, type Programme } from './programme';

const midnight = Date.UTC(2026, 10, 21);
const hour = (value: number): number => midnight + value * hourMs;
const programme = (title: string, from: number, to: number): Programme =>
  decodeProgramme({ title, start: new Date(hour(from)).toISOString(), stop: new Date(hour(to)).toISOString() })!;
const rows = [
  [programme('A1', 0, 2), programme('A2', 2, 3), programme('A3', 3, 5)],
  [programme('B1', 0, 4), programme('B2', 4, 5)],
  [],
];
const field = {
  rows: rows.length,
  rowsPerPage: 10,
  from: midnight,
  to: hour(5),
  cellsAround: (row: number, at: number) => cellsBetween(rows[row] ?? [], at - 6 * hourMs, at + 6 * hourMs),
};
const title = (cursor: { row: number; at: number } | null) =>
  cursor && (cellAt(field.cellsAround(cursor.row, cursor.at), cursor.at)?.programme?.title ?? '-');

describe('moving in the grid', () => {
  it('goes from programme to programme', () => {
    expect(title(moved({ row: 0, at: hour(1) }, 'right', field))).toBe('A2');
    expect(title(moved({ row: 0, at: hour(3) }, 'left', field))).toBe('A2');
  });

  it('keeps the time when the row changes, there and back', () => {
    const down = moved({ row: 0, at: hour(2) }, 'down', field);
    expect(title(down)).toBe('B1');
    expect(title(moved(down!, 'up', field))).toBe('A2');
  });

  it('goes along a channel without programmes, too', () => {
    expect(moved({ row: 2, at: hour(1) }, 'right', field)).toEqual({ row: 2, at: hour(2) });
  });

  it('ends at the edges, so that who listens can leave the grid there', () => {
    expect(moved({ row: 0, at: hour(1) }, 'up', field)).toBeNull();
    expect(moved({ row: 2, at: hour(1) }, 'down', field)).toBeNull();
    expect(moved({ row: 0, at: hour(1) }, 'left', field)).toBeNull();
    expect(moved({ row: 0, at: hour(4) }, 'right', field)).toBeNull();
  });

  it('moves by pages, and to the last row when there is no whole page left', () => {
    expect(moved({ row: 0, at: hour(1) }, 'page_down', field)?.row).toBe(2);
    expect(moved({ row: 2, at: hour(1) }, 'page_up', field)?.row).toBe(0);
  });
});

describe('scrollTo', () => {
  const scale: GridScale = { origin: midnight, end: hour(168), perMinute: 5, row: 60, head: 40, channel: 200 };
  const view = { left: 3_000, top: 600, width: 1_400, height: 640 };

  it('stays when the cell is seen', () => {
    expect(scrollTo(scale, view, 12, { start: hour(11), stop: hour(12) })).toEqual({ left: 3_000, top: 600 });
  });

  it('goes no further than needed', () => {
    expect(scrollTo(scale, view, 20, { start: hour(14), stop: hour(15) })).toEqual({ left: 3_324, top: 660 });
    expect(scrollTo(scale, view, 5, { start: hour(9), stop: hour(10) })).toEqual({ left: 2_676, top: 300 });
  });

  it('shows the beginning of what is longer than the screen', () => {
    expect(scrollTo(scale, view, 12, { start: hour(12), stop: hour(40) })).toEqual({ left: 3_576, top: 600 });
  });
});
