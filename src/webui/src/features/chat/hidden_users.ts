// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { keep, readKept } from '../../base/kept';

const most = 500;
const isIds = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((id) => typeof id === 'string');

// Whose messages this viewer does not want to see, in this browser.
export const hiddenUsers = signal<ReadonlySet<string>>(new Set(readKept('chat_hidden', isIds) ?? []));

export function hideUser(id: string, hidden: boolean): void {
  const others = [...hiddenUsers.value].filter((other) => other !== id);
  const ids = hidden ? [...others, id].slice(-most) : others;
  hiddenUsers.value = new Set(ids);
  keep('chat_hidden', ids);
}
