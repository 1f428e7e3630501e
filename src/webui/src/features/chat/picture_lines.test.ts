// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { mostLines, PictureLines } from './picture_lines';

const say = (lines: PictureLines, id: string, now: number, text = 'Goal!') => lines.add({ id, text }, now);

describe('lines over the picture', () => {
  it('go when they can have been read, long ones later', () => {
    const lines = new PictureLines(true);
    say(lines, 'short', 0);
    say(lines, 'long', 0, 'a'.repeat(500));
    lines.tick(5_000);
    expect(lines.ids.value).toEqual(['short', 'long']);
    lines.tick(6_000);
    expect(lines.ids.value).toEqual(['long']);
    lines.tick(14_000);
    expect(lines.ids.value).toEqual([]);
  });

  it('are the newest few', () => {
    const lines = new PictureLines(true);
    for (let at = 0; at < 8; at += 1) say(lines, `m${at}`, at * 500);
    expect(lines.ids.value).toEqual(['m3', 'm4', 'm5', 'm6', 'm7']);
  });

  it('stay readable while a crowd talks', () => {
    const lines = new PictureLines(true);
    for (let at = 0; at < 1_000; at += 1) say(lines, `m${at}`, at);
    expect(lines.ids.value).toHaveLength(mostLines);
    expect(lines.ids.value[0]).toBe('m0');
    say(lines, 'later', 1_300);
    expect(lines.ids.value.at(-1)).toBe('later');
  });

  it('go at once when the room begins anew', () => {
    const lines = new PictureLines(true);
    say(lines, 'm', 0);
    lines.clear();
    expect(lines.ids.value).toEqual([]);
  });
});
