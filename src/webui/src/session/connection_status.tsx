// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import { useSecondsLeft } from '../look/use_seconds_left';
import { strings } from '../strings';

// Always there and always as tall, so that nothing moves when the connection does.
export function ConnectionStatus() {
  const { session } = useApp();
  const state = session.connection.value;
  const notice = session.notice.value;
  const left = useSecondsLeft(state.name === 'reconnecting' ? state.retryAt : 0);
  const { connection } = strings;
  const name = state.name === 'stopped' ? 'reconnecting' : state.name;
  const text =
    state.name === 'online'
      ? notice === 'resumed'
        ? connection.resumed
        : notice === 'reloaded'
          ? connection.reloaded
          : connection.online
      : state.name === 'connecting'
        ? connection.connecting
        : state.name === 'reconnecting'
          ? connection.reconnecting
          : connection.stopped.closed;
  return (
    <span class={`connection ${notice ? 'has-notice' : ''}`} data-testid="connection-status" data-state={name} data-notice={notice ?? undefined}>
      <span class="connection-dot" aria-hidden="true" />
      <span role="status">{text}</span>
      {state.name === 'reconnecting' && left > 2 && (
        <button type="button" class="link-button" onClick={() => session.retryNow()} title={connection.reconnectingIn(left)}>
          {connection.retry}
        </button>
      )}
    </span>
  );
}

// When coming back by itself is no use: what happened, and the one thing to do.
export function StoppedNotice() {
  const { session, account } = useApp();
  const state = session.connection.value;
  if (state.name !== 'stopped') return null;
  const { connection } = strings;
  return (
    <div class="stopped-notice" role="alert">
      <span>{connection.stopped[state.why]}</span>
      {state.why === 'sign_in' && (
        <span class="stopped-actions">
          <button type="button" class="button button-accent" onClick={() => (account.dialog.value = 'sign_in')}>
            {strings.account.signIn}
          </button>
          <button
            type="button"
            class="button"
            onClick={() => {
              account.becomeGuest();
              session.retryNow();
            }}
          >
            {connection.continueAsGuest}
          </button>
        </span>
      )}
      {state.why === 'client_fault' && (
        <button type="button" class="button" onClick={() => location.reload()}>
          {connection.reload}
        </button>
      )}
    </div>
  );
}
