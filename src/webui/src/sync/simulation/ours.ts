// SPDX-License-Identifier: MIT
import { MediaSync, ordinary, ServerClock, type Motion, type Profile, type SyncReport } from '..';
import type { SimulatedMedia } from './simulated_media';
import type { Member, Press, Room, Seat, Stage, System } from './system';
import { positionAt } from '../motion';

type Message =
  | { readonly type: 'ping'; readonly clientTime: number }
  | { readonly type: 'pong'; readonly clientTime: number; readonly received: number; readonly sent: number }
  | { readonly type: 'press'; readonly press: Press }
  | { readonly type: 'report'; readonly report: SyncReport }
  | { readonly type: 'motion'; readonly motion: Motion };

const repeatEveryMs = 5_000;

// This module as an application uses it, and the server's part of the protocol in few lines. Hostile members send reports that cannot
// be true.
export function ours(profile: Profile = ordinary, hostile: (index: number) => boolean = () => false): System<Message> {
  return { name: 'Grandstand', open: (stage) => new OurRoom(stage), sit: (seat) => new OurMember(seat, profile, hostile(seat.index)) };
}

class OurRoom implements Room<Message> {
  private readonly present = new Set<number>();
  private readonly roundTrips = new Map<number, number>();
  private motion: Motion = { term: 1, sequence: 1, timeline: 'film', position: 0, rate: 1, at: 3_000 };

  constructor(private readonly stage: Stage<Message>) {
    this.repeat();
  }

  joined(index: number): void {
    this.present.add(index);
    this.stage.send(index, { type: 'motion', motion: this.motion });
  }

  left(index: number): void {
    this.present.delete(index);
    this.roundTrips.delete(index);
  }

  receive(from: number, message: Message): void {
    const now = this.stage.timers.now();
    if (message.type === 'ping') this.stage.send(from, { type: 'pong', clientTime: message.clientTime, received: now, sent: now });
    else if (message.type === 'report') this.hear(from, message.report);
    else if (message.type === 'press') this.move(message.press, now + this.lead());
  }

  // Of what members say only this counts, and only when it can be true.
  private hear(from: number, report: SyncReport): void {
    if (typeof report.rtt === 'number' && report.rtt >= 0 && report.rtt <= 2_000) this.roundTrips.set(from, report.rtt);
  }

  private move(press: Press, at: number): void {
    const { term, sequence, timeline, rate } = this.motion;
    const position = press.button === 'seek' ? press.to : positionAt(this.motion, at);
    this.motion = { term, sequence: sequence + 1, timeline, position, at, rate: press.button === 'seek' ? rate : press.button === 'play' ? 1 : 0 };
    this.announce();
  }

  private lead(): number {
    const sorted = [...this.roundTrips.values()].sort((one, other) => one - other);
    const high = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
    return Math.min(1_500, Math.max(300, 2 * high));
  }

  private announce(): void {
    for (const index of this.present) this.stage.send(index, { type: 'motion', motion: this.motion });
  }

  private repeat(): void {
    this.announce();
    this.stage.timers.after(repeatEveryMs, () => this.repeat());
  }
}

class OurMember implements Member<Message> {
  private readonly clock: ServerClock;
  private readonly sync: MediaSync<SimulatedMedia>;

  constructor(
    private readonly seat: Seat<Message>,
    profile: Profile,
    hostile: boolean,
  ) {
    const { timers, random, media } = seat;
    this.clock = new ServerClock({ timers, random: random.next, probe: (clientTime) => seat.send({ type: 'ping', clientTime }) });
    const lie = (): SyncReport => {
      const value = [NaN, Infinity, -1e300, 1e300, 0][Math.floor(random.between(0, 5))]!;
      return { error: value, rate: value, buffer: value, stalls: value, rtt: value };
    };
    this.sync = new MediaSync({
      media,
      clock: this.clock,
      timers,
      profile,
      hidden: () => false,
      onReport: (report) => seat.send({ type: 'report', report: hostile ? lie() : report }),
    });
  }

  connected(): void {
    this.clock.start();
  }

  disconnected(): void {
    this.clock.stop();
  }

  receive(message: Message): void {
    if (message.type === 'pong') this.clock.answered(message.clientTime, message.received, message.sent, this.seat.timers.now());
    else if (message.type === 'motion') this.sync.follow(message.motion);
  }

  press(press: Press): void {
    this.seat.send({ type: 'press', press });
  }
}
