// SPDX-License-Identifier: MIT
import { askPast } from '../../api';
import { isFields, type RoomEvent } from '../../socket/protocol';
import { PastView } from '../../timeline/past_view';
import type { Entry, Page } from '../../timeline/replay';
import type { Poll } from './poll_list';
import { ended, pollAt, recordedPollOfEvent, recordedPollsOf, resultMs, type RecordedPoll } from './recorded_poll';

const isSameState = (a: Poll, b: Poll): boolean =>
  a === b || (a.id === b.id && a.then === b.then && a.closed === b.closed && a.counts === b.counts && a.votes === b.votes && a.final === b.final);

const entryOf = (recorded: RecordedPoll): Entry<RecordedPoll> => ({ id: recorded.poll.id, at: recorded.opened, value: recorded });

// The polls of a picture of the past: each as it stood then. One that is open to this day is the one of today.
export class PastPolls {
  private readonly view = new PastView<RecordedPoll, Poll>(
    (from, to) => this.fetchPage(from, to),
    (recorded, picture) => {
      if (recorded.closed !== null) return pollAt(recorded, picture);
      return picture >= recorded.opened ? this.today(recorded.poll.id) : null;
    },
    isSameState,
  );
  readonly polls = this.view.shown; // to be seen, oldest first; null: nothing is past

  constructor(
    private readonly room: string,
    private readonly today: (id: string) => Poll | null,
  ) {}

  tick(picture: number | null, now: number): void {
    this.view.tick(picture, now);
  }

  // What becomes of a poll in these minutes.
  event(event: RoomEvent): void {
    if (event.kind === 'polls.opened') {
      const recorded = recordedPollOfEvent(event);
      if (recorded) this.view.rows.add(entryOf(recorded));
    } else if (event.kind === 'polls.closed' || event.kind === 'polls.final') {
      const id = isFields(event.body) ? event.body['poll'] : null;
      this.view.rows.change((recorded) => (recorded.poll.id === id ? ended(recorded, event) : recorded));
    }
  }

  restart(): void {
    this.view.rows.restart();
  }

  // Results are seen for a while: also those of shortly before.
  private async fetchPage(from: number, to: number): Promise<Page<RecordedPoll> | null> {
    const answer = await askPast(this.room, 'polls/timeline', from - resultMs, to);
    return answer && { entries: recordedPollsOf(answer).map(entryOf), more: false };
  }
}
