// SPDX-License-Identifier: MIT

// A piece of a playlist: where it lies on the player's time line, and on the programme's.
export interface DatedPiece {
  readonly start: number; // seconds
  readonly duration: number; // seconds
  readonly date: number; // milliseconds since 1970
}

export interface DateRange {
  readonly from: number;
  readonly to: number;
}

const endOf = (piece: DatedPiece): number => piece.date + piece.duration * 1000;

export function dateRange(pieces: readonly DatedPiece[]): DateRange | null {
  const first = pieces[0];
  const last = pieces[pieces.length - 1];
  return first && last && endOf(last) > first.date ? { from: first.date, to: endOf(last) } : null;
}

// The player's second at which a date is shown. What was not recorded has none: then where the picture goes on after it.
export function secondOf(pieces: readonly DatedPiece[], date: number): number | null {
  const range = dateRange(pieces);
  if (!range || date < range.from || date > range.to) return null;
  const piece = pieces.find((candidate) => date < endOf(candidate)) ?? pieces[pieces.length - 1];
  if (!piece) return null;
  return piece.start + Math.min(piece.duration, Math.max(0, (date - piece.date) / 1000));
}
