// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import type { Party, PartyState } from '../features/party/party';
import { Icon } from '../look/icons';
import { when } from '../look/when';
import { strings } from '../strings';
import { calendarFile } from './calendar';
import { countdown } from './countdown';
import { invitationUrl } from './invite_api';
import { QrCode } from './qr_code';

const tickMs = 250;

export const startNow = (party: Party, now: number): void => void party.ask('change', { starts_at: Math.round(now) }).catch(() => {});

// Before it begins.
export function Lobby({ party, state, startsAt }: { party: Party; state: PartyState; startsAt: number }) {
  const { router, serverNow } = useApp();
  const words = strings.party;
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), tickMs);
    return () => clearInterval(timer);
  }, []);
  const { party: route, tv } = router.route.value;
  const id = route ?? '';
  const { days, clock } = countdown(startsAt - now);
  const code = state.invite?.code ?? null;
  const url = invitationUrl(id, code);
  const file = calendarFile({ id, title: state.title, start: startsAt, url, made: now });
  return (
    <div class="party-lobby" data-testid="party-lobby">
      <p class="party-lobby-word">{words.startsIn}</p>
      <p class="party-countdown" role="timer">
        {days > 0 && <span>{words.days(days)}</span>} {clock}
      </p>
      <p>{when.format(startsAt)}</p>
      {tv ? (
        // A television has no calendar, and those before it have phones.
        code !== null && (
          <div class="party-lobby-door">
            <QrCode text={url} label={words.qr} />
            <p class="party-code">{code}</p>
          </div>
        )
      ) : (
        <div class="card-actions">
          <a class="button" href={`data:text/calendar;charset=utf-8,${encodeURIComponent(file)}`} download="party.ics" data-testid="party-calendar">
            <Icon name="clock" />
            {words.calendar}
          </a>
          {party.rank.value === 'host' && (
            <button type="button" class="button button-accent" data-testid="party-start-now" onClick={() => startNow(party, serverNow())}>
              {words.startNow}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
