// SPDX-License-Identifier: MIT
import type { Member, Press, Room, Seat, Stage, System } from './system';

// Jellyfin SyncPlay, by jellyfin-web src/plugins/syncPlay and jellyfin Emby.Server.Implementations/SyncPlay, with "sync correction"
// switched on (it is off by default). A member whose connection was lost stays in the group and is told the last command again.

type Command = { readonly type: 'command'; readonly name: 'unpause' | 'pause' | 'seek'; readonly position: number; readonly when: number };
type Message =
  | { readonly type: 'ping'; readonly sent: number }
  | { readonly type: 'pong'; readonly sent: number; readonly server: number }
  | { readonly type: 'delay'; readonly ping: number }
  | { readonly type: 'buffering' | 'ready'; readonly position: number }
  | { readonly type: 'press'; readonly press: Press }
  | Command;

const measurements = 8;
const greedyPings = 3;
const greedyMs = 1_000;
const lowProfileMs = 60_000;
const defaultPingMs = 500;
const mostOffsetMs = 500;
const leastSpeedMs = 60;
const mostSpeedMs = 3_000;
const speedForMs = 1_000;
const leastSpeed = 0.2;
const leastSkipMs = 400;
const bufferingAfterMs = 3_000;
const timeUpdateMs = 250;

export const jellyfin: System<Message> = {
  name: 'Jellyfin SyncPlay',
  open: (stage) => new Group(stage),
  sit: (seat) => new Client(seat),
};

class Group implements Room<Message> {
  private readonly members = new Set<number>();
  private readonly pings = new Map<number, number>();
  private readonly buffering = new Set<number>();
  private state: 'playing' | 'paused' | 'waiting' = 'playing';
  private resume = true;
  private position = 0;
  private at = 3_000;
  private last: Command = { type: 'command', name: 'unpause', position: 0, when: 3_000 };

  constructor(private readonly stage: Stage<Message>) {}

  joined(index: number): void {
    this.members.add(index);
    this.stage.send(index, this.last);
  }

  left(): void {}

  receive(from: number, message: Message): void {
    const now = this.stage.timers.now();
    if (message.type === 'ping') this.stage.send(from, { type: 'pong', sent: message.sent, server: now });
    else if (message.type === 'delay') this.pings.set(from, message.ping);
    else if (message.type === 'press') this.press(message.press, now);
    else if (message.type === 'buffering') this.wait(from, now);
    else if (message.type === 'ready') this.ready(from, message.position, now);
  }

  private press(press: Press, now: number): void {
    this.advance(now);
    if (press.button === 'seek') {
      this.resume = this.state === 'playing' || (this.state === 'waiting' && this.resume);
      this.state = 'waiting';
      this.position = press.to;
      for (const member of this.members) this.buffering.add(member);
      this.tell('seek', now);
    } else if (this.state === 'waiting') this.resume = press.button === 'play';
    else if (press.button === 'pause') {
      this.state = 'paused';
      this.tell('pause', now);
    } else this.unpause(now);
  }

  private wait(from: number, now: number): void {
    if (this.state === 'paused') return;
    this.buffering.add(from);
    if (this.state === 'waiting') return;
    this.advance(now);
    this.state = 'waiting';
    this.resume = true;
    this.tell('pause', now, from);
  }

  private ready(from: number, position: number, now: number): void {
    if (this.state !== 'waiting') return;
    if (Math.abs(position - this.position) > mostOffsetMs) {
      this.buffering.add(from);
      this.stage.send(from, { type: 'command', name: 'seek', position: this.position, when: now });
      return;
    }
    this.buffering.delete(from);
    if (this.buffering.size > 0) this.stage.send(from, { type: 'command', name: 'pause', position: this.position, when: now });
    else if (this.resume) this.unpause(now);
    else {
      this.state = 'paused';
      this.tell('pause', now);
    }
  }

  private unpause(now: number): void {
    this.state = 'playing';
    this.at = now + Math.max(defaultPingMs, 2 * Math.max(0, ...this.pings.values()));
    this.tell('unpause', this.at);
  }

  private advance(now: number): void {
    if (this.state === 'playing') this.position += Math.max(0, now - this.at);
    this.at = now;
  }

  private tell(name: Command['name'], when: number, except = -1): void {
    this.last = { type: 'command', name, position: this.position, when };
    for (const member of this.members) if (member !== except) this.stage.send(member, this.last);
  }
}

class Client implements Member<Message> {
  private measured: { readonly offset: number; readonly delay: number }[] = [];
  private pings = 0;
  private offset = 0;
  private command: Command | null = null;
  private cancelCommand: (() => void) | null = null;
  private cancelSync: (() => void) | null = null;
  private cancelBuffering: (() => void) | null = null;
  private cancelPing: (() => void) | null = null;
  private syncEnabled = false;
  private syncedAt = 0;
  private waitsForSeek = false;
  private toldBuffering = false;

  constructor(private readonly seat: Seat<Message>) {
    const { media, timers } = seat;
    media.addEventListener('waiting', () => {
      this.cancelBuffering?.();
      this.cancelBuffering = timers.after(bufferingAfterMs, () => this.tellBuffering());
    });
    media.addEventListener('playing', () => this.onReady());
    media.addEventListener('canplay', () => this.obey());
    media.addEventListener('seeked', () => this.onSeeked());
    timers.after(timeUpdateMs, () => this.timeUpdate());
  }

  connected(): void {
    this.pings = 0;
    this.cancelPing?.();
    this.cancelPing = this.seat.timers.after(greedyMs, () => this.ping());
  }

  disconnected(): void {
    this.cancelPing?.();
  }

  receive(message: Message): void {
    if (message.type === 'pong') this.measure(message.sent, message.server);
    else if (message.type === 'command') {
      this.command = message;
      this.obey();
    }
  }

  press(press: Press): void {
    this.seat.send({ type: 'press', press });
  }

  private ping(): void {
    this.pings += 1;
    this.cancelPing = this.seat.timers.after(this.pings >= greedyPings ? lowProfileMs : greedyMs, () => this.ping());
    this.seat.send({ type: 'ping', sent: this.seat.timers.now() });
  }

  private measure(sent: number, server: number): void {
    const received = this.seat.timers.now();
    this.measured = [...this.measured, { offset: server - (sent + received) / 2, delay: received - sent }].slice(-measurements);
    const best = this.measured.reduce((one, other) => (other.delay < one.delay ? other : one));
    this.offset = best.offset;
    this.seat.send({ type: 'delay', ping: best.delay / 2 });
    if (this.measured.length === 1) this.obey();
  }

  private get now(): number {
    return this.seat.timers.now() + this.offset;
  }

  private get position(): number {
    return this.seat.media.currentTime * 1000;
  }

  // Carries the last command out, when the media is there and the clock is known.
  private obey(): void {
    const { command, seat } = this;
    const { media } = seat;
    if (!command || this.measured.length === 0 || media.readyState === 0) return;
    this.cancelCommand?.();
    this.cancelSync?.();
    this.syncEnabled = false;
    media.playbackRate = 1;
    const late = this.now - command.when;
    const run = (): void => {
      if (command.name === 'pause') {
        media.pause();
        this.seek(command.position);
      } else if (command.name === 'seek') {
        void media.play();
        this.waitsForSeek = true;
        this.seek(command.position);
      } else {
        void media.play();
        if (late > 0) this.seek(command.position + late);
        this.cancelSync = seat.timers.after(mostSpeedMs / 2, () => (this.syncEnabled = true));
      }
    };
    if (command.name === 'unpause' && late < 0 && this.position - command.position > leastSkipMs) this.seek(command.position);
    if (late < 0) this.cancelCommand = seat.timers.after(-late, run);
    else run();
  }

  private seek(position: number): void {
    this.seat.media.currentTime = position / 1000;
  }

  private onSeeked(): void {
    if (!this.waitsForSeek) return;
    this.waitsForSeek = false;
    this.seat.media.pause();
    this.seat.send({ type: 'ready', position: this.position });
  }

  private tellBuffering(): void {
    this.toldBuffering = true;
    this.seat.send({ type: 'buffering', position: this.position });
  }

  private onReady(): void {
    this.cancelBuffering?.();
    if (!this.toldBuffering) return;
    this.toldBuffering = false;
    this.seat.send({ type: 'ready', position: this.position });
  }

  private timeUpdate(): void {
    const { media, timers } = this.seat;
    timers.after(timeUpdateMs, () => this.timeUpdate());
    const now = timers.now();
    if (!media.moving || this.command?.name !== 'unpause' || this.toldBuffering || now - this.syncedAt < mostSpeedMs / 2) return;
    this.syncedAt = now;
    if (!this.syncEnabled) return;
    const target = this.command.position + this.now - this.command.when;
    const behind = target - this.position;
    const off = Math.abs(behind);
    if (off >= leastSpeedMs && off < mostSpeedMs) {
      const duration = behind <= -speedForMs * leastSpeed ? off / (1 - leastSpeed) : speedForMs;
      media.playbackRate = 1 + behind / duration;
      this.syncEnabled = false;
      this.cancelSync = timers.after(duration, () => {
        media.playbackRate = 1;
        this.syncEnabled = true;
      });
    } else if (off >= leastSkipMs) {
      this.seek(target);
      this.syncEnabled = false;
      this.cancelSync = timers.after(mostSpeedMs / 2, () => (this.syncEnabled = true));
    }
  }
}
