// SPDX-License-Identifier: MIT
import type { Joined, Position, RoomEvent } from './protocol';

export type Arrival = 'deliver' | 'duplicate' | 'gap';

// How far the events of one room have been taken in. It lets no event through twice and none out of a gap.
export class RoomPosition {
  private last: Position | null = null;

  // What to ask for when joining again.
  since(): Position | null {
    return this.last;
  }

  joined(joined: Joined): void {
    if (!joined.recovered) this.last = joined.position;
  }

  arrive(event: RoomEvent): Arrival {
    if (!event.position) return 'deliver';
    const { epoch, offset } = event.position;
    if (!this.last) return 'gap';
    // Of an order of its own: the room's goes on with the next join only.
    if (this.last.epoch !== epoch) return 'deliver';
    if (offset <= this.last.offset) return 'duplicate';
    if (offset > this.last.offset + 1) return 'gap';
    this.last = event.position;
    return 'deliver';
  }
}
