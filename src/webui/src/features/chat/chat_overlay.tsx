// SPDX-License-Identifier: MIT
import { tone } from '../../channels/monogram';
import { WithEmotes } from './chat_message';
import type { Chat } from './chat';
import type { Emotes } from './emotes';

// What was just said, over the upper part of the picture: captions and polls have the lower one, reactions the other side.
// For the eye alone; a screen reader has the chat itself.
export function ChatOverlay({ chat, emotes }: { chat: Chat; emotes: Emotes }) {
  return (
    <div class="chat-overlay" aria-hidden="true" data-testid="chat-overlay">
      {chat.overPicture.value.map(({ id, author, text }) => (
        <p key={id} class="chat-overlay-line">
          <span>
            <bdi class={`chat-overlay-name ${tone(author.id)}`}>{author.name}</bdi>{' '}
            <span dir="auto">
              <WithEmotes text={text} emotes={emotes} />
            </span>
          </span>
        </p>
      ))}
    </div>
  );
}
