// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoomEvent, User } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { Chat } from './chat';

const start = 1_763_712_000_000; // on the programme's timeline
const media = (second: number) => start + second * 1_000;
const maria: User = { id: 'account:3', name: 'Maria', role: 'moderator' };

// As the wire has it.
const message = (offset: number, text: string) => ({
  room: 'channel:news', kind: 'chat.message', epoch: 'e1', offset, server_time: start, media_time: start, user: maria, body: { text },
});
const pin = (offset: number, text: string, from: number, to: number | null) => ({ from: media(from), to: to === null ? null : media(to), message: message(offset, text) });

const server = { pins: [] as ReturnType<typeof pin>[], status: 200 };

// Those that stood in a part of the stretch.
function answer(address: string): Response {
  const url = new URL(address, 'http://grandstand');
  if (!url.pathname.endsWith('/chat/pins')) return new Response(JSON.stringify({ messages: [], more: false }));
  if (server.status !== 200) return new Response(JSON.stringify({ code: 'not_found' }), { status: server.status });
  const [from, to] = ['from', 'to'].map((name) => Number(url.searchParams.get(name)));
  return new Response(JSON.stringify({ pins: server.pins.filter((one) => one.from < to! && (one.to === null || one.to > from!)) }));
}

beforeEach(() => {
  Object.assign(server, { pins: [pin(1, 'Kick-off at nine', -7_200, 110), pin(2, 'Half time: 1-1', 100, 130), pin(1, 'Kick-off at nine', 140, null)], status: 200 });
  vi.stubGlobal('fetch', async (address: string) => answer(address));
});
afterEach(() => vi.unstubAllGlobals());

const settled = () => new Promise((resolve) => setTimeout(resolve));

function viewer() {
  const state = { past: null as number | null, now: 0 };
  const context: FeatureContext = {
    room: 'channel:news', me: signal<User | null>(null), inTime: signal(true), pictureTime: () => state.past, pastTime: () => state.past, now: () => state.now,
    send: () => Promise.reject(new Error('nothing is sent')),
  };
  const chat = new Chat(context);
  chat.reset({ messages: [], pins: [message(9, 'of today')] }, { epoch: 'e1', offset: 9 });
  const at = async (second: number | null) => {
    state.past = second === null ? null : media(second);
    state.now += 100;
    chat.tick();
    await settled();
    chat.tick();
    return chat.shownPins.value.map(({ text }) => text);
  };
  return { chat, at };
}

const event = (kind: string, body: object, second: number): RoomEvent => ({
  room: 'channel:news', kind, position: { epoch: 'e1', offset: 10 }, serverTime: media(second) + 7_000, mediaTime: media(second), user: maria, body,
});

describe('pins of the past', () => {
  it('stand while they stood, however long before, and again after going back', async () => {
    const { at } = viewer();
    expect(await at(null)).toEqual(['of today']);
    expect(await at(99.9)).toEqual(['Kick-off at nine']);
    expect(await at(100)).toEqual(['Kick-off at nine', 'Half time: 1-1']);
    expect(await at(110)).toEqual(['Half time: 1-1']);
    expect(await at(130)).toEqual([]);
    expect(await at(140)).toEqual(['Kick-off at nine']);
    expect(await at(105)).toEqual(['Kick-off at nine', 'Half time: 1-1']);
    expect(await at(null)).toEqual(['of today']);
  });

  it('come and go with what is pinned and taken down in these minutes', async () => {
    const { chat, at } = viewer();
    expect(await at(141)).toEqual(['Kick-off at nine']);
    chat.event(event('chat.unpinned', { message: 'e1:1' }, 145));
    chat.event(event('chat.pinned', { pinned: message(5, 'Extra time') }, 150));
    expect(await at(144)).toEqual(['Kick-off at nine']);
    expect(await at(145)).toEqual([]);
    expect(await at(150)).toEqual(['Extra time']);
  });

  it('say what the messages say now, and nothing of those that are gone', async () => {
    const { chat, at } = viewer();
    await at(105);
    chat.event(event('chat.edited', { message: 'e1:2', text: 'Half time: 2-1' }, 500));
    expect(await at(105)).toEqual(['Kick-off at nine', 'Half time: 2-1']);
    chat.event(event('chat.deleted', { message: 'e1:1' }, 500));
    expect(await at(105)).toEqual(['Half time: 2-1']);
  });

  it('are none where the server keeps none', async () => {
    server.status = 404;
    const { at } = viewer();
    expect(await at(105)).toEqual([]);
  });
});
