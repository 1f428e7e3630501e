// SPDX-License-Identifier: MIT
import type { ChannelState } from '../api';
import { isFields } from '../socket/protocol';

// What /api/v1/monitor tells (docs/protocol.md). Times in milliseconds since 1970, bit rates in bit/s.

export type Severity = 'critical' | 'warning' | 'notice';

export interface Alarm {
  readonly name: string;
  readonly severity: Severity;
  readonly source: number; // from 1; 0: the channel
  readonly text: string;
  readonly since: number;
}

export interface AlarmChange extends Alarm {
  readonly at: number;
  readonly raised: boolean;
}

export type SourceState = 'standby' | 'starting' | 'running' | 'failing';

export interface MonitoredSource {
  readonly url: string;
  readonly state: SourceState;
  readonly reason: string;
  readonly health: number; // 0 to 100
  readonly onAir: boolean;
  readonly chosen: boolean; // on air because an operator said so
  readonly bitRate: number;
}

export interface MonitoredChannel {
  readonly id: string;
  readonly name: string;
  readonly number: number;
  readonly group: string;
  readonly radio: boolean;
  readonly state: ChannelState;
  readonly reason: string;
  readonly since: number;
  readonly picture: string; // address; empty: none
  readonly bitRate: number;
  readonly bitRates: readonly number[]; // two minutes, oldest first
  readonly members: number;
  readonly node: string; // that runs it; empty: the one that was asked
  readonly switches: number;
  readonly segmentAgeMs: number | null;
  readonly targetDurationMs: number;
  readonly sources: readonly MonitoredSource[];
  readonly alarms: readonly Alarm[]; // the gravest first
}

export interface SignalCheck {
  readonly check: string;
  readonly priority: number;
  readonly errors: number;
  readonly inAlarm: boolean;
  readonly latest: number | null;
}

export interface Signal {
  readonly checks: readonly SignalCheck[];
  readonly nullShare: number;
  readonly scrambledShare: number;
  readonly rtpLost: number;
  readonly rtpReordered: number;
  readonly rtpDuplicates: number;
  readonly kernelDrops: number;
  readonly jitterMs: number;
  readonly delayFactorMs: number;
  readonly mediaLossRate: number;
}

export interface Stream {
  readonly track: number;
  readonly codec: string;
  readonly bitRate: number;
  readonly silentMs: number;
}

export interface DetailedSource extends MonitoredSource {
  readonly received: boolean;
  readonly streams: readonly Stream[];
  readonly signal: Signal | null; // of MPEG-TS that is received as packets
}

export interface Rendition {
  readonly name: string;
  readonly bitRate: number;
}

export interface ChannelDetail extends MonitoredChannel {
  readonly sources: readonly DetailedSource[];
  readonly renditions: readonly Rendition[];
  readonly history: readonly AlarmChange[]; // the newest first
}

export interface MonitorPage {
  readonly at: number;
  readonly channels: readonly MonitoredChannel[];
}

// The fields of an object, with something for each that is missing or of another kind.
class Fields {
  constructor(private readonly fields: Record<string, unknown>) {}
  text(key: string, otherwise = ''): string {
    const value = this.fields[key];
    return typeof value === 'string' ? value : otherwise;
  }
  count(key: string): number {
    const value = this.fields[key];
    return typeof value === 'number' && Number.isFinite(value) ? value : 0;
  }
  flag(key: string): boolean {
    return this.fields[key] === true;
  }
  time(key: string): number | null {
    const at = Date.parse(this.text(key));
    return Number.isNaN(at) ? null : at;
  }
  one<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
    return allowed.find((value) => value === this.fields[key]) ?? otherwise;
  }
  numbers(key: string): number[] {
    const value = this.fields[key];
    return Array.isArray(value) ? value.filter((entry): entry is number => typeof entry === 'number' && Number.isFinite(entry)) : [];
  }
  list<T>(key: string, decode: (fields: Fields) => T): T[] {
    const value = this.fields[key];
    return Array.isArray(value) ? value.filter(isFields).map((entry) => decode(new Fields(entry))) : [];
  }
  has(key: string): boolean {
    return this.fields[key] !== undefined && this.fields[key] !== null;
  }
}

const severities: readonly Severity[] = ['critical', 'warning', 'notice'];
const channelStates: readonly ChannelState[] = ['live', 'starting', 'slate', 'down'];
const sourceStates: readonly SourceState[] = ['standby', 'starting', 'running', 'failing'];

const decodeAlarm = (fields: Fields): Alarm => ({
  name: fields.text('name'),
  severity: fields.one('severity', severities, 'warning'),
  source: fields.count('source'),
  text: fields.text('text'),
  since: fields.time('since') ?? 0,
});

const decodeSource = (fields: Fields): MonitoredSource => ({
  url: fields.text('url'),
  state: fields.one('state', sourceStates, 'starting'),
  reason: fields.text('reason'),
  health: fields.count('health'),
  onAir: fields.flag('on_air'),
  chosen: fields.flag('chosen'),
  bitRate: fields.count('bit_rate'),
});

const decodeLine = (fields: Fields): MonitoredChannel => ({
  id: fields.text('id'),
  name: fields.text('name', fields.text('id')),
  number: fields.count('number'),
  group: fields.text('group'),
  radio: fields.flag('radio'),
  state: fields.one('state', channelStates, 'starting'),
  reason: fields.text('reason'),
  since: fields.time('since') ?? 0,
  picture: fields.text('picture'),
  bitRate: fields.count('bit_rate'),
  bitRates: fields.numbers('bit_rates'),
  members: fields.count('members'),
  node: fields.text('node'),
  switches: fields.count('switches'),
  segmentAgeMs: fields.has('segment_age_ms') ? fields.count('segment_age_ms') : null,
  targetDurationMs: fields.count('target_duration_ms'),
  sources: fields.list('sources', decodeSource),
  alarms: fields.list('alarms', decodeAlarm),
});

const decodeSignal = (fields: Fields): Signal => ({
  checks: fields.list('checks', (check) => ({
    check: check.text('check'),
    priority: check.count('priority'),
    errors: check.count('errors'),
    inAlarm: check.flag('in_alarm'),
    latest: check.time('latest'),
  })),
  nullShare: fields.count('null_share'),
  scrambledShare: fields.count('scrambled_share'),
  rtpLost: fields.count('rtp_lost'),
  rtpReordered: fields.count('rtp_reordered'),
  rtpDuplicates: fields.count('rtp_duplicates'),
  kernelDrops: fields.count('kernel_drops'),
  jitterMs: fields.count('jitter_ms'),
  delayFactorMs: fields.count('delay_factor_ms'),
  mediaLossRate: fields.count('media_loss_rate'),
});

const decodeDetailedSource = (fields: Fields): DetailedSource => ({
  ...decodeSource(fields),
  received: fields.flag('received'),
  streams: fields.list('streams', (stream) => ({
    track: stream.count('track'),
    codec: stream.text('codec'),
    bitRate: stream.count('bit_rate'),
    silentMs: stream.count('silent_ms'),
  })),
  signal: fields.flag('packets') ? decodeSignal(fields) : null,
});

export function decodePage(value: unknown): MonitorPage | null {
  if (!isFields(value) || !Array.isArray(value['channels'])) return null;
  const fields = new Fields(value);
  return { at: fields.time('at') ?? 0, channels: fields.list('channels', decodeLine).filter((channel) => channel.id !== '') };
}

export function decodeDetail(value: unknown): ChannelDetail | null {
  if (!isFields(value) || typeof value['id'] !== 'string') return null;
  const fields = new Fields(value);
  return {
    ...decodeLine(fields),
    sources: fields.list('sources', decodeDetailedSource),
    renditions: fields.list('renditions', (rendition) => ({
      name: rendition.text('name'),
      bitRate: rendition.count('bit_rate'),
    })),
    history: fields.list('history', (change) => ({ ...decodeAlarm(change), at: change.time('at') ?? 0, raised: change.flag('raised') })),
  };
}
