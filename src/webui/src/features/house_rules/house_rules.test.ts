// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import type { RoomEvent } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { HouseRules } from './house_rules';

const author = { id: 'guest:ada', name: 'Ada', role: 'guest' };
const event = (name: string, body: unknown): RoomEvent => ({ room: 'channel:one', kind: `house_rules.${name}`, position: null, serverTime: 1_000, mediaTime: null, user: null, body });

function make() {
  let now = 0;
  const sent: [string, unknown][] = [];
  const context = {
    room: 'channel:one',
    me: signal(null),
    inTime: signal(true),
    pictureTime: () => null,
    now: () => now,
    send: (name: string, body: unknown) => {
      sent.push([name, body]);
      return Promise.resolve({ position: null, stored: false });
    },
  } as unknown as FeatureContext;
  return { rules: new HouseRules(context), sent, advance: (ms: number) => (now += ms) };
}

describe('HouseRules', () => {
  it('knows the modes of the snapshot and follows their changes', () => {
    const { rules } = make();
    rules.reset({ modes: { slow: 10, shield: null } }, { epoch: 'e', offset: 0 });
    expect(rules.modes.value.slow).toBe(10);
    expect(rules.modes.value.followers).toBe(-1);
    rules.event(event('mode', { subject: 'members', value: 1 }));
    rules.event(event('mode', { subject: 'account_age', value: 1_440 }));
    expect(rules.modes.value.account_age).toBe(1_440);
    rules.event(event('mode', { subject: 'shield', value: 2 }));
    expect(rules.modes.value.members).toBe(1);
    expect(rules.modes.value.shield).toBe(121_000);
    rules.event(event('mode', { subject: 'constructor', value: 1 }));
    expect(Object.keys(rules.modes.value)).not.toContain('constructor');
  });

  it('is for moderators when the room says so', () => {
    const { rules } = make();
    rules.personal(undefined);
    expect(rules.isModerator.value).toBe(false);
    rules.personal({ held: [{ subject: '1', author, text: 'hm', reason: 'word' }], words: { spam: 'hold' }, links: {}, delayed: [] });
    expect(rules.isModerator.value).toBe(true);
    expect(rules.waiting.value.map(({ text }) => text)).toEqual(['hm']);
    expect(rules.words.value.get('spam')).toBe('hold');
  });

  it('keeps what waits until it is decided or its time has come', async () => {
    const { rules, sent, advance } = make();
    rules.personal({ held: [], words: {}, links: {}, delayed: [] });
    rules.event(event('held', { subject: '1', author, text: 'one', reason: 'word' }));
    rules.event(event('held', { subject: '1', author, text: 'one', reason: 'word' }));
    rules.event(event('delayed', { id: '2', author, text: 'two', release_in_ms: 4_000 }));
    expect(rules.waiting.value.map(({ id }) => id)).toEqual(['1', '2']);
    advance(4_000);
    rules.tick();
    expect(rules.waiting.value.map(({ id }) => id)).toEqual(['1']);
    await rules.decide('1', true);
    expect(sent).toEqual([['house_rules.release', { held: '1' }]]);
    expect(rules.waiting.value).toEqual([]);
  });
});
