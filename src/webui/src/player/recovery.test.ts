// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { Recovery } from './recovery';

describe('Recovery', () => {
  it('first does the gentlest thing', () => {
    expect(new Recovery().treat('media', 0)).toEqual({ remedy: 'recover_media', delayMs: 0 });
    expect(new Recovery().treat('network', 0)).toEqual({ remedy: 'resume_loading', delayMs: 500 });
    expect(new Recovery().treat('stalled', 0)).toEqual({ remedy: 'jump_to_live', delayMs: 0 });
    expect(new Recovery().treat('manifest', 0)).toEqual({ remedy: 'rebuild', delayMs: 500 });
  });

  it('starts over when that did not help, ever more patiently', () => {
    const recovery = new Recovery();
    const remedies = Array.from({ length: 7 }, () => recovery.treat('network', 0));
    expect(remedies.map((one) => one.remedy)).toEqual(['resume_loading', 'resume_loading', ...Array<string>(5).fill('rebuild')]);
    expect(remedies.map((one) => one.delayMs)).toEqual([500, 1000, 2000, 4000, 8000, 8000, 8000]);
  });

  it('forgets after ten seconds of moving picture, not before', () => {
    const recovery = new Recovery();
    recovery.treat('network', 0);
    recovery.treat('network', 0);
    recovery.moving(1_000);
    recovery.moving(10_999);
    expect(recovery.treat('network', 11_000).remedy).toBe('rebuild');
    recovery.moving(12_000);
    recovery.moving(22_000);
    expect(recovery.treat('network', 22_001).delayMs).toBe(500);
  });
});
