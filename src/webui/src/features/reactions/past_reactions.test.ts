// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RoomEvent } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { Reactions } from './reactions';

const start = 1_763_712_000_000;
const mark = (second: number, reaction: string, count: number) => ({ media_time: start + second * 1_000, reaction, count });
type WireMark = ReturnType<typeof mark>;

const server = { marks: [] as WireMark[], pageSize: 600, status: 200, asked: [] as string[] };

// As the server answers: the marks of one second are on one page.
function answer(address: string): Response {
  const url = new URL(address, 'http://grandstand');
  server.asked.push(url.pathname);
  if (server.status !== 200) return new Response(JSON.stringify({ code: server.status === 404 ? 'not_found' : 'unavailable' }), { status: server.status });
  const [from, to] = ['from', 'to'].map((name) => Number(url.searchParams.get(name)));
  const inside = server.marks.filter(({ media_time }) => media_time >= from! && media_time < to!);
  const next = inside[server.pageSize];
  const page = next ? inside.filter(({ media_time }) => media_time < next.media_time) : inside;
  return new Response(JSON.stringify({ marks: page, more: page.length < inside.length }));
}

beforeEach(() => {
  Object.assign(server, { marks: [], pageSize: 600, status: 200, asked: [] });
  vi.stubGlobal('fetch', async (address: string) => answer(address));
});
afterEach(() => vi.unstubAllGlobals());

function viewer() {
  const world = { past: null as number | null, now: 0 };
  const inTime = signal(true);
  const context: FeatureContext = {
    room: 'channel:news', me: signal(null), inTime, pictureTime: () => (world.past === null ? start + 900_000 : null), pastTime: () => world.past, now: () => world.now,
    send: () => Promise.reject(new Error('nothing is sent')),
  };
  const reactions = new Reactions(context);
  const bursts: string[] = [];
  reactions.onBurst = ({ reaction, count, own }) => bursts.push(`${reaction} ${count}${own ? ' own' : ''}`);
  const look = async (second: number | null) => {
    world.past = second === null ? null : start + second * 1_000;
    world.now += 100;
    reactions.tick();
    await new Promise((resolve) => setTimeout(resolve));
  };
  const play = async (from: number, to: number) => {
    for (let tenth = Math.round(from * 10); tenth <= Math.round(to * 10); tenth += 1) await look(tenth / 10);
  };
  const taken = () => bursts.splice(0);
  return { reactions, inTime, look, play, taken };
}
const heard = (marks: WireMark[]) => ({ room: 'channel:news', kind: 'reactions.tally', body: { marks } }) as unknown as RoomEvent;

it('lets what was reacted rise again as the playing picture passes it, and again after going back', async () => {
  server.marks = [mark(8, 'sad', 1), mark(10, 'heart', 3), mark(10, 'fire', 1), mark(12, 'clap', 2)];
  const { play, taken } = viewer();
  await play(9, 9.9);
  expect(taken()).toEqual([]);
  await play(10, 11.9);
  expect(taken()).toEqual(['heart 3', 'fire 1']);
  await play(12, 14);
  expect(taken()).toEqual(['clap 2']);
  await play(9.5, 10.5);
  expect(taken()).toEqual(['heart 3', 'fire 1']);
  expect(server.asked).toEqual(['/api/v1/rooms/channel:news/reactions/timeline']);
});

it('shows nothing of what is jumped over, nor while the picture stands', async () => {
  server.marks = [mark(10, 'heart', 3), mark(20, 'fire', 1), mark(600, 'wow', 1)];
  const { look, play, taken } = viewer();
  await play(5, 6);
  await look(15);
  for (let time = 0; time < 30; time += 1) await look(19.5);
  await look(605);
  await play(605, 606);
  expect(taken()).toEqual([]);
});

it('reads on over pages, and each second once', async () => {
  server.pageSize = 7;
  for (let second = 0; second < 60; second += 1) server.marks.push(mark(second, 'heart', second), mark(second, 'fire', 1), mark(second, 'clap', 1));
  const { look, play, taken } = viewer();
  for (let time = 0; time < 20; time += 1) await look(0.5);
  await play(0.5, 59.5);
  expect(taken().filter((burst) => burst.startsWith('heart'))).toEqual(Array.from({ length: 59 }, (_, index) => `heart ${index + 1}`));
});

it('takes what others react to that picture only now', async () => {
  const { reactions, play, taken } = viewer();
  await play(5, 6);
  reactions.event(heard([mark(8, 'heart', 2), mark(800, 'fire', 1), { ...mark(0, 'sad', 1), media_time: null as unknown as number }]));
  expect(taken()).toEqual([]);
  await play(6, 9);
  expect(taken()).toEqual(['heart 2']);
});

it('asks nobody while the viewer does not want it, or is not in the past', async () => {
  server.marks = [mark(10, 'heart', 3)];
  const { reactions, inTime, look, play, taken } = viewer();
  await look(null);
  inTime.value = false;
  await play(9, 11);
  inTime.value = true;
  reactions.shown.value = false;
  await play(9, 11);
  expect(taken()).toEqual([]);
  expect(server.asked).toEqual([]);
});

it('is quiet with a server that keeps none, and asks one again that does not answer', async () => {
  server.status = 404;
  const quiet = viewer();
  await quiet.play(0, 25);
  expect(server.asked.length).toBeLessThanOrEqual(2);
  server.status = 503;
  server.marks = [mark(10, 'heart', 3)];
  const { play, taken } = viewer();
  await play(0, 5);
  server.status = 200;
  await play(5, 11);
  expect(taken()).toEqual(['heart 3']);
});
