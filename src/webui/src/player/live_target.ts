// SPDX-License-Identifier: MIT

const segments = 3;
const shortestS = 4;

// How far behind the live edge to play: three segments of the length that the playlist really has. Its TARGETDURATION is only an
// upper bound for the life of the channel and may be several times longer. Null when the playlist says itself (HOLD-BACK)
// or has nothing to go by.
export function liveTarget(playlist: string): number | null {
  if (/^#EXT-X-SERVER-CONTROL:.*HOLD-BACK=/m.test(playlist) || /^#EXT-X-ENDLIST/m.test(playlist)) return null;
  const durations = [...playlist.matchAll(/^#EXTINF:([0-9.]+)/gm)].map((match) => Number(match[1])).filter((value) => value > 0);
  if (durations.length === 0) return null;
  return Math.max(shortestS, segments * Math.max(...durations.slice(-5)));
}
