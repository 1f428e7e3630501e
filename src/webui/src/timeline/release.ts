// SPDX-License-Identifier: MIT

// No entry waits longer than this, whatever its stamp says: a wrong or far stamp must not swallow it.
export const longestHoldMs = 60_000;
const mostHeld = 2_000;

interface Held<T> {
  readonly entry: T;
  readonly mediaTime: number;
  readonly since: number;
}

// Holds what belongs to a moment that the viewer's picture has not reached yet, so that nobody's cheer gives a goal away to
// those who see it later. Pure: the times are handed in.
export class ReleaseQueue<T> {
  private held: Held<T>[] = [];

  // Returns what is to be shown at once; null when it is held.
  offer(entry: T, mediaTime: number | null, pictureTime: number | null, now: number): T | null {
    if (mediaTime === null || pictureTime === null || mediaTime <= pictureTime) return entry;
    if (this.held.length >= mostHeld) return entry;
    this.held.push({ entry, mediaTime, since: now });
    return null;
  }

  // What has become due, in the order of arrival. Without a picture there is nothing to wait for.
  due(pictureTime: number | null, now: number): T[] {
    if (this.held.length === 0) return [];
    const isDue = (held: Held<T>) =>
      pictureTime === null || held.mediaTime <= pictureTime || now - held.since >= longestHoldMs;
    const due = this.held.filter(isDue);
    if (due.length > 0) this.held = this.held.filter((held) => !isDue(held));
    return due.map((held) => held.entry);
  }

  // Puts another entry in the place of each; null takes it away.
  change(to: (entry: T) => T | null): void {
    this.held = this.held.flatMap((held) => {
      const entry = to(held.entry);
      return entry === null ? [] : [{ ...held, entry }];
    });
  }

  // Everything, because holding is switched off or the list starts anew.
  flush(): T[] {
    const all = this.held.map((held) => held.entry);
    this.held = [];
    return all;
  }

  get size(): number {
    return this.held.length;
  }
}
