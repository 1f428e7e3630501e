// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { tone } from '../../channels/monogram';
import type { User } from '../../socket/protocol';
import { strings } from '../../strings';
import type { Chat } from './chat';
import { candidates, mentionQuery } from './mentions';

const listId = 'chat-mentions';
const optionId = (index: number): string => `${listId}-${index}`;

// Completes names after an @, while the focus stays in the field (the combobox pattern of WAI-ARIA).
export function useMentions(chat: Chat, me: User | null, pick: (user: User, start: number) => void) {
  const [open, setOpen] = useState<{ readonly start: number; readonly users: readonly User[]; readonly active: number } | null>(null);
  const close = () => setOpen(null);
  const take = (user: User) => {
    if (open) pick(user, open.start);
    close();
  };
  return {
    open,
    take,
    close,
    look(field: HTMLTextAreaElement): void {
      const query = mentionQuery(field.value, field.selectionStart);
      const users = query ? candidates(chat.shown.value, query.text, me) : [];
      setOpen(query && users.length > 0 ? { start: query.start, users, active: 0 } : null);
    },
    // Whether the key was for the list.
    onKeyDown(event: KeyboardEvent): boolean {
      if (!open) return false;
      const { users, active } = open;
      if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
        const step = event.key === 'ArrowDown' ? 1 : users.length - 1;
        setOpen({ ...open, active: (active + step) % users.length });
      } else if (event.key === 'Enter' || event.key === 'Tab') take(users[active]!);
      else if (event.key === 'Escape') close();
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
    fieldProps: open
      ? ({ role: 'combobox', 'aria-expanded': true, 'aria-controls': listId, 'aria-autocomplete': 'list', 'aria-activedescendant': optionId(open.active) } as const)
      : ({ 'aria-autocomplete': 'list' } as const),
  };
}

export function MentionList({ mentions }: { mentions: ReturnType<typeof useMentions> }) {
  const { open, take } = mentions;
  if (!open) return null;
  return (
    <ul class="mention-list" id={listId} role="listbox" aria-label={strings.chat.people} data-testid="chat-mentions">
      {open.users.map((user, index) => (
        <li
          key={user.id}
          id={optionId(index)}
          role="option"
          aria-selected={index === open.active}
          class={tone(user.id)}
          // The field must not lose the focus.
          onPointerDown={(event) => {
            event.preventDefault();
            take(user);
          }}
        >
          <bdi>{user.name}</bdi>
        </li>
      ))}
    </ul>
  );
}
