// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import { faultOf } from '../features/fault_of';
import type { Party, PartyState } from '../features/party/party';
import { strings } from '../strings';
import type { PartySync } from './party_sync';

// What is watched and by whose hand. `nudged`: how often somebody pressed what is another's to press.
function PartyFacts({ party, state, nudged }: { party: Party; state: PartyState; nudged: number }) {
  const { lineup } = useApp();
  const words = strings.party;
  const live = state.programme.start === null;
  const channel = lineup.find(state.programme.channel)?.name ?? state.programme.channel;
  const { title } = state.programme;
  const host = state.people.find(({ rank }) => rank === 'host')?.name ?? '';
  return (
    <>
      <p class="party-title-detail">
        <span class={live ? 'chip chip-live' : 'chip chip-archive'}>{live ? words.live : words.recorded}</span>
        <bdi>{[...new Set([title, channel])].filter((name) => name !== '' && name !== state.title).join(' · ')}</bdi>
      </p>
      <p key={nudged} class={nudged > 0 && !party.moves.value ? 'party-control is-nudged' : 'party-control'} data-testid="party-control">
        {words.controlledBy[state.control](host)}
      </p>
    </>
  );
}

// Why nothing happened, or what is voted on.
function Told({ party, sync }: { party: Party; sync: PartySync }) {
  const words = strings.party;
  const voting = party.voting.value;
  const fault = sync.fault.value;
  return (
    <p class="party-told" role="status">
      {fault !== null ? faultOf(fault) : voting ? words.voting(words.votes[voting.for], voting.votes, voting.of) : ''}
    </p>
  );
}

// The head of a page with the picture.
export function PartyHeading({ party, state, sync }: { party: Party; state: PartyState; sync: PartySync }) {
  return (
    <>
      <h1>
        <bdi>{state.title}</bdi>
      </h1>
      <PartyFacts party={party} state={state} nudged={sync.refused.value} />
      <Told party={party} sync={sync} />
    </>
  );
}
