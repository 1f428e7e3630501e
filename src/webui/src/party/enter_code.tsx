// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { strings } from '../strings';
import { typedCode } from './invite_api';
import { useInvitation } from './use_invitation';

// For a code that was read out or written down.
export function EnterCode() {
  const { router } = useApp();
  const words = strings.party;
  const [text, setText] = useState(router.route.value.invite ?? '');
  const { found, fault, look, come } = useInvitation();
  useEffect(() => void look(text), []);
  return (
    <form
      class="card"
      data-testid="party-code-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (found?.code === typedCode(text)) come();
        else void look(text);
      }}
    >
      <h1>{words.codeTitle}</h1>
      <p>{words.codeHint}</p>
      <label class="field">
        <span>{words.code}</span>
        <input type="text" value={text} maxLength={24} autocomplete="off" autocapitalize="none" spellcheck={false} data-testid="party-code" onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      {fault !== '' && <p class="party-fault" role="alert">{fault}</p>}
      {found && <p role="status">{words.by(found.host, found.people)}</p>}
      <button type="submit" class="button button-accent button-wide" data-testid="party-code-go">
        {found ? words.come(found.title) : words.look}
      </button>
    </form>
  );
}
