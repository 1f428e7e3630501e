// SPDX-License-Identifier: MIT
import { isFields, textOf, type RoomEvent } from '../../socket/protocol';

export interface Final {
  readonly newAccounts: number;
  readonly size: number;
  readonly root: string;
  readonly checkpoint: string;
}

export interface Poll {
  readonly id: string; // "<epoch>:<offset>"
  readonly question: string;
  readonly options: readonly string[];
  readonly closesAt: number; // server time
  readonly change: boolean;
  readonly hidden: boolean;
  readonly by: string;
  readonly mediaTime: number | null;
  readonly closed: boolean; // no vote counts any more
  readonly counts: readonly number[] | null; // null: hidden
  readonly votes: number;
  readonly final: Final | null;
  readonly then: number | null; // the server's time of day at which it is seen in a picture of the past; null: now
}

// What the server answered when it took the vote: the voter's proof.
export interface Receipt {
  readonly poll: string;
  readonly index: number;
  readonly option: number; // counted from 1
  readonly replaces: number | null;
  readonly nonce: string;
  readonly leaf: string;
}

export const count = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : 0);
export const counts = (value: unknown, length: number): number[] | null =>
  Array.isArray(value) ? Array.from({ length }, (_, index) => count(value[index])) : null;

export function decodeFinal(value: unknown): Final | null {
  if (!isFields(value) || typeof value['root'] !== 'string') return null;
  return { newAccounts: count(value['new_accounts']), size: count(value['size']), root: value['root'], checkpoint: textOf(value['checkpoint']) };
}

function decodePoll(id: string, body: unknown, mediaTime: number | null, by: string): Poll | null {
  if (!isFields(body) || !Array.isArray(body['options'])) return null;
  const options = body['options'].filter((option): option is string => typeof option === 'string');
  if (id === '' || options.length < 2 || typeof body['question'] !== 'string') return null;
  const final = decodeFinal(body['final']);
  const hidden = body['hidden'] === true;
  return {
    id,
    question: body['question'],
    options,
    closesAt: count(body['closes_at']),
    change: body['change'] === 'until_close',
    hidden,
    by,
    mediaTime,
    closed: typeof body['closed_at'] === 'number',
    counts: counts(body['counts'], options.length) ?? (hidden ? null : options.map(() => 0)),
    votes: count(body['votes']),
    final,
    then: null,
  };
}

export function pollOfEvent(event: RoomEvent): Poll | null {
  if (!event.position) return null;
  const { epoch, offset } = event.position;
  return decodePoll(`${epoch}:${offset}`, event.body, event.mediaTime, event.user?.name ?? '');
}

// As a snapshot lists it.
export function pollOfEntry(entry: unknown): Poll | null {
  if (!isFields(entry)) return null;
  const mediaTime = typeof entry['media_time'] === 'number' ? entry['media_time'] : null;
  return decodePoll(textOf(entry['poll']), entry, mediaTime, textOf(entry['by']));
}

export function pollsOfSnapshot(snapshot: unknown): Poll[] {
  if (!isFields(snapshot) || !Array.isArray(snapshot['polls'])) return [];
  return snapshot['polls'].flatMap((entry: unknown) => pollOfEntry(entry) ?? []);
}

export function decodeReceipt(value: unknown): Receipt | null {
  if (!isFields(value) || typeof value['poll'] !== 'string' || typeof value['nonce'] !== 'string') return null;
  const replaces = value['replaces'];
  return {
    poll: value['poll'],
    index: count(value['index']),
    option: count(value['option']),
    replaces: typeof replaces === 'number' ? replaces : null,
    nonce: value['nonce'],
    leaf: textOf(value['leaf']),
  };
}

// A tick tells what changed; what it leaves out stays.
export function ticked(poll: Poll, entry: unknown): Poll {
  if (!isFields(entry) || entry['poll'] !== poll.id || poll.final) return poll;
  const changed = isFields(entry['counts']) ? entry['counts'] : {};
  const next = poll.hidden ? null : poll.options.map((_, index) => (typeof changed[`${index + 1}`] === 'number' ? count(changed[`${index + 1}`]) : (poll.counts?.[index] ?? 0)));
  return { ...poll, counts: next, votes: count(entry['votes']) };
}

export function finished(poll: Poll, body: unknown): Poll {
  const final = decodeFinal(body);
  if (!final || !isFields(body)) return poll;
  return { ...poll, closed: true, final, counts: counts(body['counts'], poll.options.length), votes: count(body['votes']) };
}

// Whole percent of each option, as they are written; with the largest remainders rounded up, so that they add up to 100.
export function shares(numbers: readonly number[]): number[] {
  const sum = numbers.reduce((total, number) => total + number, 0);
  if (sum === 0) return numbers.map(() => 0);
  const exact = numbers.map((number) => (number * 100) / sum);
  const whole = exact.map(Math.floor);
  const left = 100 - whole.reduce((total, number) => total + number, 0);
  const order = exact.map((value, index) => ({ index, rest: value - Math.floor(value) })).sort((a, b) => b.rest - a.rest || a.index - b.index);
  for (const { index } of order.slice(0, left)) whole[index] = (whole[index] ?? 0) + 1;
  return whole;
}

// "0:09", "1:02:03"
export function timeLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
