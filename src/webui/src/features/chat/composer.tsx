// SPDX-License-Identifier: MIT
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { tone } from '../../channels/monogram';
import { Icon } from '../../look/icons';
import { useSecondsLeft } from '../../look/use_seconds_left';
import type { User } from '../../socket/protocol';
import { strings } from '../../strings';
import { editMs, longestText, type Chat } from './chat';
import { EmojiPicker } from './emoji_picker';
import type { Emotes } from './emotes';
import { GuestName } from './guest_name';
import { mentionsIn } from './mentions';
import { MentionList, useMentions } from './mention_list';
import type { Message } from './message_list';

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

export function Composer({ chat, emotes }: { chat: Chat; emotes: Emotes }) {
  const { session, account, serverNow } = useApp();
  const [text, setText] = useState('');
  const [emoji, setEmoji] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const picked = useRef<User[]>([]);
  const refused = useRef<string | null>(null); // what a message was to become
  const pause = useSecondsLeft(chat.pauseUntil.value);
  const online = session.connection.value.name === 'online';
  const left = longestText - Array.from(text.trim()).length;
  const ready = text.trim() !== '' && left >= 0 && pause === 0;
  const editing = chat.editing.value;
  const replyingTo = chat.replyingTo.value;

  // Puts something where the caret is, and the caret after it.
  const put = (words: string, from?: number) => {
    const box = field.current;
    if (!box) return;
    const start = from ?? box.selectionStart;
    const end = box.selectionEnd;
    const caret = start + words.length;
    setText((now) => now.slice(0, start) + words + now.slice(end));
    requestAnimationFrame(() => {
      box.focus();
      box.setSelectionRange(caret, caret);
    });
  };
  const mentions = useMentions(chat, account.user.value, (user, start) => {
    picked.current = [...picked.current, user].slice(-50);
    put(`@${user.name} `, start);
  });

  // Refused as too fast: the words are back in the box, unless something else was begun meanwhile.
  const returned = chat.returnedText.value;
  useEffect(() => {
    if (returned === null) return;
    setText((now) => (now === '' ? returned : now));
    chat.returnedText.value = null;
  }, [returned]);

  // Before anything is drawn: the next key may follow at once.
  useLayoutEffect(() => {
    if (editing) setText(refused.current ?? editing.text);
    refused.current = null;
    if (editing || replyingTo) field.current?.focus();
  }, [editing, replyingTo]);

  const mentioned = chat.mentioned.value;
  useEffect(() => {
    if (!mentioned) return;
    chat.mentioned.value = null;
    picked.current = [...picked.current, mentioned].slice(-50);
    put(`@${mentioned.name} `);
  }, [mentioned]);

  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = 'auto';
    // Empty, its height would be that of the placeholder, which may need two lines.
    if (text !== '') box.style.height = `${Math.min(box.scrollHeight + 2, 120)}px`;
  }, [text]);

  // Why is said for a moment; how long still is on the button.
  const [tooFast, setTooFast] = useState<string | null>(null);
  useEffect(() => {
    if (pause === 0) return setTooFast(null);
    setTooFast(strings.chat.tooFast(pause));
    const timer = setTimeout(() => setTooFast(null), tellTooFastMs);
    return () => clearTimeout(timer);
  }, [chat.pauseUntil.value, pause === 0]);

  const pauseText = pause < 100 ? String(pause) : `${Math.ceil(pause / 60)} min`;
  const sendLabel = editing ? strings.chat.save : strings.chat.send;

  const leaveEmoji = () => {
    setEmoji(false);
    field.current?.focus();
  };
  const cancel = () => {
    if (editing) setText('');
    chat.editing.value = null;
    chat.replyingTo.value = null;
    field.current?.focus();
  };

  // Refused, the words are back in the box, unless something else was begun meanwhile.
  const edit = async (message: Message, words: string, named: readonly string[]) => {
    if (await chat.edit(message, words, named)) return;
    if (field.current?.value !== '' || chat.editing.value || chat.replyingTo.value) return;
    refused.current = words;
    chat.startEdit(message);
  };

  const send = () => {
    if (!ready) return;
    const named = mentionsIn(text, picked.current);
    if (editing) void edit(editing, text, named.length > 0 ? named : editing.mentions.filter((id) => text.includes(`@${chat.nameOf(id)}`)));
    else void chat.send(text, { replyTo: replyingTo, mentions: named });
    setText('');
    picked.current = [];
    chat.editing.value = null;
    chat.replyingTo.value = null;
    field.current?.focus();
  };

  const editLast = (): boolean => {
    const me = account.user.value?.id;
    const last = [...chat.shown.value].reverse().find(({ author, deleted }) => author.id === me && !deleted);
    if (!last || serverNow() - last.serverTime > editMs) return false;
    chat.startEdit(last);
    return true;
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing || mentions.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      send();
    } else if (event.key === 'Escape' && emoji) {
      event.preventDefault();
      setEmoji(false);
    } else if (event.key === 'Escape' && (editing || replyingTo)) {
      event.preventDefault();
      cancel();
    } else if (event.key === 'ArrowUp' && text === '' && editLast()) event.preventDefault();
  };

  const names = chat.typing.names.value;
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
      <Purpose chat={chat} cancel={cancel} />
      <div class="composer-line">
        <Identity />
        {left < tellLeftFrom ? (
          <span class={left < 0 ? 'characters-left is-over' : 'characters-left'}>{strings.chat.left(left)}</span>
        ) : (
          <span class={`typing ${names.length > 0 ? '' : 'is-nobody'} ${tone(names[0] ?? '')}`} data-testid="chat-typing">
            {names.length > 0 && (
              <>
                <Icon name="pencil" />
                <bdi aria-hidden="true">{names.join(', ')}</bdi>
                <span class="visually-hidden">{strings.chat.typing(names)}</span>
              </>
            )}
          </span>
        )}
      </div>
      <div class="composer-row">
        <MentionList mentions={mentions} />
        {emoji && <EmojiPicker emotes={emotes} pick={(character) => put(character)} close={() => setEmoji(false)} leave={leaveEmoji} />}
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
            setText(event.currentTarget.value);
            chat.sendError.value = null;
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
        <button type="submit" class="send-button" aria-label={pause > 0 ? `${sendLabel} (${pauseText})` : sendLabel} title={sendLabel} aria-disabled={!ready} data-testid="chat-send">
          {pause > 0 ? <span class="send-pause">{pauseText}</span> : <Icon name={editing ? 'check' : 'send'} />}
        </button>
      </div>
    </form>
  );
}
