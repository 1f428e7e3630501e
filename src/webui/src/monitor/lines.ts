// SPDX-License-Identifier: MIT
import type { Alarm, MonitoredChannel, MonitoredSource, Severity } from './monitored';

// How a channel stands; `well` when there is no alarm.
export type Standing = Severity | 'well';

const rank: Record<Standing, number> = { critical: 0, warning: 1, notice: 2, well: 3 };

export function standingOf(channel: Pick<MonitoredChannel, 'alarms'>): Standing {
  return channel.alarms.reduce<Standing>((worst, alarm) => (rank[alarm.severity] < rank[worst] ? alarm.severity : worst), 'well');
}

// Trouble first; where it is equally grave the latest first, and what is well in the order of the lineup.
export function troubleFirst(channels: readonly MonitoredChannel[]): MonitoredChannel[] {
  const worst = (channel: MonitoredChannel): Alarm | undefined => channel.alarms.find((alarm) => alarm.severity === standingOf(channel));
  return channels
    .map((channel, place) => ({ channel, place, standing: rank[standingOf(channel)], since: worst(channel)?.since ?? 0 }))
    .sort((a, b) => a.standing - b.standing || (a.standing < rank.notice ? b.since - a.since : 0) || a.place - b.place)
    .map(({ channel }) => channel);
}

export type Tally = Record<Standing, number>;

export function tallyOf(channels: readonly MonitoredChannel[]): Tally {
  const tally: Tally = { critical: 0, warning: 0, notice: 0, well: 0 };
  for (const channel of channels) tally[standingOf(channel)] += 1;
  return tally;
}

// Every word is in the name, number, group, address of a source or text of an alarm. `standing`: only channels that stand so.
export function matches(channel: MonitoredChannel, text: string, standing: Standing | null): boolean {
  if (standing !== null && standingOf(channel) !== standing) return false;
  const words = text.toLocaleLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return true;
  const hay = [
    channel.name,
    channel.id,
    channel.number,
    channel.group,
    ...channel.sources.map((source) => source.url),
    ...channel.alarms.map((alarm) => `${alarm.name} ${alarm.text}`),
  ]
    .join('\n')
    .toLocaleLowerCase();
  return words.every((word) => hay.includes(word));
}

export const onAir = (sources: readonly MonitoredSource[]): number => sources.findIndex((source) => source.onAir);

const digits = (value: number, places: number): string => value.toFixed(value >= 100 ? 0 : value >= 10 ? Math.min(places, 1) : places);

export function bitRateText(bitsPerSecond: number): string {
  if (bitsPerSecond <= 0) return '–';
  return bitsPerSecond >= 1e6 ? `${digits(bitsPerSecond / 1e6, 2)} Mbit/s` : `${Math.max(1, Math.round(bitsPerSecond / 1e3))} kbit/s`;
}

// The line of a spark in a box of `width` by `height`: 0 is the bottom, so that a fall looks like one.
export function sparkPoints(values: readonly number[], width: number, height: number, capacity = 60): [number, number][] {
  const top = Math.max(...values, 1) * 1.15;
  const step = width / (capacity - 1);
  const begin = width - (values.length - 1) * step; // the newest is at the right, also when there are few
  const round = (value: number): number => Math.round(value * 10) / 10;
  return values.map((value, index) => [round(begin + index * step), round(height - (value / top) * height)]);
}
