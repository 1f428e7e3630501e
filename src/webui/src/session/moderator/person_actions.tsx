// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { faultOf } from '../../features/fault_of';
import type { User } from '../../socket/protocol';
import { strings } from '../../strings';
import type { OpenRoom } from '../room_session';
import type { Person } from './people';
import { PersonLog } from './person_log';

const words = strings.moderation;

// What a moderator can do about somebody.
export function PersonActions({ person, room, run }: { person: Person; room: OpenRoom; run: (work: Promise<unknown>) => void }) {
  const { moderation } = room.features;
  const [note, setNote] = useState('');
  const { id, name } = person;
  const text = note.trim();
  const say = (work: Promise<unknown>): void => {
    run(work);
    setNote('');
  };
  return (
    <div class="person-actions">
      <div class="queue-buttons">
        <button type="button" class="queue-button" onClick={() => run(moderation.impose('timeout', id, name))}>
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
        class="moderator-form is-tall"
        onSubmit={(event) => {
          event.preventDefault();
          if (text !== '') say(moderation.note(id, name, text));
        }}
      >
        <input type="text" value={note} maxLength={500} placeholder={words.notePlaceholder} aria-label={words.notePlaceholder} onInput={(event) => setNote(event.currentTarget.value)} />
        <button type="submit" class="queue-button">
          {words.save}
        </button>
        <button
          type="button"
          class="queue-button"
          title={words.warnHint}
          aria-disabled={text === ''}
          data-testid="warn"
          onClick={() => text !== '' && say(moderation.impose('warning', id, name, { reason: text }))}
        >
          {words.warn}
        </button>
      </form>
      <PersonLog id={id} room={room} />
    </div>
  );
}

// On the card of a user: for moderators all of it, for others a report.
export function CardActions({ person, room }: { person: User; room: OpenRoom }) {
  const { house_rules: rules, chat } = room.features;
  const [told, setTold] = useState('');
  const run = (work: Promise<unknown>): void => {
    work.then(
      () => setTold(words.done),
      (reason: unknown) => setTold(words.failed(faultOf(reason))),
    );
  };
  return (
    <div class="card-moderation">
      {rules.isModerator.value ? (
        <PersonActions person={person} room={room} run={run} />
      ) : (
        <button
          type="button"
          class="button"
          data-testid="report"
          onClick={() => {
            chat.card.value = null;
            chat.reporting.value = { user: person, message: null };
          }}
        >
          {words.report}
        </button>
      )}
      <span role="status">{told}</span>
    </div>
  );
}
