// SPDX-License-Identifier: MIT
import { useEffect, useMemo, useState } from 'preact/hooks';
import { browserTimers } from '../base/timers';
import { longestText } from '../features/chat/chat';
import { Icon } from '../look/icons';
import { strings } from '../strings';
import { Typing } from './typing';

// What is typed here stands in the television's field at once.
export function TypeField({ onType }: { onType: (text: string, final: boolean) => void }) {
  const words = strings.remote;
  const [text, setText] = useState('');
  const typing = useMemo(() => new Typing(browserTimers), []);
  typing.send = onType;
  useEffect(() => () => typing.stop(), [typing]);
  return (
    <form
      class="remote-type"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === '') return;
        typing.finish(text);
        setText('');
      }}
    >
      <input
        type="text"
        dir="auto"
        value={text}
        maxLength={longestText}
        enterKeyHint="send"
        autocomplete="off"
        placeholder={words.keyboard}
        aria-label={words.keyboard}
        data-testid="remote-type"
        onInput={(event) => {
          setText(event.currentTarget.value);
          typing.changed(event.currentTarget.value);
        }}
      />
      <button type="submit" class="send-button" aria-label={words.send} data-testid="remote-send">
        <Icon name="send" />
      </button>
    </form>
  );
}
