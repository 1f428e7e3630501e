// SPDX-License-Identifier: MIT
import { ask } from '../../api';
import { isFields, type Fields } from '../../socket/protocol';

export interface LogEntry {
  readonly id: string;
  readonly at: number;
  readonly actor: string; // empty: the server itself
  readonly what: string;
  readonly about: string;
  readonly detail: string;
}

const text = (fields: Fields, name: string): string => (typeof fields[name] === 'string' ? fields[name] : '');

export function logEntryOf(value: unknown): LogEntry | null {
  if (!isFields(value)) return null;
  const body = isFields(value['body']) ? value['body'] : {};
  const [feature = '', name = ''] = text(value, 'kind').split('.');
  const scope = text(value, 'scope');
  const author = isFields(body['author']) ? text(body['author'], 'name') : '';
  const setting = typeof body['value'] === 'number' ? `${text(value, 'subject')} ${body['value']}` : '';
  const decided = text(body, 'decision') || text(body, 'action');
  return {
    id: `${feature}-${String(value['id'])}`,
    at: typeof value['at'] === 'number' ? value['at'] : 0,
    actor: name === 'held' ? '' : text(value, 'actor_name'),
    what: decided !== '' ? decided : name === 'sanctioned' ? scope : name === 'lifted' ? `${scope} lifted` : name,
    about: setting || author || text(body, 'name') || (name === 'decided' ? '' : text(value, 'subject')),
    detail: text(body, 'text') || text(value, 'reason'),
  };
}

async function fetchOne(room: string, feature: string): Promise<LogEntry[] | null> {
  const answer = await ask('GET', `/api/v1/rooms/${encodeURIComponent(room)}/${feature}/log?limit=50`);
  if (!answer.ok || !isFields(answer.value) || !Array.isArray(answer.value['entries'])) return null;
  return answer.value['entries'].map(logEntryOf).filter((entry): entry is LogEntry => entry !== null);
}

// What was decided about one of them.
export async function fetchLogOf(room: string, user: string): Promise<readonly LogEntry[] | null> {
  const answer = await ask('GET', `/api/v1/rooms/${encodeURIComponent(room)}/moderation/log?limit=10&user=${encodeURIComponent(user)}`);
  if (!answer.ok || !isFields(answer.value) || !Array.isArray(answer.value['entries'])) return null;
  return answer.value['entries'].map(logEntryOf).filter((entry): entry is LogEntry => entry !== null);
}

// What was decided about people and about the room, the last first.
export async function fetchLog(room: string): Promise<readonly LogEntry[] | null> {
  const [people, rules] = await Promise.all([fetchOne(room, 'moderation'), fetchOne(room, 'house_rules')]);
  if (!people || !rules) return null;
  return [...people, ...rules].sort((a, b) => b.at - a.at);
}
