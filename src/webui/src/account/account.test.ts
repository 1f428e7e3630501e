// SPDX-License-Identifier: MIT
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { blockedUsers, hiddenUsers, hideUser } from '../features/chat/hidden_users';
import { fetchChannels, fetchHistory } from '../api';
import type { User } from '../socket/protocol';
import { Account } from './account';

const ada: User = { id: 'account:7', name: 'Ada', role: 'viewer' };
const kept = new Map<string, string>();
const asked: string[] = [];
const shown: (string | null)[] = []; // Authorization, with each
let answers: Record<string, () => Promise<object | null>>;
const settled = () => new Promise((resolve) => setTimeout(resolve));

beforeEach(() => {
  kept.clear();
  asked.length = 0;
  shown.length = 0;
  answers = {
    'GET /api/v1/me': async () => ({ user: ada }),
    'GET /api/v1/me/blocks': async () => ({ blocked: [{ id: 'account:5', name: 'Bob' }] }),
    'DELETE /api/v1/sessions/current': async () => null,
  };
  vi.stubGlobal('localStorage', { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) });
  vi.stubGlobal('fetch', async (path: string, { method, headers }: { method: string; headers: Record<string, string> }) => {
    asked.push(`${method} ${path}`);
    shown.push(headers['Authorization'] ?? null);
    const value = await answers[`${method} ${path}`]?.();
    return new Response(value ? JSON.stringify(value) : null, { status: value ? 200 : 204 });
  });
});
afterEach(() => {
  blockedUsers.value = new Map();
  hideUser('guest:9', false);
  vi.unstubAllGlobals();
});

it('reads rooms by the token of a guest, and with an account by the cookie alone', async () => {
  answers['GET /api/v1/me'] = async () => ({ user: null });
  const account = new Account();
  await account.begin();
  await fetchHistory('party:k3', null);
  await fetchChannels();
  expect(shown.slice(-2)).toEqual([`Bearer ${account.guest.value.token}`, null]);
  answers['GET /api/v1/me'] = async () => ({ user: ada });
  await account.begin();
  await fetchHistory('party:k3', null);
  expect(shown.at(-1)).toBeNull();
});

it('lets nobody wait for the list of whom the account has blocked', async () => {
  answers['GET /api/v1/me/blocks'] = () => new Promise(() => {});
  const account = new Account();
  await account.begin();
  expect(account.user.value).toEqual(ada);
  expect(asked).toContain('GET /api/v1/me/blocks');
});

it('hides whom the account has blocked, and keeps nothing of that in the browser', async () => {
  const account = new Account();
  await account.begin();
  await settled();
  await account.block('account:6', 'Eve');
  expect([...hiddenUsers.value]).toEqual(['account:5', 'account:6']);
  await account.unblock('account:5');
  expect([...hiddenUsers.value]).toEqual(['account:6']);
  await account.signOut();
  expect([...hiddenUsers.value]).toEqual([]);
  expect(kept.get('grandstand.chat_hidden')).toBeUndefined();
});

it('stays who it is while nobody can say who that is, until the hub has said it', async () => {
  answers['GET /api/v1/me'] = () => Promise.reject(new Error('the database is away'));
  const account = new Account();
  await account.begin();
  expect(account.hello()).toEqual({}); // by the cookie
  account.welcomed(ada);
  await settled();
  expect(account.isGuest.value).toBe(false);
  expect([...hiddenUsers.value]).toEqual(['account:5']);
});

it('is a guest once the hub says that there is no account, though nobody could say so before', async () => {
  answers['GET /api/v1/me'] = () => Promise.reject(new Error('the database is away'));
  const account = new Account();
  let hellos = 0;
  account.sayHello = async () => (hellos++, null);
  await account.begin();
  account.welcomed(null);
  await settled();
  expect(account.isGuest.value).toBe(true);
  expect(account.hello()).toEqual({ guest: { name: account.guest.value.name, token: account.guest.value.token } });
  expect(hellos).toBe(1);
});

it('keeps whom a guest has hidden in the browser, whoever signs in, until they are shown again', async () => {
  answers['GET /api/v1/me'] = async () => ({ user: null });
  const account = new Account();
  await account.begin();
  await account.block('guest:9', 'Eve');
  expect(kept.get('grandstand.chat_hidden')).toBe('["guest:9"]');
  answers['GET /api/v1/me'] = async () => ({ user: ada });
  await account.begin();
  await settled();
  expect([...hiddenUsers.value]).toEqual(['guest:9', 'account:5']);
  await account.unblock('guest:9');
  expect([...hiddenUsers.value]).toEqual(['account:5']);
  expect(asked.filter((one) => one.startsWith('DELETE'))).toEqual([]);
});

it('takes no list of an account that is no longer the one that is signed in', async () => {
  let answer = (_: object) => {};
  answers['GET /api/v1/me/blocks'] = () => new Promise((resolve) => (answer = resolve));
  const account = new Account();
  await account.begin();
  await account.signOut();
  answer({ blocked: [{ id: 'account:5', name: 'Bob' }] });
  await settled();
  expect(blockedUsers.value.size).toBe(0);
});
