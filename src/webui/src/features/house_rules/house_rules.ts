// SPDX-License-Identifier: MIT
import { batch, signal } from '@preact/signals';
import { decodeUser, isFields, textOf, type Position, type RoomEvent, type User } from '../../socket/protocol';
import { noEmotes, type Emotes } from '../chat/emotes';
import type { FeatureContext, FeatureSpec, RoomFeature } from '../feature';

export const modeNames = ['slow', 'followers', 'account_age', 'members', 'emotes', 'unique', 'announcement', 'delay', 'links', 'classifier', 'classifier_holds'] as const;
export type ModeName = (typeof modeNames)[number];
export type Modes = Readonly<Record<ModeName, number>> & { readonly shield: number | null }; // until when

export const noModes: Modes = { slow: 0, followers: -1, account_age: 0, members: 0, emotes: 0, unique: 0, announcement: 0, delay: 0, links: 0, classifier: 0, classifier_holds: 0, shield: null };
export const offValue = (mode: ModeName): number => (mode === 'followers' ? -1 : 0);

// A message that only moderators see so far.
export interface Waiting {
  readonly id: string;
  readonly author: User;
  readonly text: string;
  readonly reason: string; // empty: it waits for the delay alone
  readonly releaseAt: number | null; // by now(), when it waits for the delay
}

const tellHeldMs = 6_000;

const number = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export function modesOf(snapshot: unknown): Modes {
  const modes = isFields(snapshot) && isFields(snapshot['modes']) ? snapshot['modes'] : {};
  const all = Object.fromEntries(modeNames.map((name) => [name, number(modes[name], offValue(name))])) as Record<ModeName, number>;
  return { ...all, shield: typeof modes['shield'] === 'number' ? modes['shield'] : null };
}

function heldOf(value: unknown): Waiting | null {
  if (!isFields(value)) return null;
  const author = decodeUser(value['author']);
  return author && { id: textOf(value['subject']), author, text: textOf(value['text']), reason: textOf(value['reason']) || '?', releaseAt: null };
}

function delayedOf(value: unknown, now: number): Waiting | null {
  if (!isFields(value)) return null;
  const author = decodeUser(value['author']);
  return author && { id: textOf(value['id']), author, text: textOf(value['text']), reason: '', releaseAt: now + number(value['release_in_ms'], 0) };
}

const known = (waiting: Waiting | null): waiting is Waiting => waiting !== null;
const actionsOf = (value: unknown): ReadonlyMap<string, string> =>
  new Map(isFields(value) ? Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string') : []);

// How the room talks: its modes for everybody; for moderators what waits for them, and the lists.
export class HouseRules implements RoomFeature {
  readonly modes = signal<Modes>(noModes);
  readonly emotes = signal<Emotes>(noEmotes);
  readonly isModerator = signal(false);
  readonly waiting = signal<readonly Waiting[]>([]); // oldest first
  readonly words = signal<ReadonlyMap<string, string>>(new Map());
  readonly links = signal<ReadonlyMap<string, string>>(new Map());
  readonly ownHeldUntil = signal(0); // by context.now(): we are told that a message of ours waits
  readonly rejected = signal<string | null>(null); // our own message that a moderator refused

  constructor(private readonly context: FeatureContext) {}

  reset(snapshot: unknown, _position: Position): void {
    this.modes.value = modesOf(snapshot);
    this.emotes.value = { channel: this.channel, versions: actionsOf(isFields(snapshot) ? snapshot['emotes'] : null) };
  }

  personal(value: unknown): void {
    const fields = isFields(value) ? value : null;
    const now = this.context.now();
    batch(() => {
      this.isModerator.value = fields !== null && Array.isArray(fields['held']);
      const held = list(fields?.['held']).map(heldOf);
      const delayed = list(fields?.['delayed']).map((one) => delayedOf(one, now));
      this.waiting.value = [...held, ...delayed].filter(known);
      this.words.value = actionsOf(fields?.['words']);
      this.links.value = actionsOf(fields?.['links']);
    });
  }

  event(event: RoomEvent): void {
    const body = isFields(event.body) ? event.body : {};
    const subject = textOf(body['subject']);
    switch (event.kind) {
      case 'house_rules.mode':
        return this.modeChanged(subject, number(body['value'], 0), event.serverTime);
      case 'house_rules.word':
        this.words.value = changed(this.words.value, subject, textOf(body['action']));
        return;
      case 'house_rules.link':
        this.links.value = changed(this.links.value, subject, textOf(body['action']));
        return;
      case 'house_rules.emote':
        return this.emoteChanged(subject, textOf(body['version']));
      case 'house_rules.held':
        return this.add(heldOf(body));
      case 'house_rules.delayed':
        return this.add(delayedOf(body, this.context.now()));
      case 'house_rules.decided':
        this.waiting.value = this.waiting.value.filter(({ id }) => id !== subject);
        return;
      case 'house_rules.notice':
        if (textOf(body['decision']) === 'held') this.ownHeldUntil.value = this.context.now() + tellHeldMs;
        else this.rejected.value = textOf(body['text']);
        return;
    }
  }

  heldBack(): void {
    // Soon over, unless the classifier objects: then we hear of it.
    if (this.modes.value.classifier > 0 && this.modes.value.delay === 0) return;
    this.ownHeldUntil.value = this.context.now() + tellHeldMs;
  }

  tick(): void {
    const now = this.context.now();
    if (this.ownHeldUntil.value !== 0 && this.ownHeldUntil.value <= now) this.ownHeldUntil.value = 0;
    if (this.waiting.value.some(({ releaseAt }) => releaseAt !== null && releaseAt <= now)) {
      this.waiting.value = this.waiting.value.filter(({ releaseAt }) => releaseAt === null || releaseAt > now);
    }
  }

  setMode(mode: ModeName | 'shield', value: number): Promise<unknown> {
    return this.context.send('house_rules.set_mode', { mode, value });
  }
  setWord(word: string, action: string): Promise<unknown> {
    return this.context.send('house_rules.set_word', { word, action });
  }
  setLink(domain: string, action: string): Promise<unknown> {
    return this.context.send('house_rules.set_link', { domain, action });
  }
  setEmote(name: string, version: string): Promise<unknown> {
    return this.context.send('house_rules.set_emote', { name, version });
  }
  emotePath(name: string): string {
    return `/api/v1/channels/${encodeURIComponent(this.channel)}/emotes/${encodeURIComponent(name)}`;
  }
  async decide(id: string, released: boolean): Promise<void> {
    await this.context.send(released ? 'house_rules.release' : 'house_rules.reject', { held: id });
    this.waiting.value = this.waiting.value.filter((one) => one.id !== id);
  }
  nuke(pattern: string): Promise<unknown> {
    return this.context.send('house_rules.nuke', { text: pattern });
  }

  private get channel(): string {
    return this.context.room.replace(/^channel:/, '');
  }

  private emoteChanged(name: string, version: string): void {
    const versions = new Map(this.emotes.value.versions);
    if (version === '') versions.delete(name);
    else versions.set(name, version);
    this.emotes.value = { channel: this.channel, versions };
  }

  private modeChanged(mode: string, value: number, at: number): void {
    if (mode === 'shield') this.modes.value = { ...this.modes.value, shield: value === 0 ? null : at + value * 60_000 };
    else if ((modeNames as readonly string[]).includes(mode)) this.modes.value = { ...this.modes.value, [mode]: value };
  }

  private add(one: Waiting | null): void {
    if (one && this.waiting.value.every(({ id }) => id !== one.id)) this.waiting.value = [...this.waiting.value, one];
  }
}

function changed(entries: ReadonlyMap<string, string>, key: string, action: string): ReadonlyMap<string, string> {
  const next = new Map(entries);
  if (action === 'remove') next.delete(key);
  else next.set(key, action);
  return next;
}

export const houseRules: FeatureSpec<HouseRules> = { name: 'house_rules', create: (context) => new HouseRules(context) };
