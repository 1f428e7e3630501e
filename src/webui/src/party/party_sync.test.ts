// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FeatureContext } from '../features/feature';
import { Party } from '../features/party/party';
import type { Leader, Player } from '../player/player';
import type { Done, RoomEvent, User } from '../socket/protocol';
import { ServerClock } from '../sync';
import { PerfectMedia } from '../sync/simulation/perfect_media';
import { WorldTime } from '../sync/simulation/world_time';
import { PartySync } from './party_sync';

const began = 1_700_000_000_000; // the date at which the media begins
const me: User = { id: 'guest:ada', name: 'Ada', role: 'guest' };
const state = (change: object = {}) => ({
  title: 'Film', programme: { channel: 'film', title: 'Film', start: null, end: null }, control: 'host', locked: false, waiting_room: false, keeps_chat: true, ended: false,
  revision: 1, term: 3, starts_at: null, people: [{ user: me.id, name: me.name, rank: 'host' }], invite: null, queue: [], ...change,
});
const motion = (change: object = {}) => ({ term: 3, sequence: 1, position: began + 60_000, rate: 1, at: 1_000, reason: 'found', ...change });

describe('a page in a party', () => {
  let time: WorldTime;
  let media: PerfectMedia;
  let party: Party;
  let sync: PartySync;
  let sent: [string, Record<string, unknown>][];
  let answer: Promise<Done>;
  let player: Player;
  let stop: () => void;
  let leader: { value: Leader | null };

  const event = (kind: string, body: unknown) => party.event({ kind: `party.${kind}`, body } as RoomEvent);
  const begin = (first: object = {}) => {
    party.reset({ party: state(first), motion: motion() });
    stop = sync.start();
    time.runUntil(5_000);
  };
  const asked = (name: string) => sent.filter(([command]) => command === `party.${name}`).map(([, body]) => body);

  beforeEach(() => {
    time = new WorldTime();
    media = new PerfectMedia(time);
    sent = [];
    answer = Promise.resolve({ position: null, stored: true } as Done);
    leader = signal<Leader | null>(null);
    player = {
      element: signal(media), leader, ledAlong: false, needsGesture: signal(false), range: signal({ from: began, to: began + 600_000 }),
      playingDate: () => began + media.currentTime * 1000,
      goTo: (date: number) => ((media.currentTime = (date - began) / 1000), true),
      playSilently: () => {},
    } as unknown as Player;
    const context = { me: signal(me), send: (name: string, body: Record<string, unknown>) => (sent.push([name, body]), answer) } as unknown as FeatureContext;
    party = new Party(context);
    const timers = time.clockOf(0, 0, () => 0);
    const clock = new ServerClock({ timers, random: () => 0.5, probe: (at) => clock.answered(at, time.now, time.now, time.now) });
    clock.start();
    sync = new PartySync(player, party, clock, timers);
  });

  it('follows the clock of the party and tells how it goes', () => {
    begin();
    expect(sync.state.value).toBe('in_sync');
    expect(Math.abs(media.currentTime * 1000 - 64_000)).toBeLessThan(60);
    time.runUntil(11_000);
    expect(asked('report').at(-1)).toMatchObject({ status: 'synced', stalled: false, latest: began + 600_000 });
    event('motion', motion({ sequence: 2, rate: 0, position: began + 70_500, at: 11_500 }));
    time.runUntil(13_000);
    expect(media.paused).toBe(true);
  });

  it('makes what the host presses the move of the party, under the term of their own', async () => {
    begin();
    leader.value!.toggle();
    leader.value!.seekTo(began + 1_234.6);
    leader.value!.goLive();
    expect(asked('move')).toEqual([{ term: 3, rate: 0 }, { term: 3, position: began + 1_235 }, { term: 3, rate: 1, position: 5_000 - 8_000 }]);
    answer = Promise.reject(new Error('conflict'));
    leader.value!.toggle();
    await answer.catch(() => {});
    await Promise.resolve();
    expect(sync.fault.value).toEqual(new Error('conflict'));
  });

  it('counts what a member presses in vain, and asks for a vote where the party votes', () => {
    begin({ people: [{ user: me.id, name: me.name, rank: 'member' }] });
    leader.value!.toggle();
    leader.value!.seekTo(began);
    expect([asked('move'), sync.refused.value]).toEqual([[], 2]);
    event('state', state({ revision: 2, control: 'vote', people: [] }));
    leader.value!.toggle();
    expect(asked('vote')).toEqual([{ for: 'pause' }]);
  });

  it('lets the viewer be free, without leading the player, and takes them back', () => {
    begin();
    sync.setFree(true);
    expect([sync.state.value, leader.value]).toEqual(['free', null]);
    media.currentTime = 10;
    time.runUntil(8_000);
    expect(sync.behind.value).toBeGreaterThan(50_000);
    sync.setFree(false);
    time.runUntil(12_000);
    expect([sync.state.value, leader.value]).toEqual(['in_sync', sync]);
  });

  it('takes a pause on the element for the party when it is the host’s, and else for freedom', () => {
    begin();
    media.pause();
    time.runUntil(5_001);
    expect(asked('move')).toEqual([{ term: 3, rate: 0 }]);
    event('state', state({ revision: 2, control: 'timer' }));
    time.runUntil(9_000);
    media.pause();
    time.runUntil(9_001);
    expect(sync.state.value).toBe('free');
  });

  it('says at once that the picture stands and that it goes on, once each', () => {
    begin();
    const before = asked('report').length;
    media.tell('waiting');
    media.tell('waiting');
    media.tell('playing');
    expect(asked('report').slice(before).map(({ stalled }) => stalled)).toEqual([true, false]);
  });

  it('says nothing of itself before the party begins', () => {
    begin({ starts_at: 3_600_000 });
    time.runUntil(20_000);
    expect(asked('report')).toEqual([]);
  });

  it('begins anew with another programme', () => {
    begin();
    const listening = media.heard;
    event('state', state({ revision: 2, programme: { channel: 'news', title: 'News', start: null, end: null } }));
    event('motion', motion({ sequence: 2, position: began + 300_000, at: 6_000 }));
    time.runUntil(12_000);
    expect(media.heard).toBe(listening);
    expect(Math.abs(media.currentTime * 1000 - 306_000)).toBeLessThan(60);
  });

  it('leaves the player to the viewer when the page is left', () => {
    begin();
    stop();
    expect([media.heard, leader.value, player.ledAlong]).toEqual([0, null, false]);
    const before = sent.length;
    time.runUntil(60_000);
    expect(sent.length).toBe(before);
  });
});
