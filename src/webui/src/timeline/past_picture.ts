// SPDX-License-Identifier: MIT

const pastFromMs = 60_000; // so far behind the present, the room is replayed instead of held back
const liveFromMs = 50_000; // and live again from here on: nothing flickers around one bound

// Whether the viewer's picture is so old that what is said now has nothing to do with it.
export class PastPicture {
  private isPast = false;
  private last: number | null = null;

  constructor(
    private readonly pictureTime: () => number | null,
    private readonly serverNow: () => number,
  ) {}

  time(): number | null {
    // While it seeks or loads there is no picture: what was, still is.
    const time = this.pictureTime() ?? (this.isPast ? this.last : null);
    if (time === null) return null;
    this.isPast = this.serverNow() - time > (this.isPast ? liveFromMs : pastFromMs);
    this.last = this.isPast ? time : null;
    return this.last;
  }

  // Something else is watched.
  forget(): void {
    this.isPast = false;
    this.last = null;
  }

  liveTime(): number | null {
    return this.time() === null ? this.pictureTime() : null;
  }
}
