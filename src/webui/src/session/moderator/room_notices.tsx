// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { faultOf } from '../../features/fault_of';
import { modeNames, offValue } from '../../features/house_rules/house_rules';
import { when } from '../../look/when';
import { strings } from '../../strings';
import type { OpenRoom } from '../room_session';

const words = strings.moderation;

// The modes that are on, for everybody who is about to write.
export function ModeChips({ room }: { room: OpenRoom }) {
  const modes = room.features.house_rules.modes.value;
  const shown = modeNames.filter((name) => name !== 'classifier' && name !== 'classifier_holds' && modes[name] !== offValue(name));
  if (shown.length === 0 && modes.shield === null) return null;
  return (
    <ul class="mode-chips" tabIndex={0} aria-label={strings.modes.label} data-testid="room-modes">
      {modes.shield !== null && <li class="chip chip-shield">{strings.modes.shield}</li>}
      {shown.map((name) => {
        const text = strings.modes[name];
        return (
          <li key={name} class="chip">
            {typeof text === 'string' ? text : text(modes[name])}
          </li>
        );
      })}
    </ul>
  );
}

// What moderators decided about us.
export function OwnNotices({ room }: { room: OpenRoom }) {
  const { moderation, house_rules: rules } = room.features;
  const [reasons, setReasons] = useState('');
  const [sent, setSent] = useState('');
  const own = moderation.own.value;
  const rejected = rules.rejected.value;
  return (
    <>
      {rules.ownHeldUntil.value > 0 && (
        <div class="room-notice" role="status" data-testid="own-held">
          {rules.modes.value.delay > 0 ? words.delayedOwn(rules.modes.value.delay) : words.heldOwn}
        </div>
      )}
      {rejected !== null && (
        <div class="room-notice" role="status">
          <span dir="auto">{words.rejected(rejected)}</span>
          <button type="button" class="link-button" onClick={() => (rules.rejected.value = null)}>
            {words.understood}
          </button>
        </div>
      )}
      {own && (
        <div class="room-notice is-own" role="alert" data-testid="own-sanction">
          <span>
            {words.own[own.kind] ?? own.kind}
            {own.until !== null && ` ${words.until(when.format(own.until))}`}
            {own.reason !== '' && <bdi>: {own.reason}</bdi>}
          </span>
          {own.kind === 'warning' ? (
            <button type="button" class="queue-button" data-testid="acknowledge" onClick={() => void moderation.acknowledge().catch((reason: unknown) => setSent(words.failed(faultOf(reason))))}>
              {words.acknowledge}
            </button>
          ) : sent !== '' ? (
            <span role="status">{sent}</span>
          ) : (
            <form
              class="moderator-form"
              onSubmit={(event) => {
                event.preventDefault();
                if (reasons.trim() === '') return;
                moderation.appeal(reasons.trim()).then(
                  () => setSent(words.appealSent),
                  (reason: unknown) => setSent(words.failed(faultOf(reason))),
                );
              }}
            >
              <input type="text" value={reasons} maxLength={500} placeholder={words.appealPlaceholder} aria-label={words.appeal} onInput={(event) => setReasons(event.currentTarget.value)} />
              <button type="submit" class="queue-button">
                {words.appeal}
              </button>
            </form>
          )}
        </div>
      )}
    </>
  );
}
