// SPDX-License-Identifier: MIT
import { covering, type Programme } from '../guide/programme';
import type { DateRange } from './date_map';

// What the bar under the picture stands for. Dates in milliseconds since 1970.
export interface SeekBarModel {
  readonly from: number; // its ends
  readonly to: number;
  readonly reachable: DateRange; // what of it can be watched
  readonly position: number;
  readonly programme: Programme | null; // that it stands for
  readonly boundaries: readonly number[]; // where one programme ends and another begins, inside of it
}

export interface SeekBarFacts {
  readonly position: number; // of the picture
  readonly edge: number; // up to where there is anything
  readonly stream: DateRange; // what the present playlist has
  readonly archive: DateRange | null;
  readonly programmes: readonly Programme[]; // around the position, by start
}

const shortestMs = 15_000; // a shorter window is no room to seek in
const unknownMs = 3_600_000; // what the bar spans where the guide knows nothing

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

// With an archive: the programme that is seen, from its beginning to its end, even if that is still to come. Without one: what
// the live playlist holds. Null when there is no room to seek in.
export function seekBarModel({ position, edge, stream, archive, programmes }: SeekBarFacts): SeekBarModel | null {
  const oldest = Math.min(stream.from, archive?.from ?? stream.from);
  const newest = Math.max(edge, stream.to);
  const programme = covering(programmes, position);
  let from = oldest;
  let to = newest;
  if (archive && programme) {
    from = programme.start;
    to = programme.stop;
  } else if (archive) {
    from = Math.max(oldest, Math.floor(position / unknownMs) * unknownMs);
    to = Math.max(position, Math.min(newest, (Math.floor(position / unknownMs) + 1) * unknownMs));
  }
  const reachable = { from: clamp(oldest, from, to), to: clamp(newest, from, to) };
  if (reachable.to - reachable.from < shortestMs) return null;
  const boundaries = programmes.map(({ start }) => start).filter((start) => start > from && start < to);
  return { from, to, reachable, position: clamp(position, from, to), programme: archive ? programme : null, boundaries };
}

export const partOf = (model: SeekBarModel, date: number): number => clamp((date - model.from) / (model.to - model.from), 0, 1);

export const dateAt = (model: SeekBarModel, part: number): number =>
  clamp(model.from + clamp(part, 0, 1) * (model.to - model.from), model.reachable.from, model.reachable.to);

const beginningMs = 10_000;

// Where "from the beginning" leads: the beginning of what is seen or, shortly after it, of the programme before.
export function beginningBefore(programmes: readonly Programme[], position: number, oldest: number): number | null {
  const before = programmes.filter(({ start, stop }) => start < position - beginningMs && stop > oldest);
  const last = before[before.length - 1];
  return last ? Math.max(last.start, oldest) : null;
}

// The beginning of the next programme that has begun.
export const beginningAfter = (programmes: readonly Programme[], position: number, edge: number): number | null =>
  programmes.find(({ start }) => start > position && start < edge)?.start ?? null;
