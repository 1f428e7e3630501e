// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { tone } from '../../channels/monogram';
import { when } from '../../look/when';
import { strings } from '../../strings';
import type { OpenRoom } from '../room_session';
import { findPeople, type Person } from './people';
import { PersonActions } from './person_actions';

const words = strings.moderation;

export function PeopleView({ room, run }: { room: OpenRoom; run: (work: Promise<unknown>) => void }) {
  const { moderation, chat } = room.features;
  const [wanted, setWanted] = useState('');
  const [chosen, setChosen] = useState<Person | null>(null);
  const found = findPeople(chat.messages.value, wanted);
  const sanctions = moderation.sanctions.value;
  return (
    <div class="people" data-testid="moderation-people">
      <section class="moderator-section">
        <form class="moderator-form" onSubmit={(event) => event.preventDefault()}>
          <input type="search" value={wanted} placeholder={words.findHint} aria-label={words.find} onInput={(event) => setWanted(event.currentTarget.value)} />
        </form>
        {wanted.trim() === '' && found.length > 0 && <h3 class="found-heading">{words.recent}</h3>}
        <ul class="found">
          {found.map((person) => (
            <li key={person.id}>
              <button type="button" class={`found-person ${tone(person.id)}`} aria-expanded={chosen?.id === person.id} onClick={() => setChosen(chosen?.id === person.id ? null : person)}>
                <bdi>{person.name}</bdi>
              </button>
              {chosen?.id === person.id && <PersonActions person={person} room={room} run={run} />}
            </li>
          ))}
        </ul>
      </section>
      {sanctions.length === 0 && <p class="moderator-hint">{words.noPeople}</p>}
      <ul class="sanctions">
        {sanctions.map((sanction) => (
          <li key={`${sanction.kind} ${sanction.user}`} class="sanction" data-testid="sanction">
            <span class={`chip sanction-${sanction.kind}`}>{words.kinds[sanction.kind]}</span>
            <bdi class={`queue-author ${tone(sanction.user)}`}>{sanction.name || sanction.user}</bdi>
            <span class="sanction-until">{sanction.kind === 'warning' ? '' : sanction.until === null ? words.forGood : words.until(when.format(sanction.until))}</span>
            <button type="button" class="queue-button" onClick={() => run(moderation.lift(sanction.user))}>
              {words.lift}
            </button>
            {sanction.reason !== '' && (
              <span class="sanction-reason" dir="auto">
                {sanction.reason}
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
