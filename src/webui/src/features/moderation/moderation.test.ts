// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { RoomEvent } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { Moderation } from './moderation';

const event = (name: string, body: unknown): RoomEvent => ({ room: 'channel:one', kind: `moderation.${name}`, position: null, serverTime: 1_000, mediaTime: null, user: null, body });

describe('Moderation', () => {
  it('follows what is decided about people', () => {
    const moderation = new Moderation({} as FeatureContext);
    moderation.personal({ sanctions: [{ scope: 'ban', subject: 'account:7', name: 'Bob', until: null, reason: 'spam' }], reports: [] });
    moderation.event(event('sanctioned', { scope: 'timeout', subject: 'account:8', name: 'Cy', until: 5, reason: '' }));
    moderation.event(event('sanctioned', { scope: 'ban', subject: 'account:7', name: 'Bob', until: 9, reason: '' }));
    expect(moderation.sanctions.value.map(({ kind, user, until }) => [kind, user, until])).toEqual([
      ['timeout', 'account:8', 5],
      ['ban', 'account:7', 9],
    ]);
    moderation.event(event('lifted', { scope: 'ban', subject: 'account:7' }));
    expect(moderation.sanctions.value).toHaveLength(1);
  });

  it('tells what concerns us', () => {
    const moderation = new Moderation({} as FeatureContext);
    moderation.event(event('notice', { sanction: 'timeout', until: 5, reason: 'calm' }));
    expect(moderation.own.value).toEqual({ kind: 'timeout', until: 5, reason: 'calm' });
    moderation.event(event('notice', { sanction: null }));
    expect(moderation.own.value).toBe(null);
  });

  it('reports a message with its place and its words, and a person with neither', async () => {
    const sent: unknown[] = [];
    const send: FeatureContext['send'] = async (name, body) => (sent.push([name, body]), { position: null, stored: false });
    const moderation = new Moderation({ send } as FeatureContext);
    await moderation.report('account:7', { id: 'k1:17', text: 'buy now' }, 'spam');
    await moderation.report('account:7', null, 'rude');
    expect(sent).toEqual([
      ['moderation.report', { user: 'account:7', text: 'buy now', reason: 'spam', message: 'k1:17' }],
      ['moderation.report', { user: 'account:7', text: '', reason: 'rude' }],
    ]);
  });

  it('knows which message a report is about, if any', () => {
    const moderation = new Moderation({} as FeatureContext);
    moderation.personal({ reports: [{ subject: 'report-1', kind: 'report', user: 'account:7', text: 'claimed' }] });
    moderation.event(event('reported', { subject: 'report-2', kind: 'report', user: 'account:7', text: 'claimed', message: 'k1:17' }));
    expect(moderation.reports.value.map(({ message }) => message)).toEqual(['', 'k1:17']);
  });

  it('hands out own events once', () => {
    const moderation = new Moderation({} as FeatureContext);
    moderation.personal({ own: [{ room: 'r', kind: 'chat.message', epoch: 'x', offset: 1, body: { text: 'hi' } }] });
    expect(moderation.takeOwnEvents()).toHaveLength(1);
    expect(moderation.takeOwnEvents()).toHaveLength(0);
  });
});
