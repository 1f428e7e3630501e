// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { Modal } from '../look/modal';
import { Sign } from '../look/wordmark';
import { strings } from '../strings';
import { ProviderButtons } from './provider_list';
import { SettingsDialog } from './settings_dialog';

export function AccountDialog() {
  return (
    <>
      <SignInDialog />
      <SettingsDialog />
    </>
  );
}

function SignInDialog() {
  const { account } = useApp();
  const mode = account.dialog.value;
  const [fault, setFault] = useState('');
  const [working, setWorking] = useState(false);
  const [seen, setSeen] = useState(false);

  useEffect(() => {
    setFault('');
    setSeen(false);
  }, [mode]);

  const words = strings.account;
  const registering = mode === 'register';
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    if (working) return;
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const name = String(form.get('name') ?? '').trim();
    const password = String(form.get('password') ?? '');
    setWorking(true);
    setFault('');
    const problem = registering ? await account.register(name, password) : await account.signIn(name, password);
    setWorking(false);
    if (problem) setFault(problem.text);
  };

  return (
    <Modal open={mode !== null} title={registering ? words.register : words.signIn} class="account-dialog" onClose={() => (account.dialog.value = null)}>
      <form onSubmit={(event) => void submit(event)}>
        <Sign class="dialog-sign" />
        <h2>{registering ? words.registerTitle : words.signInTitle}</h2>
        <p class="dialog-hint">{registering ? words.registerHint : words.signInHint}</p>
        <label class="field">
          <span>{words.name}</span>
          <input name="name" type="text" required maxLength={32} autocomplete="username" autocapitalize="none" spellcheck={false} autofocus data-testid="account-name" />
        </label>
        <label class="field">
          <span>{words.password}</span>
          <input
            name="password"
            type={seen ? 'text' : 'password'}
            required
            {...(registering ? { minLength: 8 } : {})}
            maxLength={256}
            autocomplete={registering ? 'new-password' : 'current-password'}
            aria-describedby={registering ? 'password-hint' : undefined}
            data-testid="account-password"
          />
        </label>
        <label class="check">
          <input type="checkbox" checked={seen} onChange={(event) => setSeen(event.currentTarget.checked)} />
          {words.showPassword}
          {registering && (
            <span id="password-hint" class="field-hint">
              {words.passwordHint}
            </span>
          )}
        </label>
        <p class="dialog-fault" role="alert" data-testid="account-fault">
          {fault}
        </p>
        <button type="submit" class="button button-accent button-wide" aria-disabled={working} data-testid="account-submit">
          {working ? words.working : registering ? words.register : words.signIn}
        </button>
        <button type="button" class="link-button dialog-switch" data-testid="account-switch" onClick={() => (account.dialog.value = registering ? 'sign_in' : 'register')}>
          {registering ? words.toSignIn : words.toRegister}
        </button>
      </form>
      {mode !== null && <ProviderButtons />}
    </Modal>
  );
}
