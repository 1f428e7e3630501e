// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { longestName } from '../../account/guest';
import { Icon } from '../../look/icons';
import { strings } from '../../strings';

// A guest's name, changed where it stands: Enter or leaving the field takes it, Escape gives it up.
export function GuestName() {
  const { account } = useApp();
  const name = account.guest.value.name;
  const [text, setText] = useState(name);
  const [told, setTold] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => setText(name), [name]);

  const take = async () => {
    if (text.trim() === name) {
      setText(name);
      return;
    }
    if (await account.rename(text)) setTold(strings.account.renamed(text.trim()));
    else setText(account.guest.value.name);
  };

  return (
    <label class="guest-name" title={strings.account.guestHint}>
      <span class="visually-hidden">{strings.account.guestName}</span>
      <input
        ref={field}
        type="text"
        value={text}
        maxLength={longestName}
        autocomplete="nickname"
        spellcheck={false}
        size={Math.max(6, Array.from(text).length + 1)}
        aria-invalid={account.nameError.value !== null}
        data-testid="guest-name"
        onInput={(event) => setText(event.currentTarget.value)}
        onFocus={(event) => event.currentTarget.select()}
        onBlur={() => void take()}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
          if (event.key === 'Escape') {
            event.stopPropagation();
            setText(name);
          }
        }}
      />
      <Icon name="pencil" />
      <span class="visually-hidden" role="status">
        {told}
      </span>
    </label>
  );
}
