// SPDX-License-Identifier: MIT

// How a room moves, in one small message: from server time `at` on, the media is at `position` and goes on from there at `rate`.
// Whoever has the message and the server's clock knows where the picture belongs at any time; nothing else is sent while
// nothing happens. A server announces motions a little ahead (`at` lies in the future), so that everybody acts at once.
export interface Motion {
  readonly term: number; // grows when the room gets another master: what an old one still says is not heard
  readonly sequence: number; // grows with each motion of a term
  readonly timeline?: string; // what positions are counted on; another name: positions of before mean nothing any more
  readonly position: number; // milliseconds: PROGRAM-DATE-TIME since 1970 for live television, media time for files
  readonly rate: 0 | 1; // 0: paused
  readonly at: number; // server time in milliseconds
}

// Where the media belongs at a server time. Before `at` it waits at its position.
export function positionAt(motion: Motion, serverTime: number): number {
  return motion.position + motion.rate * Math.max(0, serverTime - motion.at);
}

// Whether a motion replaces another: by term, then by sequence. A repeated one does not.
export function isNewer(candidate: Motion, present: Motion | null): boolean {
  if (!present || candidate.term !== present.term) return !present || candidate.term > present.term;
  return candidate.sequence > present.sequence;
}

// What came from a network, if it is a motion.
export function readMotion(value: unknown): Motion | null {
  if (typeof value !== 'object' || value === null) return null;
  const { term, sequence, timeline = '', position, rate, at } = value as Record<string, unknown>;
  const whole = Number.isSafeInteger(term) && Number.isSafeInteger(sequence);
  const finite = Number.isFinite(position) && Number.isFinite(at);
  if (!whole || !finite || typeof timeline !== 'string' || (rate !== 0 && rate !== 1)) return null;
  return { term: term as number, sequence: sequence as number, timeline, position: position as number, rate, at: at as number };
}

const mostAnnounced = 8;

// The motion that holds, and those that are announced.
export class MotionSchedule {
  private motions: Motion[] = []; // by term and sequence; the first holds until the next one's time

  // False: it is older than what we have, or the same.
  take(motion: Motion): boolean {
    const newest = this.motions[this.motions.length - 1] ?? null;
    if (!isNewer(motion, newest)) return false;
    // What was announced for a later time than this one will never hold; of another master nothing will.
    const others = this.motions.filter((other, index) => index === 0 || (other.at < motion.at && other.term === motion.term));
    this.motions = [...others.slice(-mostAnnounced), motion];
    return true;
  }

  // What holds at a server time.
  at(serverTime: number): Motion | null {
    while (this.motions[1] && this.motions[1].at <= serverTime) this.motions.shift();
    return this.motions[0] ?? null;
  }

  // What holds after that.
  next(): Motion | null {
    return this.motions[1] ?? null;
  }
}
