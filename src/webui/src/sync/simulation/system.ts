// SPDX-License-Identifier: MIT
import type { Timers } from '../timers';
import type { Random } from './random';
import type { SimulatedMedia } from './simulated_media';

// What a way of watching together consists of in the simulation: a part at the server and a part at each member. Everything that
// they know of each other goes through messages.

export type Press = { readonly button: 'play' | 'pause' } | { readonly button: 'seek'; readonly to: number }; // milliseconds

// What a member has.
export interface Seat<Message> {
  readonly index: number;
  readonly media: SimulatedMedia;
  readonly timers: Timers; // its own clock: somewhere else, and not quite as fast
  readonly random: Random;
  send(message: Message): void; // lost while there is no connection
}

export interface Member<Message> {
  connected(): void;
  disconnected(): void;
  receive(message: Message): void;
  press(press: Press): void; // its viewer wants something of the room
}

// What the server's part has.
export interface Stage<Message> {
  readonly timers: Timers;
  send(to: number, message: Message): void;
}

export interface Room<Message> {
  joined(index: number): void;
  left(index: number): void;
  receive(from: number, message: Message): void;
}

export interface System<Message> {
  readonly name: string;
  open(stage: Stage<Message>): Room<Message>;
  sit(seat: Seat<Message>): Member<Message>;
}
