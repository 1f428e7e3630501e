// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { tone, monogram } from '../channels/monogram';
import { Icon } from '../look/icons';
import { strings } from '../strings';

export function AccountMenu() {
  const { account } = useApp();
  const [fault, setFault] = useState('');
  const user = account.user.value;
  if (account.isGuest.value || !user) {
    return (
      <button type="button" class="button" data-testid="sign-in-button" onClick={() => (account.dialog.value = 'sign_in')}>
        <Icon name="person" />
        {strings.account.signIn}
      </button>
    );
  }
  const leave = async () => setFault((await account.signOut())?.text ?? '');
  return (
    <span class="account" data-testid="account">
      <button type="button" class="account-open" title={strings.account.signedInAs(user.name)} aria-haspopup="dialog" data-testid="account-settings-button" onClick={() => (account.settings.value = true)}>
        <span class={`avatar ${tone(user.id)}`} aria-hidden="true">
          {monogram(user.name)}
        </span>
        <bdi class="account-name">{user.name}</bdi>
      </button>
      {user.role === 'admin' && (
        <a class="button account-more" href="/monitor" data-testid="monitor-link">
          <Icon name="signal" />
          {strings.account.monitor}
        </a>
      )}
      <button type="button" class="button account-more" data-testid="sign-out-button" onClick={() => void leave()}>
        {strings.account.signOut}
      </button>
      <span class="visually-hidden" role="alert">
        {fault}
      </span>
    </span>
  );
}
