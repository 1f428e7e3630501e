// SPDX-License-Identifier: MIT
import { ask, malformed, type Answer } from '../api';
import { isFields, textOf } from '../socket/protocol';

export interface Invitation {
  readonly party: string;
  readonly title: string;
  readonly host: string;
  readonly people: number;
}

const prefix = 'party:';

export const partyOfRoom = (room: unknown): string | null => (typeof room === 'string' && room.startsWith(prefix) ? room.slice(prefix.length) : null);

// What a code invites to.
export async function fetchInvitation(code: string): Promise<Answer<Invitation>> {
  const answer = await ask('GET', `/api/v1/features/party/invite?code=${encodeURIComponent(code)}`);
  if (!answer.ok) return answer;
  const { value } = answer;
  const party = isFields(value) ? partyOfRoom(value['room']) : null;
  if (!isFields(value) || party === null) return malformed;
  return { ok: true, value: { party, title: textOf(value['title']), host: textOf(value['host']), people: Number(value['people']) || 0 } };
}

// People type it from paper.
export const typedCode = (text: string): string => text.trim().toLowerCase().replace(/[\s-]/g, '');

export const invitationUrl = (party: string, code: string | null): string =>
  `${location.origin}/party/${encodeURIComponent(party)}${code === null ? '' : `?invite=${encodeURIComponent(code)}`}`;
