// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { logEntryOf } from './log';

const row = (kind: string, body: object, more: object = {}) => ({ id: 1, at: 5, kind, scope: 'ban', subject: 'account:7', actor_name: 'Maria', reason: '', body, ...more });

describe('logEntryOf', () => {
  it('says who did what to whom', () => {
    const entry = logEntryOf(row('moderation.sanctioned', { name: 'Bob' }, { reason: 'spam' }));
    expect(entry).toMatchObject({ actor: 'Maria', what: 'ban', about: 'Bob', detail: 'spam' });
    expect(logEntryOf(row('moderation.lifted', { name: 'Bob' }))?.what).toBe('ban lifted');
    expect(logEntryOf(row('house_rules.mode', { value: 10 }, { scope: 'mode', subject: 'slow' }))?.about).toBe('Slow: 10');
    expect(logEntryOf(row('house_rules.decided', { decision: 'rejected', text: 'spam!' }))).toMatchObject({ what: 'rejected', detail: 'spam!' });
    expect(logEntryOf(null)).toBe(null);
  });
});
