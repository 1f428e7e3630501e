// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { byNumber, grouped, isComplete, matching, neighbour } from './tuning';

const channels = [
  { id: 'news', name: 'News', number: 1, group: 'Info' },
  { id: 'sport', name: 'Sport One', number: 2, group: 'Sport' },
  { id: 'town', name: 'Town Hall', number: 12, group: 'Info' },
];

describe('tuning', () => {
  it('goes around at both ends', () => {
    expect(neighbour(channels, 'news', 1)?.id).toBe('sport');
    expect(neighbour(channels, 'town', 1)?.id).toBe('news');
    expect(neighbour(channels, 'news', -1)?.id).toBe('town');
  });

  it('starts with the first, and with nothing when there is nothing', () => {
    expect(neighbour(channels, 'gone', -1)?.id).toBe('news');
    expect(neighbour([], null, 1)).toBeNull();
  });

  it('finds by number, leading zeros or not', () => {
    expect(byNumber(channels, '12')?.id).toBe('town');
    expect(byNumber(channels, '002')?.id).toBe('sport');
    expect(byNumber(channels, '9')).toBeNull();
  });

  it('waits for another digit only where one could follow', () => {
    expect(isComplete(channels, '1')).toBe(false);
    expect(isComplete(channels, '2')).toBe(true);
    expect(isComplete(channels, '12')).toBe(true);
    expect(isComplete(channels, '0')).toBe(false);
  });

  it('groups in the order of the lineup', () => {
    expect(grouped(channels).map((one) => [one.group, one.channels.length])).toEqual([['Info', 2], ['Sport', 1]]);
  });

  it('searches name, group and number', () => {
    expect(matching(channels, 'sPo').map((one) => one.id)).toEqual(['sport']);
    expect(matching(channels, 'info').map((one) => one.id)).toEqual(['news', 'town']);
    expect(matching(channels, '12').map((one) => one.id)).toEqual(['town']);
    expect(matching(channels, ' ')).toBe(channels);
  });
});
