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

export function actionOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>): QueueAction | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  return actions[event.key.toLowerCase()] ?? null;
}

// Which one is selected in a list that changes: the same while it is there, then the one that took its place.
export class Selection {
  private id: string | null = null;
  private at = 0;

  of(ids: readonly string[]): string | null {
    const found = this.id === null ? -1 : ids.indexOf(this.id);
    this.at = found >= 0 ? found : Math.min(this.at, Math.max(0, ids.length - 1));
    this.id = ids[this.at] ?? null;
    return this.id;
  }

  select(id: string): void {
    this.id = id;
  }

  move(ids: readonly string[], by: 1 | -1): string | null {
    this.of(ids);
    this.at = Math.max(0, Math.min(ids.length - 1, this.at + by));
    this.id = ids[this.at] ?? null;
    return this.id;
  }
}
