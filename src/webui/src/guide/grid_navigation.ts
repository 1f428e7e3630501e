// SPDX-License-Identifier: MIT
import type { Direction } from '../tv/spatial';
import type { Cell, GridScale, Viewport } from './grid_layout';
import { xOf } from './grid_layout';

// The cell that has the focus: the one of a row that covers a time. The time stays when the row changes, so that going down and
// up again ends where it began.
export interface Cursor {
  readonly row: number;
  readonly at: number;
}

export type Move = Direction | 'page_up' | 'page_down';

export const cellAt = (cells: readonly Cell[], at: number): Cell | null => cells.find((cell) => cell.start <= at && at < cell.stop) ?? null;

interface Field {
  readonly rows: number;
  readonly rowsPerPage: number;
  readonly from: number; // the first and the last time that there is
  readonly to: number;
  readonly cellsAround: (row: number, at: number) => readonly Cell[]; // some cells before and after that time
}

// Null when there is nothing in that direction.
export function moved(cursor: Cursor, move: Move, field: Field): Cursor | null {
  const toRow = (row: number): Cursor | null => {
    const within = Math.min(field.rows - 1, Math.max(0, row));
    return within === cursor.row ? null : { row: within, at: cursor.at };
  };
  switch (move) {
    case 'up':
      return toRow(cursor.row - 1);
    case 'down':
      return toRow(cursor.row + 1);
    case 'page_up':
      return toRow(cursor.row - field.rowsPerPage);
    case 'page_down':
      return toRow(cursor.row + field.rowsPerPage);
    case 'left':
    case 'right': {
      const cells = field.cellsAround(cursor.row, cursor.at);
      const present = cellAt(cells, cursor.at);
      const next = present && cells[cells.indexOf(present) + (move === 'left' ? -1 : 1)];
      if (!next || next.stop <= field.from || next.start >= field.to) return null;
      return { row: cursor.row, at: Math.max(field.from, next.start) };
    }
  }
}

const margin = 24;

// Where to scroll so that a cell is seen: no further than needed, and with its beginning in view when it is too long.
export function scrollTo(scale: GridScale, view: Viewport, row: number, cell: { readonly start: number; readonly stop: number }): { left: number; top: number } {
  const width = view.width - scale.channel;
  const height = view.height - scale.head;
  const start = Math.max(0, xOf(scale, cell.start));
  const stop = Math.min(xOf(scale, cell.stop), start + width - 2 * margin);
  let { left, top } = view;
  if (start < left + 1) left = start - margin;
  else if (stop > left + width) left = stop - width + margin;
  if (row * scale.row < top) top = row * scale.row;
  else if ((row + 1) * scale.row > top + height) top = (row + 1) * scale.row - height;
  return { left: Math.max(0, left), top: Math.max(0, top) };
}
