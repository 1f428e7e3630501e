// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import type { RoomEvent } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { hiddenUsers } from './hidden_users';

const holdsMs = 6_000;
const tellEveryMs = 4_000;
const mostTold = 10;

// Who is writing at this moment, us and those who are hidden not among them.
export class Typing {
  readonly names = signal<readonly string[]>([]);
  private readonly writers = new Map<string, { readonly name: string; readonly until: number }>();
  private toldAt = -Infinity;

  constructor(private readonly context: FeatureContext) {}

  event(event: RoomEvent): void {
    const { user } = event;
    if (!user || user.id === this.context.me.value?.id || hiddenUsers.value.has(user.id)) return;
    if (this.writers.size >= mostTold && !this.writers.has(user.id)) return;
    this.writers.set(user.id, { name: user.name, until: this.context.now() + holdsMs });
    this.tell();
  }

  // What somebody wrote is there.
  said(user: string): void {
    if (this.writers.delete(user)) this.tell();
  }

  tick(now: number): void {
    let gone = false;
    for (const [id, { until }] of this.writers) if (until <= now) gone = this.writers.delete(id) || gone;
    if (gone) this.tell();
  }

  // We are writing: the room hears of it now and then.
  wrote(): void {
    const now = this.context.now();
    if (now - this.toldAt < tellEveryMs) return;
    this.toldAt = now;
    // Refused, nobody misses anything.
    this.context.send('chat.typing', {}, { passing: true }).catch(() => {});
  }

  sent(): void {
    this.toldAt = -Infinity;
  }

  private tell(): void {
    this.names.value = [...this.writers.values()].map(({ name }) => name);
  }
}
