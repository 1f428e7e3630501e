// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { User } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { hideUser } from './hidden_users';
import { Typing } from './typing';

const me: User = { id: 'guest:me', name: 'Me', role: 'guest' };

function typingAt() {
  const clock = { now: 0 };
  const sent: string[] = [];
  const context: FeatureContext = {
    room: 'channel:news',
    me: signal<User | null>(me),
    inTime: signal(true),
    pictureTime: () => null,
    pastTime: () => null,
    now: () => clock.now,
    send: (name) => {
      sent.push(name);
      return Promise.resolve({ position: null, stored: false });
    },
  };
  const typing = new Typing(context);
  const writes = (user: User) =>
    typing.event({ room: 'channel:news', kind: 'chat.typing', position: null, serverTime: 0, mediaTime: null, user, body: {} });
  return { typing, clock, sent, writes };
}

const person = (name: string): User => ({ id: `guest:${name}`, name, role: 'guest' });

describe('who is writing', () => {
  it('is told for six seconds, or until the words are there', () => {
    const { typing, clock, writes } = typingAt();
    writes(person('Ada'));
    writes(person('Bob'));
    writes(me);
    expect(typing.names.value).toEqual(['Ada', 'Bob']);
    typing.said('guest:Ada');
    expect(typing.names.value).toEqual(['Bob']);
    typing.tick((clock.now = 5_999));
    expect(typing.names.value).toEqual(['Bob']);
    typing.tick((clock.now = 6_000));
    expect(typing.names.value).toEqual([]);
  });

  it('is not told of those whom the viewer has hidden', () => {
    const { typing, writes } = typingAt();
    hideUser('guest:Ada', true);
    writes(person('Ada'));
    writes(person('Bob'));
    hideUser('guest:Ada', false);
    expect(typing.names.value).toEqual(['Bob']);
  });

  it('is bounded', () => {
    const { typing, writes } = typingAt();
    for (let i = 0; i < 30; i += 1) writes(person(String(i)));
    expect(typing.names.value).toHaveLength(10);
  });

  it('tells the room of us every four seconds, and anew after a message', () => {
    const { typing, clock, sent } = typingAt();
    for (clock.now = 0; clock.now < 9_000; clock.now += 500) typing.wrote();
    expect(sent).toHaveLength(3);
    typing.sent();
    typing.wrote();
    expect(sent).toHaveLength(4);
  });
});
