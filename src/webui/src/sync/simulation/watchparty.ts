// SPDX-License-Identifier: MIT
import { median } from './measure';
import type { Member, Press, Room, Seat, Stage, System } from './system';

// watchparty, by src/components/App/App.tsx and server/room.ts. It switches this off for HLS; here it is on.

type Message =
  | { readonly type: 'place'; readonly seconds: number }
  | { readonly type: 'places'; readonly seconds: ReadonlyMap<number, number> }
  | { readonly type: 'host'; readonly seconds: number; readonly paused: boolean }
  | { readonly type: 'press'; readonly press: Press };

const everyMs = 1_000;
const fromS = 0.5;
const mostRate = 1.1;

export const watchparty: System<Message> = {
  name: 'watchparty',
  open: (stage) => new Party(stage),
  sit: (seat) => new Client(seat),
};

const leaderOf = (places: ReadonlyMap<number, number>): number =>
  places.size > 2 ? median([...places.values()]) : Math.max(...places.values());

class Party implements Room<Message> {
  private readonly present = new Set<number>();
  private readonly places = new Map<number, number>();
  private paused = false;

  constructor(private readonly stage: Stage<Message>) {
    this.repeat();
  }

  joined(index: number): void {
    this.present.add(index);
    const seconds = this.places.size > 0 ? leaderOf(this.places) : 0;
    this.stage.send(index, { type: 'host', seconds, paused: this.paused });
  }

  left(index: number): void {
    this.present.delete(index);
    this.places.delete(index);
  }

  receive(from: number, message: Message): void {
    if (message.type === 'place') this.places.set(from, message.seconds);
    else if (message.type === 'press') {
      const { press } = message;
      if (press.button === 'seek') for (const index of this.places.keys()) this.places.set(index, press.to / 1000);
      else this.paused = press.button === 'pause';
      for (const index of this.present) if (index !== from) this.stage.send(index, message);
    }
  }

  private repeat(): void {
    for (const index of this.present) this.stage.send(index, { type: 'places', seconds: new Map(this.places) });
    this.stage.timers.after(everyMs, () => this.repeat());
  }
}

class Client implements Member<Message> {
  private begun: { readonly seconds: number; readonly paused: boolean } | null = null;

  constructor(private readonly seat: Seat<Message>) {
    const { media, timers } = seat;
    media.addEventListener('canplay', () => this.begin());
    const report = (): void => {
      if (media.readyState > 0) seat.send({ type: 'place', seconds: media.currentTime });
      timers.after(everyMs, report);
    };
    timers.after(everyMs, report);
  }

  connected(): void {}

  disconnected(): void {}

  receive(message: Message): void {
    if (message.type === 'press') this.obey(message.press);
    else if (message.type === 'places') this.adapt(message.seconds);
    else if (message.type === 'host') {
      this.begun = message;
      this.begin();
    }
  }

  press(press: Press): void {
    this.obey(press);
    this.seat.send({ type: 'press', press });
  }

  private begin(): void {
    const { media } = this.seat;
    const { begun } = this;
    if (!begun || media.readyState === 0) return;
    this.begun = null;
    media.currentTime = begun.seconds;
    if (begun.paused) media.pause();
    else void media.play();
  }

  private obey(press: Press): void {
    const { media } = this.seat;
    if (press.button === 'seek') media.currentTime = press.to / 1000;
    else if (press.button === 'play') void media.play();
    else media.pause();
  }

  private adapt(places: ReadonlyMap<number, number>): void {
    const { media, index } = this.seat;
    const own = places.get(index);
    if (own === undefined || media.paused) return;
    const behind = leaderOf(places) - own;
    media.playbackRate = behind > fromS ? Math.min(mostRate, 1 + Math.round(behind * 10) / 100) : 1;
  }
}
