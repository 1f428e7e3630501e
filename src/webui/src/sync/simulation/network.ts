// SPDX-License-Identifier: MIT
import type { Random } from './random';
import type { WorldTime } from './world_time';

// The way between a member and the server. Times in milliseconds.
export interface Network {
  readonly name: string;
  readonly up: number; // least delay to the server
  readonly down: number;
  readonly jitter: number; // mean of what comes on top
  readonly bursts: number; // share of messages that take 50 to 400 ms longer
  readonly speed: number; // of loading media, in seconds of media per second
  readonly outageEvery: number; // mean time between two interruptions of loading
  readonly outage: number; // how long they last on average
}

// Delays, jitter and bursts are those of the clock measurements in the design notes.
export const networks: Readonly<Record<'wired' | 'wifi' | 'lte' | 'bad', Network>> = {
  wired: { name: 'wired', up: 10, down: 10, jitter: 1, bursts: 0, speed: 10, outageEvery: 600_000, outage: 500 },
  wifi: { name: 'Wi-Fi', up: 20, down: 20, jitter: 5, bursts: 0.05, speed: 5, outageEvery: 240_000, outage: 1_500 },
  lte: { name: 'LTE', up: 40, down: 20, jitter: 10, bursts: 0.05, speed: 3, outageEvery: 180_000, outage: 2_500 },
  bad: { name: 'bad', up: 75, down: 75, jitter: 25, bursts: 0.2, speed: 1.6, outageEvery: 150_000, outage: 4_000 },
};

// What the acceptance test asks for: round trips of 20 to 300 ms, a tenth of the messages late.
export function anyNetwork(random: Random): Network {
  const roundTrip = random.between(20, 300);
  const up = roundTrip * random.between(0.4, 0.6);
  const speed = random.between(1.6, 8);
  return { name: 'any', up, down: roundTrip - up, jitter: roundTrip / 10, bursts: 0.1, speed, outageEvery: 200_000, outage: 3_000 };
}

// One direction of a connection: everything arrives in order, or, when the connection breaks, not at all.
export class Pipe {
  private lastArrival = 0;
  private generation = 0;

  constructor(
    private readonly time: WorldTime,
    private readonly random: Random,
    private readonly delay: number,
    private readonly network: Network,
  ) {}

  send(deliver: () => void): void {
    const late = this.random.next() < this.network.bursts ? this.random.between(50, 400) : 0;
    const arrival = this.time.now + this.delay + this.random.exponential(this.network.jitter) + late;
    this.lastArrival = Math.max(this.lastArrival, arrival);
    const { generation } = this;
    this.time.after(this.lastArrival - this.time.now, () => {
      if (generation === this.generation) deliver();
    });
  }

  cut(): void {
    this.generation += 1;
    this.lastArrival = 0;
  }
}
