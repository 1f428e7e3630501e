// SPDX-License-Identifier: MIT
import type { Member, Press, Room, Seat, Stage, System } from './system';

// OpenTogetherTube, by client/src/views/Room.vue and server/room.ts.

type Message =
  | { readonly type: 'sync'; readonly position: number; readonly playing: boolean }
  | { readonly type: 'press'; readonly press: Press };

const everyMs = 250;
const jumpFromMs = 1_000;

export const openTogetherTube: System<Message> = {
  name: 'OpenTogetherTube',
  open: (stage) => new Server(stage),
  sit: (seat) => new Client(seat),
};

class Server implements Room<Message> {
  private readonly present = new Set<number>();
  private position = 0;
  private at = 3_000;
  private playing = true;

  constructor(private readonly stage: Stage<Message>) {}

  joined(index: number): void {
    this.present.add(index);
    this.tell(index);
  }

  left(index: number): void {
    this.present.delete(index);
  }

  receive(_from: number, message: Message): void {
    if (message.type !== 'press') return;
    const { press } = message;
    this.position = press.button === 'seek' ? press.to : this.place;
    this.at = this.stage.timers.now();
    if (press.button !== 'seek') this.playing = press.button === 'play';
    for (const index of this.present) this.tell(index);
  }

  private get place(): number {
    return this.position + (this.playing ? Math.max(0, this.stage.timers.now() - this.at) : 0);
  }

  private tell(index: number): void {
    this.stage.send(index, { type: 'sync', position: this.place, playing: this.playing });
  }
}

class Client implements Member<Message> {
  private heard: { readonly position: number; readonly playing: boolean; readonly at: number } | null = null;

  constructor(private readonly seat: Seat<Message>) {
    seat.media.addEventListener('canplay', () => this.apply());
    this.look();
  }

  connected(): void {}

  disconnected(): void {}

  receive(message: Message): void {
    if (message.type !== 'sync') return;
    this.heard = { ...message, at: this.seat.timers.now() };
    this.apply();
  }

  press(press: Press): void {
    this.seat.send({ type: 'press', press });
  }

  private apply(): void {
    const { media } = this.seat;
    if (!this.heard || media.readyState === 0) return;
    if (this.heard.playing) void media.play();
    else media.pause();
  }

  private look(): void {
    const { media, timers } = this.seat;
    timers.after(everyMs, () => this.look());
    if (!this.heard || media.readyState === 0) return;
    const target = this.heard.position + (this.heard.playing ? timers.now() - this.heard.at : 0);
    if (Math.abs(target - media.currentTime * 1000) > jumpFromMs) media.currentTime = target / 1000;
  }
}
