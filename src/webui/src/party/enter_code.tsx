// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { strings } from '../strings';
import { fetchInvitation, typedCode, type Invitation } from './invite_api';

// For a code that was read out or written down.
export function EnterCode() {
  const { router, go } = useApp();
  const words = strings.party;
  const [text, setText] = useState(router.route.value.invite ?? '');
  const [found, setFound] = useState<{ code: string; invitation: Invitation } | null>(null);
  const [fault, setFault] = useState('');
  const look = async () => {
    const code = typedCode(text);
    if (code === '') return;
    const answer = await fetchInvitation(code);
    setFault(answer.ok ? '' : answer.fault.text);
    setFound(answer.ok ? { code, invitation: answer.value } : null);
  };
  useEffect(() => void look(), []);
  return (
    <form
      class="party-card"
      data-testid="party-code-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (found?.code === typedCode(text)) go({ page: 'party', channel: null, at: null, party: found.invitation.party, invite: found.code });
        else void look();
      }}
    >
      <h1>{words.codeTitle}</h1>
      <p>{words.codeHint}</p>
      <label class="field">
        <span>{words.code}</span>
        <input type="text" value={text} maxLength={24} autocomplete="off" autocapitalize="none" spellcheck={false} data-testid="party-code" onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      {fault !== '' && <p class="party-fault" role="alert">{fault}</p>}
      {found && <p role="status">{words.by(found.invitation.host, found.invitation.people)}</p>}
      <button type="submit" class="button button-accent button-wide" data-testid="party-code-go">
        {found ? words.come(found.invitation.title) : words.look}
      </button>
    </form>
  );
}
