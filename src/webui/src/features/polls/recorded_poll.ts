// SPDX-License-Identifier: MIT
import { isFields, type RoomEvent } from '../../socket/protocol';
import { count, counts, finished, pollOfEntry, pollOfEvent, type Poll } from './poll_list';

interface Standing {
  readonly at: number;
  readonly counts: readonly number[];
}

// A poll and the moments of its life, all on the programme's timeline.
export interface RecordedPoll {
  readonly poll: Poll; // as it stands now
  readonly opened: number;
  readonly due: number; // when it was to close
  readonly closed: number | null; // and had its result; null: it is open now
  readonly standings: readonly Standing[] | null; // how the votes stood, from the opening on; null: nobody knows any more
}

export const resultMs = 60_000; // a result is seen so long

const timeOr = <T>(value: unknown, other: T): number | T => (typeof value === 'number' && Number.isFinite(value) ? value : other);

function recorded(poll: Poll, openedAt: number): RecordedPoll {
  const opened = poll.mediaTime ?? openedAt;
  return { poll, opened, due: opened + poll.closesAt - openedAt, closed: null, standings: null };
}

// Where the programme was, as seen from the opening, when it was that time at the server.
const mediaTimeAt = ({ poll, due }: RecordedPoll, serverTime: number): number => due + serverTime - poll.closesAt;

function standingsOf(value: unknown, of: RecordedPoll): readonly Standing[] | null {
  const { poll, opened } = of;
  if (!Array.isArray(value) || poll.hidden) return null;
  const later = value.flatMap((one: unknown) => {
    const stood = isFields(one) ? counts(one['counts'], poll.options.length) : null;
    return isFields(one) && stood ? { at: mediaTimeAt(of, count(one['at'])), counts: stood } : [];
  });
  return [{ at: opened, counts: poll.options.map(() => 0) }, ...later];
}

export function recordedPollsOf(answer: unknown): RecordedPoll[] {
  if (!isFields(answer) || !Array.isArray(answer['polls'])) return [];
  return answer['polls'].flatMap((entry: unknown) => {
    const poll = pollOfEntry(entry);
    if (!poll || !isFields(entry)) return [];
    const open = recorded(poll, count(entry['opened_at']));
    const closedAt = timeOr(entry['closed_at'], null);
    return {
      ...open,
      closed: closedAt === null ? null : timeOr(entry['closed_media_time'], mediaTimeAt(open, closedAt)),
      standings: standingsOf(entry['progress'], open),
    };
  });
}

export function recordedPollOfEvent(event: RoomEvent): RecordedPoll | null {
  const poll = pollOfEvent(event);
  return poll && recorded(poll, event.serverTime);
}

// Closed, or counted, right now.
export function ended(known: RecordedPoll, event: RoomEvent): RecordedPoll {
  const closed = known.closed ?? event.mediaTime ?? mediaTimeAt(known, event.serverTime);
  return { ...known, closed, poll: event.kind === 'polls.final' ? finished(known.poll, event.body) : known.poll };
}

// A closed poll as it stood at a picture; null: it is not to be seen there.
export function pollAt({ poll, opened, due, closed, standings }: RecordedPoll, picture: number): Poll | null {
  if (closed === null || picture < opened || picture >= closed + resultMs) return null;
  if (poll.final && picture >= closed) return { ...poll, closed: true, then: poll.closesAt };
  const left = Math.max(0, Math.ceil((due - picture) / 1000)); // whole seconds: it changes no more often
  const stood = standings?.reduce((latest, standing) => (standing.at <= picture ? standing : latest)).counts ?? null;
  return {
    ...poll,
    closed: picture >= closed,
    final: null,
    counts: stood,
    votes: stood?.reduce((sum, votes) => sum + votes, 0) ?? 0,
    then: poll.closesAt - left * 1000,
  };
}
