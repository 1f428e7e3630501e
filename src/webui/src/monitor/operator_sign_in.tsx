// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { signIn } from '../api';
import { strings } from '../strings';

// Whoever may not see the monitor, or is not known yet.
export function OperatorSignIn({ refusedName, onSignedIn }: { refusedName: string | null; onSignedIn: () => void }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [fault, setFault] = useState('');
  const [working, setWorking] = useState(false);
  const words = strings.monitor;
  const submit = async (event: Event) => {
    event.preventDefault();
    if (working) return;
    setWorking(true);
    const answer = await signIn(name, password);
    setWorking(false);
    setFault(answer.ok ? '' : answer.fault.text);
    setPassword('');
    if (answer.ok) onSignedIn();
  };
  return (
    <form class="operator-sign-in" onSubmit={(event) => void submit(event)} data-testid="monitor-sign-in">
      <h2>{refusedName === null ? words.signIn : words.forbidden(refusedName)}</h2>
      <p class="dialog-hint">{refusedName === null ? words.signInHint : words.forbiddenHint}</p>
      <label class="field">
        <span>{strings.account.name}</span>
        <input
          name="username"
          autoComplete="username"
          required
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
          data-testid="monitor-name"
        />
      </label>
      <label class="field">
        <span>{strings.account.password}</span>
        <input
          type="password"
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onInput={(event) => setPassword(event.currentTarget.value)}
          data-testid="monitor-password"
        />
      </label>
      <p class="dialog-fault" role="alert">
        {fault}
      </p>
      <button type="submit" class="button button-accent button-wide" aria-disabled={working} data-testid="monitor-submit">
        {working ? strings.account.working : refusedName === null ? strings.account.signIn : words.otherUser}
      </button>
    </form>
  );
}
