// SPDX-License-Identifier: MIT
import { computed, signal } from '@preact/signals';
import { keep, readKept } from '../../base/kept';

const most = 500;
const isIds = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((id) => typeof id === 'string');

const kept = signal<readonly string[]>(readKept('chat_hidden', isIds) ?? []);

// Whom the account has blocked: names by user, as the server says.
export const blockedUsers = signal<ReadonlyMap<string, string>>(new Map());

// Whose messages this viewer does not want to see: of the account, and of this browser.
export const hiddenUsers = computed<ReadonlySet<string>>(() => new Set([...kept.value, ...blockedUsers.value.keys()]));

// In this browser, for guests.
export function hideUser(id: string, hidden: boolean): void {
  const others = kept.value.filter((other) => other !== id);
  if (!hidden && others.length === kept.value.length) return;
  kept.value = hidden ? [...others, id].slice(-most) : others;
  keep('chat_hidden', kept.value);
}
