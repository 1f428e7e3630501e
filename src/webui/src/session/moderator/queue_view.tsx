// SPDX-License-Identifier: MIT
import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { browserTimers } from '../../base/timers';
import { faultOf } from '../../features/fault_of';
import type { Waiting } from '../../features/house_rules/house_rules';
import { tone } from '../../channels/monogram';
import { Icon } from '../../look/icons';
import { useSecondsLeft } from '../../look/use_seconds_left';
import { strings } from '../../strings';
import type { OpenRoom } from '../room_session';
import { actionOf, isMove, Selection, type QueueAction } from './queue';

const words = strings.moderation;

// What a key or a button does to a message that waits.
export async function decide(room: OpenRoom, waiting: Waiting, action: QueueAction): Promise<void> {
  const { house_rules: rules, moderation } = room.features;
  const { id, author, text } = waiting;
  const reason = text.slice(0, 200);
  if (action === 'allow') return rules.decide(id, true);
  await rules.decide(id, false);
  if (action === 'timeout') await moderation.impose('timeout', author.id, author.name, { reason });
  if (action === 'ban') await moderation.impose('ban', author.id, author.name, { reason });
  if (action === 'delete') await moderation.deleteAll(author.id, author.name);
}

// The server says "word: maybe*".
const reasonOf = (reason: string): string => reason.replace(/^\w+(?=: )/, (kind) => words.reasons[kind] ?? kind);

function Remaining({ until }: { until: number }) {
  return <span class="waiting-for">{words.goesOut(useSecondsLeft(until))}</span>;
}

// Its keys work while `box` has the focus.
export function QueueView({ room, box, onFault }: { room: OpenRoom; box: RefObject<HTMLDivElement>; onFault: (why: string) => void }) {
  const waiting = room.features.house_rules.waiting.value;
  const selection = useRef(new Selection());
  const [, changed] = useState(0);
  const ids = waiting.map(({ id }) => id);
  const selected = selection.current.of(ids, browserTimers.now());

  // Before it is seen: who sees it may press a key at once.
  useLayoutEffect(() => box.current?.focus(), []);
  useEffect(() => {
    box.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [selected]);

  const act = (action: QueueAction, id: string | null) => {
    const one = waiting.find((candidate) => candidate.id === id);
    if (!one) return;
    selection.current.decide(one.id);
    decide(room, one, action).catch((reason: unknown) => onFault(faultOf(reason)));
  };

  const onKey = (event: KeyboardEvent) => {
    const action = actionOf(event);
    if (!action) return;
    // The player has these keys, too.
    event.preventDefault();
    event.stopPropagation();
    const now = browserTimers.now();
    if (!selection.current.takes(action, event.repeat, now)) return;
    if (!isMove(action)) return act(action, selected);
    selection.current.move(ids, action === 'next' ? 1 : -1, now);
    changed((count) => count + 1);
  };

  const button = (action: QueueAction, label: string, id: string, accent = false) => (
    <button type="button" class={accent ? 'queue-button is-accent' : 'queue-button'} title={`${label} (${action.charAt(0).toUpperCase()})`} data-action={action} onClick={() => act(action, id)}>
      {label}
    </button>
  );

  return (
    <div class="queue" ref={box} tabIndex={-1} role="list" aria-label={words.queue} onKeyDown={onKey} data-testid="moderation-queue">
      {waiting.length === 0 && (
        <div class="moderator-empty">
          <Icon name="shield" />
          <strong>{words.nothing}</strong>
          <span>{words.nothingHint}</span>
        </div>
      )}
      {waiting.map((one) => (
        <div
          key={one.id}
          class="queue-item"
          role="listitem"
          aria-current={one.id === selected}
          data-testid="queue-item"
          onClick={() => {
            selection.current.select(one.id);
            changed((count) => count + 1);
            box.current?.focus();
          }}
        >
          <div class="queue-head">
            <bdi class={`queue-author ${tone(one.author.id)}`}>{one.author.name}</bdi>
            <span class="queue-role">{strings.chat.roles[one.author.role]}</span>
            {one.releaseAt === null ? <span class="queue-reason">{reasonOf(one.reason)}</span> : <Remaining until={one.releaseAt} />}
          </div>
          <div class="queue-text" dir="auto">
            {one.text}
          </div>
          <div class="queue-buttons">
            {button('allow', words.allow, one.id, true)}
            {button('reject', words.reject, one.id)}
            {button('timeout', words.timeoutShort, one.id)}
            {button('ban', words.ban, one.id)}
            {button('delete', words.deleteShort, one.id)}
          </div>
        </div>
      ))}
    </div>
  );
}
