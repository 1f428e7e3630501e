// SPDX-License-Identifier: MIT
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { Icon, type IconName } from '../../look/icons';
import type { User } from '../../socket/protocol';
import { strings } from '../../strings';
import { editMs, type Chat } from './chat';
import type { Message } from './message_list';

export interface Action {
  readonly name: 'reply' | 'edit' | 'pin' | 'unpin' | 'remove' | 'report' | 'person';
  readonly icon: IconName;
  readonly key: string; // that does it while the message has the focus
  run(): void;
}

// What this viewer may do with the message, the most wanted first.
export function actionsOf(chat: Chat, message: Message, me: User | null, moderator: boolean, now: number): readonly Action[] {
  if (message.deleted) return [];
  const own = message.author.id === me?.id;
  const pinned = chat.pins.value.some(({ id }) => id === message.id);
  const actions: Action[] = [];
  if (me) actions.push({ name: 'reply', icon: 'reply', key: 'r', run: () => chat.startReply(message) });
  if (own && now - message.serverTime < editMs) actions.push({ name: 'edit', icon: 'pencil', key: 'e', run: () => chat.startEdit(message) });
  if (moderator && !pinned) actions.push({ name: 'pin', icon: 'pin', key: 'p', run: () => void chat.pin(message) });
  if (moderator && pinned) actions.push({ name: 'unpin', icon: 'pin', key: 'p', run: () => void chat.unpin(message) });
  if (own || moderator) actions.push({ name: 'remove', icon: 'trash', key: 'Delete', run: () => (chat.removing.value = message) });
  if (me && !own && !moderator) actions.push({ name: 'report', icon: 'flag', key: '!', run: () => (chat.reporting.value = { user: message.author, message }) });
  actions.push({ name: 'person', icon: 'person', key: 'u', run: () => (chat.card.value = message.author) });
  return actions;
}

// Stands over the corner of the message that is pointed at or has the focus.
export function ActionBar({ chat, message, row }: { chat: Chat; message: Message; row: HTMLElement }) {
  const { account, session, serverNow } = useApp();
  const bar = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(row.offsetTop);
  useLayoutEffect(() => setTop(Math.max(row.closest('[role=log]')?.scrollTop ?? 0, row.offsetTop - 16) + 2));
  const actions = actionsOf(chat, message, account.user.value, session.moderates.value, serverNow());
  if (actions.length === 0) return null;
  return (
    <div class="message-actions" role="toolbar" aria-label={strings.chat.actions.label(message.author.name)} ref={bar} style={{ top: `${top}px` }} data-testid="message-actions">
      {actions.map((action) => {
        const label = strings.chat.actions[action.name];
        return (
          <button key={action.name} type="button" aria-label={label} title={label} data-testid={`action-${action.name}`} onClick={action.run}>
            <Icon name={action.icon} />
          </button>
        );
      })}
    </div>
  );
}
