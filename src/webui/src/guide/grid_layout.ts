// SPDX-License-Identifier: MIT
import { hourMs, minuteMs } from './guide_times';
import type { Programme } from './programme';

// Where times and rows of the guide grid lie. Lengths in CSS pixels.
export interface GridScale {
  readonly origin: number; // the time at the left edge of the canvas; milliseconds since 1970
  readonly end: number; // at its right edge
  readonly perMinute: number;
  readonly row: number;
  readonly head: number; // height of the line of times
  readonly channel: number; // width of the column of channels
}

export const xOf = (scale: GridScale, at: number): number => ((at - scale.origin) / minuteMs) * scale.perMinute;
export const timeAt = (scale: GridScale, x: number): number => scale.origin + (x / scale.perMinute) * minuteMs;
export const canvasWidth = (scale: GridScale): number => scale.channel + xOf(scale, scale.end);

// A programme, or a time of which nothing is known.
export interface Cell {
  readonly start: number;
  readonly stop: number;
  readonly programme: Programme | null;
}

const gapMs = 2 * hourMs; // a longer one is cut, so that one can move along it
const shortestGapMs = minuteMs; // less is how schedules are written, not a time without programme

function gaps(from: number, to: number): Cell[] {
  const cells: Cell[] = [];
  for (let start = from; start < to; ) {
    const stop = Math.min(to, (Math.floor(start / gapMs) + 1) * gapMs);
    cells.push({ start, stop, programme: null });
    start = stop;
  }
  return cells;
}

// The cells of one row, without holes from the first to the last: the programmes that touch the time, and what lies between.
export function cellsBetween(programmes: readonly Programme[], from: number, to: number): readonly Cell[] {
  const cells: Cell[] = [];
  let reached = Math.floor(from / gapMs) * gapMs;
  for (const programme of programmes) {
    if (programme.stop <= from || programme.start >= to) continue;
    if (programme.start - reached >= shortestGapMs) cells.push(...gaps(reached, programme.start));
    cells.push({ start: programme.start, stop: programme.stop, programme });
    reached = programme.stop;
  }
  const end = Math.ceil(to / gapMs) * gapMs;
  if (reached < to) cells.push(...gaps(reached, end));
  return cells;
}

// What of the canvas has to be there: a little more than is seen, in steps, so that scrolling does not draw for each pixel.
export interface Shown {
  readonly firstRow: number;
  readonly endRow: number; // one after the last
  readonly from: number;
  readonly to: number;
}

export interface Viewport {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const spareRows = 3;
const stepMs = hourMs;

export function shownIn(scale: GridScale, view: Viewport, rows: number): Shown {
  const first = Math.floor(view.top / scale.row) - spareRows;
  const end = Math.ceil((view.top + view.height - scale.head) / scale.row) + spareRows;
  const from = timeAt(scale, view.left);
  const to = timeAt(scale, view.left + view.width - scale.channel);
  return {
    firstRow: Math.max(0, Math.min(rows, first)),
    endRow: Math.max(0, Math.min(rows, end)),
    from: Math.max(scale.origin, Math.floor(from / stepMs - 1) * stepMs),
    to: Math.min(scale.end, Math.ceil(to / stepMs + 1) * stepMs),
  };
}

export const isSameShown = (a: Shown, b: Shown): boolean =>
  a.firstRow === b.firstRow && a.endRow === b.endRow && a.from === b.from && a.to === b.to;

// The times that the head names: every half hour by the viewer's clock, which in some zones is a quarter past by ours.
export function timeMarks(scale: GridScale, from: number, to: number): readonly number[] {
  const step = 30 * minuteMs;
  const marks: number[] = [];
  for (let at = scale.origin + Math.floor((from - scale.origin) / step) * step; at < to; at += step) marks.push(at);
  return marks;
}
