// SPDX-License-Identifier: MIT
import { expect, test } from 'vitest';
import { isWish, nearest, next } from './tracks';

const german = { label: 'German', language: 'de' };
const spoken = { label: 'German (hard of hearing)', language: 'de' };
const unnamed = { label: 'Subtitles', language: '' };

test('a wish is met by the same track, or else by one in its language', () => {
  expect(nearest([unnamed, german, spoken], spoken)).toBe(2);
  expect(nearest([unnamed, german], spoken)).toBe(1);
  expect(nearest([unnamed], spoken)).toBe(-1);
  expect(nearest([german], unnamed)).toBe(-1);
});

test('without a wish, and when nothing is wished, there is none', () => {
  expect(nearest([german], null)).toBe(-1);
  expect(nearest([german], 'off')).toBe(-1);
});

test('only what was kept as a wish is one', () => {
  expect(isWish('off')).toBe(true);
  expect(isWish(german)).toBe(true);
  expect(isWish(null)).toBe(false);
  expect(isWish({ label: 1 })).toBe(false);
});

test('stepping goes around, over none for texts', () => {
  expect(next(-1, 2, true)).toBe(0);
  expect(next(1, 2, true)).toBe(-1);
  expect(next(1, 2, false)).toBe(0);
});
