// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { liveTarget } from './live_target';

const playlist = (...durations: number[]) =>
  ['#EXTM3U', '#EXT-X-TARGETDURATION:6', ...durations.flatMap((one, index) => [`#EXTINF:${one.toFixed(5)},`, `${index}.m4s`])].join('\n');

describe('liveTarget', () => {
  it('is three of the segments that are there', () => {
    expect(liveTarget(playlist(2, 2, 2, 2))).toBe(6);
  });

  it('goes by the longest of the last ones', () => {
    expect(liveTarget(playlist(2, 4.5, 2, 2))).toBe(13.5);
    expect(liveTarget(playlist(6, 2, 2, 2, 2, 2))).toBe(6);
  });

  it('is never closer than four seconds', () => {
    expect(liveTarget(playlist(0.5, 0.5))).toBe(4);
  });

  it('leaves it to a playlist that says itself, and to one without segments', () => {
    expect(liveTarget(`#EXTM3U\n#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=1.0\n${playlist(2)}`)).toBeNull();
    expect(liveTarget(`${playlist(2)}\n#EXT-X-ENDLIST`)).toBeNull();
    expect(liveTarget('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nfmp4/media.m3u8')).toBeNull();
  });
});
