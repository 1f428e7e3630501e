// SPDX-License-Identifier: MIT
import { isFields } from '../socket/protocol';

export interface Credit {
  readonly role: string;
  readonly name: string;
}

// One programme of a channel's schedule. Times in milliseconds since 1970; texts are empty where nothing is known.
export interface Programme {
  readonly start: number;
  readonly stop: number;
  readonly title: string;
  readonly subtitle: string;
  readonly description: string;
  readonly categories: readonly string[];
  readonly credits: readonly Credit[];
  readonly date: string;
  readonly icon: string;
  readonly episode: string;
  readonly rating: string;
}

function decodeCredit(value: unknown): Credit[] {
  if (!isFields(value) || typeof value['name'] !== 'string') return [];
  return [{ role: typeof value['role'] === 'string' ? value['role'] : '', name: value['name'] }];
}

export function decodeProgramme(value: unknown): Programme | null {
  if (!isFields(value)) return null;
  const text = (key: string): string => (typeof value[key] === 'string' ? value[key] : '');
  const list = (key: string): readonly unknown[] => (Array.isArray(value[key]) ? (value[key] as readonly unknown[]) : []);
  const start = Date.parse(text('start'));
  const stop = Date.parse(text('stop'));
  if (!(stop > start)) return null;
  return {
    start,
    stop,
    title: text('title'),
    subtitle: text('subtitle'),
    description: text('description'),
    categories: list('categories').filter((one): one is string => typeof one === 'string'),
    credits: list('credits').reduce<Credit[]>((all, one) => all.concat(decodeCredit(one)), []),
    date: text('date'),
    icon: text('icon'),
    episode: text('episode'),
    rating: text('rating'),
  };
}

// The programme that covers a moment, of a list by start without overlaps.
export const covering = (programmes: readonly Programme[], at: number): Programme | null =>
  programmes.find((programme) => programme.start <= at && at < programme.stop) ?? null;

// How much of it has passed, 0 to 1.
export const passed = (programme: { readonly start: number; readonly stop: number }, at: number): number =>
  Math.min(1, Math.max(0, (at - programme.start) / (programme.stop - programme.start)));
