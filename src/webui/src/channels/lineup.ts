// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { fetchChannels, type Channel } from '../api';

const calmMs = 10_000;
const eagerMs = 2_000; // while the watched channel is not live

// The channels as the server tells them, asked again and again while the page is seen.
export class LineupStore {
  readonly channels = signal<readonly Channel[] | null>(null); // null: not known yet
  readonly unreachable = signal(false);
  watching: string | null = null;
  private timer = 0;
  private asking = false;

  start(): void {
    void this.refresh();
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) void this.refresh();
    });
  }

  find(id: string | null): Channel | null {
    return this.channels.value?.find((channel) => channel.id === id) ?? null;
  }

  async refresh(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    clearTimeout(this.timer);
    const answer = await fetchChannels();
    this.asking = false;
    this.unreachable.value = !answer.ok;
    if (answer.ok) this.channels.value = answer.value;
    if (document.hidden) return;
    const watched = this.find(this.watching);
    const eager = !answer.ok || (watched !== null && watched.state !== 'live') || answer.value.length === 0;
    this.timer = window.setTimeout(() => void this.refresh(), eager ? eagerMs : calmMs);
  }
}
