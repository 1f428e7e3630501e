// SPDX-License-Identifier: MIT

// The tally counts everybody, ourselves too. What we showed at the touch of the button is taken off the next tallies, so that
// nobody sees an own heart twice.
const rememberedMs = 5_000;

export class OwnMarks {
  private shown: { reaction: string; at: number }[] = [];

  add(reaction: string, now: number): void {
    this.shown.push({ reaction, at: now });
  }

  // How many of a tally are other people's.
  others(reaction: string, count: number, now: number): number {
    this.shown = this.shown.filter((mark) => now - mark.at < rememberedMs);
    let left = count;
    this.shown = this.shown.filter((mark) => {
      if (mark.reaction !== reaction || left === 0) return true;
      left -= 1;
      return false;
    });
    return left;
  }

  // The server did not take it: nothing will come back.
  remove(reaction: string): void {
    const at = this.shown.findIndex((mark) => mark.reaction === reaction);
    if (at >= 0) this.shown.splice(at, 1);
  }
}
