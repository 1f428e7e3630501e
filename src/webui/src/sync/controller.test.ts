// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { music, ordinary, safari, SyncController, type Decision, type Observation, type Profile } from './controller';
import type { Motion } from './motion';

const playing: Motion = { term: 1, sequence: 1, timeline: 'a', position: 0, rate: 1, at: 0 };

// A player that is `behind` the room; everything else as it should be.
class Player {
  readonly controller: SyncController;
  now = 100_000;
  motion = playing;

  constructor(profile: Profile = ordinary) {
    this.controller = new SyncController(profile);
  }

  decide(behind: number, seen: Partial<Observation> = {}): Decision {
    const position = this.motion.position + this.motion.rate * (this.now - this.motion.at) - behind;
    return this.controller.decide(this.motion, { now: this.now, position, paused: false, ready: true, ahead: 8_000, hasMedia: () => true, ...seen });
  }

  later(ms: number): this {
    this.now += ms;
    return this;
  }

  // In time for long enough that nothing is settling any more.
  settled(): this {
    this.decide(0);
    return this.later(11_000);
  }
}

const nothing = { do: 'nothing' };
const rate = (value: number) => ({ do: 'rate', rate: value });

describe('SyncController, small errors', () => {
  it('leaves 60 ms alone', () => {
    const player = new Player().settled();
    expect(player.decide(59)).toEqual(nothing);
    expect(player.decide(-59)).toEqual(nothing);
  });

  it('is more exact in the ten seconds after a command', () => {
    const player = new Player();
    expect(player.decide(40)).toEqual(rate(1.01));
  });

  it('plays faster or slower by a fifth of the error a second, at most by 5 %', () => {
    expect(new Player().settled().decide(150)).toEqual(rate(1.03));
    expect(new Player().settled().decide(-150)).toEqual(rate(0.97));
    expect(new Player().settled().decide(400)).toEqual(rate(1.05));
  });

  it('goes up to 10 % when the error is above half a second, or just after a command', () => {
    expect(new Player().settled().decide(900)).toEqual(rate(1.1));
    expect(new Player().decide(290)).toEqual(rate(1.06));
  });

  it('carries a correction through at one speed, until 20 ms are left', () => {
    const player = new Player().settled();
    player.decide(150);
    expect(player.later(1_000).decide(110)).toEqual(nothing);
    expect(player.later(1_000).decide(40)).toEqual(nothing);
    expect(player.later(1_000).decide(19)).toEqual(rate(1));
  });

  it('stops a correction that has gone too far', () => {
    const player = new Player().settled();
    player.decide(150);
    expect(player.later(1_000).decide(-30)).toEqual(rate(1));
  });

  it('waits half a second between two changes of speed', () => {
    const player = new Player().settled();
    player.decide(100);
    expect(player.later(250).decide(0)).toEqual(nothing);
    expect(player.later(250).decide(0)).toEqual(rate(1));
  });

  it('plays faster only with more than 1.5 s in hand, slower always', () => {
    expect(new Player().settled().decide(150, { ahead: 1_500 })).toEqual(nothing);
    expect(new Player().settled().decide(-150, { ahead: 1_500 })).toEqual(rate(0.97));
  });
});

describe('SyncController, large errors', () => {
  it('jumps ahead of the room, by as long as it may take', () => {
    const player = new Player().settled();
    const decision = player.decide(5_000);
    expect(decision.do).toBe('seek');
    const ahead = decision.do === 'seek' ? decision.to - player.now : 0;
    expect(ahead).toBeGreaterThan(200);
    expect(ahead).toBeLessThan(1_000);
  });

  it('waits where it has landed, and plays in time for the room to come by', () => {
    const player = new Player().settled();
    player.decide(5_000);
    const landed = player.later(200).decide(-160, { paused: true });
    expect(landed).toEqual({ do: 'wait', until: player.now + 160 - player.controller.startLatency });
    expect(player.later(100).decide(-60, { paused: true })).toEqual({ do: 'play' });
  });

  it('plays at once when it has landed late', () => {
    const player = new Player().settled();
    player.decide(5_000);
    expect(player.later(900).decide(400, { paused: true })).toEqual({ do: 'play' });
  });

  it('learns how long its jumps take', () => {
    const player = new Player();
    const overshoots = [1, 2, 3, 4, 5, 6].map(() => {
      player.motion = { ...player.motion, sequence: player.motion.sequence + 1 };
      const decision = player.later(20_000).decide(5_000);
      const overshoot = decision.do === 'seek' ? decision.to - player.now : 0;
      player.later(900).decide(0, { paused: true });
      return overshoot;
    });
    expect(overshoots[0]).toBeLessThan(500);
    expect(overshoots[5]).toBeGreaterThan(900);
    expect(overshoots[5]).toBeLessThan(1_300);
  });

  it('counts on more time where nothing is loaded', () => {
    const near = new Player().settled().decide(5_000);
    const far = new Player().settled().decide(5_000, { hasMedia: () => false });
    expect((far as { to: number }).to - (near as { to: number }).to).toBeGreaterThan(1_000);
  });

  it('jumps from half a second on when the picture has just halted', () => {
    const player = new Player().settled();
    player.decide(0, { ready: false });
    expect(player.later(700).decide(700).do).toBe('seek');
    expect(new Player().settled().decide(700)).toEqual(rate(1.1));
  });

  it('jumps at most once in ten seconds, and plays faster meanwhile', () => {
    const player = new Player().settled();
    player.decide(5_000);
    player.later(500).decide(4_000, { paused: true });
    expect(player.later(2_000).decide(4_000)).toEqual(rate(1.1));
    expect(player.later(8_000).decide(4_000).do).toBe('seek');
  });

  it('gives up after three jumps in a minute, and tries again a minute later', () => {
    const player = new Player().settled();
    for (let jump = 0; jump < 3; jump += 1) {
      expect(player.later(11_000).decide(9_000).do).toBe('seek');
      player.later(100).decide(9_000, { paused: true });
    }
    expect(player.later(11_000).decide(9_000)).toEqual({ do: 'degraded' });
    expect(player.later(59_000).decide(9_000)).toEqual(nothing);
    player.later(2_000).decide(9_000);
    expect(player.decide(9_000).do).toBe('seek');
  });

  it('gives up when it has been half a second off for half a minute', () => {
    const player = new Player().settled();
    for (let second = 0; second < 30; second += 1) expect(player.later(1_000).decide(1_000, { ahead: 500 }).do).not.toBe('degraded');
    expect(player.later(1_000).decide(1_000, { ahead: 500 })).toEqual({ do: 'degraded' });
    expect(player.controller.degraded).toBe(true);
  });

  it('is no longer degraded when the room moves, when asked to be, or when it is close again', () => {
    for (const mend of [
      (player: Player) => (player.motion = { ...playing, sequence: 2 }),
      (player: Player) => player.controller.resync(),
      (player: Player) => player.decide(100),
    ]) {
      const player = new Player().settled();
      for (let second = 0; second < 32; second += 1) player.later(1_000).decide(1_000, { ahead: 500 });
      expect(player.controller.degraded).toBe(true);
      mend(player);
      player.decide(100);
      expect(player.controller.degraded).toBe(false);
    }
  });
});

describe('SyncController, commands', () => {
  it('pauses with the room, and puts the picture exactly where the room is', () => {
    const player = new Player().settled();
    player.motion = { ...playing, sequence: 2, position: 50_000, rate: 0, at: player.now };
    expect(player.decide(0)).toEqual({ do: 'pause' });
    expect(player.decide(30, { paused: true })).toEqual({ do: 'seek', to: 50_000 });
    expect(player.decide(0, { paused: true })).toEqual(nothing);
  });

  it('waits paused until it is time to play', () => {
    const player = new Player();
    player.motion = { ...playing, position: 50_000, at: player.now + 400 };
    const { startLatency } = player.controller;
    const seen = { paused: true, position: 50_000 };
    expect(player.decide(0, seen)).toEqual({ do: 'play' }); // a motion is handed over when it is due
    expect(startLatency).toBeGreaterThan(0);
  });

  it('jumps from 300 ms on when the room jumps, whatever it has jumped before', () => {
    const player = new Player().settled();
    player.decide(5_000);
    player.later(300).decide(-10, { paused: true });
    player.motion = { ...playing, sequence: 2 };
    expect(player.later(1_000).decide(-400).do).toBe('seek');
  });

  it('does nothing while it seeks or has no media', () => {
    expect(new Player().decide(5_000, { ready: false })).toEqual(nothing);
  });
});

describe('SyncController, profiles', () => {
  it('changes the speed on Safari from a quarter of a second on, by a step of 10 %, with the halts of both changes counted in', () => {
    const player = new Player(safari).settled();
    expect(player.decide(240)).toEqual(nothing);
    expect(player.decide(300)).toEqual(rate(1.1));
    expect(player.later(3_000).decide(0)).toEqual(nothing);
    expect(player.later(3_000).decide(-180)).toEqual(rate(1));
  });

  it('lets Safari stand still instead of playing slower', () => {
    const player = new Player(safari).settled();
    expect(player.decide(-300)).toEqual({ do: 'wait', until: player.now + 300 });
  });

  it('leaves music alone up to 150 ms and bends it by 2 % at most', () => {
    const player = new Player(music).settled();
    expect(player.decide(149)).toEqual(nothing);
    expect(player.decide(900)).toEqual(rate(1.02));
  });
});
