// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Done, RoomEvent, User } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { Chat } from './chat';

const me: User = { id: 'account:7', name: 'Ada', role: 'viewer' };
const settled = () => new Promise((resolve) => setTimeout(resolve));

const said = (epoch: string, offset: number, text: string): RoomEvent => ({
  room: 'channel:news', kind: 'chat.message', position: { epoch, offset }, serverTime: 1_000, mediaTime: null, user: me, body: { text },
});
// As the wire has it.
const wire = (event: RoomEvent) => ({ room: event.room, kind: event.kind, ...event.position, server_time: event.serverTime, media_time: event.mediaTime, user: event.user, body: event.body });

function room(name = 'channel:news') {
  let answer: (done: Done) => void = () => {};
  const world = { past: null as number | null, replays: true, sent: 0 };
  const context: FeatureContext = {
    room: name, me: signal<User | null>(me), inTime: signal(true), pictureTime: () => world.past, pastTime: () => (world.replays ? world.past : null), now: () => 0,
    send: () => new Promise((resolve) => ((world.sent += 1), (answer = resolve))),
  };
  const chat = new Chat(context);
  const texts = () => [...chat.shown.value.map(({ text }) => text), ...chat.pending.value.map(({ text }) => text)];
  return { world, chat, texts, answer: (done: Done) => answer(done) };
}

// The daemon died after it had told everybody and before it had stored and answered. Whoever takes the room over begins a new
// epoch, and the same command comes to it again under its key.
describe('a message that is heard again in a new epoch', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('is shown once to who sent it, stored by the old owner of the room', async () => {
    const { chat, texts, answer } = room();
    chat.reset({ messages: [] }, { epoch: 'e1', offset: 4 });
    void chat.send('Goal!');
    chat.event(said('e1', 5, 'Goal!'));
    expect(texts()).toEqual(['Goal!']);
    chat.reset({ messages: [wire(said('e1', 5, 'Goal!'))] }, { epoch: 'e2', offset: 0 });
    expect(texts()).toEqual(['Goal!']);
    answer({ position: { epoch: 'e1', offset: 5 }, stored: true });
    await settled();
    expect(texts()).toEqual(['Goal!']);
  });

  it('is shown once to who sent it, carried out again by the new owner', async () => {
    const { chat, texts, answer } = room();
    chat.reset({ messages: [] }, { epoch: 'e1', offset: 4 });
    void chat.send('Goal!');
    chat.event(said('e1', 5, 'Goal!'));
    chat.reset({ messages: [] }, { epoch: 'e2', offset: 0 });
    expect(texts()).toEqual(['Goal!']);
    chat.event(said('e2', 1, 'Goal!'));
    expect(texts()).toEqual(['Goal!']);
    answer({ position: { epoch: 'e2', offset: 1 }, stored: true });
    await settled();
    expect(texts()).toEqual(['Goal!']);
    expect(chat.pending.value).toEqual([]);
  });

  it('is shown once while the room is replayed', async () => {
    const { world, chat, texts } = room();
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ messages: [], more: false })));
    world.past = 100_000;
    chat.reset({ messages: [] }, { epoch: 'e1', offset: 4 });
    chat.tick();
    await settled();
    chat.event(said('e1', 5, 'Goal!'));
    expect(texts()).toEqual(['Goal!']);
    chat.reset({ messages: [] }, { epoch: 'e2', offset: 0 });
    chat.tick();
    await settled();
    chat.event(said('e2', 1, 'Goal!'));
    expect(texts()).toEqual(['Goal!']);
  });
});

describe('a message over the picture', () => {
  const other: User = { id: 'guest:2', name: 'Bob', role: 'guest' };
  const line = (offset: number, text: string, mediaTime: number | null): RoomEvent => ({ ...said('e1', offset, text), user: other, mediaTime });
  const over = (chat: Chat) => chat.overPicture.value.map(({ text }) => text);

  it('comes when the picture gets to where it was said, and goes when it is taken back', () => {
    const { world, chat } = room('party:k3');
    world.replays = false;
    chat.reset({ messages: [wire(line(1, 'before we came', null))] }, { epoch: 'e1', offset: 1 });
    expect(over(chat)).toEqual([]);
    world.past = 5_000;
    chat.event(line(2, 'Goal!', 9_000));
    expect(over(chat)).toEqual([]);
    world.past = 9_000;
    chat.tick();
    expect(over(chat)).toEqual(['Goal!']);
    chat.lines.show(false);
    expect(over(chat)).toEqual([]);
    chat.lines.show(true);
    expect(over(chat)).toEqual(['Goal!']);
    chat.event({ ...line(3, '', null), kind: 'chat.deleted', body: { message: 'e1:2' } });
    expect(over(chat)).toEqual([]);
  });
});
