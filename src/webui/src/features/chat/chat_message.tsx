// SPDX-License-Identifier: MIT
import type { VNode } from 'preact';
import { tone } from '../../channels/monogram';
import { Icon } from '../../look/icons';
import { strings } from '../../strings';
import type { Chat } from './chat';
import type { Message, Unsettled } from './message_list';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

// Nothing of a message ever changes: rendered once however long the list gets.
const rendered = new WeakMap<Message, VNode>();

export function messageRow(message: Message, own: boolean): VNode {
  const known = rendered.get(message);
  if (known && known.props && (known.props as { 'data-own'?: boolean })['data-own'] === own) return known;
  const { author } = message;
  const badge = author.role === 'moderator' || author.role === 'admin' ? 'shield' : author.role === 'viewer' ? 'check' : null;
  const row = (
    <div class={own ? 'message is-own' : 'message'} key={message.id} data-testid="chat-message" data-message-id={message.id} data-own={own}>
      <time class="message-time" dateTime={new Date(message.serverTime).toISOString()}>
        {clock.format(message.serverTime)}
      </time>
      <span class="message-body">
        <span class={`message-author ${tone(author.id)}`}>
          {badge && (
            <span class={`badge badge-${author.role}`} role="img" aria-label={strings.chat.roles[author.role]} title={strings.chat.roles[author.role]}>
              <Icon name={badge} />
            </span>
          )}
          <bdi>{author.name}</bdi>
        </span>{' '}
        <span class="message-text" dir="auto">
          {message.text}
        </span>
      </span>
    </div>
  );
  rendered.set(message, row);
  return row;
}

export function UnsettledRow({ entry, author, chat }: { entry: Unsettled; author: string; chat: Chat }) {
  return (
    <div class={`message is-own is-${entry.state}`} data-testid="chat-pending" data-state={entry.state}>
      <span class="message-time" aria-hidden="true">
        {entry.state === 'sending' && <span class="spinner spinner-small" />}
        {entry.state === 'accepted' && <Icon name="check" />}
        {entry.state === 'failed' && <Icon name="warning" />}
      </span>
      <span class="message-body">
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
