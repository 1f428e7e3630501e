// SPDX-License-Identifier: MIT
import type { Channel } from '../api';
import { timeText } from '../routes';

// What the player is tuned to: a channel as it is sent, or as it was.
export interface Tuning {
  readonly playlist: string;
  readonly from: number | null; // where a playlist of the past begins, milliseconds since 1970; null: live
}

export interface Stretch {
  readonly start: number | null;
  readonly end: number | null;
}

const reachS = 2 * 3600; // so much of the past is in one playlist; at its end comes the next

export function liveTuning(channel: Channel): Tuning {
  return { playlist: channel.playlist, from: null };
}

// For a party: the whole recording, or the channel as far back as it is kept, since a party on it may pause.
export function partyTuning(channel: Channel, { start, end }: Stretch): Tuning {
  const base = `/live/${encodeURIComponent(channel.id)}`;
  if (start === null || end === null) return channel.archive ? { playlist: `${base}/dvr.m3u8`, from: null } : liveTuning(channel);
  const from = Math.floor(start / 1000) * 1000;
  return { playlist: `${base}/archive.m3u8?start=${timeText(from)}&duration=${Math.ceil((end - from) / 1000)}`, from };
}

// Null when the archive does not reach there.
export function pastTuning(channel: Channel, at: number): Tuning | null {
  const { archive } = channel;
  if (!archive || at >= archive.to || at + reachS * 1000 <= archive.from) return null;
  const from = Math.floor(Math.max(at, archive.from) / 1000) * 1000;
  const playlist = `/live/${encodeURIComponent(channel.id)}/archive.m3u8?start=${timeText(from)}&duration=${reachS}`;
  return { playlist, from };
}
