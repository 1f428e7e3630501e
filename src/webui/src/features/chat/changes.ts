// SPDX-License-Identifier: MIT
import { isFields, type RoomEvent } from '../../socket/protocol';
import { toMentions, type Message } from './message_list';

const quoteCharacters = 100;

// What a change makes of a message: the same object when nothing, null when it is gone.
export type Change = (message: Message) => Message | null;

// As the server quotes: one line of the first characters.
export function quoteOf(text: string): string {
  const characters = Array.from(text.replace(/\n/g, ' '));
  return characters.length <= quoteCharacters ? characters.join('') : `${characters.slice(0, quoteCharacters).join('')}\u2026`;
}

function edit(id: string, text: string, mentions: readonly string[]): Change {
  return (message) => {
    const replyTo = message.replyTo?.id === id && !message.replyTo.gone ? { ...message.replyTo, text: quoteOf(text) } : message.replyTo;
    if (message.id === id && !message.deleted) return { ...message, text, mentions, edited: true, replyTo };
    return replyTo === message.replyTo ? message : { ...message, replyTo };
  };
}

function take(gone: (id: string, author: string) => boolean): Change {
  return (message) => {
    if (gone(message.id, message.author.id)) return null;
    const { replyTo } = message;
    if (!replyTo || replyTo.gone || !gone(replyTo.id, replyTo.user)) return message;
    return { ...message, replyTo: { ...replyTo, text: '', gone: true } };
  };
}

// Of the events chat.edited and chat.deleted.
export function changeOf(event: RoomEvent): Change | null {
  const { body } = event;
  if (!isFields(body)) return null;
  const { message, user, text } = body;
  if (event.kind === 'chat.edited' && typeof message === 'string' && typeof text === 'string') return edit(message, text, toMentions(body['mentions']));
  if (event.kind !== 'chat.deleted') return null;
  if (typeof message === 'string') return take((id) => id === message);
  if (typeof user === 'string') return take((_, author) => author === user);
  return null;
}

// Changes a list: with `tombstones`, what is gone leaves a mark where it was.
export function changed(messages: readonly Message[], change: Change, tombstones: boolean): readonly Message[] {
  let same = true;
  const list: Message[] = [];
  for (const message of messages) {
    const now = change(message);
    if (now !== message) same = false;
    if (now) list.push(now);
    else if (tombstones) list.push({ ...message, text: '', mentions: [], replyTo: null, deleted: true });
  }
  return same ? messages : list;
}
