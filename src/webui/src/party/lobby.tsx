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

const tickMs = 250;

// Before it begins.
export function Lobby({ party, state, startsAt }: { party: Party; state: PartyState; startsAt: number }) {
  const { router, serverNow } = useApp();
  const words = strings.party;
  const [now, setNow] = useState(serverNow);
  useEffect(() => {
    const timer = setInterval(() => setNow(serverNow()), tickMs);
    return () => clearInterval(timer);
  }, []);
  const id = router.route.value.party ?? '';
  const { days, clock } = countdown(startsAt - now);
  const file = calendarFile({ id, title: state.title, start: startsAt, url: invitationUrl(id, state.invite?.code ?? null), made: now });
  return (
    <div class="party-lobby" data-testid="party-lobby">
      <p class="party-lobby-word">{words.startsIn}</p>
      <p class="party-countdown" role="timer">
        {days > 0 && <span>{words.days(days)}</span>} {clock}
      </p>
      <p>{when.format(startsAt)}</p>
      <div class="party-card-actions">
        <a class="button" href={`data:text/calendar;charset=utf-8,${encodeURIComponent(file)}`} download="party.ics" data-testid="party-calendar">
          <Icon name="clock" />
          {words.calendar}
        </a>
        {party.rank.value === 'host' && (
          <button type="button" class="button button-accent" data-testid="party-start-now" onClick={() => void party.ask('change', { starts_at: Math.round(serverNow()) }).catch(() => {})}>
            {words.startNow}
          </button>
        )}
      </div>
    </div>
  );
}
