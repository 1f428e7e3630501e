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
  const times = { picture: 1_000 as number | null, now: 0 };
  const context = { inTime, pictureTime: () => times.picture, now: () => times.now } as unknown as FeatureContext;
  const reactions = new Reactions(context);
  reactions.onBurst = (burst) => bursts.push(burst);
  return { reactions, bursts, inTime, times };
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
