// SPDX-License-Identifier: MIT
import { ask, malformed, type Answer } from '../api';
import { isFields } from '../socket/protocol';
import { decodeProgramme, type Programme } from './programme';

export interface PresentFollowing {
  readonly now: Programme | null;
  readonly next: Programme | null;
}

const channelLists = (value: unknown): readonly Readonly<Record<string, unknown>>[] | null =>
  isFields(value) && Array.isArray(value['channels']) ? value['channels'].filter(isFields) : null;

const isProgramme = (value: Programme | null): value is Programme => value !== null;

// What runs and what comes next, by channel; those of which nothing is known are left out.
export async function fetchPresentFollowing(): Promise<Answer<ReadonlyMap<string, PresentFollowing>>> {
  const answer = await ask('GET', '/api/v1/guide/now');
  if (!answer.ok) return answer;
  const lists = channelLists(answer.value);
  if (!lists) return malformed;
  const found = new Map<string, PresentFollowing>();
  for (const list of lists) {
    const now = decodeProgramme(list['now']);
    const next = decodeProgramme(list['next']);
    if (typeof list['channel'] === 'string' && (now || next)) found.set(list['channel'], { now, next });
  }
  return { ok: true, value: found };
}

export type Schedules = ReadonlyMap<string, readonly Programme[]>;

// The programmes of which a part lies between two moments, by channel.
export async function fetchSchedules(channels: readonly string[], from: number, to: number): Promise<Answer<Schedules>> {
  const query = new URLSearchParams({ channel: channels.join(','), from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const answer = await ask('GET', `/api/v1/guide?${query.toString()}`);
  if (!answer.ok) return answer;
  const lists = channelLists(answer.value);
  if (!lists) return malformed;
  const found = new Map<string, readonly Programme[]>();
  for (const list of lists) {
    const programmes = Array.isArray(list['programmes']) ? list['programmes'].map(decodeProgramme).filter(isProgramme) : [];
    if (typeof list['channel'] === 'string') found.set(list['channel'], programmes);
  }
  return { ok: true, value: found };
}
