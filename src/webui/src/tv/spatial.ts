// SPDX-License-Identifier: MIT

export type Direction = 'up' | 'down' | 'left' | 'right';

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface Axis {
  readonly ahead: number; // from our edge to the candidate's, in the direction pressed
  readonly aside: number; // gap across it, 0 when the two overlap
  readonly shift: number; // distance of the centres across it
}

const gap = (aLow: number, aHigh: number, bLow: number, bHigh: number): number => Math.max(0, bLow - aHigh, aLow - bHigh);

function measure(from: Box, to: Box, direction: Direction): Axis {
  const vertical = direction === 'up' || direction === 'down';
  const aside = vertical ? gap(from.left, from.right, to.left, to.right) : gap(from.top, from.bottom, to.top, to.bottom);
  const shift = vertical
    ? Math.abs(from.left + from.right - to.left - to.right) / 2
    : Math.abs(from.top + from.bottom - to.top - to.bottom) / 2;
  switch (direction) {
    case 'up':
      return { ahead: from.top - to.bottom, aside, shift };
    case 'down':
      return { ahead: to.top - from.bottom, aside, shift };
    case 'left':
      return { ahead: from.left - to.right, aside, shift };
    case 'right':
      return { ahead: to.left - from.right, aside, shift };
  }
}

const overlapAllowed = -4; // boxes of neighbours may touch by a border

// Where four arrow keys lead: the nearest box in that direction, and rather one straight ahead than a closer one aside.
// Returns -1 when there is none.
export function nearest(from: Box, boxes: readonly Box[], direction: Direction): number {
  let best = -1;
  let bestScore = Number.POSITIVE_INFINITY;
  boxes.forEach((box, index) => {
    const { ahead, aside, shift } = measure(from, box, direction);
    if (ahead < overlapAllowed) return;
    const score = Math.max(0, ahead) + aside * 3 + shift * 0.2;
    if (score < bestScore) {
      best = index;
      bestScore = score;
    }
  });
  return best;
}
