// SPDX-License-Identifier: MIT
import { effect, signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomEvent, User } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import type { Poll } from './poll_list';
import { Polls } from './polls';

const start = 1_763_712_000_000; // on the programme's timeline
const latency = 7_000; // so much later it was at the server
const media = (second: number) => start + second * 1_000;
const server = (second: number) => media(second) + latency;

// Asked at second 100 for 20 s.
const asked = (more: object = {}) => ({
  poll: 'e1:4', question: 'Who wins?', options: ['Blue', 'Red'], closes_at: server(120), change: 'none', hidden: false,
  opened_at: server(100), media_time: media(100), by: 'Mod', closed_at: server(120), counts: [2, 1], votes: 3, final: { root: 'r', size: 3, new_accounts: 0 },
  closed_media_time: media(120), progress: [{ at: server(105), counts: [1, 0] }, { at: server(112), counts: [1, 1] }],
  ...more,
});
const openStill = { closed_at: null, closed_media_time: null, final: null, progress: null, closes_at: server(100_000) };

const world = { answer: [] as object[], status: 200, asked: [] as string[] };

beforeEach(() => {
  Object.assign(world, { answer: [asked()], status: 200, asked: [] });
  vi.stubGlobal('fetch', async (address: string) => {
    world.asked.push(address);
    return new Response(JSON.stringify(world.status === 200 ? { polls: world.answer } : { code: world.status === 404 ? 'not_found' : 'unavailable' }), { status: world.status });
  });
});
afterEach(() => vi.unstubAllGlobals());

const settled = () => new Promise((resolve) => setTimeout(resolve));

function viewer() {
  const state = { past: null as number | null, now: 0 };
  const inTime = signal(true);
  const me = signal<User | null>({ id: 'account:7', name: 'Ada', role: 'viewer' });
  const context: FeatureContext = {
    room: 'channel:news', me, inTime, pictureTime: () => null, pastTime: () => state.past, now: () => state.now, send: () => Promise.reject(new Error('nothing is sent')),
  };
  const polls = new Polls(context);
  const at = async (second: number): Promise<Poll | undefined> => {
    state.past = media(second);
    state.now += 100;
    polls.tick();
    await settled();
    polls.tick();
    return polls.shown.value[0];
  };
  const live = () => {
    state.past = null;
    polls.tick();
  };
  return { polls, inTime, at, live };
}

const left = (poll: Poll | undefined): number | null => (poll?.then == null ? null : (poll.closesAt - poll.then) / 1_000);
const event = (kind: string, body: object, second: number): RoomEvent => ({
  room: 'channel:news', kind, position: { epoch: 'e1', offset: 4 }, serverTime: server(second), mediaTime: media(second), user: null, body,
});

describe('a poll of the past', () => {
  it('comes when the picture gets there, with the time that was left, and may be voted in no more', async () => {
    const { polls, at } = viewer();
    expect(await at(99.9)).toBeUndefined();
    const poll = await at(100);
    expect(poll).toMatchObject({ id: 'e1:4', closed: false, final: null, counts: [0, 0], votes: 0 });
    expect(left(poll)).toBe(20);
    expect(poll && polls.mayVote(poll)).toBe(false);
    expect(left(await at(107.2))).toBe(13);
  });

  it('shows how the votes stood then', async () => {
    const { at } = viewer();
    expect(await at(104.9)).toMatchObject({ counts: [0, 0], votes: 0 });
    expect(await at(105)).toMatchObject({ counts: [1, 0], votes: 1 });
    expect(await at(113)).toMatchObject({ counts: [1, 1], votes: 2 });
  });

  it('closes, shows its result, and goes away', async () => {
    const { at } = viewer();
    expect(await at(119.9)).toMatchObject({ closed: false, final: null, counts: [1, 1] });
    expect(await at(120)).toMatchObject({ closed: true, counts: [2, 1], votes: 3, final: { root: 'r' } });
    expect(await at(179.9)).toMatchObject({ final: { root: 'r' } });
    expect(await at(180)).toBeUndefined();
  });

  it('waits for a result that is not counted yet', async () => {
    world.answer = [asked({ final: null })];
    const { polls, at } = viewer();
    expect(await at(121)).toMatchObject({ closed: true, final: null, counts: [1, 1] });
    polls.event(event('polls.final', { poll: 'e1:4', counts: [4, 6], votes: 10, root: 'r', size: 10, new_accounts: 0 }, 120));
    expect(await at(122)).toMatchObject({ closed: true, counts: [4, 6], final: { root: 'r' } });
  });

  it('is as it was again after going back, also far', async () => {
    const { at } = viewer();
    await at(122);
    expect(await at(110)).toMatchObject({ closed: false, counts: [1, 0] });
    expect(await at(99)).toBeUndefined();
    expect(await at(100_000)).toBeUndefined();
    expect(left(await at(115))).toBe(5);
  });

  it('is there for who jumps into its result', async () => {
    const { at } = viewer();
    expect(await at(170)).toMatchObject({ closed: true, counts: [2, 1] });
    const from = Number(new URL(world.asked[0] ?? '', 'http://grandstand').searchParams.get('from'));
    expect(from).toBeLessThanOrEqual(media(120));
  });

  it('tells nothing before the result when nobody knows any more how the votes stood', async () => {
    world.answer = [asked({ progress: null })];
    const { at } = viewer();
    expect(await at(110)).toMatchObject({ counts: null });
    expect(await at(120)).toMatchObject({ counts: [2, 1] });
  });

  it('tells nothing before the result when the counts were hidden', async () => {
    world.answer = [asked({ hidden: true })];
    const { at } = viewer();
    expect(await at(119)).toMatchObject({ counts: null, votes: 0 });
    expect(await at(120)).toMatchObject({ counts: [2, 1] });
  });

  it('has its moments by the server when the programme knows none', async () => {
    world.answer = [asked({ media_time: null, closed_media_time: null })];
    const { at } = viewer();
    expect(await at(106.9)).toBeUndefined();
    expect(left(await at(107))).toBe(20);
    expect(await at(112)).toMatchObject({ counts: [1, 0] });
    expect(await at(127)).toMatchObject({ final: { root: 'r' } });
    expect(await at(187)).toBeUndefined();
  });

  it('stays away once it was put away', async () => {
    const { polls, at } = viewer();
    await at(121);
    polls.dismiss('e1:4');
    expect(await at(122)).toBeUndefined();
    expect(await at(105)).toBeUndefined();
  });

  it('stays while another stretch is loaded, and not when that cannot be had', async () => {
    const { polls, at } = viewer();
    await at(175);
    const loading = at(130); // from before what is loaded
    expect(polls.shown.value).toHaveLength(1);
    await loading;
    expect(world.asked).toHaveLength(2);
    world.status = 503;
    expect(await at(102)).toBeUndefined();
  });

  it('changes once a second and no more often', async () => {
    const { polls, at } = viewer();
    await at(105.05);
    const seen: unknown[] = [];
    const stop = effect(() => void seen.push(polls.shown.value));
    for (let tenth = 0; tenth < 50; tenth += 1) await at(105.05 + tenth / 10);
    stop();
    expect(seen).toHaveLength(5); // in the seconds 105 to 109
  });
});

describe('a poll that is open to this day', () => {
  const opened = { question: 'Who wins?', options: ['Blue', 'Red'], closes_at: server(100_000), change: 'none', hidden: false };

  it("is today's, and may be voted in, from its moment on", async () => {
    world.answer = [asked(openStill)];
    const { polls, at } = viewer();
    polls.reset({ polls: world.answer });
    expect(await at(99)).toBeUndefined();
    const poll = await at(101);
    expect(poll).toBe(polls.polls.value[0]);
    expect(poll && polls.mayVote(poll)).toBe(true);
    polls.event(event('polls.tick', { polls: [{ poll: 'e1:4', votes: 5, counts: { '2': 5 } }] }, 400));
    expect(await at(101.1)).toMatchObject({ votes: 5, then: null });
    expect(await at(98)).toBeUndefined();
  });

  it('is of the past once it has closed', async () => {
    world.answer = [asked(openStill)];
    const { polls, at } = viewer();
    polls.reset({ polls: world.answer });
    await at(101);
    polls.event(event('polls.closed', { poll: 'e1:4' }, 130));
    polls.event(event('polls.final', { poll: 'e1:4', counts: [4, 6], votes: 10, root: 'r', size: 10, new_accounts: 0 }, 130));
    const poll = await at(102);
    expect(poll).toMatchObject({ closed: false, counts: null });
    expect(poll && polls.mayVote(poll)).toBe(false);
    expect(await at(130)).toMatchObject({ closed: true, counts: [4, 6], votes: 10 });
  });

  it('comes also when it is asked after its stretch was loaded', async () => {
    world.answer = [];
    const { polls, at } = viewer();
    await at(90);
    polls.event({ ...event('polls.opened', opened, 100) });
    expect(await at(99)).toBeUndefined();
    expect(await at(100)).toMatchObject({ id: 'e1:4', then: null });
  });
});

describe('the polls of today', () => {
  it('are back with the live picture, and when nothing waits for the picture', async () => {
    const { polls, inTime, at, live } = viewer();
    polls.reset({ polls: [{ ...asked(openStill), poll: 'e1:900' }] });
    expect(polls.shown.value.map(({ id }) => id)).toEqual(['e1:900']);
    expect(await at(100)).toMatchObject({ id: 'e1:4' });
    inTime.value = false;
    expect(await at(101)).toMatchObject({ id: 'e1:900' });
    inTime.value = true;
    expect(await at(102)).toMatchObject({ id: 'e1:4' });
    live();
    expect(polls.shown.value.map(({ id }) => id)).toEqual(['e1:900']);
  });
});

it('shows nothing, and hardly asks, where the server knows no past polls', async () => {
  world.status = 404;
  const { at } = viewer();
  for (let second = 90; second < 115; second += 1) expect(await at(second)).toBeUndefined();
  expect(world.asked.length).toBeLessThanOrEqual(2);
});
