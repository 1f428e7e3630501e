// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { monogram, tone } from './monogram';

describe('monogram', () => {
  it('takes the first letters of two words, or two of one', () => {
    expect(monogram('Sport One')).toBe('SO');
    expect(monogram('news')).toBe('NE');
    expect(monogram('3sat')).toBe('3S');
    expect(monogram('Радио и ТВ')).toBe('РИ');
  });

  it('has something to show for anything', () => {
    expect(monogram('')).toBe('?');
    expect(monogram('!!!')).toBe('?');
    expect(monogram('X')).toBe('X');
  });
});

describe('tone', () => {
  it('is always the same for the same name and one of ten', () => {
    expect(tone('news')).toBe(tone('news'));
    for (const name of ['news', 'sport', 'film', '']) expect(tone(name)).toMatch(/^tone-[0-9]$/);
  });
});
