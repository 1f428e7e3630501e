// SPDX-License-Identifier: MIT
import type { Channel } from '../api';
import { timeText } from '../routes';

// What the player is tuned to: a channel as it is sent, or as it was.
export interface Tuning {
  readonly playlist: string;
  readonly from: number | null; // where a playlist of the past begins, milliseconds since 1970; null: live
}

const reachS = 2 * 3600; // so much of the past is in one playlist; at its end comes the next

export function liveTuning(channel: Channel): Tuning {
  return { playlist: channel.playlist, from: null };
}

// Null when the archive does not reach there.
export function pastTuning(channel: Channel, at: number): Tuning | null {
  const { archive } = channel;
  if (!archive || at >= archive.to || at + reachS * 1000 <= archive.from) return null;
  const from = Math.floor(Math.max(at, archive.from) / 1000) * 1000;
  const playlist = `/live/${encodeURIComponent(channel.id)}/archive.m3u8?start=${timeText(from)}&duration=${reachS}`;
  return { playlist, from };
}
