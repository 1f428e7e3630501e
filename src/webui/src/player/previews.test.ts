// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { decodePreviews, previewAt } from './previews';

const zero = Date.parse('2026-11-21T18:00:00.000Z');
const base = 'http://host/live/news/thumbnails.vtt';
const sheet = (cues: readonly string[]) => `WEBVTT\nX-PROGRAM-DATE-TIME:2026-11-21T18:00:00.000Z\n\n${cues.join('\n\n')}\n`;
const two = sheet([
  '00:00:00.000 --> 00:00:10.000\nsprites/1.jpg#xywh=0,0,160,90',
  '00:00:10.000 --> 00:00:20.000\nsprites/1.jpg#xywh=160,0,160,90',
  '01:00:30.500 --> 01:00:40.000\nsprites/2.jpg#xywh=320,90,160,90',
]);

describe('decodePreviews', () => {
  it('reads dates, sheets and places', () => {
    const previews = decodePreviews(two, base);
    expect(previews).toHaveLength(3);
    expect(previews[2]).toEqual({ sheet: 'http://host/live/news/sprites/2.jpg?tiles=1', from: zero + 3_630_500, to: zero + 3_640_000, x: 320, y: 90, width: 160, height: 90 });
  });
  it('gives a sheet that has grown another address', () => {
    expect(decodePreviews(two, base)[0]?.sheet).toBe('http://host/live/news/sprites/1.jpg?tiles=2');
  });
  it('leaves out what it does not understand', () => {
    expect(decodePreviews(sheet(['NOTE nothing', '00:00 --> later\nsprites/1.jpg#xywh=0,0,1,1', '00:00:00.000 --> 00:00:01.000\nsprites/1.jpg']), base)).toEqual([]);
    expect(decodePreviews('<html>', base)).toEqual([]);
    expect(decodePreviews('', base)).toEqual([]);
  });
});

describe('previewAt', () => {
  const previews = decodePreviews(two, base);
  it('finds the picture of a moment', () => {
    expect(previewAt(previews, zero)?.x).toBe(0);
    expect(previewAt(previews, zero + 19_999)?.x).toBe(160);
  });
  it('has none before the first and in a gap', () => {
    expect(previewAt(previews, zero - 1)).toBeNull();
    expect(previewAt(previews, zero + 20_000)).toBeNull();
    expect(previewAt([], zero)).toBeNull();
  });
  it('shows the latest a little beyond it', () => {
    expect(previewAt(previews, zero + 3_660_000)?.x).toBe(320);
    expect(previewAt(previews, zero + 3_700_000)).toBeNull();
  });
});
