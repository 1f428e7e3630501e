// SPDX-License-Identifier: MIT

// The queue of a moderator by one hand on the keyboard.
export type QueueAction = 'next' | 'previous' | 'allow' | 'reject' | 'timeout' | 'ban' | 'delete';

const actions: Readonly<Record<string, QueueAction>> = {
  j: 'next',
  arrowdown: 'next',
  k: 'previous',
  arrowup: 'previous',
  a: 'allow',
  r: 'reject',
  t: 'timeout',
  b: 'ban',
  d: 'delete',
};

export const isMove = (action: QueueAction): boolean => action === 'next' || action === 'previous';

export function actionOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): QueueAction | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return actions[event.key.toLowerCase()] ?? null;
}

const surpriseMs = 500; // a key may be under way already when the selection jumps

// Which one is selected in a list that changes: the same while it is there, then the one that took its place.
export class Selection {
  private id: string | null = null;
  private at = 0;
  private decided: string | null = null; // by us: that it goes is no surprise
  private sureAt = -Infinity;

  of(ids: readonly string[], now: number): string | null {
    const found = this.id === null ? -1 : ids.indexOf(this.id);
    if (found < 0 && this.id !== null && this.id !== this.decided) this.sureAt = now + surpriseMs;
    this.at = found >= 0 ? found : Math.min(this.at, Math.max(0, ids.length - 1));
    this.id = ids[this.at] ?? null;
    return this.id;
  }

  select(id: string): void {
    this.id = id;
    this.sureAt = -Infinity;
  }

  decide(id: string): void {
    this.decided = id;
  }

  // Whether a key means the one that is selected: one press, one person, however long the key is held.
  takes(action: QueueAction, repeated: boolean, now: number): boolean {
    return isMove(action) || (!repeated && now >= this.sureAt);
  }

  move(ids: readonly string[], by: 1 | -1, now: number): string | null {
    this.of(ids, now);
    this.sureAt = -Infinity;
    this.at = Math.max(0, Math.min(ids.length - 1, this.at + by));
    this.id = ids[this.at] ?? null;
    return this.id;
  }
}
