// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { fetchInvitation, typedCode, type Invitation } from './invite_api';

// Looks up what a code invites to, and goes there.
export function useInvitation() {
  const { go } = useApp();
  const [found, setFound] = useState<(Invitation & { readonly code: string }) | null>(null);
  const [fault, setFault] = useState('');
  const look = async (text: string) => {
    const code = typedCode(text);
    if (code === '') return;
    const answer = await fetchInvitation(code);
    setFault(answer.ok ? '' : answer.fault.text);
    setFound(answer.ok ? { ...answer.value, code } : null);
  };
  const come = () => found && go({ page: 'party', channel: null, at: null, party: found.party, invite: found.code });
  const forget = () => {
    setFound(null);
    setFault('');
  };
  return { found, fault, look, come, forget };
}
