// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import type { Party, PartyState } from '../features/party/party';
import { useFault } from '../features/use_fault';
import { dayAndTime } from '../guide/guide_times';
import { Icon } from '../look/icons';
import { Modal } from '../look/modal';
import { strings } from '../strings';
import { Bring } from './bring';
import type { PartyProgramme } from './found_button';

// What comes after this: everybody brings something and votes.
export function Queue({ party, state }: { party: Party; state: PartyState }) {
  const { account, lineup, router, now } = useApp();
  const words = strings.party;
  const { fault, follow } = useFault();
  const [bringing, setBringing] = useState(false);
  const me = account.user.value?.id ?? '';
  const ask = (command: string, body?: unknown) => follow(party.ask(command, body));
  const queue = [...state.queue].sort((a, b) => b.votes.length - a.votes.length || a.id - b.id);
  const nameOf = (channel: string) => lineup.find(channel)?.name ?? channel;
  const pick = (programme: PartyProgramme) => {
    ask('enqueue', { programme });
    setBringing(false);
  };
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
              <button type="button" class={voted ? 'button party-vote is-mine' : 'button party-vote'} aria-pressed={voted} title={label} data-testid="party-vote" onClick={() => ask('favour', { id: entry.id })}>
                <Icon name="up" />
                <span class="visually-hidden">{label}</span>
                <span aria-hidden="true">{entry.votes.length}</span>
              </button>
              <span class="party-queued">
                <bdi>{title}</bdi>
                <span class="party-how">{entry.start === null ? words.live : `${nameOf(entry.channel)} · ${dayAndTime(entry.start, now.value)}`}</span>
              </span>
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
        <button type="button" class="button" aria-expanded={bringing} data-testid="party-bring" onClick={() => setBringing(!bringing)}>
          {words.bring}
        </button>
        {queue.length > 0 && party.moves.value && (
          <button type="button" class="button" data-testid="party-next" onClick={() => ask('next')}>
            <Icon name="toNext" />
            {words.next}
          </button>
        )}
      </div>
      {fault !== '' && <p class="party-fault" role="alert">{fault}</p>}
      {router.route.value.tv ? (
        bringing && <Bring pick={pick} />
      ) : (
        <Modal open={bringing} title={words.bring} class="party-bringing" onClose={() => setBringing(false)}>
          <h2>{words.bring}</h2>
          <Bring pick={pick} />
        </Modal>
      )}
    </section>
  );
}
