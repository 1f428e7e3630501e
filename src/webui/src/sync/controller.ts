// SPDX-License-Identifier: MIT
import { LearnedLatency } from './learned_latency';
import { positionAt, type Motion } from './motion';

// What a player does to be where its room is: decided a few times a second from where it should be and where it is. Nothing here
// touches a player or reads a clock; MediaSync carries the decisions out.
//
// Small errors are left alone, middling ones are made up by playing slightly faster or slower, large ones by a jump: to a little ahead
// of the room, where the picture waits until the room comes by. Somebody for whom nothing helps is left in peace and told so.

// How a kind of player or programme is kept in time. Milliseconds.
export interface Profile {
  readonly engageMs: number; // from this error on something is done
  readonly settlingEngageMs: number; // the same in the first seconds after a command or a jump
  readonly releaseMs: number; // until this one
  readonly gain: number; // of speed for each second of error
  readonly gentle: number; // most of speed for a small error
  readonly brisk: number; // for a large one, and in the first seconds
  readonly leastStep: number; // of speed; smaller changes are not made
  readonly jumpMs: number; // beyond this error the player jumps
  readonly haltJumpMs: number; // the same right after it ran out of media, when a jump is no further disturbance
  readonly changeCostMs: number; // by which the picture halts when its speed changes
}

// Chrome, Firefox, televisions.
export const ordinary: Profile = {
  engageMs: 60,
  settlingEngageMs: 25,
  releaseMs: 20,
  gain: 0.2,
  gentle: 0.05,
  brisk: 0.1,
  leastStep: 0.01,
  jumpMs: 2_000,
  haltJumpMs: 500,
  changeCostMs: 0,
};

// Its picture halts for 0.1 to 0.3 s whenever its speed changes: seldom, and then by a step that is worth it.
export const safari: Profile = { ...ordinary, engageMs: 250, settlingEngageMs: 250, releaseMs: 50, gentle: 0.1, leastStep: 0.1, changeCostMs: 200 };

// Where a wrong pitch is heard.
export const music: Profile = { ...ordinary, engageMs: 150, settlingEngageMs: 100, releaseMs: 50, gentle: 0.02, brisk: 0.02, jumpMs: 1_000 };

// What is known of the player at the moment of a decision.
export interface Observation {
  readonly now: number; // server time
  readonly position: number; // of the picture, smoothed
  readonly paused: boolean;
  readonly ready: boolean; // it has media at its position and does not seek
  readonly ahead: number; // milliseconds of media loaded beyond the position
  readonly hasMedia: (position: number) => boolean; // whether a seek there needs no loading
}

export type Decision =
  | { readonly do: 'nothing' }
  | { readonly do: 'rate'; readonly rate: number }
  | { readonly do: 'seek'; readonly to: number } // and stay paused, which is silent, until told to play
  | { readonly do: 'pause' }
  | { readonly do: 'play' }
  | { readonly do: 'wait'; readonly until: number } // paused; to be asked again at that server time
  | { readonly do: 'degraded' };

const nothing: Decision = { do: 'nothing' };
const changeEveryMs = 500;
const worthChanging = 0.021; // of speed, once it is changed
const settlingMs = 10_000; // after a command or a jump
const largeErrorMs = 500;
const enoughAheadMs = 1_500; // to play faster
const commandJumpMs = 300; // when the room itself moves nobody minds a jump
const pausedErrorMs = 20; // a picture that stands still is put in place exactly
const timerMs = 5; // no timer is better than that
const longestWaitMs = 5_000;
const longestHaltMs = 30_000; // for a room that is where the player cannot go
const jumpEveryMs = 10_000;
const jumpsWithinMs = 60_000;
const mostJumps = 3;
const hopelessMs = 30_000;
const degradedMs = 60_000;
const recoveredMs = 250;

export class SyncController {
  private motion: Motion | null = null;
  private commanded = false; // the room has moved, and this player has not followed yet
  private halted = false; // it ran out of media, and has not made up for that yet
  private settledAt = 0; // until then corrections are brisk and exact
  private rate = 1;
  private rateChangedAt = -Infinity;
  private jumps: number[] = []; // when it jumped to correct
  private jumpedAt = -Infinity; // for whatever reason
  private failedAt = -Infinity; // it could not go where the room is
  private jumping: { readonly at: number; readonly latency: LearnedLatency } | null = null;
  private starting: { readonly at: number; readonly from: number } | null = null;
  private farOffSince: number | null = null;
  private degradedAt: number | null = null;
  private readonly nearLatency = new LearnedLatency(200, 50);
  private readonly farLatency = new LearnedLatency(1_200, 300);
  private readonly playLatency = new LearnedLatency(60, 15);

  constructor(private readonly profile: Profile = ordinary) {}

  get degraded(): boolean {
    return this.degradedAt !== null;
  }

  // How long before a motion's time a paused player has to be told to play.
  get startLatency(): number {
    return this.playLatency.usual;
  }

  // Starts over, as after a command: the viewer has asked for it, or is back.
  resync(): void {
    this.motion = null;
    this.jumps = [];
  }

  // How long it took until the player had media at all: a jump beyond what is loaded takes about as long.
  loaded(tookMs: number): void {
    this.farLatency.take(tookMs);
  }

  // The player could not go there.
  jumpFailed(): void {
    this.jumping = null;
    this.failedAt = this.jumpedAt;
  }

  decide(motion: Motion, seen: Observation): Decision {
    if (motion !== this.motion) this.follow(motion, seen.now);
    if (motion.rate === 0 && !seen.paused) return { do: 'pause' };
    if (!seen.ready) {
      if (!seen.paused) this.halted = true;
      this.starting = null;
      return nothing;
    }
    this.learn(seen);
    const error = positionAt(motion, seen.now) - seen.position; // positive: behind the room
    if (motion.rate === 0) return this.standStill(motion, seen, error);
    return seen.paused ? this.begin(motion, seen, error) : this.keepUp(motion, seen, error);
  }

  private follow(motion: Motion, now: number): void {
    this.motion = motion;
    this.commanded = true;
    this.halted = false;
    this.settledAt = now + settlingMs;
    this.failedAt = -Infinity;
    this.jumping = this.starting = this.farOffSince = this.degradedAt = null;
  }

  // How long jumping and starting took this time.
  private learn(seen: Observation): void {
    this.jumping?.latency.take(seen.now - this.jumping.at);
    this.jumping = null;
    const moved = this.starting ? seen.position - this.starting.from : 0;
    if (!this.starting || seen.paused || moved < 100) return;
    this.playLatency.take(seen.now - this.starting.at - moved);
    this.starting = null;
  }

  private standStill(motion: Motion, seen: Observation, error: number): Decision {
    const off = Math.abs(error);
    if (off <= pausedErrorMs || (!this.commanded && (off <= recoveredMs || seen.now - this.jumpedAt < jumpEveryMs))) return nothing;
    this.commanded = false;
    this.jumpedAt = seen.now;
    return { do: 'seek', to: motion.position };
  }

  // The player is paused and the room plays: it is to move at the moment at which the room is where it stands.
  private begin(motion: Motion, seen: Observation, error: number): Decision {
    const bearable = this.commanded ? commandJumpMs : error > 0 ? this.profile.jumpMs : longestWaitMs;
    const jump = Math.abs(error) > bearable ? this.jump(motion, seen, false) : null;
    if (jump) return jump;
    this.commanded = false;
    const early = -error - this.playLatency.usual;
    if (early > timerMs) return { do: 'wait', until: seen.now + early };
    this.rate = 1;
    this.starting = { at: seen.now, from: seen.position };
    return { do: 'play' };
  }

  private keepUp(motion: Motion, seen: Observation, error: number): Decision {
    const off = Math.abs(error);
    if (this.degradedAt !== null) {
      if (off <= recoveredMs) this.degradedAt = null;
      else if (seen.now - this.degradedAt < degradedMs) return nothing;
      else this.resync();
      return nothing;
    }
    if (this.halted) this.settledAt = seen.now + settlingMs;
    const bearable = this.commanded ? commandJumpMs : this.halted ? this.profile.haltJumpMs : this.profile.jumpMs;
    this.halted = false;
    // A channel that has just begun: what the room shows was never sent, and what is ahead of it comes by itself.
    const unreachable = seen.now - this.failedAt < jumpEveryMs;
    if (unreachable && error < -bearable && error >= -longestHaltMs) return { do: 'wait', until: seen.now - error };
    const jump = off > bearable ? this.jump(motion, seen, off > this.profile.jumpMs) : null;
    this.commanded = false;
    if (jump) return jump;
    this.farOffSince = off > largeErrorMs ? (this.farOffSince ?? seen.now) : null;
    if (this.farOffSince !== null && seen.now - this.farOffSince >= hopelessMs) return this.giveUp(seen.now);
    if (this.profile.changeCostMs > 0 && error < -this.profile.engageMs) return { do: 'wait', until: seen.now - error };
    return this.adjust(seen, error);
  }

  // Null: not yet again. `needed`: nothing but a jump would help.
  private jump(motion: Motion, seen: Observation, needed: boolean): Decision | null {
    const { now } = seen;
    if (!this.commanded) {
      this.jumps = this.jumps.filter((at) => now - at < jumpsWithinMs);
      if (this.jumps.length >= mostJumps) return needed ? this.giveUp(now) : null;
      if (now - this.jumpedAt < jumpEveryMs) return null;
      this.jumps.push(now);
    }
    this.commanded = false;
    this.jumpedAt = now;
    this.settledAt = now + settlingMs;
    this.farOffSince = null;
    const latency = seen.hasMedia(positionAt(motion, now)) ? this.nearLatency : this.farLatency;
    this.jumping = { at: now, latency };
    return { do: 'seek', to: positionAt(motion, now + latency.enough + this.playLatency.usual) };
  }

  private giveUp(now: number): Decision {
    this.degradedAt = now;
    this.farOffSince = null;
    this.rate = 1;
    return { do: 'degraded' };
  }

  private adjust(seen: Observation, error: number): Decision {
    const wanted = this.wantedRate(seen, error);
    if (wanted === this.rate || seen.now - this.rateChangedAt < changeEveryMs) return nothing;
    this.rate = wanted;
    this.rateChangedAt = seen.now;
    return { do: 'rate', rate: wanted };
  }

  private wantedRate(seen: Observation, error: number): number {
    const { profile } = this;
    const settling = seen.now < this.settledAt;
    const present = this.rate - 1;
    const left = present > 0 ? error + profile.changeCostMs : error; // going back to normal speed costs, too
    const off = Math.abs(left);
    const small = off <= (settling ? profile.settlingEngageMs : profile.engageMs);
    const done = off <= profile.releaseMs || left * present < 0;
    if (present === 0 ? small : done) return 1;
    const most = settling || off > largeErrorMs ? profile.brisk : profile.gentle;
    const steps = Math.round(Math.min(most, (profile.gain * off) / 1000) / profile.leastStep);
    const change = Math.sign(left) * Math.max(1, steps) * profile.leastStep;
    if (change > 0 && seen.ahead <= enoughAheadMs) return 1;
    // What has been begun is carried through at the same speed: it ends no later, and every change can be heard.
    const atMost = (limit: number) => Math.abs(present) <= limit + 1e-9;
    const keep = present !== 0 && atMost(most) && !atMost(Math.abs(change) - worthChanging);
    return keep ? this.rate : Math.round((1 + change) * 1000) / 1000;
  }
}
