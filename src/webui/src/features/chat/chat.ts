// SPDX-License-Identifier: MIT
import { batch, computed, signal } from '@preact/signals';
import { fetchHistory, fetchTimeline } from '../../api';
import { randomToken } from '../../base/random_token';
import { CommandRefused } from '../../socket/outbox';
import { isFields, positionKey, type Position, type RoomEvent, type User } from '../../socket/protocol';
import { ReleaseQueue } from '../../timeline/release';
import { Replay, type Entry, type Page } from '../../timeline/replay';
import { faultOf } from '../fault_of';
import { replayedTime, type FeatureContext, type FeatureSpec, type RoomFeature } from '../feature';
import { changed, changeOf } from './changes';
import { hiddenUsers } from './hidden_users';
import { insert, messagesOf, mostKept, mostShown, prepend, settle, toMessage, trim, visibleUnsettled, withoutUsers, type Message, type Unsettled } from './message_list';
import { PastPins, pinnedIn } from './past_pins';
import { PictureLines } from './picture_lines';
import { Typing } from './typing';

export const longestText = 500;
const mostNames = 500;
export const editMs = 15 * 60_000;

// What is said beside the words.
export interface Saying {
  readonly replyTo: Message | null;
  readonly mentions: readonly string[];
}

// What moderators shall hear of: a message, or somebody.
export interface Reported {
  readonly user: User;
  readonly message: Message | null;
}

const plain: Saying = { replyTo: null, mentions: [] };

// The chat of one room: what is shown, what waits for the picture, what was said at a picture of the past, and what we said
// that is not confirmed yet.
export class Chat implements RoomFeature {
  readonly messages = signal<readonly Message[]>([]);
  readonly pins = signal<readonly Message[]>([]);
  readonly waitingForPicture = signal(0);
  readonly ready = signal(false);
  readonly older = signal<'unknown' | 'loading' | 'more' | 'none' | 'failed'>('unknown');
  readonly sendError = signal<string | null>(null);
  readonly pauseUntil = signal(0); // by context.now(): sending is refused until then
  readonly returnedText = signal<string | null>(null); // refused as too fast: back into the box
  readonly replyingTo = signal<Message | null>(null);
  readonly editing = signal<Message | null>(null);
  readonly removing = signal<Message | null>(null); // to be confirmed
  readonly reporting = signal<Reported | null>(null); // to be given a reason
  readonly card = signal<User | null>(null);
  readonly searching = signal<string | null>(null); // a moderator looks for what somebody (an id) or anybody (empty) said
  readonly mentioned = signal<User | null>(null); // by a button: goes into the box
  readonly typing: Typing;
  private readonly names = new Map<string, string>();
  readonly replay = new Replay<Message>((from, to, after) => this.fetchPast(from, to, after));
  private readonly unsettled = signal<readonly Unsettled[]>([]);
  readonly pending = computed(() => visibleUnsettled(this.unsettled.value, this.messages.value, this.context.me.value));
  // What the list shows: the room as it is, or as it was at the viewer's picture.
  readonly replaying = computed(() => this.replay.state.value !== 'off');
  readonly shown = computed(() => withoutUsers(this.replaying.value ? this.replay.shown.value : this.messages.value, hiddenUsers.value));
  readonly shownReady = computed(() => (this.replaying.value ? this.replay.state.value !== 'loading' : this.ready.value));
  readonly shownOlder = computed(() => {
    if (!this.replaying.value) return this.older.value;
    return this.replay.state.value === 'failed' ? 'failed' : this.replay.before.value;
  });
  readonly shownPins = computed(() => this.pastPins.pins.value ?? this.pins.value);
  readonly lines: PictureLines;
  readonly overPicture = computed(() => {
    const ids = this.lines.shown.value ? this.lines.ids.value : [];
    return ids.length === 0 ? [] : this.shown.value.filter(({ id, deleted }) => !deleted && ids.includes(id));
  });
  private readonly pastPins: PastPins;
  private readonly held = new ReleaseQueue<Message>();
  private atNewest = true;
  private generation = 0;

  constructor(private readonly context: FeatureContext) {
    this.typing = new Typing(context);
    this.pastPins = new PastPins(context.room);
    this.lines = new PictureLines(context.room.startsWith('party:')); // strangers in a channel are asked for
  }

  reset(snapshot: unknown, _position: Position): void {
    this.generation += 1;
    this.held.flush();
    this.lines.clear();
    this.replay.restart();
    this.pastPins.restart();
    const messages = messagesOf(snapshot);
    batch(() => {
      this.messages.value = messages;
      this.pins.value = messagesOf(snapshot, 'pins');
      this.unsettled.value = this.unsettled.value.filter((entry) => entry.id === null);
      this.older.value = 'unknown';
      this.waitingForPicture.value = 0;
      this.ready.value = true;
    });
  }

  event(event: RoomEvent): void {
    this.pastPins.event(event);
    if (event.kind === 'chat.message') this.said(event);
    else if (event.kind === 'chat.typing') this.typing.event(event);
    else if (event.kind === 'chat.pinned') this.pinned(event);
    else if (event.kind === 'chat.unpinned') this.unpinned(event);
    else this.changed(event);
  }

  tick(): void {
    const now = this.context.now();
    this.typing.tick(now);
    this.lines.tick(now);
    const past = replayedTime(this.context);
    this.replay.tick(past, now);
    this.pastPins.tick(past, now);
    if (this.held.size === 0) return;
    const due = this.context.inTime.value ? this.held.due(this.context.pictureTime(), now) : this.held.flush();
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

  async send(text: string, saying: Saying = plain): Promise<void> {
    const words = text.trim();
    if (words === '') return;
    const key = randomToken(22);
    const last = this.messages.value[this.messages.value.length - 1];
    this.typing.sent();
    batch(() => {
      this.sendError.value = null;
      this.unsettled.value = [
        ...this.unsettled.value,
        { key, text: words, state: 'sending', id: null, error: '', sentAfter: last?.position ?? null, ...saying },
      ];
    });
    try {
      const { replyTo, mentions } = saying;
      const body = { text: words, ...(replyTo ? { reply_to: replyTo.id } : {}), ...(mentions.length > 0 ? { mentions } : {}) };
      const done = await this.context.send('chat.send', body);
      if (done.position) this.change(key, { state: 'accepted', id: positionKey(done.position) });
      else this.discard(key);
      this.unsettled.value = settle(this.unsettled.value, this.messages.value);
    } catch (reason) {
      if (!(reason instanceof CommandRefused)) throw reason;
      this.refused(key, words, reason);
    }
  }

  startReply(message: Message): void {
    batch(() => {
      this.editing.value = null;
      this.replyingTo.value = message;
    });
  }
  startEdit(message: Message): void {
    batch(() => {
      this.replyingTo.value = null;
      this.editing.value = message;
    });
  }
  mention(user: User): void {
    this.mentioned.value = user;
  }

  // What we know of, whoever is hidden.
  known(): readonly Message[] {
    return this.replaying.value ? this.replay.shown.value : this.messages.value;
  }

  // The name of somebody who said something here lately; empty for others.
  readonly nameOf = (id: string): string => {
    if (id === this.context.me.value?.id) return this.context.me.value.name;
    const known = this.names.get(id);
    if (known !== undefined) return known;
    const { author } = [...this.known()].reverse().find((message) => message.author.id === id) ?? {};
    if (!author) return '';
    if (this.names.size >= mostNames) this.names.clear();
    this.names.set(id, author.name);
    return author.name;
  };

  retry(entry: Unsettled): void {
    this.discard(entry.key);
    void this.send(entry.text, entry);
  }

  discard(key: string): void {
    this.unsettled.value = this.unsettled.value.filter((entry) => entry.key !== key);
  }

  // Whether it was done; if not, sendError says why.
  edit(message: Message, text: string, mentions: readonly string[]): Promise<boolean> {
    const words = text.trim();
    if (words === '' || words === message.text) return Promise.resolve(true);
    return this.command('chat.edit', { message: message.id, text: words, ...(mentions.length > 0 ? { mentions } : {}) });
  }
  remove(message: Message): Promise<boolean> {
    return this.command('chat.delete', { message: message.id });
  }
  pin(message: Message): Promise<boolean> {
    return this.command('chat.pin', { message: message.id });
  }
  unpin(message: Message): Promise<boolean> {
    return this.command('chat.unpin', { message: message.id });
  }

  loadOlder(): void {
    if (this.replaying.value) this.replay.askBefore();
    else void this.loadHistory();
  }

  private async loadHistory(): Promise<void> {
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

  private said(event: RoomEvent): void {
    const message = toMessage(event);
    if (!message) return;
    this.typing.said(message.author.id);
    const own = message.author.id === this.context.me.value?.id;
    if (own) this.replay.addNow(message.id, message);
    else this.replay.add(entryOf(message));
    const mediaTime = own || !this.context.inTime.value ? null : message.mediaTime;
    const shown = this.held.offer(message, mediaTime, this.context.pictureTime(), this.context.now());
    if (shown) this.show([shown]);
    this.waitingForPicture.value = this.held.size;
  }

  // At once, whatever the picture: what is taken back shall be seen no longer.
  private changed(event: RoomEvent): void {
    const change = changeOf(event);
    if (!change) return;
    this.held.change(change);
    this.replay.change(change);
    this.pastPins.change(change);
    batch(() => {
      this.messages.value = changed(this.messages.value, change, true);
      this.pins.value = changed(this.pins.value, change, false);
      this.waitingForPicture.value = this.held.size;
      const { replyingTo, editing } = this;
      if (replyingTo.value && !change(replyingTo.value)) replyingTo.value = null;
      if (editing.value && !change(editing.value)) editing.value = null;
    });
  }

  private pinned(event: RoomEvent): void {
    const message = pinnedIn(event);
    if (message) this.pins.value = [...this.pins.value.filter(({ id }) => id !== message.id), message];
  }

  private unpinned(event: RoomEvent): void {
    const id = isFields(event.body) ? event.body['message'] : null;
    this.pins.value = this.pins.value.filter((message) => message.id !== id);
  }

  private async fetchPast(from: number, to: number, after: Entry<Message> | null): Promise<Page<Message> | null> {
    const page = await fetchTimeline(this.context.room, from, to, after?.id ?? null);
    if (!page.ok) return null;
    return { entries: messagesOf(page.value).map(entryOf), more: page.value.more };
  }

  private show(messages: readonly Message[]): void {
    let list = this.messages.value;
    for (const message of messages) {
      list = insert(list, message);
      this.lines.add(message, this.context.now());
    }
    const most = this.atNewest ? mostShown : mostKept;
    batch(() => {
      if (list.length > most) this.older.value = 'more';
      this.messages.value = trim(list, most);
      this.unsettled.value = settle(this.unsettled.value, this.messages.value);
    });
  }

  private async command(name: string, body: unknown): Promise<boolean> {
    this.sendError.value = null;
    try {
      await this.context.send(name, body);
      return true;
    } catch (reason) {
      if (!(reason instanceof CommandRefused)) throw reason;
      this.sendError.value = faultOf(reason);
      return false;
    }
  }

  private change(key: string, to: Partial<Unsettled>): void {
    this.unsettled.value = this.unsettled.value.map((entry) => (entry.key === key ? { ...entry, ...to } : entry));
  }

  private refused(key: string, words: string, reason: CommandRefused): void {
    const { refusal } = reason;
    if (refusal.code === 'rate_limited') {
      batch(() => {
        this.discard(key);
        this.returnedText.value = words;
        this.pauseUntil.value = this.context.now() + (refusal.retryAfterMs ?? 2_000);
      });
      return;
    }
    const error = faultOf(reason);
    this.change(key, { state: 'failed', error });
    // A sanction stands in a notice of its own, which must not be covered.
    if (refusal.code !== 'forbidden') this.sendError.value = error;
  }
}

const entryOf = (message: Message) => ({ id: message.id, at: message.mediaTime ?? message.serverTime, value: message });

export const chat: FeatureSpec<Chat> = { name: 'chat', create: (context) => new Chat(context) };
