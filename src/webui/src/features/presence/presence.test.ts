// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import type { RoomEvent } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { Presence } from './presence';

const user = (id: string, name: string, role: string) => ({ id, name, role });
const changed = (body: unknown) => ({ room: 'channel:news', kind: 'presence.changed', body }) as unknown as RoomEvent;
const names = (presence: Presence) => presence.users.value.map(({ name }) => name);

it('lists who is here, the highest role first, as they come and go', () => {
  const presence = new Presence({} as FeatureContext);
  presence.personal({ users: [user('guest:1', 'Zoe', 'guest'), user('account:1', 'Ada', 'viewer')], complete: true });
  expect(names(presence)).toEqual(['Ada', 'Zoe']);
  presence.event(changed({ joined: [user('account:2', 'Maria', 'moderator')], left: ['guest:1'] }));
  expect(names(presence)).toEqual(['Maria', 'Ada']);
  presence.event(changed({ users: [user('account:2', 'Maria', 'moderator')], complete: false }));
  expect(names(presence)).toEqual(['Maria']);
  expect(presence.complete.value).toBe(false);
  presence.personal(undefined);
  expect(names(presence)).toEqual([]);
});
