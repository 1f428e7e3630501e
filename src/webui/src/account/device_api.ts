// SPDX-License-Identifier: MIT
import { ask, malformed, type Answer, type SignIn } from '../api';
import { decodeUser, isFields, textOf } from '../socket/protocol';

// What a television shows so that somebody with a phone lets it in (RFC 8628).
export interface DeviceCode {
  readonly secret: string; // for this television alone
  readonly code: string; // what is typed
  readonly address: string; // where
  readonly addressWithCode: string;
  readonly lifetimeMs: number;
  readonly intervalMs: number; // between two questions whether it was let in
}

// Whom the television was told to be; an account's session, or a guest of its own.
export type LetIn = { readonly signIn: SignIn } | { readonly guest: string };

// A television that waits, as the phone is told of it.
export interface WaitingDevice {
  readonly code: string;
  readonly userAgent: string;
  readonly network: string;
  readonly askedAt: number;
  readonly expiresAt: number;
}

const seconds = (value: unknown, otherwise: number): number => (typeof value === 'number' && value > 0 ? value : otherwise) * 1000;

export async function askDeviceCode(): Promise<Answer<DeviceCode>> {
  const answer = await ask('POST', '/api/v1/device_codes', {});
  if (!answer.ok) return answer;
  const fields = isFields(answer.value) ? answer.value : {};
  const secret = textOf(fields['device_code']);
  const code = textOf(fields['user_code']);
  if (secret === '' || code === '') return malformed;
  return {
    ok: true,
    value: {
      secret,
      code,
      address: textOf(fields['verification_uri']),
      addressWithCode: textOf(fields['verification_uri_complete']),
      lifetimeMs: seconds(fields['expires_in'], 600),
      intervalMs: seconds(fields['interval'], 5),
    },
  };
}

export async function askWhetherLetIn(secret: string): Promise<Answer<LetIn>> {
  const answer = await ask('POST', '/api/v1/device_sessions', { device_code: secret });
  if (!answer.ok) return answer;
  const fields = isFields(answer.value) ? answer.value : {};
  const user = decodeUser(fields['user']);
  const token = fields['token'];
  if (user && typeof token === 'string') return { ok: true, value: { signIn: { user, token } } };
  const guest = isFields(fields['guest']) ? textOf(fields['guest']['name']) : '';
  return guest === '' ? malformed : { ok: true, value: { guest } };
}

const pathOf = (code: string): string => `/api/v1/device_codes/${encodeURIComponent(code)}`;

export async function fetchWaitingDevice(code: string): Promise<Answer<WaitingDevice>> {
  const answer = await ask('GET', pathOf(code));
  if (!answer.ok) return answer;
  if (!isFields(answer.value)) return malformed;
  const { value } = answer;
  return {
    ok: true,
    value: {
      code: textOf(value['user_code']),
      userAgent: textOf(value['user_agent']),
      network: textOf(value['network']),
      askedAt: Date.parse(textOf(value['asked_at'])),
      expiresAt: Date.parse(textOf(value['expires_at'])),
    },
  };
}

// `guest`: without an account, the television becomes a guest of that name.
export const decideDevice = (code: string, allow: boolean, guest: { readonly name: string; readonly token: string } | null) =>
  ask('PUT', pathOf(code), { allow, ...(guest === null ? {} : { guest: { name: guest.name, token: guest.token } }) });

// People type it from the other end of the room.
export const typedDeviceCode = (text: string): string => {
  const letters = text.toUpperCase().replace(/[^A-Z]/g, '').slice(0, 8);
  return letters.length > 4 ? `${letters.slice(0, 4)}-${letters.slice(4)}` : letters;
};
export const isWholeDeviceCode = (code: string): boolean => /^[A-Z]{4}-[A-Z]{4}$/.test(code);
