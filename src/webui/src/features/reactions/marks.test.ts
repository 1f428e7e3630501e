// SPDX-License-Identifier: MIT
import { expect, it } from 'vitest';
import { marksOf } from './marks';

it('reads marks and drops what it does not understand', () => {
  expect(marksOf({ marks: [{ media_time: 5_000, reaction: 'heart', count: 2 }, { media_time: null, reaction: 'fire', count: 1 }] })).toEqual([
    { mediaTime: 5_000, reaction: 'heart', count: 2 },
    { mediaTime: null, reaction: 'fire', count: 1 },
  ]);
  expect(marksOf({ marks: [null, 7, {}, { reaction: 'kiss', count: 1 }, { reaction: 'heart', count: 'many' }] })).toEqual([]);
  expect(marksOf({ marks: 'none' })).toEqual([]);
  expect(marksOf(null)).toEqual([]);
});
