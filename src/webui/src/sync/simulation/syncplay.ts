// SPDX-License-Identifier: MIT
import type { Member, Press, Room, Seat, Stage, System } from './system';

// Syncplay, by syncplay/client.py, server.py and constants.py, in an ordinary room: everybody may control it.

type Message =
  | { readonly type: 'server'; readonly position: number; readonly paused: boolean; readonly seek: boolean; readonly presses: number; readonly echo: number | null; readonly sent: number; readonly rtt: number }
  | { readonly type: 'client'; readonly position: number | null; readonly echo: number; readonly sent: number; readonly rtt: number }
  | { readonly type: 'press'; readonly press: Press; readonly position: number };

const stateEveryMs = 1_000;
const slowdownFromMs = 1_500;
const slowdownUntilMs = 100;
const slowdownRate = 0.95;
const rewindFromMs = 4_000;
const averageWeight = 0.85;

export const syncplay: System<Message> = {
  name: 'Syncplay',
  open: (stage) => new Server(stage),
  sit: (seat) => new Client(seat),
};

// How old a message probably is.
class PingService {
  rtt = 0;
  private average = 0;
  private delay = 0;

  take(rtt: number, peerRtt: number): void {
    this.rtt = rtt;
    this.average = this.average === 0 ? rtt : this.average * averageWeight + rtt * (1 - averageWeight);
    this.delay = this.average / 2 + (peerRtt > 0 && peerRtt < rtt ? rtt - peerRtt : 0);
  }

  get forwardDelay(): number {
    return this.delay;
  }
}

interface Watcher {
  readonly ping: PingService;
  position: number | null;
  at: number;
  presses: number;
  echo: number | null;
}

class Server implements Room<Message> {
  private readonly watchers = new Map<number, Watcher>();
  private position = 0;
  private at = 3_000;
  private paused = false;

  constructor(private readonly stage: Stage<Message>) {}

  joined(index: number): void {
    const watcher: Watcher = { ping: new PingService(), position: null, at: 0, presses: 0, echo: null };
    this.watchers.set(index, watcher);
    const repeat = (): void => {
      if (this.watchers.get(index) !== watcher) return;
      this.tell(index, false);
      this.stage.timers.after(stateEveryMs, repeat);
    };
    repeat();
  }

  left(index: number): void {
    this.watchers.delete(index);
  }

  receive(from: number, message: Message): void {
    const watcher = this.watchers.get(from);
    const now = this.stage.timers.now();
    if (!watcher) return;
    if (message.type === 'client') {
      watcher.ping.take(now - message.echo, message.rtt);
      watcher.echo = message.sent;
      watcher.at = now;
      watcher.position = message.position === null ? null : message.position + (this.paused ? 0 : watcher.ping.forwardDelay);
    } else if (message.type === 'press') {
      const { press } = message;
      watcher.presses += 1;
      this.force(press.button === 'seek' ? press.to : message.position, now);
      if (press.button !== 'seek') this.paused = press.button === 'pause';
      for (const index of this.watchers.keys()) this.tell(index, press.button === 'seek' && index !== from);
    }
  }

  private force(position: number, now: number): void {
    this.position = position;
    this.at = now;
    for (const watcher of this.watchers.values()) Object.assign(watcher, { position, at: now });
  }

  // The slowest watcher's.
  private get place(): number {
    const now = this.stage.timers.now();
    const known = [...this.watchers.values()].filter((watcher) => watcher.position !== null);
    if (!this.paused && known.length > 0) {
      this.position = Math.min(...known.map((watcher) => watcher.position! + now - watcher.at));
      this.at = now;
    }
    return this.position + (this.paused ? 0 : Math.max(0, now - this.at));
  }

  private tell(index: number, seek: boolean): void {
    const watcher = this.watchers.get(index);
    if (!watcher) return;
    const { presses, echo, ping } = watcher;
    const sent = this.stage.timers.now();
    this.stage.send(index, { type: 'server', position: this.place, paused: this.paused, seek, presses, echo, sent, rtt: ping.rtt });
  }
}

class Client implements Member<Message> {
  private readonly ping = new PingService();
  private presses = 0;
  private paused: boolean | null = null; // as last heard
  private slowed = false;

  constructor(private readonly seat: Seat<Message>) {}

  connected(): void {
    this.presses = 0;
    this.paused = null;
  }

  disconnected(): void {}

  receive(message: Message): void {
    if (message.type !== 'server') return;
    const { media, timers } = this.seat;
    if (message.echo !== null) this.ping.take(timers.now() - message.echo, message.rtt);
    if (message.presses === this.presses && media.readyState > 0) this.adapt(message.position, message.paused, message.seek);
    const position = media.readyState > 0 ? this.position : null;
    this.seat.send({ type: 'client', position, echo: message.sent, sent: timers.now(), rtt: this.ping.rtt });
  }

  press(press: Press): void {
    const { media } = this.seat;
    this.presses += 1;
    if (press.button === 'seek') this.seek(press.to);
    else if (press.button === 'play') void media.play();
    else media.pause();
    if (press.button !== 'seek') this.paused = press.button === 'pause';
    this.seat.send({ type: 'press', press, position: this.position });
  }

  private get position(): number {
    return this.seat.media.currentTime * 1000;
  }

  private seek(position: number): void {
    this.seat.media.currentTime = position / 1000;
  }

  private adapt(heard: number, paused: boolean, seek: boolean): void {
    const { media } = this.seat;
    const position = heard + (paused ? 0 : this.ping.forwardDelay);
    const ahead = this.position - position;
    const first = this.paused === null;
    const changed = paused !== this.paused;
    this.paused = paused;
    if (first || seek || ahead > rewindFromMs) this.seek(position);
    if (!paused && !seek) this.slow(ahead);
    if (!changed) return;
    if (!paused) void media.play();
    else {
      this.seek(position);
      media.pause();
    }
  }

  private slow(ahead: number): void {
    if (!this.slowed && ahead > slowdownFromMs) this.slowed = true;
    else if (this.slowed && ahead < slowdownUntilMs) this.slowed = false;
    this.seat.media.playbackRate = this.slowed ? slowdownRate : 1;
  }
}
