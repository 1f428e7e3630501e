// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import type { Party, PartyState } from '../features/party/party';
import { strings } from '../strings';
import type { PartySync } from './party_sync';

// How the picture stands to the party's.
export function StatePill({ sync, party, state }: { sync: PartySync; party: Party; state: PartyState }) {
  const { player } = useApp();
  const words = strings.party;
  const how = sync.state.value;
  const whom = party.motion.value?.waits_for;
  const name = state.people.find(({ user }) => user === whom)?.name;
  const behind = sync.behind.value;
  const text = how === 'free' ? (behind === null ? words.state.free : words.freeBehind(behind)) : name !== undefined ? words.waitingFor(name) : words.state[how];
  return (
    <div class={`party-pill is-${name !== undefined && how !== 'free' ? 'waiting' : how}`} data-testid="party-state" data-state={how} data-position={player.position.value ?? undefined}>
      <span class="party-pill-dot" aria-hidden="true" />
      <span role="status">{text}</span>
      {(how === 'free' || how === 'degraded') && (
        <button type="button" class="link-button" data-testid="party-resync" onClick={() => sync.setFree(false)}>
          {words.resync}
        </button>
      )}
    </div>
  );
}
