// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { bitRateText, matches, sparkPoints, standingOf, tallyOf, troubleFirst } from './lines';
import { decodePage, type MonitoredChannel, type Severity } from './monitored';

function channel(id: string, ...alarms: readonly (readonly [Severity, number])[]): MonitoredChannel {
  const page = decodePage({
    channels: [
      {
        id,
        name: id.toUpperCase(),
        number: 7,
        group: 'Sport',
        state: 'live',
        sources: [{ url: 'udp://239.1.2.3:5000', state: 'running', health: 100, on_air: true }],
        alarms: alarms.map(([severity, since]) => ({ name: 'rtp_loss', severity, source: 1, text: 'RTP packets are lost', since: new Date(since).toISOString() })),
      },
    ],
  });
  return page!.channels[0]!;
}

describe('standing', () => {
  it('is that of the gravest alarm', () => {
    expect(standingOf(channel('a'))).toBe('well');
    expect(standingOf(channel('a', ['notice', 1]))).toBe('notice');
    expect(standingOf(channel('a', ['notice', 1], ['critical', 1], ['warning', 1]))).toBe('critical');
  });

  it('is counted once per channel', () => {
    expect(tallyOf([channel('a'), channel('b', ['warning', 1], ['warning', 2]), channel('c', ['critical', 1])])).toEqual({
      critical: 1,
      warning: 1,
      notice: 0,
      well: 1,
    });
  });
});

describe('order', () => {
  it('has trouble first, the latest first, and the lineup otherwise', () => {
    const channels = [
      channel('well-1'),
      channel('notice-1', ['notice', 500]),
      channel('old', ['warning', 100]),
      channel('notice-2', ['notice', 900]),
      channel('off', ['critical', 50]),
      channel('new', ['warning', 200]),
      channel('well-2'),
    ];
    expect(troubleFirst(channels).map(({ id }) => id)).toEqual(['off', 'new', 'old', 'notice-1', 'notice-2', 'well-1', 'well-2']);
  });
});

describe('filter', () => {
  it('finds names, numbers, groups, addresses and alarms, all words at once', () => {
    const one = channel('one', ['warning', 1]);
    for (const text of ['', 'ONE', 'sport', '7', '239.1.2', 'lost', 'rtp_loss', 'one lost']) expect(matches(one, text, null)).toBe(true);
    expect(matches(one, 'one two', null)).toBe(false);
  });

  it('keeps to a standing', () => {
    expect(matches(channel('one', ['warning', 1]), '', 'warning')).toBe(true);
    expect(matches(channel('one', ['warning', 1]), '', 'critical')).toBe(false);
    expect(matches(channel('one'), '', 'well')).toBe(true);
  });
});

describe('figures', () => {
  it('reads a bit rate at a glance', () => {
    expect([0, 900, 64_000, 999_499, 4_236_000, 12_340_000, 240_000_000].map(bitRateText)).toEqual([
      '–',
      '1 kbit/s',
      '64 kbit/s',
      '999 kbit/s',
      '4.24 Mbit/s',
      '12.3 Mbit/s',
      '240 Mbit/s',
    ]);
  });

  it('draws the newest at the right and nothing at the bottom', () => {
    expect(sparkPoints([0, 100], 59, 20)).toEqual([
      [58, 20],
      [59, 2.6],
    ]);
    expect(sparkPoints([], 59, 20)).toEqual([]);
    expect(sparkPoints([0, 0], 59, 20).every(([, y]) => y === 20)).toBe(true);
  });
});

describe('what the server says', () => {
  it('is shown as far as it is understood', () => {
    expect(decodePage(null)).toBeNull();
    expect(decodePage({ channels: 'none' })).toBeNull();
    const [one] = decodePage({ at: 'x', channels: [{ id: 'a', state: 'odd', bit_rates: [1, 'x', null], sources: [3], alarms: {} }, { name: 'no id' }] })!.channels;
    expect(one).toMatchObject({ id: 'a', name: 'a', state: 'starting', bitRates: [1], sources: [], alarms: [], segmentAgeMs: null });
  });
});
