// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { Progress } from './progress';

describe('Progress', () => {
  it('believes only a position that changes', () => {
    const progress = new Progress();
    expect(progress.observe(0, 0)).toBe('waiting');
    expect(progress.observe(0.25, 250)).toBe('moving');
    expect(progress.observe(0.5, 500)).toBe('moving');
  });

  it('forgives a short halt, tells a longer one and then asks for help again and again', () => {
    const progress = new Progress();
    progress.observe(0, 0);
    progress.observe(1, 1_000);
    expect(progress.observe(1, 3_000)).toBe('moving');
    expect(progress.observe(1, 3_600)).toBe('waiting');
    expect(progress.observe(1, 9_000)).toBe('stalled');
    expect(progress.observe(1, 9_250)).toBe('waiting');
    expect(progress.observe(1, 17_000)).toBe('stalled');
    expect(progress.observe(1.2, 17_250)).toBe('moving');
  });

  it('starts anew after a pause', () => {
    const progress = new Progress();
    progress.observe(0, 0);
    progress.restart();
    expect(progress.observe(0, 60_000)).toBe('waiting');
  });
});
