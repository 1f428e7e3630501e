// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { describe, expect, it } from 'vitest';
import { CommandRefused } from '../../socket/outbox';
import type { Done, RoomEvent, User } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { Polls } from './polls';

const me: User = { id: 'account:7', name: 'Ada', role: 'viewer' };
const bob: User = { id: 'account:8', name: 'Bob', role: 'viewer' };

function room(pictureTime: number | null) {
  const world = { me: signal<User | null>(me), picture: pictureTime, now: 0, sent: [] as { name: string; key: string | undefined }[], answers: [] as (Done | Error)[] };
  const context = {
    room: 'channel:news',
    me: world.me,
    inTime: signal(true),
    pictureTime: () => world.picture,
    pastTime: () => null,
    now: () => world.now,
    send: (name: string, _body: unknown, options?: { key?: string }) => {
      world.sent.push({ name, key: options?.key });
      const answer = world.answers.shift();
      return answer instanceof Error || answer === undefined ? Promise.reject(answer ?? new Error('no answer')) : Promise.resolve(answer);
    },
  } as FeatureContext;
  return { world, polls: new Polls(context) };
}

const event = (kind: string, body: object, mediaTime: number | null, offset: number): RoomEvent => ({
  room: 'channel:news', kind, position: { epoch: 'e1', offset }, serverTime: 0, mediaTime, user: me, body,
});
const opened = (mediaTime: number | null) => event('polls.opened', { question: 'Q?', options: ['a', 'b'], closes_at: 60_000, change: 'none', hidden: false }, mediaTime, 1);
const final = (mediaTime: number | null) => event('polls.final', { poll: 'e1:1', counts: [1, 0], votes: 1, root: 'r', size: 1, new_accounts: 0 }, mediaTime, 3);
const receipt = { poll: 'e1:1', index: 0, option: 1, replaces: null, nonce: 'n', leaf: 'l' };
const refusal = (code: string) => new CommandRefused({ code, message: '', retryAfterMs: null });

describe('Polls', () => {
  it('opens a poll when the picture has reached the moment at which it was asked', () => {
    const { world, polls } = room(1_000);
    polls.event(opened(5_000));
    polls.event(event('polls.tick', { polls: [{ poll: 'e1:1', votes: 2, counts: { '1': 2 } }] }, null, 0));
    polls.tick();
    expect(polls.polls.value).toEqual([]);
    world.picture = 5_000;
    polls.tick();
    expect(polls.polls.value[0]).toMatchObject({ id: 'e1:1', counts: [2, 0] });
  });

  it('says at once that voting is over, and the result in time', () => {
    const { world, polls } = room(1_000);
    polls.event(opened(1_000));
    polls.event(event('polls.closed', { poll: 'e1:1' }, 9_000, 2));
    polls.event(final(9_000));
    expect(polls.polls.value[0]).toMatchObject({ closed: true, final: null });
    world.picture = 9_000;
    polls.tick();
    expect(polls.polls.value[0]).toMatchObject({ counts: [1, 0], final: { root: 'r' } });
  });

  it('keeps the receipt of a vote, and those of earlier visits', async () => {
    const { world, polls } = room(null);
    polls.event(opened(null));
    world.answers.push({ position: null, stored: false, result: receipt });
    const poll = polls.polls.value[0];
    expect(poll && (await polls.vote(poll, 1))).toBe(true);
    expect(polls.receipts.value['e1:1']).toEqual(receipt);
    polls.reset({ polls: [] });
    polls.personal({ votes: [receipt] });
    expect(polls.receipts.value['e1:1']).toEqual(receipt);
  });

  it('keeps no receipt of the account that was signed in before', () => {
    const { world, polls } = room(null);
    polls.event(opened(null));
    polls.personal({ votes: [receipt] });
    polls.personal(undefined);
    expect(polls.receipts.value['e1:1']).toEqual(receipt);
    world.me.value = bob;
    polls.personal(undefined);
    expect(polls.receipts.value).toEqual({});
    expect(polls.polls.value[0] && polls.mayVote(polls.polls.value[0])).toBe(true);
  });

  it('asks with the same key what became of a vote that was not answered', async () => {
    const { world, polls } = room(null);
    polls.event(opened(null));
    const poll = polls.polls.value[0];
    if (!poll) throw new Error('no poll');
    world.answers.push(refusal('timeout'), refusal('conflict'), { position: null, stored: false, result: receipt });
    expect(await polls.vote(poll, 1)).toBe(false);
    expect(await polls.vote(poll, 1)).toBe(false);
    expect(polls.faults.value['e1:1']).toBeTruthy();
    expect(await polls.vote(poll, 1)).toBe(true);
    const keys = world.sent.map((sent) => sent.key);
    expect(keys[1]).toBe(keys[0]);
    expect(keys[2]).not.toBe(keys[0]);
    expect(polls.faults.value['e1:1']).toBeUndefined();
  });

  it('shows what the room was when we come', () => {
    const { polls } = room(null);
    polls.reset({ polls: [{ poll: 'e1:1', question: 'Q?', options: ['a', 'b'], closes_at: 1, change: 'none', hidden: false, opened_at: 0, media_time: null, by: 'Mod', closed_at: 5, counts: [3, 4], votes: 7, final: { root: 'r', size: 7 } }] });
    expect(polls.polls.value[0]).toMatchObject({ by: 'Mod', closed: true, counts: [3, 4], votes: 7 });
  });
});
