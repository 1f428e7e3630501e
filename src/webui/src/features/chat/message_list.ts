// SPDX-License-Identifier: MIT
import { decodeEvents, isFields, positionKey, textOf, type Position, type RoomEvent, type User } from '../../socket/protocol';

// The beginning of a message that another one answers.
export interface Quote {
  readonly id: string;
  readonly user: string;
  readonly name: string;
  readonly text: string;
  readonly gone: boolean;
}

export interface Message {
  readonly id: string; // "<epoch>:<offset>"
  readonly position: Position;
  readonly author: User;
  readonly text: string;
  readonly serverTime: number;
  readonly mediaTime: number | null;
  readonly replyTo: Quote | null;
  readonly mentions: readonly string[]; // ids of users
  readonly edited: boolean;
  readonly deleted: boolean;
}

// What we said and the room has not shown us yet.
export interface Unsettled {
  readonly key: string;
  readonly text: string;
  readonly state: 'sending' | 'accepted' | 'failed';
  readonly id: string | null; // once accepted
  readonly sentAfter: Position | null; // the last message that was there
  readonly replyTo: Message | null;
  readonly mentions: readonly string[];
  readonly error: string;
}

export const mostShown = 500;
export const mostKept = 1_000; // while somebody reads far up


function toQuote(value: unknown): Quote | null {
  if (!isFields(value) || typeof value['message'] !== 'string') return null;
  return { id: value['message'], user: textOf(value['user']), name: textOf(value['name']), text: textOf(value['text']), gone: value['deleted'] === true };
}

export const toMentions = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((id): id is string => typeof id === 'string') : [];

export function toMessage(event: RoomEvent): Message | null {
  const { position, user: author, serverTime, mediaTime, body } = event;
  if (!position || !author || !isFields(body) || typeof body['text'] !== 'string') return null;
  return {
    id: positionKey(position),
    position,
    author,
    text: body['text'],
    serverTime,
    mediaTime,
    replyTo: toQuote(body['reply_to']),
    mentions: toMentions(body['mentions']),
    edited: body['edited'] === true,
    deleted: body['deleted'] === true,
  };
}

export function messagesOf(value: unknown, name: 'messages' | 'pins' = 'messages'): Message[] {
  const list = isFields(value) ? decodeEvents(value[name]) : [];
  return list.map(toMessage).filter((message): message is Message => message !== null);
}

// A message belongs after all of its epoch with a smaller offset; an unknown epoch is newer than all known ones.
export function insert(messages: readonly Message[], message: Message): readonly Message[] {
  const { epoch, offset } = message.position;
  let at = messages.length;
  while (at > 0) {
    const before = messages[at - 1]!.position;
    if (before.epoch !== epoch) break;
    if (before.offset === offset) return messages;
    if (before.offset < offset) break;
    at -= 1;
  }
  return [...messages.slice(0, at), message, ...messages.slice(at)];
}

export function prepend(messages: readonly Message[], older: readonly Message[]): readonly Message[] {
  const known = new Set(messages.map((message) => message.id));
  return [...older.filter((message) => !known.has(message.id)), ...messages];
}

export function trim(messages: readonly Message[], most: number): readonly Message[] {
  return messages.length > most ? messages.slice(messages.length - most) : messages;
}

const isAfter = (message: Message, position: Position | null): boolean =>
  position === null || message.position.epoch !== position.epoch || message.position.offset > position.offset;

// Own messages that the list does not show yet. The event may arrive before the reply that names it: then the oldest of the
// same words counts as the same message, until the reply says so.
export function visibleUnsettled(
  unsettled: readonly Unsettled[],
  messages: readonly Message[],
  me: User | null,
): readonly Unsettled[] {
  if (unsettled.length === 0) return unsettled;
  const named = new Set(unsettled.map((entry) => entry.id));
  const unnamed = messages.filter((message) => message.author.id === me?.id && !named.has(message.id));
  return settle(unsettled, messages).filter((entry) => {
    if (entry.id !== null || entry.state === 'failed') return true;
    const match = unnamed.findIndex((message) => message.text === entry.text && isAfter(message, entry.sentAfter));
    if (match < 0) return true;
    unnamed.splice(match, 1);
    return false;
  });
}

// Without those that the list shows under the name that the server gave them.
export function settle(unsettled: readonly Unsettled[], messages: readonly Message[]): readonly Unsettled[] {
  const ids = new Set(messages.map((message) => message.id));
  return unsettled.filter((entry) => entry.id === null || !ids.has(entry.id));
}

// Kept, for a row is drawn again when its message is another object.
const unquoted = new WeakMap<Message, Message>();

function withoutQuote(message: Message): Message {
  const known = unquoted.get(message) ?? { ...message, replyTo: null };
  unquoted.set(message, known);
  return known;
}

// What is left when nothing of these users is to be seen, not even in what others answer them.
export function withoutUsers(messages: readonly Message[], hidden: ReadonlySet<string>): readonly Message[] {
  if (hidden.size === 0) return messages;
  return messages
    .filter(({ author }) => !hidden.has(author.id))
    .map((message) => (message.replyTo && hidden.has(message.replyTo.user) ? withoutQuote(message) : message));
}
