// SPDX-License-Identifier: MIT
import { browserTimers, type Timers } from './timers';

// The server's clock, as well as it can be known from here.
//
// A probe goes to the server and comes back with four times: when we sent it, when the server had it, when the server answered,
// when we had the answer. Half the round trip is the most by which an exchange can mislead; so of the last exchanges the one
// that can mislead least is believed, and nothing is averaged. What the clock shows moves towards what is believed slowly
// enough that a picture can follow, and jumps only when it is far off.
//
//     const clock = new ServerClock({ probe: (clientSent) => socket.send(JSON.stringify({ type: 'ping', client_time: clientSent })) });
//     socket.onopen = () => clock.start();                 // also when the connection is back and when the page is seen again
//     onPong = (pong) => clock.answered(pong.client_time, pong.received, pong.sent, performance.now());
//     clock.now();                                         // server milliseconds, or null before the first answer
export interface ServerClockOptions {
  // Sends a probe that is answered by answered(); may fail silently, the next one follows.
  readonly probe: (clientSent: number) => void;
  readonly timers?: Timers;
  readonly random?: () => number; // 0 to 1
}

interface Exchange {
  readonly at: number; // our time
  readonly roundTrip: number;
  readonly offset: number; // server time minus ours
}

const burstProbes = 5;
const burstEveryMs = 200;
const probeEveryMs = 10_000;
const probeSpread = 0.2; // so that a crowd that came together does not ask together for ever
const keptExchanges = 16;
const keptMs = 60_000;
const longestRoundTripMs = 10_000;
const driftPerMs = 50e-6; // two quartzes apart
const slewPerMs = 5e-3;
const stepBeyondMs = 250;

export class ServerClock {
  private readonly timers: Timers;
  private readonly random: () => number;
  private exchanges: Exchange[] = [];
  private shown: { readonly offset: number; readonly at: number } | null = null;
  private burstLeft = 0;
  private answers = 0; // since we knew nothing
  private cancelProbe: (() => void) | null = null;

  constructor(private readonly options: ServerClockOptions) {
    this.timers = options.timers ?? browserTimers;
    this.random = options.random ?? Math.random;
  }

  // Asks at once and several times: at the start, when the connection is back, when the page is seen again.
  start(): void {
    this.cancelProbe?.();
    this.burstLeft = burstProbes;
    this.ask();
  }

  stop(): void {
    this.cancelProbe?.();
    this.cancelProbe = null;
  }

  // The answer to a probe. What cannot be true is left out.
  answered(clientSent: number, serverReceived: number, serverSent: number, clientReceived: number): void {
    const roundTrip = clientReceived - clientSent - (serverSent - serverReceived);
    if (!(serverSent >= serverReceived) || !(roundTrip >= 0 && roundTrip <= longestRoundTripMs)) return;
    const offset = (serverReceived - clientSent + (serverSent - clientReceived)) / 2;
    const newest = { at: clientReceived, roundTrip, offset };
    // An earlier exchange that cannot be true together with this one was of a clock that has jumped since: a machine slept.
    const fits = (earlier: Exchange) =>
      Math.abs(earlier.offset - offset) <= this.boundOf(earlier, clientReceived) + roundTrip / 2 &&
      clientReceived - earlier.at <= keptMs;
    const earlier = this.exchanges.filter(fits);
    this.answers = earlier.length > 0 ? this.answers + 1 : 1;
    this.exchanges = [...earlier, newest].slice(-keptExchanges);
    this.settle(clientReceived);
  }

  // Milliseconds of the server's time, or null before the first answer.
  now(): number | null {
    const local = this.timers.now();
    this.settle(local);
    return this.shown && local + this.shown.offset;
  }

  // By how much now() can be wrong, in milliseconds.
  bound(): number {
    const local = this.timers.now();
    const best = this.best(local);
    return best && this.shown ? this.boundOf(best, local) + Math.abs(best.offset - this.shown.offset) : Infinity;
  }

  // Round trip of the exchange that is believed, in milliseconds.
  get rtt(): number | null {
    return this.best(this.timers.now())?.roundTrip ?? null;
  }

  private ask(): void {
    this.burstLeft -= 1;
    const everyMs = this.burstLeft > 0 ? burstEveryMs : probeEveryMs * (1 + probeSpread * (2 * this.random() - 1));
    this.cancelProbe = this.timers.after(everyMs, () => this.ask());
    this.options.probe(this.timers.now());
  }

  private boundOf(exchange: Exchange, local: number): number {
    return exchange.roundTrip / 2 + driftPerMs * Math.max(0, local - exchange.at);
  }

  private best(local: number): Exchange | null {
    let best: Exchange | null = null;
    for (const exchange of this.exchanges) if (!best || this.boundOf(exchange, local) <= this.boundOf(best, local)) best = exchange;
    return best;
  }

  private settle(local: number): void {
    const best = this.best(local);
    if (!best) return;
    const off = this.shown ? best.offset - this.shown.offset : Infinity;
    const most = this.shown ? slewPerMs * Math.max(0, local - this.shown.at) : 0;
    // Nobody has followed the clock yet while the first answers come in.
    const free = this.answers <= burstProbes;
    const moved = free || Math.abs(off) > stepBeyondMs ? best.offset : this.shown!.offset + Math.max(-most, Math.min(most, off));
    this.shown = { offset: moved, at: local };
  }
}
