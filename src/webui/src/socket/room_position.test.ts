// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Joined, RoomEvent } from './protocol';
import { RoomPosition } from './room_position';

const joined = (epoch: string, offset: number, recovered = false): Joined => ({
  room: 'channel:news',
  position: { epoch, offset },
  recovered,
  members: 1,
  events: [],
  snapshots: {}, personal: {},
});
const event = (epoch: string | null, offset = 0): RoomEvent => ({
  room: 'channel:news',
  kind: 'chat.message',
  position: epoch === null ? null : { epoch, offset },
  serverTime: 0,
  mediaTime: null,
  user: null,
  body: {},
});

describe('RoomPosition', () => {
  it('knows nothing to resume from before it joined', () => {
    expect(new RoomPosition().since()).toBeNull();
  });

  it('delivers one after the other and follows', () => {
    const position = new RoomPosition();
    position.joined(joined('k1', 10));
    expect(position.arrive(event('k1', 11))).toBe('deliver');
    expect(position.arrive(event('k1', 12))).toBe('deliver');
    expect(position.since()).toEqual({ epoch: 'k1', offset: 12 });
  });

  it('drops duplicates', () => {
    const position = new RoomPosition();
    position.joined(joined('k1', 10));
    expect(position.arrive(event('k1', 10))).toBe('duplicate');
    expect(position.arrive(event('k1', 3))).toBe('duplicate');
  });

  it('reports a gap and stays where it was', () => {
    const position = new RoomPosition();
    position.joined(joined('k1', 10));
    expect(position.arrive(event('k1', 12))).toBe('gap');
    expect(position.since()).toEqual({ epoch: 'k1', offset: 10 });
  });

  it('delivers what has an order of its own and stays where it was', () => {
    const position = new RoomPosition();
    position.joined(joined('k1', 10));
    expect(position.arrive(event('1k', 1))).toBe('deliver');
    expect(position.since()).toEqual({ epoch: 'k1', offset: 10 });
  });

  it('keeps its place when resumed: the missed events move it on', () => {
    const position = new RoomPosition();
    position.joined(joined('k1', 10));
    position.joined(joined('k1', 12, true));
    expect(position.arrive(event('k1', 11))).toBe('deliver');
    expect(position.arrive(event('k1', 12))).toBe('deliver');
  });

  it('takes the new place when it could not be resumed', () => {
    const position = new RoomPosition();
    position.joined(joined('k1', 10));
    position.joined(joined('k2', 4));
    expect(position.since()).toEqual({ epoch: 'k2', offset: 4 });
  });

  it('lets passing events through without counting them', () => {
    const position = new RoomPosition();
    position.joined(joined('k1', 10));
    expect(position.arrive(event(null))).toBe('deliver');
    expect(position.since()).toEqual({ epoch: 'k1', offset: 10 });
  });
});
