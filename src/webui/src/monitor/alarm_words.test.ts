// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { strings } from '../strings';

// Those of docs/operations.md, "Watching the headend".
const names = ['down', 'slate', 'segments_late', 'starting', 'source_failing', 'source_degraded', 'backup_on_air', 'rtp_loss', 'kernel_drops',
  'scrambled', 'recording_stopped', 'ladder_shed', 'ladder_failed'];

describe('the words of the monitor', () => {
  it('have a name and an advice for every alarm', () => {
    for (const name of names) {
      expect(strings.monitor.alarmName(name), name).not.toBe(name.replace(/_/g, ' '));
      expect(strings.monitor.advice(name), name).not.toBe('');
    }
    expect(strings.monitor.alarmName('tr101290_continuity')).toBe('Continuity count (1.4)');
  });
});
