// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { faultOf } from '../features/fault_of';
import type { Party, PartyState } from '../features/party/party';
import { Icon } from '../look/icons';
import { strings } from '../strings';

// What comes after this: everybody brings something and votes.
export function Queue({ party, state }: { party: Party; state: PartyState }) {
  const { account, lineup } = useApp();
  const words = strings.party;
  const [fault, setFault] = useState('');
  const me = account.user.value?.id ?? '';
  const ask = (command: string, body?: unknown) =>
    void party.ask(command, body).then(() => setFault(''), (reason: unknown) => setFault(faultOf(reason)));
  const queue = [...state.queue].sort((a, b) => b.votes.length - a.votes.length || a.id - b.id);
  const nameOf = (channel: string) => lineup.find(channel)?.name ?? channel;
  return (
    <section class="party-queue" aria-label={words.queue}>
      <h2 class="panel-title">{words.queue}</h2>
      {queue.length === 0 && <p class="party-hint">{words.queueEmpty}</p>}
      <ul data-testid="party-queue">
        {queue.map((entry) => {
          const title = entry.title || nameOf(entry.channel);
          const voted = entry.votes.includes(me);
          const label = words.vote(title, entry.votes.length);
          return (
            <li key={entry.id}>
              <button type="button" class={voted ? 'button party-vote is-mine' : 'button party-vote'} aria-pressed={voted} aria-label={label} title={label} data-testid="party-vote" onClick={() => ask('favour', { id: entry.id })}>
                <Icon name="up" />
                {entry.votes.length}
              </button>
              <bdi>{title}</bdi>
              {(entry.by === me || party.hosts.value) && (
                <button type="button" class="control" aria-label={words.takeAway(title)} title={words.takeAway(title)} data-testid="party-dequeue" onClick={() => ask('dequeue', { id: entry.id })}>
                  <Icon name="close" />
                </button>
              )}
            </li>
          );
        })}
      </ul>
      <div class="party-queue-foot">
        <select value="" aria-label={words.bring} data-testid="party-bring" onChange={(event) => {
          const { value } = event.currentTarget;
          event.currentTarget.value = '';
          if (value !== '') ask('enqueue', { programme: { channel: value, title: nameOf(value) } });
        }}>
          <option value="">{words.bring}</option>
          {(lineup.channels.value ?? []).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
        {queue.length > 0 && party.moves.value && (
          <button type="button" class="button" data-testid="party-next" onClick={() => ask('next')}>
            <Icon name="toNext" />
            {words.next}
          </button>
        )}
      </div>
      {fault !== '' && <p class="party-fault" role="alert">{fault}</p>}
    </section>
  );
}
