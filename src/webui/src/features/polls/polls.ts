// SPDX-License-Identifier: MIT
import { batch, computed, signal } from '@preact/signals';
import { ask } from '../../api';
import { randomToken } from '../../base/random_token';
import { CommandRefused } from '../../socket/outbox';
import { isFields, type RoomEvent } from '../../socket/protocol';
import { ReleaseQueue } from '../../timeline/release';
import { faultOf } from '../fault_of';
import { replayedTime, type FeatureContext, type FeatureSpec, type RoomFeature } from '../feature';
import { PastPolls } from './past_polls';
import { decodeReceipt, finished, pollOfEvent, pollsOfSnapshot, ticked, type Poll, type Receipt } from './poll_list';

export interface Opening {
  readonly question: string;
  readonly options: readonly string[];
  readonly seconds: number;
  readonly change: boolean;
  readonly hidden: boolean;
}

type Held = { readonly kind: 'opened'; readonly id: string } | { readonly kind: 'final'; readonly id: string; readonly body: unknown };

const mostKept = 6;

// The polls of one room. Each opens when the picture has reached the moment at which it was asked, and its result comes as
// late; that no vote counts any more is shown at once.
export class Polls implements RoomFeature {
  readonly polls = signal<readonly Poll[]>([]); // to be seen, oldest first
  readonly receipts = signal<Readonly<Record<string, Receipt>>>({});
  readonly sending = signal<{ readonly poll: string; readonly option: number } | null>(null);
  readonly faults = signal<Readonly<Record<string, string>>>({}); // by poll; '': of the form
  readonly dismissed = signal<ReadonlySet<string>>(new Set());
  readonly folded = signal<ReadonlyMap<string, boolean>>(new Map()); // as the viewer wants them
  // What the viewer sees: the polls of today, or of the past as they stood at that picture; none that were put away.
  readonly shown = computed(() => (this.past.polls.value ?? this.polls.value).filter((poll) => !this.dismissed.value.has(poll.id)));
  private readonly past: PastPolls;
  private readonly waiting = new Map<string, Poll>(); // asked at a moment that the picture has not reached
  private readonly held = new ReleaseQueue<Held>();
  private voter: string | null = null; // whose receipts they are
  private unanswered: { readonly poll: string; readonly option: number; readonly key: string } | null = null;

  constructor(private readonly context: FeatureContext) {
    this.past = new PastPolls(context.room, (id) => this.polls.value.find((poll) => poll.id === id) ?? null);
  }

  reset(snapshot: unknown): void {
    this.held.flush();
    this.waiting.clear();
    this.past.restart();
    batch(() => {
      this.polls.value = [];
      this.receipts.value = {};
      for (const poll of pollsOfSnapshot(snapshot)) this.begin(poll);
    });
  }

  personal(own: unknown): void {
    const voter = this.context.me.value?.id ?? null;
    if (voter !== this.voter) {
      this.voter = voter;
      this.unanswered = null;
      this.receipts.value = this.faults.value = {};
    }
    if (!isFields(own) || !Array.isArray(own['votes'])) return;
    for (const vote of own['votes']) this.keepReceipt(decodeReceipt(vote));
  }

  event(event: RoomEvent): void {
    const body = isFields(event.body) ? event.body : {};
    const id = typeof body['poll'] === 'string' ? body['poll'] : '';
    this.past.event(event);
    switch (event.kind) {
      case 'polls.opened': {
        const poll = pollOfEvent(event);
        if (poll) this.begin(poll);
        break;
      }
      case 'polls.tick':
        if (Array.isArray(body['polls'])) {
          for (const entry of body['polls']) if (isFields(entry)) this.change(String(entry['poll']), (poll) => ticked(poll, entry));
        }
        break;
      case 'polls.closed':
        this.change(id, (poll) => ({ ...poll, closed: true }));
        break;
      case 'polls.final':
        this.change(id, (poll) => ({ ...poll, closed: true }));
        this.offer({ kind: 'final', id, body }, event.mediaTime);
        break;
    }
  }

  tick(): void {
    const now = this.context.now();
    this.past.tick(replayedTime(this.context), now);
    if (this.held.size === 0) return;
    const due = this.context.inTime.value ? this.held.due(this.context.pictureTime(), now) : this.held.flush();
    for (const held of due) this.release(held);
  }

  dismiss(id: string): void {
    this.dismissed.value = new Set([...this.dismissed.value, id]);
  }

  fold(id: string, folded: boolean): void {
    this.folded.value = new Map([...this.folded.value, [id, folded]]);
  }

  // Whether a vote of ours could count, as far as we know.
  mayVote(poll: Poll): boolean {
    const role = this.context.me.value?.role ?? 'guest';
    return !poll.closed && poll.then === null && role !== 'guest' && (poll.change || this.receipts.value[poll.id] === undefined);
  }

  // True when the vote counts.
  async vote(poll: Poll, option: number): Promise<boolean> {
    if (this.sending.value) return false;
    // What was not answered in time may have been decided all the same: the same key asks what became of it.
    const again = this.unanswered?.poll === poll.id && this.unanswered.option === option ? this.unanswered.key : null;
    const key = again ?? randomToken(22);
    this.sending.value = { poll: poll.id, option };
    this.fault(poll.id, null);
    try {
      const done = await this.context.send('polls.vote', { poll: poll.id, option }, { key });
      this.unanswered = null;
      this.keepReceipt(decodeReceipt(done.result));
      return true;
    } catch (reason) {
      if (!(reason instanceof CommandRefused)) throw reason;
      this.unanswered = reason.refusal.code === 'timeout' ? { poll: poll.id, option, key } : null;
      this.fault(poll.id, faultOf(reason));
      return false;
    } finally {
      this.sending.value = null;
    }
  }

  // Whether it is asked now.
  async open(opening: Opening): Promise<boolean> {
    const { question, options, seconds, change, hidden } = opening;
    return this.ask('', 'polls.open', { question, options, seconds, change: change ? 'until_close' : 'none', hidden });
  }

  async close(poll: Poll): Promise<boolean> {
    return this.ask(poll.id, 'polls.close', { poll: poll.id });
  }

  // All that `grandstand verify` needs of one vote: the receipt, and the way from it to the signed root.
  async fullReceipt(poll: Poll): Promise<string | null> {
    const receipt = this.receipts.value[poll.id];
    const account = this.context.me.value?.id;
    if (!receipt || account === undefined) return null;
    const origin = `grandstand/${this.context.room}/${poll.id}`;
    let proof: unknown = {};
    if (poll.final) {
      const room = encodeURIComponent(this.context.room);
      const answer = await ask('GET', `/api/v1/rooms/${room}/polls/proof?poll=${encodeURIComponent(poll.id)}&index=${receipt.index}`);
      if (!answer.ok) return null;
      proof = answer.value;
    }
    return JSON.stringify({ format: 'grandstand-receipt/1', origin, account, ...receipt, ...(isFields(proof) ? proof : {}) });
  }

  exportAddress(poll: Poll): string {
    return `/api/v1/rooms/${encodeURIComponent(this.context.room)}/polls/export?poll=${encodeURIComponent(poll.id)}`;
  }

  private async ask(about: string, name: string, body: unknown): Promise<boolean> {
    this.fault(about, null);
    try {
      await this.context.send(name, body);
      return true;
    } catch (reason) {
      if (!(reason instanceof CommandRefused)) throw reason;
      this.fault(about, faultOf(reason));
      return false;
    }
  }

  private begin(poll: Poll): void {
    if (this.waiting.has(poll.id) || this.polls.value.some((known) => known.id === poll.id)) return;
    this.waiting.set(poll.id, poll);
    this.offer({ kind: 'opened', id: poll.id }, poll.mediaTime);
  }

  private offer(held: Held, mediaTime: number | null): void {
    const time = this.context.inTime.value ? mediaTime : null;
    const due = this.held.offer(held, time, this.context.pictureTime(), this.context.now());
    if (due) this.release(due);
  }

  private release(held: Held): void {
    if (held.kind === 'final') {
      this.change(held.id, (poll) => finished(poll, held.body));
      return;
    }
    const poll = this.waiting.get(held.id);
    if (!poll) return;
    this.waiting.delete(held.id);
    this.polls.value = [...this.polls.value, poll].slice(-mostKept);
  }

  private change(id: string, to: (poll: Poll) => Poll): void {
    const waiting = this.waiting.get(id);
    if (waiting) this.waiting.set(id, to(waiting));
    if (this.polls.value.some((poll) => poll.id === id)) this.polls.value = this.polls.value.map((poll) => (poll.id === id ? to(poll) : poll));
  }

  private keepReceipt(receipt: Receipt | null): void {
    if (receipt) this.receipts.value = { ...this.receipts.value, [receipt.poll]: receipt };
  }

  private fault(about: string, text: string | null): void {
    const { [about]: _, ...others } = this.faults.value;
    this.faults.value = text === null ? others : { ...others, [about]: text };
  }
}

export const polls: FeatureSpec<Polls> = { name: 'polls', create: (context) => new Polls(context) };
