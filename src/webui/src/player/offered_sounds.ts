// SPDX-License-Identifier: MIT
import type { Timers } from '../base/timers';

const newForS = 12;
const looksMs = [1_000, 4_000, 8_000]; // one after the other: a rendition is listed when its first segment is whole

// The sounds that a multivariant playlist lists; null: it is none.
function soundsOf(playlist: string): ReadonlySet<string> | null {
  if (!/^#EXT-X-STREAM-INF:/m.test(playlist)) return null;
  const media = playlist.match(/^#EXT-X-MEDIA:.*TYPE=AUDIO.*$/gm) ?? [];
  return new Set(media.map((line) => line.replace(/,URI="[^"]*"/, '')));
}

// A player reads the multivariant playlist once, at the beginning. When a programme gets another sound, sounds leave the
// pictures' segments for renditions of their own: who does not read it anew hears nothing. The pictures have another
// initialization section then (EXT-X-MAP), which they keep over other discontinuities, as the end of a file in a loop.
export class OfferedSounds {
  private known: ReadonlySet<string> | null = null;
  private readonly maps = new Map<number, string>(); // by rendition
  private cancel: (() => void) | null = null;

  constructor(
    private readonly fetchPlaylist: () => Promise<string | null>,
    private readonly timers: Timers,
    private readonly onMore: () => void,
  ) {}

  // A playlist came, of whichever kind.
  read(playlist: string): void {
    this.known ??= soundsOf(playlist);
  }

  // The initialization section at the end of a rendition's playlist, and how much there is of it.
  reached(rendition: number, map: string, sinceS: number): void {
    const before = this.maps.get(rendition);
    this.maps.set(rendition, map);
    const isNew = before === undefined ? sinceS < newForS : map !== before;
    if (!isNew) return;
    this.stop();
    this.look(0);
  }

  stop(): void {
    this.cancel?.();
    this.cancel = null;
  }

  private look(index: number): void {
    const delayMs = looksMs[index];
    if (delayMs === undefined) return;
    const cancel = this.timers.after(delayMs, async () => {
      const playlist = await this.fetchPlaylist().catch(() => null);
      if (this.cancel !== cancel) return;
      const { known } = this;
      const sounds = playlist === null ? null : soundsOf(playlist);
      if (known && sounds && [...sounds].some((sound) => !known.has(sound))) this.onMore();
      else this.look(index + 1);
    });
    this.cancel = cancel;
  }
}
