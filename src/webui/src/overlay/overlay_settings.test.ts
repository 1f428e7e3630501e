// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { readOverlay } from './overlay_settings';

describe('overlay settings', () => {
  it('shows everything when nothing is said', () => {
    expect(readOverlay('/overlay/news', '')).toEqual({ channel: 'news', chat: true, reactions: true, polls: true, lines: 8, size: 22, seconds: 45, side: 'left' });
  });
  it('takes what the address says, within its bounds', () => {
    expect(readOverlay('/overlay/news/', '?chat=off&polls=0&lines=500&size=-3&seconds=0&side=right')).toMatchObject({ chat: false, reactions: true, polls: false, lines: 50, size: 10, seconds: 0, side: 'right' });
    expect(readOverlay('/overlay/news', '?lines=many&size=')).toMatchObject({ lines: 8, size: 22 });
  });
  it('is only at its own address', () => {
    expect(readOverlay('/overlay', '')).toBeNull();
    expect(readOverlay('/overlay/a/b', '')).toBeNull();
    expect(readOverlay('/overlay/%E0%A4%A', '')).toBeNull();
    expect(readOverlay('/watch/news', '')).toBeNull();
  });
});
