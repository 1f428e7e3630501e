// SPDX-License-Identifier: MIT
import { tone } from '../../channels/monogram';
import { Modal } from '../../look/modal';
import type { User } from '../../socket/protocol';
import { strings } from '../../strings';
import { Badge, BotBadge, isBot } from '../chat/chat_message';
import type { Presence } from './presence';

// `pick`: more about one of them.
export function PresenceList({ presence, members, pick }: { presence: Presence; members: number | null; pick: (user: User) => void }) {
  const words = strings.presence;
  const users = presence.users.value;
  const close = () => (presence.open.value = false);
  return (
    <Modal open={presence.open.value} title={words.title} class="presence" onClose={close}>
      <h2 class="dialog-title">{words.title}</h2>
      <p class="presence-count">
        {strings.chat.members(members ?? users.length)}
        {!presence.complete.value && ` · ${words.notable}`}
      </p>
      <ul class="presence-list" data-testid="presence-list">
        {users.map((user) => (
          <li key={user.id}>
            <button
              type="button"
              class={`presence-user ${tone(user.id)}`}
              onClick={() => {
                close();
                pick(user);
              }}
            >
              {!isBot(user.id) && <Badge role={user.role} />}
              <bdi>{user.name}</bdi>
              {isBot(user.id) && <BotBadge />}
            </button>
          </li>
        ))}
      </ul>
    </Modal>
  );
}
