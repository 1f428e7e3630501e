// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { monogram, tone } from '../channels/monogram';
import type { Doing, Party, PartyState, Person } from '../features/party/party';
import { useFault } from '../features/use_fault';
import { Icon } from '../look/icons';
import { strings } from '../strings';

// How far the first and the last of those who keep together are from each other; null with less than two.
export function spread(doing: ReadonlyMap<string, Doing>): number | null {
  const errors = [...doing.values()].flatMap(({ status, error }) => (status === 'free' || error === undefined ? [] : [error]));
  return errors.length < 2 ? null : Math.max(...errors) - Math.min(...errors);
}

const farApartMs = 500; // what people who talk notice
const apartFromMs = 150; // nobody sees less

function how(doing: Doing | undefined): { word: string; tone: string } {
  const words = strings.party;
  if (!doing) return { word: words.away, tone: 'away' };
  if (doing.stalled === true) return { word: words.stalled, tone: 'late' };
  const apart = doing.error !== undefined && Math.abs(doing.error) >= apartFromMs ? ` ${words.apart(doing.error)}` : '';
  return { word: words.status[doing.status] + apart, tone: doing.status === 'synced' ? 'good' : doing.status === 'free' ? 'away' : 'late' };
}

function PersonActions({ person, party, done }: { person: Person; party: Party; done: (asked: Promise<unknown>) => void }) {
  const words = strings.party;
  const host = party.rank.value === 'host';
  const appoint = (rank: string) => done(party.ask('appoint', { user: person.user, rank }));
  return (
    <div class="party-person-actions">
      {host && (
        <button type="button" class="button" data-testid="party-co-host" onClick={() => appoint(person.rank === 'co_host' ? 'member' : 'co_host')}>
          {person.rank === 'co_host' ? words.makeMember : words.makeCoHost}
        </button>
      )}
      {host && (
        <button type="button" class="button" onClick={() => appoint('host')}>
          {words.handOver}
        </button>
      )}
      <button type="button" class="button button-danger" data-testid="party-remove" onClick={() => done(party.ask('remove', { user: person.user }))}>
        {words.remove}
      </button>
    </div>
  );
}

const order = { host: 0, co_host: 1, member: 2 };

// Who belongs to the party, and how near they are.
export function People({ party, state }: { party: Party; state: PartyState }) {
  const { account } = useApp();
  const words = strings.party;
  const [open, setOpen] = useState<string | null>(null);
  const { fault, follow } = useFault();
  const me = account.user.value?.id;
  const mine = order[party.rank.value];
  const doing = party.doing.value;
  const apart = spread(doing);
  const people = [...state.people].sort((a, b) => order[a.rank] - order[b.rank]);
  const done = (asked: Promise<unknown>) => follow(asked.then(() => setOpen(null)));
  return (
    <section class="party-people" aria-label={words.people}>
      <h2 class="panel-title">
        {words.people} <span class="party-count">{people.length}</span>
        {apart !== null && (
          <span class={`party-spread ${apart > farApartMs ? 'is-late' : ''}`} data-testid="party-spread">
            {words.within(Math.max(100, apart))}
          </span>
        )}
      </h2>
      <ul data-testid="party-people">
        {people.map((person) => {
          const { word, tone: nearness } = how(doing.get(person.user));
          const below = person.user !== me && order[person.rank] > mine;
          return (
            <li key={person.user} data-user={person.user} data-rank={person.rank}>
              <span class={`avatar ${tone(person.user)}`} aria-hidden="true">
                {monogram(person.name)}
              </span>
              <span class="party-person">
                <span class="party-person-name">
                  <bdi>{person.name}</bdi>
                  {person.user === me && <span class="party-you">({words.you})</span>}
                  {person.rank !== 'member' && <span class="chip">{words.rank[person.rank]}</span>}
                </span>
                {doing.size > 0 && <span class={`party-how is-${nearness}`}>{word}</span>}
              </span>
              {below && (
                <button type="button" class="control" aria-label={words.actions(person.name)} title={words.actions(person.name)} aria-expanded={open === person.user} data-testid="party-person-menu" onClick={() => setOpen(open === person.user ? null : person.user)}>
                  <Icon name={open === person.user ? 'up' : 'down'} />
                </button>
              )}
              {below && open === person.user && <PersonActions person={person} party={party} done={done} />}
            </li>
          );
        })}
      </ul>
      {fault !== '' && <p class="party-fault" role="alert">{fault}</p>}
    </section>
  );
}

// Those who knock.
export function Door({ party }: { party: Party }) {
  const words = strings.party;
  const waiting = party.waiting.value;
  if (!party.hosts.value || waiting.length === 0) return null;
  const answer = (user: string, admit: boolean) => void party.ask('answer', { user, admit }).catch(() => {});
  return (
    <section class="party-door" aria-label={words.door}>
      <h2 class="panel-title">{words.door}</h2>
      <ul aria-live="polite">
        {waiting.map(({ user, name }) => (
          <li key={user}>
            <bdi>{name}</bdi>
            <button type="button" class="button button-accent" data-testid="party-admit" onClick={() => answer(user, true)}>
              {words.admit}
            </button>
            <button type="button" class="button" data-testid="party-turn-away" onClick={() => answer(user, false)}>
              {words.refuse}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
