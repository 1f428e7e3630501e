// SPDX-License-Identifier: MIT
import { askPast } from '../../api';
import { Replay, type Entry, type Page } from '../../timeline/replay';
import { marksOf, type Mark } from './marks';

const longestStep = 2_000; // a picture that went further has jumped

// What was reacted to a picture of the past: each second's marks, as the playing picture passes it.
export class PastReactions {
  private readonly replay: Replay<Mark>;
  private last: number | null = null;
  private heard = 0;

  constructor(
    private readonly room: string,
    private readonly passed: (mark: Mark) => void,
  ) {
    this.replay = new Replay((from, to, after) => this.fetchPage(from, to, after), 0);
  }

  tick(picture: number | null, now: number): void {
    this.replay.tick(picture, now);
    const last = this.last;
    this.last = picture;
    if (picture === null || last === null || picture - last > longestStep) return;
    for (const mark of this.replay.between(last, picture)) this.passed(mark);
  }

  // Others, who see that picture later than it was loaded here, reacted to it just now.
  add(mark: Mark): void {
    if (mark.mediaTime !== null) this.replay.add({ id: `heard ${++this.heard}`, at: mark.mediaTime, value: mark });
  }

  // The marks of one second are on one page.
  private async fetchPage(from: number, to: number, after: Entry<Mark> | null): Promise<Page<Mark> | null> {
    const answer = await askPast(this.room, 'reactions/timeline', after ? after.at + 1_000 : from, to);
    if (!answer) return null;
    const entries = marksOf(answer).flatMap((mark) =>
      mark.mediaTime === null ? [] : { id: `${mark.mediaTime} ${mark.reaction}`, at: mark.mediaTime, value: mark },
    );
    return { entries, more: answer['more'] === true };
  }
}
