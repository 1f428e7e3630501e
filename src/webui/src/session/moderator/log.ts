// SPDX-License-Identifier: MIT
import { askList } from '../../api';
import { isFields, textOf } from '../../socket/protocol';
import { strings } from '../../strings';

export interface LogEntry {
  readonly id: string;
  readonly at: number;
  readonly actor: string; // empty: the server itself
  readonly what: string;
  readonly about: string;
  readonly detail: string;
}

// "Slow: 30", "Members: On", as the switches are called.
function settingOf(mode: string, value: number): string {
  const { modes, on, off } = strings.moderation;
  const name = (modes as Readonly<Record<string, string>>)[mode] ?? mode;
  return `${name}: ${value === (mode === 'followers' ? -1 : 0) ? off : switches.has(mode) ? on : value}`;
}
const switches: ReadonlySet<string> = new Set(['members', 'emotes', 'unique', 'announcement', 'classifier_holds']);

export function logEntryOf(value: unknown): LogEntry | null {
  if (!isFields(value)) return null;
  const body = isFields(value['body']) ? value['body'] : {};
  const [feature = '', name = ''] = textOf(value['kind']).split('.');
  const scope = textOf(value['scope']);
  const author = isFields(body['author']) ? textOf(body['author']['name']) : '';
  const setting = typeof body['value'] === 'number' ? settingOf(textOf(value['subject']), body['value']) : '';
  const decided = textOf(body['decision']) || textOf(body['action']);
  return {
    id: `${feature}-${String(value['id'])}`,
    at: typeof value['at'] === 'number' ? value['at'] : 0,
    actor: name === 'held' ? '' : textOf(value['actor_name']),
    what: decided !== '' ? decided : name === 'sanctioned' ? scope : name === 'lifted' ? `${scope} lifted` : name,
    about: setting || author || textOf(body['name']) || (name === 'decided' ? '' : textOf(value['subject'])),
    detail: textOf(body['text']) || textOf(value['reason']),
  };
}

const fetchEntries = (room: string, feature: string, query: string) => askList(`/api/v1/rooms/${encodeURIComponent(room)}/${feature}/log?${query}`, 'entries', logEntryOf);

// What was decided about one of them.
export const fetchLogOf = (room: string, user: string) => fetchEntries(room, 'moderation', `limit=10&user=${encodeURIComponent(user)}`);

// What was decided about people and about the room, the last first.
export async function fetchLog(room: string): Promise<readonly LogEntry[] | null> {
  const [people, rules] = await Promise.all([fetchEntries(room, 'moderation', 'limit=50'), fetchEntries(room, 'house_rules', 'limit=50')]);
  if (!people.ok || !rules.ok) return null;
  return [...people.value, ...rules.value].sort((a, b) => b.at - a.at);
}
