// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import type { Party, PartyState } from '../features/party/party';

// Out of the party, to what it watches.
export function useLeaving(party: Party, state: PartyState): () => void {
  const { go } = useApp();
  return () => {
    // Who looks in before it begins stays invited.
    if (state.starts_at === null) void party.ask('leave').catch(() => {});
    go({ page: 'watch', channel: state.programme.channel, at: null });
  };
}
