// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { when } from '../../look/when';
import { strings } from '../../strings';
import type { OpenRoom } from '../room_session';
import { fetchLogOf, type LogEntry } from './log';

// What was decided and noted about somebody, the last first.
export function PersonLog({ id, room }: { id: string; room: OpenRoom }) {
  const [entries, setEntries] = useState<readonly LogEntry[]>([]);
  const decisions = room.features.moderation.decisions.value;
  useEffect(() => {
    let present = true;
    void fetchLogOf(room.name, id).then((log) => present && log.ok && setEntries(log.value));
    return () => {
      present = false;
    };
  }, [room.name, id, decisions]);
  if (entries.length === 0) return null;
  return (
    <ul class="person-log" aria-label={strings.moderation.tabs.log} data-testid="person-log">
      {entries.map((entry) => (
        <li key={entry.id}>
          <time dateTime={new Date(entry.at).toISOString()}>{when.format(entry.at)}</time>{' '}
          <strong>{strings.moderation.decisions[entry.what] ?? entry.what}</strong> <bdi>{entry.detail}</bdi>{' '}
          <bdi class="log-actor">{entry.actor}</bdi>
        </li>
      ))}
    </ul>
  );
}
