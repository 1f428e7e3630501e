// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { DiscontinuityBase } from './discontinuity_base';

const playlist = (number: number) => `#EXTM3U\n#EXT-X-DISCONTINUITY-SEQUENCE:${number}\n#EXTINF:2.0,\na.m4s\n`;

describe('DiscontinuityBase', () => {
  it('makes large numbers small and keeps their differences, backwards too', () => {
    const base = new DiscontinuityBase();
    expect(base.rebase(playlist(179_525_559))).toBe(playlist(1_000));
    expect(base.rebase(playlist(179_525_561))).toBe(playlist(1_002));
    expect(base.rebase(playlist(179_525_558))).toBe(playlist(999));
  });

  it('leaves small numbers and other playlists alone', () => {
    expect(new DiscontinuityBase().rebase(playlist(7))).toBe(playlist(7));
    expect(new DiscontinuityBase().rebase('#EXTM3U\n')).toBe('#EXTM3U\n');
  });
});
