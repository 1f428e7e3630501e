// SPDX-License-Identifier: MIT
import { ask, askList, malformed, type Answer } from '../api';
import { isFields, textOf } from '../socket/protocol';

// One sign-in of the account, on some device.
export interface OpenSession {
  readonly id: string;
  readonly lastSeenAt: number;
  readonly userAgent: string;
  readonly network: string;
  readonly current: boolean; // the one that this page uses
}

export interface BlockedUser {
  readonly id: string;
  readonly name: string;
}


function decodeSession(value: unknown): OpenSession | null {
  if (!isFields(value) || typeof value['id'] !== 'string') return null;
  return {
    id: value['id'],
    lastSeenAt: Date.parse(textOf(value['last_seen_at'])),
    userAgent: textOf(value['user_agent']),
    network: textOf(value['network']),
    current: value['current'] === true,
  };
}

export const fetchSessions = () => askList('/api/v1/sessions', 'sessions', decodeSession);
export const endSession = (id: string) => ask('DELETE', `/api/v1/sessions/${encodeURIComponent(id)}`);
export const endOtherSessions = () => ask('DELETE', '/api/v1/sessions');
export const changePassword = (before: string, after: string) => ask('PUT', '/api/v1/me/password', { before, after });
export const changeName = (name: string) => ask('PUT', '/api/v1/me/name', { name });

export const fetchBlocked = () =>
  askList('/api/v1/me/blocks', 'blocked', (value): BlockedUser | null =>
    isFields(value) && typeof value['id'] === 'string' ? { id: value['id'], name: textOf(value['name']) } : null,
  );
export const block = (id: string, name: string) => ask('PUT', `/api/v1/me/blocks/${encodeURIComponent(id)}`, { name });
export const unblock = (id: string) => ask('DELETE', `/api/v1/me/blocks/${encodeURIComponent(id)}`);

export interface Profile {
  readonly since: number | null;
  readonly picture: string | null; // its address
}

export async function fetchProfile(id: string): Promise<Answer<Profile>> {
  const answer = await ask('GET', `/api/v1/accounts/${encodeURIComponent(id)}`);
  if (!answer.ok) return answer;
  if (!isFields(answer.value)) return malformed;
  const { since, picture } = answer.value;
  return { ok: true, value: { since: typeof since === 'string' ? Date.parse(since) : null, picture: typeof picture === 'string' ? picture : null } };
}
export async function fetchPicture(id: string): Promise<Answer<string | null>> {
  const answer = await fetchProfile(id);
  return answer.ok ? { ok: true, value: answer.value.picture } : answer;
}
export const removePicture = () => ask('DELETE', '/api/v1/me/picture');
export const putPicture = (picture: Blob) => ask('PUT', '/api/v1/me/picture', picture);

// Somebody else who knows who people are: an OpenID Connect provider.
export interface Provider {
  readonly id: string;
  readonly title: string;
  readonly signIn: string; // where the browser begins to sign in
}
export interface LinkedProvider {
  readonly id: string;
  readonly title: string;
  readonly linked: boolean;
}

export const fetchProviders = () =>
  askList('/api/v1/providers', 'providers', (value): Provider | null =>
    isFields(value) && typeof value['id'] === 'string' ? { id: value['id'], title: textOf(value['title']), signIn: textOf(value['sign_in']) } : null,
  );
export const fetchLinkedProviders = () =>
  askList('/api/v1/me/providers', 'providers', (value): LinkedProvider | null =>
    isFields(value) && typeof value['id'] === 'string' ? { id: value['id'], title: textOf(value['title']), linked: value['linked'] === true } : null,
  );
const providerPath = (id: string) => `/api/v1/me/providers/${encodeURIComponent(id)}`;
// The address at the provider where the browser goes on.
export async function linkProvider(id: string): Promise<Answer<string>> {
  const answer = await ask('POST', providerPath(id), {});
  if (!answer.ok) return answer;
  return isFields(answer.value) ? { ok: true, value: textOf(answer.value['url']) } : malformed;
}
export async function unlinkProvider(id: string): Promise<Answer<string>> {
  const answer = await ask('DELETE', providerPath(id));
  return answer.ok ? { ok: true, value: '' } : answer;
}

// What a browser says of itself, as people would: "Firefox on Linux". The text itself when that is not known.
export function deviceName(userAgent: string): string {
  const find = (table: readonly (readonly [RegExp, string])[]) => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = find([
    [/Edg\//, 'Edge'],
    [/OPR\//, 'Opera'],
    [/Firefox\//, 'Firefox'],
    [/Chrome\//, 'Chrome'],
    [/Safari\//, 'Safari'],
  ]);
  const system = find([
    [/Tizen/, 'Samsung TV'],
    [/Web0S|webOS/, 'LG TV'],
    [/Android/, 'Android'],
    [/iPhone|iPad/, 'iOS'],
    [/Windows/, 'Windows'],
    [/Mac OS X/, 'macOS'],
    [/Linux/, 'Linux'],
  ]);
  return browser && system ? `${browser} · ${system}` : userAgent;
}
