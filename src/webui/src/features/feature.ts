// SPDX-License-Identifier: MIT
import type { ReadonlySignal } from '@preact/signals';
import type { Done, Position, RoomEvent, User } from '../socket/protocol';

// What a feature may know of the room that it is in and of the viewer.
export interface FeatureContext {
  readonly room: string;
  readonly me: ReadonlySignal<User | null>;
  // Whether entries wait for the viewer's picture.
  readonly inTime: ReadonlySignal<boolean>;
  // What the viewer sees at this moment on the programme's timeline; null without a picture.
  pictureTime(): number | null;
  // The same when it is so long past that the room is replayed for it; else null.
  pastTime(): number | null;
  now(): number;
  // `passing`: worth nothing later, so refused while the connection is away instead of being sent after it.
  // `key`: of a command that is asked about again; else a new one.
  send(name: string, body: unknown, options?: { passing?: boolean; key?: string }): Promise<Done>;
}

// The picture of the past that the room is replayed for; null: the viewer sees the room as it is.
export const replayedTime = ({ inTime, pastTime }: FeatureContext): number | null => (inTime.value ? pastTime() : null);

// One social capability in one room. The server's side has the same name in src/social/<name>.
export interface RoomFeature {
  // What the room was when we joined or could not resume, or after a resume, where changes have no place in the room's
  // order: what we had is thrown away.
  reset(snapshot: unknown, position: Position): void;
  // What is for us alone, with every join, resumed or not; undefined when there is nothing.
  personal?(value: unknown): void;
  // An event whose kind begins with our name.
  event(event: RoomEvent): void;
  // Ten times a second.
  tick(): void;
  // We leave the room; what is sent now still reaches it.
  leaving?(): void;
}

export interface FeatureSpec<T extends RoomFeature> {
  readonly name: string;
  create(context: FeatureContext): T;
}
