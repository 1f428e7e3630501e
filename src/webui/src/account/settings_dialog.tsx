// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../api';
import { useApp } from '../app_state';
import { Icon } from '../look/icons';
import { Link } from '../look/link';
import { Modal } from '../look/modal';
import { strings } from '../strings';
import { changeName, changePassword } from './account_api';
import { BlockedList } from './blocked_list';
import { BotList } from './bot_list';
import { PictureForm } from './picture_form';
import { LinkedProviders } from './provider_list';
import { SessionList } from './session_list';
import { WebhookList } from './webhook_list';

// A form of few fields that is sent whole, and says what came of it.
export function SettingsForm(props: {
  readonly name: string;
  readonly title: string;
  readonly save: (fields: FormData) => Promise<Answer<unknown>>;
  readonly children: ComponentChildren;
}) {
  const [said, setSaid] = useState<{ text: string; wrong: boolean } | null>(null);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const answer = await props.save(new FormData(form));
    setSaid(answer.ok ? { text: strings.account.saved, wrong: false } : { text: answer.fault.text, wrong: true });
    if (answer.ok) form.reset();
  };
  return (
    <form class="settings-part" data-testid={`settings-${props.name}`} onSubmit={(event) => void submit(event)}>
      <h3>{props.title}</h3>
      {props.children}
      <button type="submit" class="button">
        {strings.account.save}
      </button>
      <p class={said?.wrong ? 'dialog-fault' : 'dialog-hint'} role={said?.wrong ? 'alert' : 'status'}>
        {said?.text}
      </p>
    </form>
  );
}

export function SettingsDialog() {
  const { account } = useApp();
  const open = account.settings.value;
  const user = account.user.value;
  const words = strings.account;
  useEffect(() => {
    if (account.isGuest.value) account.settings.value = false;
  }, [account.isGuest.value]);
  const [fault, setFault] = useState('');
  const leave = async () => setFault((await account.signOut())?.text ?? '');
  const password = (name: string, label: string, kind: 'current-password' | 'new-password') => (
    <label class="field">
      <span>{label}</span>
      <input name={name} type="password" required maxLength={256} autocomplete={kind} {...(kind === 'new-password' ? { minLength: 8 } : {})} />
    </label>
  );
  return (
    <Modal open={open} title={words.menu} class="account-settings" onClose={() => (account.settings.value = false)}>
      <h2>{words.menu}</h2>
      <p class="settings-buttons">
        {user?.role === 'admin' && (
          <a class="button" href="/monitor">
            <Icon name="signal" />
            {words.monitor}
          </a>
        )}
        <Link class="button" to={{ page: 'remote', channel: null, at: null }} onGo={() => (account.settings.value = false)} data-testid="settings-remote">
          <Icon name="grid" />
          {strings.remote.title}
        </Link>
        <button type="button" class="button" data-testid="settings-sign-out" onClick={() => void leave()}>
          {words.signOut}
        </button>
      </p>
      <p class="dialog-fault settings-fault" role="alert">
        {fault}
      </p>
      {user && <PictureForm user={user} />}
      <SettingsForm name="name" title={words.displayName} save={(fields) => changeName(String(fields.get('name') ?? '').trim())}>
        <label class="field">
          <span class="visually-hidden">{words.name}</span>
          <input key={user?.name} name="name" type="text" required maxLength={32} autocomplete="username" defaultValue={user?.name} data-testid="settings-new-name" />
        </label>
        <p class="field-hint">{words.displayNameHint}</p>
      </SettingsForm>
      <SettingsForm name="password" title={words.changePassword} save={(fields) => changePassword(String(fields.get('before')), String(fields.get('after')))}>
        {password('before', words.passwordNow, 'current-password')}
        {password('after', words.passwordNew, 'new-password')}
        <p class="field-hint">{words.changePasswordHint}</p>
      </SettingsForm>
      <LinkedProviders />
      <SessionList />
      <BlockedList />
      <BotList />
      <WebhookList />
    </Modal>
  );
}
