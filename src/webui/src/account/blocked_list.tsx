// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import { strings } from '../strings';

export function BlockedList() {
  const { account } = useApp();
  const blocked = account.blocked.value;
  const words = strings.account;
  return (
    <section class="settings-part" data-testid="settings-blocked">
      <h3>{words.blocked}</h3>
      <p class="dialog-hint">{words.blockedHint}</p>
      <ul class="settings-list">
        {[...blocked].map(([id, name]) => (
          <li key={id}>
            <bdi>{name}</bdi>
            <button type="button" class="button" onClick={() => void account.unblock(id)}>
              {words.unblock}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
