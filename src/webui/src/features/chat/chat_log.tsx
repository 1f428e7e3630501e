// SPDX-License-Identifier: MIT
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { Icon } from '../../look/icons';
import { Sign } from '../../look/wordmark';
import { strings } from '../../strings';
import type { Chat } from './chat';
import type { Emotes } from './emotes';
import { messageRow, UnsettledRow } from './chat_message';
import { ActionBar, actionsOf } from './message_actions';

const nearEndPx = 60;
const nearTopPx = 120;

// Keeps the newest message in view while the reader is there, and the reader's place while not.
function useFollowing(chat: Chat) {
  const frame = useRef<HTMLDivElement>(null);
  const following = useRef(true);
  const before = useRef({ height: 0, first: '', last: '' });
  const [missed, setMissed] = useState(0);
  const messages = chat.shown.value;
  const pending = chat.pending.value;

  const toEnd = () => {
    following.current = true;
    setMissed(0);
    chat.follow(true);
    if (frame.current) frame.current.scrollTop = frame.current.scrollHeight;
  };

  useLayoutEffect(() => {
    const log = frame.current;
    if (!log) return;
    const first = messages[0]?.id ?? '';
    const last = messages[messages.length - 1]?.id ?? '';
    const was = before.current;
    const wasAt = last !== was.last ? messages.findIndex((message) => message.id === was.last) : messages.length - 1;
    const added = messages.length - 1 - wasAt;
    // Another list: the picture has jumped.
    if (wasAt < 0 && !following.current) toEnd();
    if (following.current) log.scrollTop = log.scrollHeight;
    else if (first !== was.first) log.scrollTop += log.scrollHeight - was.height;
    if (!following.current && wasAt >= 0 && was.last !== '' && added > 0) setMissed((count) => count + added);
    before.current = { height: log.scrollHeight, first, last };
  }, [messages, pending]);

  // The box changes its height with the keyboard of a phone, and the text with the width.
  useEffect(() => {
    const log = frame.current;
    if (!log || typeof ResizeObserver === 'undefined') return;
    const observer = new ResizeObserver(() => {
      if (following.current) log.scrollTop = log.scrollHeight;
    });
    observer.observe(log);
    if (log.firstElementChild) observer.observe(log.firstElementChild); // emotes get their width when they are there
    return () => observer.disconnect();
  }, []);

  const onScroll = () => {
    const log = frame.current;
    if (!log) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < nearEndPx;
    if (atEnd !== following.current) {
      following.current = atEnd;
      chat.follow(atEnd);
      if (atEnd) setMissed(0);
    }
    if (log.scrollTop < nearTopPx && !atEnd) chat.loadOlder();
  };

  return { frame, following, missed, toEnd, onScroll };
}

// A list too short to scroll cannot ask for more by scrolling.
function useFilled(chat: Chat, frame: { readonly current: HTMLDivElement | null }) {
  const ready = chat.shownReady.value;
  const older = chat.shownOlder.value;
  const count = chat.shown.value.length;
  useEffect(() => {
    const log = frame.current;
    if (log && ready && (older === 'unknown' || older === 'more') && log.scrollHeight <= log.clientHeight) chat.loadOlder();
  }, [ready, older, count]);
}

function Top({ chat }: { chat: Chat }) {
  const older = chat.shownOlder.value;
  const text =
    older === 'loading' ? strings.chat.loadingOlder : older === 'none' ? strings.chat.beginning : older === 'failed' ? strings.chat.olderFailed : '';
  return (
    <div class="log-top">
      {older === 'loading' && <span class="spinner spinner-small" />}
      {text}
      {older === 'failed' && (
        <button type="button" class="link-button" onClick={() => chat.loadOlder()}>
          {strings.chat.tryAgain}
        </button>
      )}
    </div>
  );
}

function Skeletons() {
  return (
    <div class="log-skeletons">
      {[62, 84, 45, 70, 56].map((width) => (
        <span key={width} class="skeleton skeleton-message" style={{ width: `${width}%` }} />
      ))}
      <span class="visually-hidden">{strings.chat.loading}</span>
    </div>
  );
}

const rowOf = (target: EventTarget | null): HTMLElement | null => (target instanceof Element ? target.closest<HTMLElement>('[data-message-id]') : null);

// To the message that is answered, if it is there.
function goTo(log: HTMLElement, id: string): void {
  const row = log.querySelector<HTMLElement>(`[data-message-id="${CSS.escape(id)}"]`);
  row?.scrollIntoView({ block: 'center' });
  row?.focus({ preventScroll: true });
}

// Which message is pointed at or has the focus, and what the keys do with it.
function useActive(chat: Chat, enabled: boolean) {
  const { account, session, serverNow } = useApp();
  const [row, setRow] = useState<HTMLElement | null>(null);
  const message = row && enabled ? chat.shown.value.find(({ id }) => id === row.dataset['messageId']) : undefined;

  const onKeyDown = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }) => {
    if (!enabled || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = rowOf(document.activeElement);
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
      const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-message-id]')];
      const next = at ? rows.indexOf(at) + (event.key === 'ArrowUp' ? -1 : 1) : event.key === 'ArrowUp' ? rows.length - 1 : rows.length;
      event.preventDefault();
      event.stopPropagation();
      rows[next]?.focus();
      return;
    }
    if (!at || document.activeElement !== at || !message) return;
    if (event.key === 'Enter') {
      event.preventDefault();
      event.currentTarget.querySelector<HTMLElement>('.message-actions button')?.focus();
      return;
    }
    const action = actionsOf(chat, message, account.user.value, session.moderates.value, serverNow()).find(({ key }) => key === event.key);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action.run();
  };

  const onClick = (event: MouseEvent & { readonly currentTarget: HTMLElement }) => {
    const at = rowOf(event.target);
    if (!enabled || !at || !(event.target instanceof Element)) return;
    const quoted = event.target.closest<HTMLElement>('[data-quoted]')?.dataset['quoted'];
    if (quoted !== undefined) return goTo(event.currentTarget, quoted);
    if (!event.target.closest('[data-author]')) return;
    const author = chat.shown.value.find(({ id }) => id === at.dataset['messageId'])?.author;
    if (author) chat.card.value = author;
  };

  const point = (event: Event) => {
    if (event.target instanceof Element && event.target.closest('.message-actions')) return;
    const at = rowOf(event.target);
    if (at !== row) setRow(at);
  };
  const leave = (event: MouseEvent & { readonly currentTarget: HTMLElement }) => {
    setRow(rowOf(event.currentTarget.contains(document.activeElement) ? document.activeElement : null));
  };
  return { row, message, handlers: { onKeyDown, onClick, onMouseOver: point, onFocusIn: point, onMouseLeave: leave } };
}

export function ChatLog({ chat, emotes }: { chat: Chat; emotes: Emotes }) {
  const { account, router } = useApp();
  const active = useActive(chat, !router.route.value.tv);
  const { frame, missed, toEnd, onScroll, following } = useFollowing(chat);
  useFilled(chat, frame);
  const messages = chat.shown.value;
  const pending = chat.pending.value;
  const me = account.user.value;
  const author = me?.name ?? account.guest.value.name;
  const empty = chat.shownReady.value && messages.length === 0 && pending.length === 0 && chat.shownOlder.value === 'none';
  return (
    <div class="log-frame">
      <div class="chat-log scrolls" role="log" aria-label={strings.chat.log} tabIndex={0} ref={frame} onScroll={onScroll} data-testid="chat-log" {...active.handlers}>
        <div class="log-content">
          {!chat.shownReady.value && <Skeletons />}
          {chat.shownReady.value && !empty && <Top chat={chat} />}
          {empty && (
            <div class="empty-chat">
              <Sign class="empty-sign" />
              <strong>{strings.chat.empty}</strong>
              <span>{strings.chat.emptyHint}</span>
            </div>
          )}
          {messages.map((message) => messageRow(message, me, chat.nameOf, emotes))}
          {pending.map((entry) => (
            <UnsettledRow key={entry.key} entry={entry} author={author} chat={chat} />
          ))}
          {active.row && active.message && <ActionBar chat={chat} message={active.message} row={active.row} />}
        </div>
      </div>
      {!following.current && missed > 0 && (
        <button type="button" class="to-newest" onClick={toEnd}>
          <Icon name="down" />
          {strings.chat.newMessages(missed)}
        </button>
      )}
    </div>
  );
}
