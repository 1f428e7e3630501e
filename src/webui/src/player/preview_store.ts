// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import type { Channel } from '../api';
import { decodePreviews, previewAt, type Preview } from './previews';

const freshMs = 5_000;

// The small pictures of the channel that is watched, fetched while somebody looks for a moment in it.
export class PreviewStore {
  private readonly previews = signal<readonly Preview[]>([]);
  private channel = '';
  private fetchedAt = -Infinity;

  constructor(private readonly fetchText: (path: string) => Promise<string> = fetchPlain) {}

  // Called as long as they are looked at.
  look(channel: Channel, nowMs: number): void {
    if (channel.id !== this.channel) {
      this.channel = channel.id;
      this.previews.value = [];
      this.fetchedAt = -Infinity;
    }
    if (channel.picture === '' || nowMs - this.fetchedAt < freshMs) return;
    this.fetchedAt = nowMs;
    const path = `/live/${encodeURIComponent(channel.id)}/thumbnails.vtt`;
    // Without pictures one can seek as well.
    this.fetchText(path).then(
      (text) => {
        if (channel.id === this.channel) this.previews.value = decodePreviews(text, new URL(path, location.href).href);
      },
      () => {},
    );
  }

  at(date: number): Preview | null {
    return previewAt(this.previews.value, date);
  }
}

async function fetchPlain(path: string): Promise<string> {
  const response = await fetch(path);
  return response.ok ? response.text() : '';
}
