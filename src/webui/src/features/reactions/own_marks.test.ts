// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { OwnMarks } from './own_marks';

describe('OwnMarks', () => {
  it('takes our own off the tally, each once', () => {
    const marks = new OwnMarks();
    marks.add('heart', 0);
    marks.add('heart', 10);
    expect(marks.others('heart', 3, 100)).toBe(1);
    expect(marks.others('heart', 3, 200)).toBe(3);
  });

  it('does not mix reactions', () => {
    const marks = new OwnMarks();
    marks.add('heart', 0);
    expect(marks.others('fire', 1, 100)).toBe(1);
  });

  it('forgets after a while and when refused', () => {
    const marks = new OwnMarks();
    marks.add('heart', 0);
    expect(marks.others('heart', 1, 5_000)).toBe(1);
    marks.add('heart', 6_000);
    marks.remove('heart');
    expect(marks.others('heart', 1, 6_100)).toBe(1);
  });
});
