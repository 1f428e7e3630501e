// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { emojiGroups, findEmoji } from './emoji';

it('every emoji is there once and can be found by each of its words', () => {
  const all = emojiGroups.flatMap(({ emoji }) => emoji);
  expect(new Set(all.map(({ character }) => character)).size).toBe(all.length);
  for (const { character, words } of all) {
    expect(character).toMatch(/^\p{Extended_Pictographic}/u);
    for (const word of words.split(' ')) expect(findEmoji(word).map((found) => found.character)).toContain(character);
  }
});

it('accents and capitals do not matter, and nothing finds nothing', () => {
  expect(findEmoji('TRANEN')[0]?.character).toBe('😂');
  expect(findEmoji('león').map(({ character }) => character)).toContain('🦁');
  expect(findEmoji(' ')).toEqual([]);
  expect(findEmoji('qqq')).toEqual([]);
});
