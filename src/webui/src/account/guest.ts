// SPDX-License-Identifier: MIT
import { isFields } from '../socket/protocol';
import { keep, readKept } from '../base/kept';
import { randomToken } from '../base/random_token';

// Who somebody is without an account: a name, and a secret that makes it the same guest next time.
export interface Guest {
  readonly name: string;
  readonly token: string;
  readonly chosen: boolean; // false: we made the name up
}

export const longestName = 32;

// Handed out to be seen by everybody, in whichever language.
const first = ['Sunny', 'Quiet', 'Swift', 'Lucky', 'Merry', 'Brave', 'Clever', 'Gentle', 'Jolly', 'Mighty', 'Nimble', 'Proud'];
const second = ['Falcon', 'Otter', 'Fox', 'Heron', 'Badger', 'Lynx', 'Robin', 'Hare', 'Panda', 'Tiger', 'Whale', 'Wren'];

export function inventName(random: () => number = Math.random): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? '';
  return `${pick(first)} ${pick(second)} ${10 + Math.floor(random() * 90)}`;
}

const isGuest = (value: unknown): value is Guest =>
  isFields(value) &&
  typeof value['name'] === 'string' &&
  typeof value['token'] === 'string' &&
  /^[A-Za-z0-9_-]{22,64}$/.test(value['token']);

export function readGuest(): Guest {
  const known = readKept('guest', isGuest);
  if (known) return known;
  const guest = { name: inventName(), token: randomToken(32), chosen: false };
  keep('guest', guest);
  return guest;
}

export function keepGuest(guest: Guest): void {
  keep('guest', guest);
}

// What is wrong with a name before anybody is asked; the server has the last word.
export function isPlausibleName(name: string): boolean {
  const length = Array.from(name.trim()).length;
  return length >= 1 && length <= longestName;
}
