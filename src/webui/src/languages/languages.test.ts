// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { de } from './de';
import { en } from './en';
import { es } from './es';
import { matchLanguage } from './language';

// "chat.actions.reply" and so on, of everything that is a word, a function or a list.
function paths(value: unknown, at = ''): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [at];
  // In English the log is as the server says it.
  if (at === 'moderation.decisions') return [at];
  return Object.entries(value).flatMap(([name, inside]) => paths(inside, at === '' ? name : `${at}.${name}`));
}

describe.each([
  ['German', de],
  ['Spanish', es],
])('%s', (_, translation) => {
  it('has every word that English has, and no other', () => {
    expect(paths(translation).sort()).toEqual(paths(en).sort());
  });

  it('is another language', () => {
    expect(translation.chat.send).not.toBe(en.chat.send);
    expect(translation.product).toBe('Grandstand');
    expect(translation.refusal('forbidden', 'You may not.')).not.toContain('You');
    expect(translation.monitor.alarmName('tr101290_continuity')).toContain('(1.4)');
    expect(translation.monitor.advice('tr101290_crc')).not.toBe(en.monitor.advice('tr101290_crc'));
  });
});

it('speaks the first of the viewer’s languages that it knows, else English', () => {
  expect(matchLanguage(['fr-FR', 'de-AT', 'en'])).toBe('de');
  expect(matchLanguage(['es-419'])).toBe('es');
  expect(matchLanguage(['ja', 'toString'])).toBe('en');
});
