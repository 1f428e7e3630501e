// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { tone } from '../../channels/monogram';
import { Icon } from '../../look/icons';
import { useSecondsLeft } from '../../look/use_seconds_left';
import { strings } from '../../strings';
import { longestText, type Chat } from './chat';
import { EmojiPicker } from './emoji_picker';
import type { Emotes } from './emotes';
import { GuestName } from './guest_name';
import { MentionList } from './mention_list';
import { useDraft } from './use_draft';

const tellLeftFrom = 80;
const tellTooFastMs = 4_000;
const mostToldMembers = 50; // in larger rooms nobody is told who writes

function Identity() {
  const { account } = useApp();
  if (!account.isGuest.value) {
    return (
      <span class="identity">
        <span class="identity-label">{strings.account.as}</span>
        <bdi class="identity-name">{account.user.value?.name ?? ''}</bdi>
      </span>
    );
  }
  return (
    <span class="identity">
      <span class="identity-label">{strings.account.as}</span>
      <GuestName />
    </span>
  );
}

// What the words are for, when they are more than words: an answer or an edit.
function Purpose({ chat, cancel }: { chat: Chat; cancel: () => void }) {
  const message = chat.editing.value ?? chat.replyingTo.value;
  if (!message) return null;
  return (
    <div class="purpose" data-testid="chat-purpose">
      <Icon name={chat.editing.value ? 'pencil' : 'reply'} />
      <span class="purpose-words">
        <strong>{chat.editing.value ? strings.chat.editingMessage : strings.chat.replyingTo(message.author.name)}</strong>
        <bdi>{message.text}</bdi>
      </span>
      <button type="button" class="pin-button" aria-label={strings.chat.cancel} title={strings.chat.cancel} onClick={cancel}>
        <Icon name="close" />
      </button>
    </div>
  );
}

// Why nothing can be sent is said for a moment; how long still is on the button.
function useTooFast(pauseUntil: number, pause: number): string | null {
  const [told, setTold] = useState<string | null>(null);
  useEffect(() => {
    if (pause === 0) return setTold(null);
    setTold(strings.chat.tooFast(pause));
    const timer = setTimeout(() => setTold(null), tellTooFastMs);
    return () => clearTimeout(timer);
  }, [pauseUntil, pause === 0]);
  return told;
}

function SendButton({ pause, ready, editing }: { pause: number; ready: boolean; editing: boolean }) {
  const pauseText = pause < 100 ? String(pause) : `${Math.ceil(pause / 60)} min`;
  const label = editing ? strings.chat.save : strings.chat.send;
  return (
    <button type="submit" class="send-button" aria-label={pause > 0 ? `${label} (${pauseText})` : label} title={label} aria-disabled={!ready} data-testid="chat-send">
      {pause > 0 ? <span class="send-pause">{pauseText}</span> : <Icon name={editing ? 'check' : 'send'} />}
    </button>
  );
}

// Who is writing, or how much more can be written.
function Told({ chat, left }: { chat: Chat; left: number }) {
  const names = chat.typing.names.value;
  if (left < tellLeftFrom) return <span class={left < 0 ? 'characters-left is-over' : 'characters-left'}>{strings.chat.left(left)}</span>;
  return (
    <span class={`typing ${names.length > 0 ? '' : 'is-nobody'} ${tone(names[0] ?? '')}`} data-testid="chat-typing">
      {names.length > 0 && (
        <>
          <Icon name="pencil" />
          <bdi aria-hidden="true">{names.join(', ')}</bdi>
          <span class="visually-hidden">{strings.chat.typing(names)}</span>
        </>
      )}
    </span>
  );
}

export function Composer({ chat, emotes }: { chat: Chat; emotes: Emotes }) {
  const { session, account } = useApp();
  const draft = useDraft(chat);
  const { text, field, mentions, editing } = draft;
  const [emoji, setEmoji] = useState(false);
  const pause = useSecondsLeft(chat.pauseUntil.value);
  const tooFast = useTooFast(chat.pauseUntil.value, pause);
  const online = session.connection.value.name === 'online';
  const left = longestText - Array.from(text.trim()).length;
  const ready = text.trim() !== '' && left >= 0 && pause === 0;

  const send = () => {
    if (ready) draft.send();
  };
  const leaveEmoji = () => {
    setEmoji(false);
    field.current?.focus();
  };

  // Whether the key was for us.
  const take = (event: KeyboardEvent): boolean => {
    if (event.key === 'Enter' && !event.shiftKey) {
      send();
      return true;
    }
    if (event.key === 'Escape' && emoji) {
      setEmoji(false);
      return true;
    }
    if (event.key === 'Escape') return draft.cancel();
    return event.key === 'ArrowUp' && text === '' && draft.editLast();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || mentions.onKeyDown(event)) return;
    if (take(event)) event.preventDefault();
  };

  const fault = tooFast ?? account.nameError.value ?? chat.sendError.value ?? '';
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <span class="composer-fault" role="status">
        {fault}
      </span>
      <Purpose chat={chat} cancel={draft.cancel} />
      <div class="composer-line">
        <Identity />
        <Told chat={chat} left={left} />
      </div>
      <div class="composer-row">
        <MentionList mentions={mentions} />
        {emoji && <EmojiPicker emotes={emotes} pick={(character) => draft.put(character)} close={() => setEmoji(false)} leave={leaveEmoji} />}
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          placeholder={!online ? strings.chat.placeholderAway : chat.replaying.value ? strings.chat.placeholderPast : strings.chat.placeholder}
          aria-label={strings.chat.placeholder}
          enterkeyhint="send"
          data-testid="chat-input"
          {...mentions.fieldProps}
          onInput={(event) => {
            draft.write(event.currentTarget.value);
            mentions.look(event.currentTarget);
            if (!editing && event.currentTarget.value !== '' && (session.members.value ?? 0) <= mostToldMembers) chat.typing.wrote();
          }}
          onKeyDown={onKeyDown}
          onClick={(event) => mentions.look(event.currentTarget)}
          onBlur={() => mentions.close()}
        />
        <button
          type="button"
          class="emoji-toggle"
          aria-label={strings.chat.emoji}
          title={strings.chat.emoji}
          aria-expanded={emoji}
          data-testid="emoji-toggle"
          onClick={() => setEmoji(!emoji)}
        >
          <Icon name="smile" />
        </button>
        <SendButton pause={pause} ready={ready} editing={editing !== null} />
      </div>
    </form>
  );
}
