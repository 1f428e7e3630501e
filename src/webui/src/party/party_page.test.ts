// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Doing } from '../features/party/party';
import { parseRoute, pathOf } from '../routes';
import { calendarFile } from './calendar';
import { countdown } from './countdown';
import { typedCode } from './invite_api';
import { spread } from './people';
import { reportOf } from './report';
import { decodeMine } from './use_my_parties';

describe('a party', () => {
  it('has an address that carries its invitation', () => {
    const route = parseRoute('/party/k3f9', '?invite=w4n8');
    expect(route).toMatchObject({ page: 'party', party: 'k3f9', invite: 'w4n8', tv: false });
    expect(pathOf(route)).toBe('/party/k3f9?invite=w4n8');
    expect(parseRoute('/party', '')).toMatchObject({ page: 'party', party: null });
    expect(pathOf(parseRoute('/tv/party/k3f9', ''))).toBe('/tv/party/k3f9');
  });

  it('takes a code as people type it', () => {
    expect(typedCode(' W4N8-htbz ')).toBe('w4n8htbz');
  });

  it('hears whole milliseconds, and of free viewers no halts', () => {
    const report = { error: 12.6, rate: 1, buffer: -0.4, stalls: 0, rtt: null };
    expect(reportOf('in_sync', true, report, 5.4)).toMatchObject({ status: 'synced', stalled: true, error: 13, latest: 5 });
    expect(reportOf('free', true, report, null).stalled).toBe(false);
  });

  it('counts down in days and by the clock', () => {
    expect(countdown(90_061_000)).toEqual({ days: 1, clock: '01:01:01' });
    expect(countdown(-5).clock).toBe('00:00:00');
  });

  it('goes into calendars with its time in UTC and no line longer than 75 octets', () => {
    const file = calendarFile({ id: 'k3', title: `Final; ${'ü'.repeat(60)}`, start: Date.UTC(2026, 10, 22, 19), url: 'https://tv.example/party/k3', made: 0 });
    expect(file).toContain('DTSTART:20261122T190000Z\r\n');
    expect(file).toContain('SUMMARY:Final\\; ');
    for (const line of file.split('\r\n')) expect(new TextEncoder().encode(line).length).toBeLessThanOrEqual(75);
  });

  it('knows how far apart its people are, without those at their own pace', () => {
    const together = { status: 'synced', error: 20 } as const;
    expect(spread(new Map<string, Doing>([['a', together]]))).toBeNull();
    expect(spread(new Map<string, Doing>([['a', together], ['b', { status: 'catching_up', error: -60 }], ['c', { status: 'free', error: 9_000 }]]))).toBe(80);
  });

  it('is found again in the list of those that one is in', () => {
    expect(decodeMine({ room: 'party:k3', title: 'Final', starts_at: 5 })).toEqual({ party: 'k3', title: 'Final', startsAt: 5 });
    expect(decodeMine({ room: 'party:k3', title: 'Final', starts_at: null })?.startsAt).toBeNull();
    expect(decodeMine({ room: 'channel:k3' })).toBeNull();
  });
});
