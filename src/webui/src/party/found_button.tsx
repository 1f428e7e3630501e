// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { faultOf } from '../features/fault_of';
import { Icon } from '../look/icons';
import { isFields, textOf } from '../socket/protocol';
import { strings } from '../strings';
import { partyOfRoom } from './invite_api';

export interface PartyProgramme {
  readonly channel: string;
  readonly title?: string;
  readonly start?: number;
  readonly end?: number;
}

// Makes a party and goes there.
export function useFounding() {
  const { session, go } = useApp();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const found = async (body: { programme: PartyProgramme; title?: string; starts_at?: number }) => {
    if (busy) return;
    setBusy(true);
    setFault('');
    try {
      const { result } = await session.found('party', body);
      const party = isFields(result) ? partyOfRoom(result['room']) : null;
      if (party !== null && isFields(result)) go({ page: 'party', channel: null, at: null, party, invite: textOf(result['invite']) });
    } catch (reason) {
      setFault(faultOf(reason));
    }
    setBusy(false);
  };
  return { busy, fault, found };
}

export function FoundParty({ programme, className = 'button' }: { programme: PartyProgramme; className?: string }) {
  const { busy, fault, found } = useFounding();
  return (
    <>
      <button type="button" class={className} aria-busy={busy} title={strings.party.found} aria-label={strings.party.found} data-testid="found-party" onClick={() => void found({ programme })}>
        <Icon name="people" />
        <span class="found-party-word">{strings.party.found}</span>
      </button>
      {fault !== '' && (
        <span class="party-fault" role="alert">
          {fault}
        </span>
      )}
    </>
  );
}
