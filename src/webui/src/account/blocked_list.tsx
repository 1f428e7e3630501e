// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { blockedUsers } from '../features/chat/hidden_users';
import { strings } from '../strings';

export function BlockedList() {
  const { account } = useApp();
  const [fault, setFault] = useState('');
  const words = strings.account;
  const unblock = async (id: string) => setFault((await account.unblock(id))?.text ?? '');
  return (
    <section class="settings-part" data-testid="settings-blocked">
      <h3>{words.blocked}</h3>
      <p class="dialog-hint">{blockedUsers.value.size === 0 ? words.nobodyBlocked : words.blockedHint}</p>
      <ul class="settings-list">
        {[...blockedUsers.value].map(([id, name]) => (
          <li key={id}>
            <bdi>{name}</bdi>
            <button type="button" class="button" onClick={() => void unblock(id)}>
              {words.unblock}
            </button>
          </li>
        ))}
      </ul>
      <p class="dialog-fault" role="alert">
        {fault}
      </p>
    </section>
  );
}
