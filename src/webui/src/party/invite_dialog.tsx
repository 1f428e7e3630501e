// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import type { Party, PartyState } from '../features/party/party';
import { useFault } from '../features/use_fault';
import { Modal } from '../look/modal';
import { strings } from '../strings';
import { invitationUrl } from './invite_api';
import { QrCode } from './qr_code';

// `state` tells the code; a new one voids it.
export function Invitation({ party, state }: { party: Party; state: PartyState }) {
  const { router } = useApp();
  const { party: id, tv } = router.route.value;
  const words = strings.party;
  const [copied, setCopied] = useState('');
  const { fault, follow } = useFault();
  const code = state.invite?.code ?? null;
  const url = invitationUrl(id ?? '', code);
  const copy = () => navigator.clipboard?.writeText(url).then(() => setCopied(url), () => undefined); // else it can be selected
  return (
    <div class="party-invitation">
      <h2>{words.inviteTitle}</h2>
      {code !== null && (
        <>
          <QrCode text={url} label={words.qr} />
          <p class="party-code" aria-label={words.code} data-testid="party-invite-code">
            {code}
          </p>
          <code class="party-link" data-testid="party-link">
            {url}
          </code>
          {!tv && (
            <button type="button" class="button button-accent button-wide" data-testid="party-copy" onClick={() => void copy()}>
              {copied === url ? words.copied : words.copy}
            </button>
          )}
        </>
      )}
      {party.hosts.value && (
        <p class="party-new-code">
          <button type="button" class="link-button" data-testid="party-new-code" onClick={() => follow(party.ask('invite'))}>
            {words.newCode}
          </button>{' '}
          <span>{words.newCodeHint}</span>
        </p>
      )}
      {fault !== '' && <p class="party-fault" role="alert">{fault}</p>}
    </div>
  );
}

export function InviteDialog({ open, party, state, onClose }: { open: boolean; party: Party; state: PartyState; onClose: () => void }) {
  return (
    <Modal open={open} title={strings.party.inviteTitle} class="party-invite" onClose={onClose}>
      <Invitation party={party} state={state} />
    </Modal>
  );
}
