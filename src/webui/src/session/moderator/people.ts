// SPDX-License-Identifier: MIT
import type { Message } from '../../features/chat/message_list';

export interface Person {
  readonly id: string;
  readonly name: string;
}

// Who spoke lately and goes by something like this (all, when nothing is wanted), the last first; an id stands for itself.
export function findPeople(messages: readonly Pick<Message, 'author'>[], wanted: string, most = 6): readonly Person[] {
  const words = wanted.trim().toLowerCase();
  if (/^(account|guest):\S+$/.test(words)) return [{ id: wanted.trim(), name: wanted.trim() }];
  const found = new Map<string, Person>();
  for (let at = messages.length - 1; at >= 0 && found.size < most; at -= 1) {
    const { id, name } = messages[at]!.author;
    if (!found.has(id) && name.toLowerCase().includes(words)) found.set(id, { id, name });
  }
  return [...found.values()];
}
