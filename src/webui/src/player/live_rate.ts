// SPDX-License-Identifier: MIT

export interface LivePlace {
  readonly latency: number; // seconds between the picture and the live edge
  readonly target: number; // where it is meant to be
  readonly ahead: number; // seconds of media that are there to play
}

const catchUp = 1.05; // nobody hears or sees it
const hurry = 1.1; // from a second behind
const beginsAtS = 0.25;
const endsAtS = 0.05;
const rewoundS = 6; // whoever is further behind wants to be
const enoughS = 0.6; // of media: more than the part on its way

// How fast to play so that a low-latency viewer who began too far behind, or fell behind, comes to where the playlist
// allows. hls.js does the same, but never with less than a second of media in hand, which is all there is in low latency.
export class LiveRate {
  private catching = false;

  next({ latency, target, ahead }: LivePlace): number {
    const behind = latency - target;
    this.catching = behind < rewoundS && behind > (this.catching ? endsAtS : beginsAtS);
    if (!this.catching || ahead <= enoughS) return 1;
    return behind > 1 ? hurry : catchUp;
  }
}
