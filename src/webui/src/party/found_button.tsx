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

// One click makes a party and goes there.
export function FoundParty({ programme, className = 'button' }: { programme: PartyProgramme; className?: string }) {
  const { session, go } = useApp();
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState('');
  const found = async () => {
    if (busy) return;
    setBusy(true);
    setFault('');
    try {
      const { result } = await session.found('party', { programme });
      const party = isFields(result) ? partyOfRoom(result['room']) : null;
      if (party !== null && isFields(result)) go({ page: 'party', channel: null, at: null, party, invite: textOf(result['invite']) });
    } catch (reason) {
      setFault(faultOf(reason));
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" class={className} aria-busy={busy} title={strings.party.found} aria-label={strings.party.found} data-testid="found-party" onClick={() => void found()}>
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
