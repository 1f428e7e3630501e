// SPDX-License-Identifier: MIT
import type { VNode } from 'preact';
import { tone } from '../../channels/monogram';
import { Icon, type IconName } from '../../look/icons';
import type { Role, User } from '../../socket/protocol';
import { strings } from '../../strings';
import type { Chat } from './chat';
import { emoteAddress, emoteParts, noEmotes, type Emotes } from './emotes';
import { textParts } from './mentions';
import type { Message, Quote, Unsettled } from './message_list';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

const badges: Readonly<Record<Role, IconName | null>> = { guest: null, viewer: 'check', member: 'star', moderator: 'shield', creator: 'camera', admin: 'crown' };

// Programs say what they are, whatever their role.
export const isBot = (id: string) => id.startsWith('bot:');

export function BotBadge() {
  return (
    <span class="badge-bot" data-testid="bot-badge">
      {strings.bots.badge}
    </span>
  );
}

export function Badge({ role }: { role: Role }) {
  const icon = badges[role];
  if (!icon) return null;
  const name = strings.chat.roles[role];
  return (
    <span class={`badge badge-${role}`} role="img" aria-label={name} title={name}>
      <Icon name={icon} />
    </span>
  );
}

function QuoteLine({ quote }: { quote: Quote }) {
  return (
    <span class="message-quote" data-quoted={quote.id}>
      <span class="visually-hidden">{strings.chat.inReplyTo} </span>
      <bdi class={`quote-name ${tone(quote.user)}`}>{quote.name}</bdi> <bdi class="quote-text">{quote.gone ? strings.chat.deletedMessage : quote.text}</bdi>
    </span>
  );
}

export function WithEmotes({ text, emotes }: { text: string; emotes: Emotes }) {
  if (emotes.versions.size === 0) return <>{text}</>;
  return (
    <>
      {emoteParts(text, emotes).map((part) =>
        'emote' in part ? <img class="emote" src={emoteAddress(emotes, part.emote)} alt={`:${part.emote}:`} title={`:${part.emote}:`} loading="lazy" /> : part.text,
      )}
    </>
  );
}

function Words({ message, nameOf, emotes }: { message: Message; nameOf: (id: string) => string; emotes: Emotes }) {
  if (message.deleted) return <span class="message-gone">{strings.chat.deletedMessage}</span>;
  const parts = textParts(message.text, message.mentions.map(nameOf));
  return (
    <>
      <span class="message-text" dir="auto">
        {parts.map((part) => (part.mention ? <bdi class="mention">{part.text}</bdi> : <WithEmotes text={part.text} emotes={emotes} />))}
      </span>
      {message.edited && <span class="message-edited"> {strings.chat.edited}</span>}
    </>
  );
}

// A message that changes is another object: each is rendered once however long the list gets.
const rendered = new WeakMap<Message, { readonly me: string; readonly emotes: Emotes; readonly row: VNode }>();

export function messageRow(message: Message, me: User | null, nameOf: (id: string) => string, emotes: Emotes = noEmotes): VNode {
  const id = me?.id ?? '';
  const known = rendered.get(message);
  if (known?.me === id && known.emotes === emotes) return known.row;
  const { author, replyTo } = message;
  const own = author.id === id;
  const forMe = !own && id !== '' && (message.mentions.includes(id) || replyTo?.user === id);
  const row = (
    <div
      class={`message ${own ? 'is-own' : ''} ${forMe ? 'is-for-me' : ''}`}
      key={message.id}
      tabIndex={-1}
      data-testid="chat-message"
      data-message-id={message.id}
      data-own={own}
    >
      <time class="message-time" dateTime={new Date(message.serverTime).toISOString()}>
        {clock.format(message.serverTime)}
      </time>
      <span class="message-body">
        {replyTo && !message.deleted && <QuoteLine quote={replyTo} />}
        <span class={`message-author ${tone(author.id)}`} data-author>
          <Badge role={author.role} />
          {isBot(author.id) && <BotBadge />}
          <bdi>{author.name}</bdi>
        </span>{' '}
        <Words message={message} nameOf={nameOf} emotes={emotes} />
      </span>
    </div>
  );
  rendered.set(message, { me: id, emotes, row });
  return row;
}

export function UnsettledRow({ entry, author, chat }: { entry: Unsettled; author: string; chat: Chat }) {
  const { replyTo } = entry;
  return (
    <div class={`message is-own is-${entry.state}`} data-testid="chat-pending" data-state={entry.state}>
      <span class="message-time" aria-hidden="true">
        {entry.state === 'sending' && <span class="spinner spinner-small" />}
        {entry.state === 'accepted' && <Icon name="check" />}
        {entry.state === 'failed' && <Icon name="warning" />}
      </span>
      <span class="message-body">
        {replyTo && <QuoteLine quote={{ id: replyTo.id, user: replyTo.author.id, name: replyTo.author.name, text: replyTo.text, gone: false }} />}
        <span class="message-author">
          <bdi>{author}</bdi>
        </span>{' '}
        <span class="message-text" dir="auto">
          {entry.text}
        </span>
        {entry.state === 'failed' && (
          <span class="message-fault" role="alert">
            {entry.error}
            <button type="button" class="link-button" onClick={() => chat.retry(entry)}>
              {strings.chat.tryAgain}
            </button>
            <button type="button" class="link-button" onClick={() => chat.discard(entry.key)}>
              {strings.chat.discard}
            </button>
          </span>
        )}
        {entry.state !== 'failed' && (
          <span class="visually-hidden">{entry.state === 'sending' ? strings.chat.sending : strings.chat.accepted}</span>
        )}
      </span>
    </div>
  );
}
