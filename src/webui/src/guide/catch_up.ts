// SPDX-License-Identifier: MIT
import type { ChannelArchive } from '../api';
import type { Programme } from './programme';

export type Standing = 'past' | 'running' | 'coming';

export const standing = (programme: { readonly start: number; readonly stop: number }, now: number): Standing =>
  programme.stop <= now ? 'past' : programme.start <= now ? 'running' : 'coming';

const leastMs = 30_000; // less is not worth a button

// From when on a programme can be watched from its beginning, or from where the archive begins inside of it. Null: it cannot.
export function watchableFrom(programme: Pick<Programme, 'start' | 'stop'>, archive: ChannelArchive | null, now: number): number | null {
  if (!archive || programme.start > now) return null;
  const from = Math.max(programme.start, archive.from);
  const to = Math.min(programme.stop, archive.to);
  return to - from >= leastMs ? from : null;
}
