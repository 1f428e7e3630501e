// SPDX-License-Identifier: MIT
import type { Status } from '../features/party/party';
import type { SyncReport, SyncState } from '../sync';

// What a party hears of one of its people, in whole milliseconds.
export interface PartyReport {
  readonly status: Status;
  readonly stalled: boolean;
  readonly buffer: number;
  readonly error?: number;
  readonly round_trip?: number;
  readonly latest?: number; // the newest that could be shown
}

const dayMs = 86_400_000;
const statuses: Record<SyncState, Status> = {
  waiting: 'catching_up',
  in_sync: 'synced',
  catching_up: 'catching_up',
  degraded: 'degraded',
  blocked: 'degraded',
  free: 'free',
};

export function reportOf(state: SyncState, stalled: boolean, { error, buffer, rtt }: SyncReport, latest: number | null): PartyReport {
  return {
    status: statuses[state],
    stalled: stalled && state !== 'free',
    buffer: Math.min(dayMs, Math.max(0, Math.round(buffer))),
    ...(error !== null && { error: Math.round(Math.max(-dayMs, Math.min(dayMs, error))) }),
    ...(rtt !== null && { round_trip: Math.round(Math.min(60_000, rtt)) }),
    ...(latest !== null && { latest: Math.round(latest) }),
  };
}
