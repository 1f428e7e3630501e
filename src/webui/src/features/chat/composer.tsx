// SPDX-License-Identifier: MIT
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { Icon } from '../../look/icons';
import { useSecondsLeft } from '../../look/use_seconds_left';
import { strings } from '../../strings';
import { longestText, type Chat } from './chat';
import { GuestName } from './guest_name';

const tellLeftFrom = 80;

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

export function Composer({ chat }: { chat: Chat }) {
  const { session, account } = useApp();
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const pause = useSecondsLeft(chat.pauseUntil.value);
  const online = session.connection.value.name === 'online';
  const left = longestText - Array.from(text.trim()).length;
  const ready = text.trim() !== '' && left >= 0 && pause === 0;

  // Refused as too fast: the words are back in the box, unless something else was begun meanwhile.
  const returned = chat.returnedText.value;
  useEffect(() => {
    if (returned === null) return;
    setText((now) => (now === '' ? returned : now));
    chat.returnedText.value = null;
  }, [returned]);

  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = 'auto';
    // Empty, its height would be that of the placeholder, which may need two lines.
    if (text !== '') box.style.height = `${Math.min(box.scrollHeight + 2, 120)}px`;
  }, [text]);

  const send = () => {
    if (!ready) return;
    void chat.send(text);
    setText('');
    field.current?.focus();
  };

  const fault = pause > 0 ? strings.chat.tooFast(pause) : (account.nameError.value ?? '');
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
      <div class="composer-line">
        <Identity />
        {left < tellLeftFrom && <span class={left < 0 ? 'characters-left is-over' : 'characters-left'}>{strings.chat.left(left)}</span>}
      </div>
      <div class="composer-row">
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          value={text}
          placeholder={online ? strings.chat.placeholder : strings.chat.placeholderAway}
          aria-label={strings.chat.placeholder}
          enterkeyhint="send"
          data-testid="chat-input"
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <button type="submit" class="send-button" aria-label={strings.chat.send} title={strings.chat.send} aria-disabled={!ready} data-testid="chat-send">
          <Icon name="send" />
        </button>
      </div>
    </form>
  );
}
