// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import type { RoomEvent } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { Reactions, type Burst } from './reactions';

const tally = (mediaTime: number | null, count: number) =>
  ({ room: 'channel:news', kind: 'reactions.tally', body: { marks: [{ media_time: mediaTime, reaction: 'heart', count }] } }) as unknown as RoomEvent;

function make() {
  const bursts: Burst[] = [];
  const inTime = signal(true);
  const times = { picture: 1_000 as number | null, past: null as number | null, now: 0 };
  const sent: string[] = [];
  const context = {
    inTime,
    pictureTime: () => times.picture,
    pastTime: () => times.past,
    now: () => times.now,
    send: async (name: string) => void sent.push(name),
  } as unknown as FeatureContext;
  const reactions = new Reactions(context);
  reactions.onBurst = (burst) => bursts.push(burst);
  return { reactions, bursts, inTime, times, sent };
}

it('waits for the picture, and not for ever', () => {
  const { reactions, bursts, times } = make();
  reactions.event(tally(5_000, 3));
  reactions.event(tally(null, 1));
  expect(bursts.map(({ count }) => count)).toEqual([1]);
  times.picture = 5_000;
  reactions.tick();
  expect(bursts.map(({ count }) => count)).toEqual([1, 3]);
  reactions.event(tally(900_000, 2));
  times.now = 60_000;
  reactions.tick();
  expect(bursts).toHaveLength(3);
});

it('lets everything go when the viewer switches waiting off', () => {
  const { reactions, bursts, inTime } = make();
  reactions.event(tally(5_000, 3));
  inTime.value = false;
  reactions.tick();
  expect(bursts).toHaveLength(1);
  reactions.event(tally(900_000, 2));
  expect(bursts).toHaveLength(2);
});

it("keeps today's cheers away from a picture of the past, and one's own at home", async () => {
  const { reactions, bursts, times, sent } = make();
  reactions.event(tally(5_000, 3));
  times.past = 500;
  times.picture = null;
  reactions.tick();
  reactions.event(tally(null, 1));
  expect(bursts).toEqual([]);
  await reactions.react('heart');
  expect(bursts).toEqual([{ reaction: 'heart', count: 1, own: true }]);
  expect(sent).toEqual([]);
  times.past = null;
  reactions.tick();
  await reactions.react('heart');
  reactions.event(tally(null, 3));
  expect(bursts.map(({ count }) => count)).toEqual([1, 1, 2]);
  expect(sent).toEqual(['reactions.send']);
});
