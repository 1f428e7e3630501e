// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { strings } from '../strings';
import { deviceName, endOtherSessions, endSession, fetchSessions, type OpenSession } from './account_api';

// Where the account is signed in, to be ended one by one or all but this one.
export function SessionList() {
  const [sessions, setSessions] = useState<readonly OpenSession[]>([]);
  const [fault, setFault] = useState('');
  const words = strings.account;
  const load = async () => {
    const answer = await fetchSessions();
    if (answer.ok) setSessions(answer.value);
    else setFault(answer.fault.text);
  };
  useEffect(() => void load(), []);
  const end = async (ended: ReturnType<typeof endSession>) => {
    const answer = await ended;
    setFault(answer.ok ? '' : answer.fault.text);
    await load();
  };
  return (
    <section class="settings-part" data-testid="settings-sessions">
      <h3>{words.sessions}</h3>
      <p class="dialog-hint">{words.sessionsHint}</p>
      <ul class="settings-list">
        {sessions.map((session) => (
          <li key={session.id}>
            <span>
              <bdi>{deviceName(session.userAgent) || words.unknownDevice}</bdi>
              <span class="field-hint">
                {session.network} · {session.current ? words.thisDevice : words.lastSeen(session.lastSeenAt)}
              </span>
            </span>
            {!session.current && (
              <button type="button" class="button" onClick={() => void end(endSession(session.id))}>
                {words.endSession}
              </button>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 && (
        <button type="button" class="button" data-testid="end-other-sessions" onClick={() => void end(endOtherSessions())}>
          {words.endOtherSessions}
        </button>
      )}
      <p class="dialog-fault" role="alert">
        {fault}
      </p>
    </section>
  );
}
