// SPDX-License-Identifier: MIT
import type { User } from '../../socket/protocol';
import type { Message } from './message_list';

export const mostMentions = 10;
const mostOffered = 6;

// The word that is being written after an @, up to the caret.
export interface MentionQuery {
  readonly start: number; // of the @
  readonly text: string;
}

export function mentionQuery(text: string, caret: number): MentionQuery | null {
  const found = /(?:^|\s)@([^\s@]{0,32})$/u.exec(text.slice(0, caret));
  return found ? { start: caret - found[1]!.length - 1, text: found[1]! } : null;
}

// Who spoke last comes first; names that begin so before those that contain it.
export function candidates(messages: readonly Message[], query: string, me: User | null): readonly User[] {
  const wanted = query.toLocaleLowerCase();
  const people = new Map<string, User>();
  for (let i = messages.length - 1; i >= 0; i -= 1) {
    const { author } = messages[i]!;
    if (author.id !== me?.id && !people.has(author.id)) people.set(author.id, author);
  }
  const matching = [...people.values()].filter(({ name }) => name.toLocaleLowerCase().includes(wanted));
  const begins = ({ name }: User) => name.toLocaleLowerCase().startsWith(wanted);
  return [...matching.filter(begins), ...matching.filter((user) => !begins(user))].slice(0, mostOffered);
}

// The ids of those that were picked and are still named.
export function mentionsIn(text: string, picked: readonly User[]): readonly string[] {
  const named = picked.filter(({ name }) => text.includes(`@${name}`));
  return [...new Set(named.map(({ id }) => id))].slice(0, mostMentions);
}

export interface TextPart {
  readonly text: string;
  readonly mention: boolean;
}

// Cuts a text at the mentions of these names.
export function textParts(text: string, names: readonly string[]): readonly TextPart[] {
  const marks = names.filter((name) => name !== '').map((name) => `@${name}`).sort((a, b) => b.length - a.length);
  const parts: TextPart[] = [];
  let plain = '';
  for (let at = 0; at < text.length; ) {
    const mark = text[at] === '@' ? marks.find((candidate) => text.startsWith(candidate, at)) : undefined;
    if (mark === undefined) {
      plain += text[at];
      at += 1;
      continue;
    }
    if (plain !== '') parts.push({ text: plain, mention: false });
    plain = '';
    parts.push({ text: mark, mention: true });
    at += mark.length;
  }
  if (plain !== '') parts.push({ text: plain, mention: false });
  return parts;
}
