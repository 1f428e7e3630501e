// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { decodeUser, isFields, type RoomEvent, type User } from '../../socket/protocol';
import type { FeatureContext, FeatureSpec, RoomFeature } from '../feature';

const usersOf = (value: unknown): readonly User[] => (Array.isArray(value) ? value : []).flatMap((one: unknown) => decodeUser(one) ?? []);
const ranks = ['admin', 'creator', 'moderator', 'member', 'viewer', 'guest'];
const inOrder = (users: Iterable<User>): readonly User[] =>
  [...users].sort((a, b) => ranks.indexOf(a.role) - ranks.indexOf(b.role) || a.name.localeCompare(b.name));

// Who is here: everybody with a name while the room is small, else members and above.
export class Presence implements RoomFeature {
  readonly users = signal<readonly User[]>([]); // the highest role first
  readonly complete = signal(true);
  readonly open = signal(false); // the list is shown

  constructor(_context: FeatureContext) {}

  reset(): void {}

  personal(value: unknown): void {
    this.whole(isFields(value) ? value : {});
  }

  event(event: RoomEvent): void {
    const body = isFields(event.body) ? event.body : {};
    if (Array.isArray(body['users'])) return this.whole(body);
    const here = new Map(this.users.value.map((user) => [user.id, user]));
    for (const id of Array.isArray(body['left']) ? body['left'] : []) here.delete(String(id));
    for (const user of usersOf(body['joined'])) here.set(user.id, user);
    this.users.value = inOrder(here.values());
  }

  tick(): void {}

  private whole(fields: Readonly<Record<string, unknown>>): void {
    this.users.value = inOrder(usersOf(fields['users']));
    this.complete.value = fields['complete'] !== false;
  }
}

export const presence: FeatureSpec<Presence> = { name: 'presence', create: (context) => new Presence(context) };
