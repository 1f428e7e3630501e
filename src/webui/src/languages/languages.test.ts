// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { english, translated } from '../strings';
import { de } from './de';
import { es } from './es';
import { matchLanguage } from './language';

// "chat.actions.reply" and so on, of everything that is a word, a function or a list.
function paths(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [at];
  return Object.entries(value).flatMap(([name, inside]) => paths(inside, at === '' ? name : `${at}.${name}`));
}

// The names of guests are handed out as they are; the monitor is for operators.
const untranslated = /^(product|title|names\.|monitor\.)/;
const sameEverywhere = new Set(['channels.label', 'channels.told', 'player.behind', 'player.latency', 'chat.heading', 'tv.chat']);
const wanted = paths(english).filter((path) => !untranslated.test(path) && !sameEverywhere.has(path));

describe.each([
  ['German', de],
  ['Spanish', es],
])('%s', (_, translation) => {
  it('has nothing that English has not', () => {
    const known = new Set(paths(english));
    expect(paths(translation).filter((path) => !known.has(path))).toEqual([]);
  });

  it('has every word of the player, polls, the reactions and the connection', () => {
    const there = new Set(paths(translation));
    const needed = wanted.filter((path) => /^(player|polls|reactions|connection)\./.test(path));
    expect(needed.filter((path) => !there.has(path))).toEqual([]);
  });

  it('stands in for English where it has words', () => {
    const strings = translated(translation);
    expect(strings.chat.send).not.toBe(english.chat.send);
    expect(strings.product).toBe('Grandstand');
    expect(strings.refusal('forbidden', 'You may not.')).not.toContain('You');
  });
});

it('speaks the first of the viewer’s languages that it knows, else English', () => {
  expect(matchLanguage(['fr-FR', 'de-AT', 'en'])).toBe('de');
  expect(matchLanguage(['es-419'])).toBe('es');
  expect(matchLanguage(['ja', 'toString'])).toBe('en');
});
