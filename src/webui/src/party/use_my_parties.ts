// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { askList } from '../api';
import { useApp } from '../app_state';
import { isFields, textOf } from '../socket/protocol';
import { partyOfRoom } from './invite_api';

export interface MyParty {
  readonly party: string;
  readonly title: string;
  readonly startsAt: number | null;
}

export function decodeMine(value: unknown): MyParty | null {
  const party = isFields(value) ? partyOfRoom(value['room']) : null;
  if (!isFields(value) || party === null) return null;
  const startsAt = value['starts_at'];
  return { party, title: textOf(value['title']), startsAt: typeof startsAt === 'number' ? startsAt : null };
}

// Those that we are in.
export function useMyParties(): readonly MyParty[] {
  const { account } = useApp();
  const [parties, setParties] = useState<readonly MyParty[]>([]);
  const me = account.user.value?.id;
  useEffect(() => {
    if (me === undefined) return undefined;
    let asked = true;
    void askList('/api/v1/features/party/mine', 'parties', decodeMine).then((answer) => asked && answer.ok && setParties(answer.value));
    return () => {
      asked = false;
    };
  }, [me]);
  return parties;
}
