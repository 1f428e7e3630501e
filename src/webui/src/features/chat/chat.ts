// SPDX-License-Identifier: MIT
import { batch, computed, signal } from '@preact/signals';
import { fetchHistory } from '../../api';
import { randomToken } from '../../base/random_token';
import { CommandRefused } from '../../socket/outbox';
import { positionKey, type Position, type Refusal, type RoomEvent } from '../../socket/protocol';
import { strings } from '../../strings';
import { ReleaseQueue } from '../../timeline/release';
import type { FeatureContext, FeatureSpec, RoomFeature } from '../feature';
import { insert, messagesOf, mostKept, mostShown, prepend, settle, toMessage, trim, visibleUnsettled, type Message, type Unsettled } from './message_list';

export const longestText = 500;

// The chat of one room: what is shown, what waits for the picture, and what we said that is not confirmed yet.
export class Chat implements RoomFeature {
  readonly messages = signal<readonly Message[]>([]);
  readonly waitingForPicture = signal(0);
  readonly ready = signal(false);
  readonly older = signal<'unknown' | 'loading' | 'more' | 'none' | 'failed'>('unknown');
  readonly sendError = signal<string | null>(null);
  readonly pauseUntil = signal(0); // by context.now(): sending is refused until then
  readonly returnedText = signal<string | null>(null); // refused as too fast: back into the box
  private readonly unsettled = signal<readonly Unsettled[]>([]);
  readonly pending = computed(() => visibleUnsettled(this.unsettled.value, this.messages.value, this.context.me.value));
  private readonly held = new ReleaseQueue<Message>();
  private atNewest = true;
  private generation = 0;

  constructor(private readonly context: FeatureContext) {}

  reset(snapshot: unknown, _position: Position): void {
    this.generation += 1;
    this.held.flush();
    const messages = messagesOf(snapshot);
    batch(() => {
      this.messages.value = messages;
      this.unsettled.value = this.unsettled.value.filter((entry) => entry.id === null);
      this.older.value = 'unknown';
      this.waitingForPicture.value = 0;
      this.ready.value = true;
    });
  }

  event(event: RoomEvent): void {
    if (event.kind !== 'chat.message') return;
    const message = toMessage(event);
    if (!message) return;
    const own = message.author.id === this.context.me.value?.id;
    const mediaTime = own || !this.context.inTime.value ? null : message.mediaTime;
    const shown = this.held.offer(message, mediaTime, this.context.pictureTime(), this.context.now());
    if (shown) this.show([shown]);
    this.waitingForPicture.value = this.held.size;
  }

  tick(): void {
    if (this.held.size === 0) return;
    const due = this.context.inTime.value ? this.held.due(this.context.pictureTime(), this.context.now()) : this.held.flush();
    if (due.length > 0) this.show(due);
    this.waitingForPicture.value = this.held.size;
  }

  // Whether the newest message is in view: only then the oldest ones may go.
  follow(atNewest: boolean): void {
    this.atNewest = atNewest;
    if (atNewest && this.messages.value.length > mostShown) {
      this.messages.value = trim(this.messages.value, mostShown);
      this.older.value = 'more';
    }
  }

  async send(text: string): Promise<void> {
    const words = text.trim();
    if (words === '') return;
    const key = randomToken(22);
    const last = this.messages.value[this.messages.value.length - 1];
    batch(() => {
      this.sendError.value = null;
      this.unsettled.value = [
        ...this.unsettled.value,
        { key, text: words, state: 'sending', id: null, error: '', sentAfter: last?.position ?? null },
      ];
    });
    try {
      const done = await this.context.send('chat.send', { text: words });
      if (done.position) this.change(key, { state: 'accepted', id: positionKey(done.position) });
      else this.discard(key);
      this.unsettled.value = settle(this.unsettled.value, this.messages.value);
    } catch (reason) {
      if (!(reason instanceof CommandRefused)) throw reason;
      this.refused(key, words, reason.refusal);
    }
  }

  retry(entry: Unsettled): void {
    this.discard(entry.key);
    void this.send(entry.text);
  }

  discard(key: string): void {
    this.unsettled.value = this.unsettled.value.filter((entry) => entry.key !== key);
  }

  async loadOlder(): Promise<void> {
    const first = this.messages.value[0];
    if (!this.ready.value || this.older.value === 'loading' || this.older.value === 'none') return;
    if (this.messages.value.length >= mostKept) {
      this.older.value = 'none';
      return;
    }
    const generation = this.generation;
    this.older.value = 'loading';
    const page = await fetchHistory(this.context.room, first?.position ?? null);
    if (generation !== this.generation) return;
    if (!page.ok) {
      // What is older than the database remembers is gone.
      this.older.value = page.fault.code === 'not_found' ? 'none' : 'failed';
      return;
    }
    const older = messagesOf({ messages: page.value.messages });
    batch(() => {
      this.messages.value = prepend(this.messages.value, older);
      this.older.value = page.value.more && older.length > 0 ? 'more' : 'none';
    });
  }

  private show(messages: readonly Message[]): void {
    let list = this.messages.value;
    for (const message of messages) list = insert(list, message);
    const most = this.atNewest ? mostShown : mostKept;
    batch(() => {
      if (list.length > most) this.older.value = 'more';
      this.messages.value = trim(list, most);
      this.unsettled.value = settle(this.unsettled.value, this.messages.value);
    });
  }

  private change(key: string, to: Partial<Unsettled>): void {
    this.unsettled.value = this.unsettled.value.map((entry) => (entry.key === key ? { ...entry, ...to } : entry));
  }

  private refused(key: string, words: string, refusal: Refusal): void {
    if (refusal.code === 'rate_limited') {
      batch(() => {
        this.discard(key);
        this.returnedText.value = words;
        this.pauseUntil.value = this.context.now() + (refusal.retryAfterMs ?? 2_000);
      });
      return;
    }
    const error = strings.refusal(refusal.code, refusal.message);
    this.change(key, { state: 'failed', error });
    this.sendError.value = error;
  }
}

export const chat: FeatureSpec<Chat> = { name: 'chat', create: (context) => new Chat(context) };
