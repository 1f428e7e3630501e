// SPDX-License-Identifier: MIT
import { nearest, type Direction } from './spatial';

const reachable = 'a[href], button:not([disabled]), input, textarea';

function candidates(frame: HTMLElement): HTMLElement[] {
  return Array.from(frame.querySelectorAll<HTMLElement>(reachable)).filter((element) => element.getClientRects().length > 0);
}

// Moves the real focus inside a frame. False when there is nothing in that direction.
export function moveFocus(frame: HTMLElement, direction: Direction): boolean {
  const all = candidates(frame);
  const present = all.find((element) => element === document.activeElement);
  if (!present) {
    focusFirst(frame);
    return true;
  }
  const others = all.filter((element) => element !== present);
  const next = others[nearest(present.getBoundingClientRect(), others.map((element) => element.getBoundingClientRect()), direction)];
  if (!next) return false;
  focusOn(next);
  return true;
}

export function focusFirst(frame: HTMLElement): void {
  const wanted = frame.querySelector<HTMLElement>('[data-first-focus]') ?? frame.querySelector<HTMLElement>('[aria-current]') ?? candidates(frame)[0];
  if (wanted) focusOn(wanted);
}

function focusOn(element: HTMLElement): void {
  element.focus({ preventScroll: true });
  element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
