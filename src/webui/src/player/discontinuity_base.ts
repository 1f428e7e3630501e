// SPDX-License-Identifier: MIT

const line = /^(#EXT-X-DISCONTINUITY-SEQUENCE:)(\d+)/m;
const headroom = 1_000;

// hls.js keeps arrays indexed by the discontinuity number and walks them from zero on every playlist. A daemon counts on from
// where it was before it was restarted, so the numbers are large, and each walk would stop the page for seconds. Only
// differences between these numbers mean anything: they are handed on counted from near the first one seen.
export class DiscontinuityBase {
  private base: number | null = null;

  rebase(playlist: string): string {
    const found = line.exec(playlist);
    if (!found) return playlist;
    const number = Number(found[2]);
    this.base ??= Math.max(0, number - headroom);
    return playlist.replace(line, `$1${Math.max(0, number - this.base)}`);
  }
}
