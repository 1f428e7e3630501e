// SPDX-License-Identifier: MIT
import { decodeUser, isFields, textOf, type User } from '../../socket/protocol';

// What the server says about a call (docs/protocol.md), checked here and nowhere else.

// One browser page in the call; a user may have several.
export interface Seat {
  readonly seat: string;
  readonly user: User;
  readonly audio: boolean;
  readonly video: boolean;
}
export type Mode = 'mesh' | 'sfu';
export interface Seats {
  readonly mode: Mode;
  readonly generation: number;
  readonly seats: readonly Seat[];
}
export interface Ice {
  readonly servers: readonly RTCIceServer[];
}
export interface Entered extends Ice {
  readonly seat: string;
  readonly mode: Mode;
  readonly generation: number;
}
export type Leg = 'publish' | 'watch';
export interface Description {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}
// What one end tells the other; exactly one of both. A candidate that is null: there are no more.
export type Said = { readonly description: Description } | { readonly candidate: RTCIceCandidateInit | null };
export type Signal = Said & {
  readonly to: string;
  readonly from: string; // a seat, or sfu
  readonly generation: number;
  readonly leg: Leg | null;
  readonly streams: ReadonlyMap<string, string> | null; // of the SFU's offers: the seat by mid
};
export type Asked = { readonly seat: string; readonly what: 'mute' | 'dismissed' };

export const sfu = 'sfu';

const modeOf = (value: unknown): Mode => (value === 'sfu' ? 'sfu' : 'mesh');
const numberOf = (value: unknown): number => (typeof value === 'number' && Number.isFinite(value) ? value : 0);

function seatOf(value: unknown): Seat | null {
  if (!isFields(value) || typeof value['seat'] !== 'string') return null;
  const user = decodeUser(value['user']);
  return user && { seat: value['seat'], user, audio: value['audio'] === true, video: value['video'] === true };
}

export function decodeSeats(value: unknown): Seats {
  const fields = isFields(value) ? value : {};
  const list = Array.isArray(fields['seats']) ? fields['seats'] : [];
  return { mode: modeOf(fields['mode']), generation: numberOf(fields['generation']), seats: list.flatMap((one) => seatOf(one) ?? []) };
}

// Null: nothing is said about them.
export function decodeIce(value: unknown): Ice | null {
  if (!isFields(value) || !Array.isArray(value['ice_servers'])) return null;
  const servers = value['ice_servers'].filter(isFields).flatMap(({ urls, username, credential }) =>
    Array.isArray(urls) && urls.every((url) => typeof url === 'string')
      ? [{ urls: urls as string[], ...(typeof username === 'string' && typeof credential === 'string' ? { username, credential } : {}) }]
      : [],
  );
  return { servers };
}

export function decodeEntered(value: unknown): Entered | null {
  if (!isFields(value) || typeof value['seat'] !== 'string') return null;
  return { seat: value['seat'], mode: modeOf(value['mode']), generation: numberOf(value['generation']), servers: decodeIce(value)?.servers ?? [] };
}

function decodeSaid(fields: Readonly<Record<string, unknown>>): Said | null {
  const { description, candidate } = fields;
  if (isFields(description)) {
    const { type, sdp } = description;
    return (type === 'offer' || type === 'answer') && typeof sdp === 'string' ? { description: { type, sdp } } : null;
  }
  if (candidate === null) return { candidate: null };
  return isFields(candidate) && typeof candidate['candidate'] === 'string' ? { candidate: candidate as RTCIceCandidateInit } : null;
}

export function decodeSignal(value: unknown): Signal | null {
  if (!isFields(value)) return null;
  const said = decodeSaid(value);
  if (!said) return null;
  const { leg, streams } = value;
  return {
    ...said,
    to: textOf(value['to']),
    from: textOf(value['from']),
    generation: numberOf(value['generation']),
    leg: leg === 'publish' || leg === 'watch' ? leg : null,
    streams: Array.isArray(streams) ? new Map(streams.filter(isFields).map(({ mid, seat }) => [textOf(mid), textOf(seat)])) : null,
  };
}

export function decodeAsked(value: unknown): Asked | null {
  if (!isFields(value) || typeof value['seat'] !== 'string') return null;
  if (value['dismissed'] === true) return { seat: value['seat'], what: 'dismissed' };
  return value['audio'] === false ? { seat: value['seat'], what: 'mute' } : null;
}
