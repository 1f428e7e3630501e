// SPDX-License-Identifier: MIT
import { beforeEach, describe, expect, it } from 'vitest';
import { MediaSync, type MediaSyncOptions, type SyncReport, type SyncState } from './media_sync';
import type { Motion } from './motion';
import { ServerClock } from './server_clock';
import { PerfectMedia } from './simulation/perfect_media';
import { WorldTime } from './simulation/world_time';

const motion = (change: Partial<Motion> = {}): Motion => ({ term: 1, sequence: 1, timeline: 'film', position: 60_000, rate: 1, at: 1_000, ...change });

describe('MediaSync', () => {
  let time: WorldTime;
  let media: PerfectMedia;
  let clock: ServerClock;
  let states: SyncState[];
  let reports: SyncReport[];
  let sync: MediaSync<PerfectMedia>;

  const begin = (options: Partial<MediaSyncOptions<PerfectMedia>> = {}) => {
    const timers = time.clockOf(0, 0, () => 0);
    clock = new ServerClock({ timers, random: () => 0.5, probe: (sent) => clock.answered(sent, time.now, time.now, time.now) });
    clock.start();
    const hear = { onState: (state: SyncState) => states.push(state), onReport: (report: SyncReport) => reports.push(report) };
    sync = new MediaSync({ media, clock, timers, hidden: () => false, ...hear, ...options });
  };

  beforeEach(() => {
    time = new WorldTime();
    media = new PerfectMedia(time);
    states = [];
    reports = [];
  });

  it('brings a player to where its room is, and keeps it there', () => {
    begin();
    sync.follow(motion());
    time.runUntil(20_000);
    expect(media.currentTime * 1000).toBeCloseTo(60_000 + 19_000, -2);
    expect(Math.abs(sync.behind!)).toBeLessThan(30);
    expect(states).toEqual(['catching_up', 'in_sync']);
    expect(media.preservesPitch).toBe(true);
  });

  it('waits for the clock', () => {
    const timers = time.clockOf(0, 0, () => 0);
    sync = new MediaSync({ media, clock: new ServerClock({ timers, probe: () => {} }), timers });
    sync.follow(motion());
    time.runUntil(5_000);
    expect([sync.currentState, sync.behind, media.log]).toEqual(['waiting', null, []]);
  });

  it('acts on an announced motion when it is due, and not before', () => {
    begin();
    sync.follow(motion());
    time.runUntil(10_000);
    media.log.length = 0;
    sync.follow(motion({ sequence: 2, rate: 0, position: 70_130, at: 11_130 }));
    time.runUntil(11_129);
    expect(media.paused).toBe(false);
    time.runUntil(11_300);
    expect(media.paused).toBe(true);
    expect(Math.abs(media.currentTime * 1000 - 70_130)).toBeLessThanOrEqual(20);
  });

  it('does not hear a motion twice, an old one, or one that is none', () => {
    begin();
    expect(sync.follow(motion({ sequence: 2 }))).toBe(true);
    expect(sync.follow(motion({ sequence: 2 }))).toBe(false);
    expect(sync.follow(motion({ sequence: 1 }))).toBe(false);
    expect(sync.follow({ ...motion({ sequence: 3 }), position: NaN })).toBe(false);
    expect(sync.follow(null as never)).toBe(false);
  });

  it('counts positions as the application says', () => {
    const firstSegment = 1_700_000_000_000; // the date at which this player's own time line begins
    const seeks: number[] = [];
    begin({
      positionOf: (player) => firstSegment + player.currentTime * 1000,
      seekTo: (player, position) => {
        seeks.push(position);
        player.currentTime = (position - firstSegment) / 1000;
        return true;
      },
    });
    sync.follow(motion({ position: firstSegment + 30_000 }));
    time.runUntil(10_000);
    expect(seeks[0]).toBeGreaterThan(firstSegment + 29_000);
    expect(media.currentTime).toBeCloseTo(39, 0);
  });

  it('goes on when the player cannot go there', () => {
    begin({ seekTo: () => false });
    sync.follow(motion());
    time.runUntil(9_000);
    expect(media.paused).toBe(false);
    time.runUntil(120_000);
    expect(media.log.filter((entry) => entry === 'pause')).toEqual([]);
    expect(states).toContain('degraded');
  });

  it('is silent while it jumps: the player is paused', () => {
    begin();
    sync.follow(motion());
    time.runUntil(5_000);
    media.log.length = 0;
    sync.follow(motion({ sequence: 2, position: 600_000, at: 5_500 }));
    time.runUntil(9_000);
    expect(media.log.filter((entry) => !entry.startsWith('rate'))).toEqual(['seek', 'pause', 'play']);
  });

  it('leaves a free viewer alone, and brings them back when they ask', () => {
    begin();
    sync.follow(motion());
    time.runUntil(5_000);
    sync.setFree(true);
    media.currentTime = 5;
    media.log.length = 0;
    time.runUntil(30_000);
    expect(media.log).toEqual([]);
    expect(sync.behind).toBeGreaterThan(50_000); // what "you are so far behind" can say
    sync.resync();
    time.runUntil(40_000);
    expect(states.slice(-3)).toEqual(['free', 'catching_up', 'in_sync']);
  });

  it('takes a pause of the viewer for the wish to be free', () => {
    begin();
    sync.follow(motion());
    time.runUntil(5_000);
    media.pause();
    time.runUntil(6_000);
    expect([sync.currentState, media.paused]).toEqual(['free', true]);
  });

  it('or asks the application what it means', () => {
    let asked = 0;
    begin({ onPausedByViewer: () => (asked += 1) });
    sync.follow(motion());
    time.runUntil(5_000);
    media.pause();
    time.runUntil(5_001);
    expect([asked, sync.currentState]).toEqual([1, 'in_sync']);
  });

  it('does not fight with a system that pauses hidden pages', () => {
    let hidden = false;
    begin({ hidden: () => hidden });
    sync.follow(motion());
    time.runUntil(5_000);
    hidden = true;
    media.pause();
    media.log.length = 0;
    time.runUntil(20_000);
    expect(media.log).toEqual([]);
    hidden = false;
    time.runUntil(25_000);
    expect(Math.abs(sync.behind!)).toBeLessThan(60);
  });

  it('says so when the browser wants a touch first, and asks once', async () => {
    media.refuses = true;
    begin();
    sync.follow(motion());
    for (let now = 0; now < 10_000; now += 500) {
      time.runUntil(now);
      await Promise.resolve();
      await Promise.resolve();
    }
    expect(sync.currentState).toBe('blocked');
    expect(media.log.filter((entry) => entry === 'play')).toHaveLength(1);
    media.refuses = false;
    sync.resync();
    time.runUntil(20_000);
    expect(sync.currentState).toBe('in_sync');
  });

  it('stands still for a room that is before everything the player has', () => {
    media.currentTime = 66; // the channel began there, and the room is at 60
    void media.play();
    begin({ seekTo: (player, place) => place >= 66_000 && ((player.currentTime = place / 1000), true) });
    sync.follow(motion());
    time.runUntil(5_000);
    expect([media.paused, sync.currentState]).toEqual([true, 'catching_up']);
    time.runUntil(9_000);
    expect([media.paused, sync.currentState]).toEqual([false, 'in_sync']);
    expect(Math.abs(media.currentTime * 1000 - 68_000)).toBeLessThan(60);
  });

  it('does not stand still for a room that it can never meet', () => {
    media.currentTime = 120;
    begin({ seekTo: () => false });
    void media.play();
    sync.follow(motion());
    time.runUntil(10_000);
    expect(media.paused).toBe(false);
  });

  it('reports every five seconds how it fares', () => {
    begin();
    sync.follow(motion());
    time.runUntil(12_000);
    media.stall(800);
    time.runUntil(16_000);
    expect(reports).toHaveLength(3);
    expect(reports[2]).toMatchObject({ rate: 1, stalls: 1, rtt: 0 });
    expect(reports[2]!.buffer).toBeCloseTo(10_000);
    expect(Math.abs(reports[2]!.error!)).toBeLessThan(60);
  });

  it('lets go of the player when it is stopped', () => {
    begin();
    sync.follow(motion());
    time.runUntil(5_000);
    media.playbackRate = 1.05;
    sync.stop();
    expect([media.playbackRate, media.heard]).toEqual([1, 0]);
    media.log.length = 0;
    time.runUntil(60_000);
    expect(media.log).toEqual([]);
  });
});
