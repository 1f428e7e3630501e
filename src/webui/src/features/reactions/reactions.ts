// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { isBoolean, keep, readKept } from '../../base/kept';
import { CommandRefused } from '../../socket/outbox';
import type { RoomEvent } from '../../socket/protocol';
import { strings } from '../../strings';
import { ReleaseQueue } from '../../timeline/release';
import { replayedTime, type FeatureContext, type FeatureSpec, type RoomFeature } from '../feature';
import { marksOf, type ReactionName } from './marks';
import { OwnMarks } from './own_marks';
import { PastReactions } from './past_reactions';

export interface Burst {
  readonly reaction: ReactionName;
  readonly count: number;
  readonly own: boolean;
}

// The reactions of one room: ours go out, everybody's come in as tallies and are handed on when the picture gets there, those
// of a picture of the past as it is played again.
export class Reactions implements RoomFeature {
  readonly shown = signal(readKept('reactions_shown', isBoolean) ?? true); // over the picture
  readonly pauseUntil = signal(0);
  readonly error = signal<string | null>(null);
  onBurst: ((burst: Burst) => void) | null = null;
  private readonly held = new ReleaseQueue<Burst>();
  private readonly own = new OwnMarks();
  private readonly past: PastReactions;

  constructor(private readonly context: FeatureContext) {
    this.past = new PastReactions(context.room, ({ reaction, count }) => this.onBurst?.({ reaction, count, own: false }));
  }

  show(shown: boolean): void {
    this.shown.value = shown;
    keep('reactions_shown', shown);
  }

  reset(): void {
    this.held.flush();
  }

  event(event: RoomEvent): void {
    if (event.kind !== 'reactions.tally') return;
    const marks = marksOf(event.body);
    if (this.isPast()) return marks.forEach((mark) => this.past.add(mark));
    for (const { mediaTime, reaction, count } of marks) {
      const others = this.own.others(reaction, count, this.context.now());
      if (others <= 0) continue;
      const burst = { reaction, count: others, own: false };
      const due = this.held.offer(burst, this.context.inTime.value ? mediaTime : null, this.context.pictureTime(), this.context.now());
      if (due) this.onBurst?.(due);
    }
  }

  tick(): void {
    const now = this.context.now();
    this.past.tick(this.shown.value ? replayedTime(this.context) : null, now);
    if (this.held.size === 0) return;
    if (this.isPast()) {
      this.held.flush();
      return;
    }
    const due = this.context.inTime.value ? this.held.due(this.context.pictureTime(), now) : this.held.flush();
    for (const burst of due) this.onBurst?.(burst);
  }

  // Today's cheers are not about a picture of the past.
  private isPast(): boolean {
    return replayedTime(this.context) !== null;
  }

  async react(reaction: ReactionName): Promise<void> {
    const now = this.context.now();
    if (now < this.pauseUntil.value) return;
    this.error.value = null;
    this.onBurst?.({ reaction, count: 1, own: true });
    if (this.isPast()) return; // it is not about what the others see
    this.own.add(reaction, now);
    try {
      await this.context.send('reactions.send', { reaction }, { passing: true });
    } catch (reason) {
      if (!(reason instanceof CommandRefused)) throw reason;
      this.own.remove(reaction);
      const { code, message, retryAfterMs } = reason.refusal;
      if (code === 'rate_limited') this.pauseUntil.value = this.context.now() + (retryAfterMs ?? 1_000);
      else this.error.value = strings.refusal(code, message);
    }
  }
}

export const reactions: FeatureSpec<Reactions> = { name: 'reactions', create: (context) => new Reactions(context) };
