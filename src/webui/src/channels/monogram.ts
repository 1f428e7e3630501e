// SPDX-License-Identifier: MIT

// A channel without a picture of its own still looks like itself: up to two letters and a colour that never changes.
export function monogram(name: string): string {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? [];
  const first = Array.from(words[0] ?? '?');
  const second = words.length > 1 ? Array.from(words[1] ?? '')[0] : first[1];
  return `${first[0] ?? '?'}${second ?? ''}`.toLocaleUpperCase();
}

// FNV-1a: spreads short names well.
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return value >>> 0;
}

export const toneCount = 10; // .tone-0 ... in styles/tones.css
export const tone = (text: string): string => `tone-${hash(text) % toneCount}`;

// By number, so that neighbours never look alike.
export const channelTone = (channel: { readonly id: string; readonly number: number }): string =>
  channel.number > 0 ? `tone-${(channel.number * 3) % toneCount}` : tone(channel.id);
