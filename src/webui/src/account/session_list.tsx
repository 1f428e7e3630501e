// SPDX-License-Identifier: MIT
import { strings } from '../strings';
import { deviceName, endOtherSessions, endSession, fetchSessions } from './account_api';
import { useAsked } from './use_asked';

// Where the account is signed in, to be ended one by one or all but this one.
export function SessionList() {
  const { value: sessions, fault, act } = useAsked(fetchSessions);
  const words = strings.account;
  return (
    <section class="settings-part" data-testid="settings-sessions">
      <h3>{words.sessions}</h3>
      <p class="dialog-hint">{words.sessionsHint}</p>
      <ul class="settings-list">
        {sessions?.map((session) => (
          <li key={session.id}>
            <span>
              <bdi>{deviceName(session.userAgent) || words.unknownDevice}</bdi>
              <span class="field-hint">
                {session.network} · {session.current ? words.thisDevice : words.lastSeen(session.lastSeenAt)}
              </span>
            </span>
            {!session.current && (
              <button type="button" class="button" onClick={() => void act(endSession(session.id))}>
                {words.endSession}
              </button>
            )}
          </li>
        ))}
      </ul>
      {sessions && sessions.length > 1 && (
        <button type="button" class="button" data-testid="end-other-sessions" onClick={() => void act(endOtherSessions())}>
          {words.endOtherSessions}
        </button>
      )}
      <p class="dialog-fault" role="alert">
        {fault}
      </p>
    </section>
  );
}
