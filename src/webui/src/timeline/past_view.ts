// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { Replay, type FetchPage } from './replay';

// What is to be seen at a picture of the past, of things that last for a while.
export class PastView<Row, Shown> {
  readonly shown = signal<readonly Shown[] | null>(null); // in the order of their beginning; null: nothing is past
  readonly rows: Replay<Row>;
  private reached: readonly Row[] = [];

  // `shownAt`: as a row is to be seen at a picture that has reached its beginning; null: no more.
  constructor(
    fetchPage: FetchPage<Row>,
    private readonly shownAt: (row: Row, picture: number) => Shown | null,
    private readonly isSame: (a: Shown, b: Shown) => boolean,
  ) {
    this.rows = new Replay(fetchPage, 0);
  }

  tick(picture: number | null, now: number): void {
    this.rows.tick(picture, now);
    if (picture === null) {
      this.reached = [];
      this.shown.value = null;
      return;
    }
    // While another stretch is loaded, those of before are as good as known.
    if (this.rows.state.value !== 'loading') this.reached = this.rows.shown.value;
    const seen = this.reached.flatMap((row) => this.shownAt(row, picture) ?? []);
    const before = this.shown.value;
    if (before?.length !== seen.length || !seen.every((one, index) => this.isSame(one, before[index]!))) this.shown.value = seen;
  }
}
