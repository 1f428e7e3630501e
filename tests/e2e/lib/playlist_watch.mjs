// SPDX-License-Identifier: MIT
// Looks at a media playlist again and again, as players do, and holds it to what it once said.
import assert from 'node:assert/strict';
import m3u8 from 'm3u8-parser';

export function parsePlaylist(text) {
  const parser = new m3u8.Parser();
  parser.push(text);
  parser.end();
  return parser.manifest;
}

export class PlaylistWatch {
  constructor(daemon, path) {
    Object.assign(this, { daemon, path, meanings: new Map(), uris: new Set(), faults: [], longestPause: 0, discontinuities: 0, end: 0 });
    this.grew = Date.now();
    this.timer = setInterval(() => this.look().catch((error) => this.faults.push(String(error))), 200);
  }

  async look() {
    const response = await this.daemon.get(this.path);
    if (response.status !== 200) return this.faults.push(`status ${response.status}`);
    const manifest = parsePlaylist(await response.text());
    if (this.manifest && manifest.mediaSequence < this.manifest.mediaSequence) this.faults.push('the media sequence went back');
    if (this.manifest && manifest.targetDuration !== this.manifest.targetDuration) this.faults.push('the target duration changed');
    manifest.segments.forEach((segment, i) => {
      const sequence = manifest.mediaSequence + i;
      const meaning = JSON.stringify([segment.uri, segment.duration, segment.dateTimeString, segment.discontinuity ?? false, segment.map?.uri]);
      if (!this.meanings.has(sequence)) {
        if (this.uris.has(segment.uri)) this.faults.push(`${segment.uri} came twice`);
        this.uris.add(segment.uri);
        if (this.manifest && segment.discontinuity) this.discontinuities += 1; // since it looks
        this.meanings.set(sequence, meaning);
      } else if (this.meanings.get(sequence) !== meaning) this.faults.push(`${sequence} was ${this.meanings.get(sequence)} and is ${meaning}`);
    });
    const end = manifest.mediaSequence + manifest.segments.length;
    if (this.manifest && end > this.end + manifest.segments.length) this.faults.push('segments were never listed');
    const now = Date.now();
    if (end > this.end) this.grew = now;
    this.longestPause = Math.max(this.longestPause, now - this.grew);
    this.end = Math.max(this.end, end);
    this.manifest = manifest;
  }

  stop({ pauseMs }) {
    clearInterval(this.timer);
    assert.deepEqual(this.faults, [], this.path);
    assert.ok(this.longestPause <= pauseMs, `${this.path} stood still for ${this.longestPause} ms`);
  }
}
