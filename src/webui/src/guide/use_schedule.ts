// SPDX-License-Identifier: MIT
import { useEffect } from 'preact/hooks';
import { useApp } from '../app_state';
import { minuteMs } from './guide_times';
import type { Programme } from './programme';

export interface ScheduleView {
  readonly of: (channel: string) => readonly Programme[];
  readonly isKnown: (channel: string) => boolean;
}

// Asks for the schedules of some channels between two moments, and draws again when they come. Asks anew now and then: a guide
// changes.
export function useSchedules(channels: readonly string[], from: number, to: number): ScheduleView {
  const { schedules } = useApp();
  void schedules.version.value;
  const wished = channels.join(',');
  useEffect(() => {
    if (wished === '') return;
    const ask = () => schedules.want({ channels: wished.split(','), from, to });
    ask();
    const timer = setInterval(ask, minuteMs);
    return () => clearInterval(timer);
  }, [schedules, wished, from, to]);
  return {
    of: (channel) => schedules.of(channel, from, to),
    isKnown: (channel) => schedules.has(channel, from, to),
  };
}
