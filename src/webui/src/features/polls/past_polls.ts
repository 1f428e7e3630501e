// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { askPast } from '../../api';
import { isFields, type RoomEvent } from '../../socket/protocol';
import { Replay, type Entry, type Page } from '../../timeline/replay';
import type { Poll } from './poll_list';
import { ended, pollAt, recordedPollOfEvent, recordedPollsOf, resultMs, type RecordedPoll } from './recorded_poll';

const sameState = (a: Poll, b: Poll | undefined): boolean =>
  a === b || (a.id === b?.id && a.then === b.then && a.closed === b.closed && a.counts === b.counts && a.votes === b.votes && a.final === b.final);

const entryOf = (recorded: RecordedPoll): Entry<RecordedPoll> => ({ id: recorded.poll.id, at: recorded.opened, value: recorded });

// The polls of a picture of the past: each as it stood then. One that is open to this day is the one of today.
export class PastPolls {
  readonly polls = signal<readonly Poll[] | null>(null); // to be seen, oldest first; null: nothing is past
  private readonly replay: Replay<RecordedPoll>;
  private reached: readonly RecordedPoll[] = [];

  constructor(
    private readonly room: string,
    private readonly today: (id: string) => Poll | null,
  ) {
    this.replay = new Replay((from, to) => this.fetchPage(from, to), 0);
  }

  tick(picture: number | null, now: number): void {
    this.replay.tick(picture, now);
    if (picture === null) {
      this.reached = [];
      this.polls.value = null;
      return;
    }
    // While another stretch is loaded, those of before are as good as known.
    if (this.replay.state.value !== 'loading') this.reached = this.replay.shown.value;
    const polls = this.reached.flatMap((recorded) => {
      const { poll, opened, closed } = recorded;
      return (closed !== null ? pollAt(recorded, picture) : picture >= opened ? this.today(poll.id) : null) ?? [];
    });
    const shown = this.polls.value;
    if (shown?.length !== polls.length || !polls.every((poll, index) => sameState(poll, shown[index]))) this.polls.value = polls;
  }

  // What becomes of a poll in these minutes.
  event(event: RoomEvent): void {
    if (event.kind === 'polls.opened') {
      const recorded = recordedPollOfEvent(event);
      if (recorded) this.replay.add(entryOf(recorded));
    } else if (event.kind === 'polls.closed' || event.kind === 'polls.final') {
      const id = isFields(event.body) ? event.body['poll'] : null;
      this.replay.change((recorded) => (recorded.poll.id === id ? ended(recorded, event) : recorded));
    }
  }

  restart(): void {
    this.replay.restart();
  }

  // Results are seen for a while: also those of shortly before.
  private async fetchPage(from: number, to: number): Promise<Page<RecordedPoll> | null> {
    const answer = await askPast(this.room, 'polls/timeline', from - resultMs, to);
    return answer && { entries: recordedPollsOf(answer).map(entryOf), more: false };
  }
}
