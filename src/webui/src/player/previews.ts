// SPDX-License-Identifier: MIT
import type { DateRange } from './date_map';

// A small picture of one moment, cut from a sheet of many. Lengths in pixels of the sheet, dates in milliseconds since 1970.
export interface Preview extends DateRange {
  readonly sheet: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const cueMs = (text: string): number | null => {
  const found = /^(?:(\d+):)?(\d\d):(\d\d)\.(\d{3})$/.exec(text);
  if (!found) return null;
  const [, hours = '0', minutes, seconds, thousandths] = found;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000 + Number(thousandths);
};

interface Tile {
  readonly uri: string;
  readonly from: number;
  readonly to: number;
  readonly place: readonly number[];
}

function decodeCue(block: string, zero: number): Tile | null {
  const [times = '', target = ''] = block.split('\n');
  const [from, to] = times.split(' --> ').map(cueMs);
  const [uri = '', fragment = ''] = target.split('#xywh=');
  const place = fragment.split(',').map(Number);
  const good = from != null && to != null && uri !== '' && place.length === 4 && place.every((length) => length >= 0 && Number.isFinite(length));
  return good ? { uri, from: zero + from, to: zero + to, place } : null;
}

// The cues of thumbnails.vtt, by date. `base`: its address, from which sheets are named. A sheet that grows has another address with
// each picture, so that no cache shows it without the newest.
export function decodePreviews(text: string, base: string): readonly Preview[] {
  const [head = '', ...blocks] = text.replace(/\r\n?/g, '\n').split(/\n\n+/);
  const zero = Date.parse(/^X-PROGRAM-DATE-TIME:(.*)$/m.exec(head)?.[1] ?? '');
  if (!head.startsWith('WEBVTT') || Number.isNaN(zero)) return [];
  const tiles = blocks.map((block) => decodeCue(block, zero)).filter((tile): tile is Tile => tile !== null);
  const counts = new Map<string, number>();
  for (const { uri } of tiles) counts.set(uri, (counts.get(uri) ?? 0) + 1);
  return tiles.map(({ uri, from, to, place: [x = 0, y = 0, width = 0, height = 0] }) => ({
    sheet: `${new URL(uri, base).href}?tiles=${counts.get(uri)}`,
    from, to, x, y, width, height,
  }));
}

const edgeMs = 30_000; // so far beyond the latest picture it still says what one would see

// The picture of that moment; null where there is none.
export function previewAt(previews: readonly Preview[], date: number): Preview | null {
  let low = 0;
  let high = previews.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((previews[middle] as Preview).from <= date) low = middle + 1;
    else high = middle;
  }
  const found = previews[low - 1];
  if (!found) return null;
  return date < found.to || (low === previews.length && date < found.to + edgeMs) ? found : null;
}
