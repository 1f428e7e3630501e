// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { emoteAddress, emoteParts, findEmotes } from './emotes';

const emotes = { channel: 'news', versions: new Map([['gg', '01'], ['own_goal', '02']]) };

it('cuts texts at the names of emotes that there are', () => {
  expect(emoteParts('so :gg: :nope: :own_goal::gg:!', emotes)).toEqual([{ text: 'so ' }, { emote: 'gg' }, { text: ' :nope: ' }, { emote: 'own_goal' }, { emote: 'gg' }, { text: '!' }]);
  expect(emoteParts('12:30:45', emotes)).toEqual([{ text: '12:30:45' }]);
  expect(emoteParts('', emotes)).toEqual([]);
  expect(emoteParts('a:gg:gg:b', emotes)).toEqual([{ text: 'a' }, { emote: 'gg' }, { text: 'gg:b' }]);
});

it('finds them by the beginning of a word', () => {
  expect(findEmotes(emotes, 'goal')).toEqual(['own_goal']);
  expect(findEmotes(emotes, ':G')).toEqual(['gg', 'own_goal']);
  expect(findEmotes(emotes, '')).toEqual(['gg', 'own_goal']);
});

it('asks for another picture when there is another', () => {
  expect(emoteAddress(emotes, 'gg')).toBe('/api/v1/channels/news/emotes/gg?v=01');
});
