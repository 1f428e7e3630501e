// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { decodeReceipt, finished, pollOfEvent, pollsOfSnapshot, shares, ticked, timeLeft, type Poll } from './poll_list';

const body = { question: 'Who wins?', options: ['Blue', 'Red', 'Green'], closes_at: 5_000, change: 'none', hidden: false };
const event = (more: object = {}) => ({
  room: 'channel:news', kind: 'polls.opened', position: { epoch: 'e1', offset: 4 }, serverTime: 1, mediaTime: 900, user: { id: 'account:1', name: 'Mod', role: 'moderator' as const }, body: { ...body, ...more },
});

describe('poll list', () => {
  it('reads a poll out of its beginning', () => {
    const poll = pollOfEvent(event());
    expect(poll).toMatchObject({ id: 'e1:4', by: 'Mod', mediaTime: 900, closed: false, counts: [0, 0, 0] });
    expect(pollOfEvent(event({ hidden: true }))?.counts).toBeNull();
    expect(pollOfEvent(event({ options: ['only one'] }))).toBeNull();
    expect(pollOfEvent({ ...event(), position: null })).toBeNull();
  });

  it('keeps what a tick leaves out', () => {
    const poll = pollOfEvent(event()) as Poll;
    const once = ticked(poll, { poll: 'e1:4', votes: 3, counts: { '1': 3 } });
    const twice = ticked(once, { poll: 'e1:4', votes: 5, counts: { '3': 2 } });
    expect(twice).toMatchObject({ counts: [3, 0, 2], votes: 5 });
    expect(ticked(twice, { poll: 'other', votes: 9, counts: {} })).toBe(twice);
  });

  it('shows the turnout only of a hidden poll until its end', () => {
    const poll = ticked(pollOfEvent(event({ hidden: true })) as Poll, { poll: 'e1:4', votes: 3 });
    expect(poll).toMatchObject({ counts: null, votes: 3 });
    expect(finished(poll, { counts: [1, 2, 0], votes: 3, root: 'r', size: 3, new_accounts: 1 })).toMatchObject({ counts: [1, 2, 0], closed: true, final: { newAccounts: 1 } });
  });

  it('takes nothing late after the exact count', () => {
    const poll = finished(pollOfEvent(event()) as Poll, { counts: [1, 2, 0], votes: 3, root: 'r', size: 3, new_accounts: 0 });
    expect(ticked(poll, { poll: 'e1:4', votes: 2, counts: { '1': 0 } })).toBe(poll);
  });

  it('drops what it does not understand', () => {
    expect(pollsOfSnapshot(null)).toEqual([]);
    expect(pollsOfSnapshot({ polls: [null, 1, {}, { poll: 'x', ...body, options: 7 }] })).toEqual([]);
    expect(decodeReceipt({ poll: 'x' })).toBeNull();
  });

  it('gives shares that add up', () => {
    expect(shares([0, 0])).toEqual([0, 0]);
    expect(shares([1, 1, 1])).toEqual([34, 33, 33]);
    expect(shares([2, 1])).toEqual([67, 33]);
    expect(shares([1, 999_999])).toEqual([0, 100]);
  });

  it('tells the time that is left', () => {
    expect(timeLeft(-1)).toBe('0:00');
    expect(timeLeft(8_001)).toBe('0:09');
    expect(timeLeft(3_723_000)).toBe('1:02:03');
  });
});
