// SPDX-License-Identifier: MIT
import { Histogram, median, mostInAMinute } from './measure';
import { Pipe, type Network } from './network';
import { Random } from './random';
import { SimulatedMedia } from './simulated_media';
import type { Member, Press, Seat, System } from './system';
import { WorldTime } from './world_time';

// An evening of a room: members with their clocks, players and networks, what is pressed, and connections that break.
export interface Evening {
  readonly seed: number;
  readonly members: number;
  readonly minutes: number;
  readonly network: (index: number, random: Random) => Network;
  readonly pressEveryMs: number; // mean; 0: nobody presses anything
  readonly cutEveryMs: number; // mean time between two losses of a member's connection; 0: none
  readonly joinsAt?: (index: number) => number; // milliseconds
  readonly safari?: boolean;
}

export interface Outcome {
  readonly apart: Histogram; // two members each, while nobody had pressed anything for ten seconds
  readonly seeksPerHour: number; // all per member
  readonly rateChangesPerMinute: number;
  readonly fastest: number; // farthest from normal speed
  readonly haltsPerHour: number;
  readonly haltedSecondsPerHour: number;
  readonly mostTurnsInAMinute: number; // from fast to slow or back, of the worst member
  readonly longestAstray: number; // ms in which one member was more than half a second off while it could know
  readonly joinTimes: readonly number[]; // ms from arriving to being within 150 ms of the others for a second
}

const sampleEveryMs = 250;
const quietAfterPressMs = 10_000;
const warmUpMs = 30_000;
const astrayMs = 500;
const joinedWithinMs = 150;

interface Place<Message> {
  readonly media: SimulatedMedia;
  readonly member: Member<Message>;
  readonly arrivedAt: number;
  readonly up: Pipe;
  readonly down: Pipe;
  online: boolean;
  onlineSince: number;
  halted: boolean;
  astraySince: number | null;
  closeSince: number | null;
  joinTime: number | null;
}

export function spend<Message>(system: System<Message>, evening: Evening): Outcome {
  const chance = new Random(evening.seed);
  const time = new WorldTime();
  const places: Place<Message>[] = [];
  const room = system.open({
    timers: time.clockOf(0, 0, () => 0),
    send: (to, message) => {
      const place = places[to];
      if (place?.online) place.down.send(() => place.member.receive(message));
    },
  });

  const arrive = (index: number): void => {
    const random = chance.fork(index + 1);
    const network = evening.network(index, random.fork(1));
    const skew = random.between(-100e-6, 100e-6);
    const media = new SimulatedMedia(time, random.fork(2), network, skew, evening.safari);
    const pipes = { up: new Pipe(time, random.fork(3), network.up, network), down: new Pipe(time, random.fork(4), network.down, network) };
    const lateness = random.fork(5);
    const timers = time.clockOf(random.between(0, 1e9), skew, () => lateness.exponential(2));
    const send = (message: Message): void => {
      if (place.online) place.up.send(() => room.receive(index, message));
    };
    const seat: Seat<Message> = { index, media, timers, random: random.fork(6), send };
    const rest = { arrivedAt: time.now, online: false, onlineSince: 0, halted: false, astraySince: null, closeSince: null, joinTime: null };
    const place: Place<Message> = { media, member: system.sit(seat), ...pipes, ...rest };
    places[index] = place;
    const connect = (): void => {
      place.online = true;
      place.onlineSince = time.now;
      place.up.send(() => room.joined(index));
      place.member.connected();
      if (evening.cutEveryMs > 0) time.after(random.exponential(evening.cutEveryMs), cut);
    };
    const cut = (): void => {
      place.online = false;
      place.up.cut();
      place.down.cut();
      place.member.disconnected();
      room.left(index);
      time.after(random.between(1_000, 15_000), connect);
    };
    time.after(network.up + network.down, connect);
  };
  for (let index = 0; index < evening.members; index += 1) {
    time.after(evening.joinsAt?.(index) ?? index * 50, () => arrive(index));
  }

  // What is pressed.
  const script = chance.fork(-1);
  let playing = true;
  let pressedAt = 0;
  const press = (what: Press): void => {
    const holder = places.find((place) => place.online);
    if (!holder) return;
    pressedAt = time.now;
    for (const place of places) place.media.tally.counting = false;
    if (what.button !== 'seek') playing = what.button === 'play';
    holder.member.press(what);
  };
  const act = (): void => {
    if (script.next() < 0.5) {
      press({ button: 'pause' });
      time.after(script.between(2_000, 20_000), () => press({ button: 'play' }));
    } else {
      const from = median(places.map((place) => place.media.truePlace)) * 1000;
      press({ button: 'seek', to: Math.max(0, from + script.between(-200_000, 300_000)) });
    }
    time.after(25_000 + script.exponential(evening.pressEveryMs), act);
  };
  if (evening.pressEveryMs > 0) time.after(60_000, act);

  // What is seen.
  const apart = new Histogram();
  let halts = 0;
  let haltedMs = 0;
  let memberMs = 0;
  let longestAstray = 0;
  for (let now = sampleEveryMs; now <= evening.minutes * 60_000; now += sampleEveryMs) {
    time.runUntil(now);
    const quiet = playing && now - pressedAt > quietAfterPressMs;
    const counts = quiet && now > warmUpMs;
    const spots = places.map((place) => place.media.truePlace * 1000);
    const middle = median(spots);
    places.forEach((place, index) => {
      const { media } = place;
      const off = Math.abs(spots[index]! - middle);
      media.tally.counting = counts;
      const halted = counts && !media.moving;
      if (halted && !place.halted) halts += 1;
      if (halted) haltedMs += sampleEveryMs;
      if (counts) memberMs += sampleEveryMs;
      place.halted = halted;
      const knows = place.online && now - place.onlineSince > quietAfterPressMs && quiet;
      place.astraySince = off > astrayMs && knows ? (place.astraySince ?? now) : null;
      if (place.astraySince !== null) longestAstray = Math.max(longestAstray, now - place.astraySince);
      place.closeSince = off < joinedWithinMs && media.moving ? (place.closeSince ?? now) : null;
      if (place.joinTime === null && place.closeSince !== null && now - place.closeSince >= 1_000) {
        place.joinTime = place.closeSince - place.arrivedAt;
      }
      for (let other = 0; counts && other < index; other += 1) apart.take(spots[index]! - spots[other]!);
    });
  }
  const tallies = places.map((place) => place.media.tally);
  const sum = (of: (tally: SimulatedMedia['tally']) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
  const hours = memberMs / 3_600_000;
  return {
    apart,
    seeksPerHour: sum((tally) => tally.seeks) / hours,
    rateChangesPerMinute: sum((tally) => tally.rateChanges) / hours / 60,
    fastest: Math.max(...tallies.map((tally) => tally.fastest)),
    haltsPerHour: halts / hours,
    haltedSecondsPerHour: haltedMs / 1000 / hours,
    mostTurnsInAMinute: Math.max(...tallies.map((tally) => mostInAMinute(tally.turns))),
    longestAstray,
    joinTimes: places.map((place) => place.joinTime ?? Infinity),
  };
}
