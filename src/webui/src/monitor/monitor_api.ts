// SPDX-License-Identifier: MIT
import { ask, malformed, type Answer } from '../api';
import { decodeDetail, decodePage, type ChannelDetail, type MonitorPage } from './monitored';

async function fetchDecoded<T>(path: string, decode: (value: unknown) => T | null): Promise<Answer<T>> {
  const answer = await ask('GET', path);
  if (!answer.ok) return answer;
  const value = decode(answer.value);
  return value === null ? malformed : { ok: true, value };
}

// `source`: counted from 1; null: automatic again.
export const chooseSource = (id: string, source: number | null): Promise<Answer<unknown>> =>
  ask('POST', `/api/v1/channels/${encodeURIComponent(id)}/source`, { source });
export const fetchMonitor = (): Promise<Answer<MonitorPage>> => fetchDecoded('/api/v1/monitor', decodePage);
export const fetchDetail = (id: string): Promise<Answer<ChannelDetail>> =>
  fetchDecoded(`/api/v1/monitor/${encodeURIComponent(id)}`, decodeDetail);
