// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import { useApp } from '../../app_state';
import { tone } from '../../channels/monogram';
import { Modal } from '../../look/modal';
import type { User } from '../../socket/protocol';
import { strings } from '../../strings';
import type { Chat } from './chat';
import { Badge, BotBadge, isBot } from './chat_message';
import { hiddenUsers } from './hidden_users';
import { UserProfile } from './user_profile';

const mostListed = 5;

// Who somebody is in this room, what they said, and what one can do about it.
// `children`: what other features can do about them.
export function UserCard({ chat, children }: { chat: Chat; children?: (user: User) => ComponentChildren }) {
  const { account, session } = useApp();
  const user = chat.card.value;
  const close = () => (chat.card.value = null);
  const said = user ? chat.known().filter(({ author, deleted }) => author.id === user.id && !deleted) : [];
  const hidden = user !== null && hiddenUsers.value.has(user.id);
  const me = account.user.value;
  return (
    <Modal open={user !== null} title={user?.name ?? ''} class="user-card" onClose={close}>
      {user && (
        <>
          <h2 class={`user-card-name ${tone(user.id)}`}>
            <bdi>{user.name}</bdi>
          </h2>
          <p class="user-card-role">
            <Badge role={user.role} /> {isBot(user.id) && <BotBadge />} {strings.chat.roles[user.role]} · {strings.chat.saidHere(said.length)}
          </p>
          <UserProfile key={user.id} id={user.id} />
          <ul class="user-card-messages">
            {said.slice(-mostListed).map((message) => (
              <li key={message.id} dir="auto">
                {message.text}
              </li>
            ))}
          </ul>
          {user.id !== me?.id && (
            <div class="user-card-actions">
              {me && (
                <button
                  type="button"
                  class="button button-accent"
                  onClick={() => {
                    close();
                    chat.mention(user);
                  }}
                >
                  {strings.chat.mention}
                </button>
              )}
              {session.moderates.value && (
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    close();
                    chat.searching.value = user.id;
                  }}
                >
                  {strings.chat.allMessages}
                </button>
              )}
              <button type="button" class="button" aria-pressed={hidden} onClick={() => void (hidden ? account.unblock(user.id) : account.block(user.id, user.name))}>
                {hidden ? strings.chat.showMessages : strings.chat.hideMessages}
              </button>
            </div>
          )}
          {user.id !== me?.id && children?.(user)}
        </>
      )}
    </Modal>
  );
}

// Nothing is deleted by a slip of the finger.
export function RemoveDialog({ chat }: { chat: Chat }) {
  const message = chat.removing.value;
  const close = () => (chat.removing.value = null);
  return (
    <Modal open={message !== null} title={strings.chat.removeTitle} class="remove-dialog" onClose={close}>
      {message && (
        <>
          <h2 class="dialog-title">{strings.chat.removeTitle}</h2>
          <blockquote class="remove-quote" dir="auto">
            {message.text}
          </blockquote>
          <div class="user-card-actions">
            <button
              type="button"
              class="button button-danger"
              data-testid="confirm-remove"
              onClick={() => {
                void chat.remove(message);
                close();
              }}
            >
              {strings.chat.remove}
            </button>
            <button type="button" class="button" onClick={close}>
              {strings.chat.keep}
            </button>
          </div>
        </>
      )}
    </Modal>
  );
}
