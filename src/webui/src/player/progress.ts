// SPDX-License-Identifier: MIT

export type Motion = 'moving' | 'waiting' | 'stalled';

const waitingAfterMs = 2_500;
const stalledAfterMs = 8_000;

// Whether the picture really moves, told from its position and from nothing else: players are known to say "playing" over a
// frozen picture.
export class Progress {
  private position = -1;
  private movedAt: number | null = null;
  private asked = 0;

  observe(position: number, now: number): Motion {
    if (this.movedAt === null) this.movedAt = now;
    if (position !== this.position) {
      const first = this.position < 0;
      this.position = position;
      this.movedAt = now;
      this.asked = 0;
      return first ? 'waiting' : 'moving';
    }
    const still = now - this.movedAt;
    // "stalled" once per patience, so that a remedy has time to work.
    if (still >= stalledAfterMs * (this.asked + 1)) {
      this.asked += 1;
      return 'stalled';
    }
    return still >= waitingAfterMs ? 'waiting' : this.asked > 0 ? 'waiting' : 'moving';
  }

  restart(): void {
    this.position = -1;
    this.movedAt = null;
    this.asked = 0;
  }
}
