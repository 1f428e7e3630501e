// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { tone } from '../../channels/monogram';
import { strings } from '../../strings';
import type { OpenRoom } from '../room_session';
import { findPeople, type Person } from './people';

const words = strings.moderation;
const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' });

function Actions({ person, room, run }: { person: Person; room: OpenRoom; run: (work: Promise<unknown>) => void }) {
  const { moderation } = room.features;
  const [note, setNote] = useState('');
  const { id, name } = person;
  return (
    <div class="person-actions">
      <div class="queue-buttons">
        <button type="button" class="queue-button" onClick={() => run(moderation.impose('timeout', id, name, { seconds: 600 }))}>
          {words.timeout}
        </button>
        <button type="button" class="queue-button" onClick={() => run(moderation.impose('ban', id, name))}>
          {words.ban}
        </button>
        <button type="button" class="queue-button" onClick={() => run(moderation.impose('shadow', id, name))}>
          {words.shadow}
        </button>
        <button type="button" class="queue-button is-danger" onClick={() => run(moderation.deleteAll(id, name))}>
          {words.deleteAll}
        </button>
      </div>
      <form
        class="moderator-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (note.trim() === '') return;
          run(moderation.note(id, name, note.trim()));
          setNote('');
        }}
      >
        <input type="text" value={note} maxLength={500} placeholder={words.notePlaceholder} aria-label={words.note} onInput={(event) => setNote(event.currentTarget.value)} />
        <button type="submit" class="queue-button">
          {words.save}
        </button>
      </form>
    </div>
  );
}

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
        <ul class="found">
          {found.map((person) => (
            <li key={person.id}>
              <button type="button" class={`found-person ${tone(person.id)}`} aria-expanded={chosen?.id === person.id} onClick={() => setChosen(chosen?.id === person.id ? null : person)}>
                <bdi>{person.name}</bdi>
              </button>
              {chosen?.id === person.id && <Actions person={person} room={room} run={run} />}
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
            <span class="sanction-until">{sanction.until === null ? words.forGood : words.until(when.format(sanction.until))}</span>
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
