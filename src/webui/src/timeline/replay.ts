// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';

export interface Entry<T> {
  readonly id: string;
  readonly at: number; // on the programme's timeline
  readonly value: T;
}

export interface Page<T> {
  readonly entries: readonly Entry<T>[]; // the earliest first
  readonly more: boolean;
}

// from <= at < to, after that entry, the last of the page before; null: it cannot be had now.
export type FetchPage<T> = (from: number, to: number, after: Entry<T> | null) => Promise<Page<T> | null>;

const backMs = 15_000; // what is asked for of before the picture, at first
const furthestStep = 6;
const aheadMs = 15_000; // so long before the picture gets there
const windowMs = 30_000;
const retryMs = 3_000;
const farOff = 20_000; // a picture so far after what is loaded has jumped
const mostShown = 500;
const mostKept = 4_000;

// Plays a stretch of the past as it was: entries appear when the picture reaches their time, and go again when it goes back.
// Loads page by page what comes next. Pure but for what it is given to fetch with: the times are handed in.
export class Replay<T> {
  readonly shown = signal<readonly T[]>([]);
  readonly state = signal<'off' | 'loading' | 'ready' | 'failed'>('off');
  readonly before = signal<'more' | 'loading' | 'none'>('more'); // what is earlier than all that is loaded
  private entries: Entry<T>[] = [];
  private from = 0;
  private to = 0;
  private window: { readonly to: number; readonly after: Entry<T> } | null = null; // of which there are more pages
  private step = 1;
  private wantsBefore = false;
  private busy = false;
  private retryAt = 0;
  private generation = 0;
  private visible = -1;
  private now = 0;
  private picture = 0;

  // `enoughBefore`: entries before the picture; asked for further and further back until there are so many.
  constructor(
    private readonly fetchPage: FetchPage<T>,
    private readonly enoughBefore = 30,
  ) {}

  // What the viewer sees at this moment; null: nothing that is past.
  tick(picture: number | null, now: number): void {
    this.now = now;
    if (picture === null) return this.stop();
    this.picture = picture;
    if (this.state.value === 'off' || picture < this.from || picture > this.to + farOff) this.begin(picture);
    this.load();
    this.reveal();
  }

  // What happens in the room while it is replayed, if it belongs to what is loaded.
  add(entry: Entry<T>): void {
    if (this.state.value === 'off' || entry.at < this.from || entry.at >= this.to) return;
    this.insert([entry]);
    this.reveal();
  }

  // What was heard in the room may not have been kept: everything is asked for anew.
  restart(): void {
    if (this.state.value !== 'off') this.begin(this.picture);
  }

  // What the viewer does is there at once.
  addNow(id: string, value: T): void {
    if (this.state.value === 'off') return;
    this.insert([{ id, at: this.picture, value }]);
    this.reveal();
  }

  // Puts another value in the place of each; null takes it away.
  change(to: (value: T) => T | null): void {
    let changed = false;
    const entries: Entry<T>[] = [];
    for (const entry of this.entries) {
      const value = to(entry.value);
      if (value !== entry.value) changed = true;
      if (value !== null) entries.push(value === entry.value ? entry : { ...entry, value });
    }
    if (!changed) return;
    this.entries = entries;
    this.visible = -1;
    this.reveal();
  }

  // What the picture passed on its way: from < at <= to.
  between(from: number, to: number): readonly T[] {
    return this.entries.slice(this.reached(from), this.reached(to)).map((entry) => entry.value);
  }

  // Somebody reads upwards.
  askBefore(): void {
    if (this.state.value !== 'ready' || this.before.value !== 'more') return;
    this.wantsBefore = true;
    this.load();
  }

  private stop(): void {
    if (this.state.value === 'off') return;
    this.generation += 1;
    this.busy = false;
    this.entries = [];
    this.visible = -1;
    this.state.value = 'off';
    this.shown.value = [];
  }

  private begin(picture: number): void {
    this.generation += 1;
    this.busy = false;
    this.retryAt = 0;
    this.entries = [];
    this.window = null;
    this.step = 1;
    this.wantsBefore = false;
    this.from = this.to = picture - backMs;
    this.visible = -1;
    this.state.value = 'loading';
    this.before.value = 'more';
    this.shown.value = [];
  }

  private load(): void {
    if (this.busy || this.now < this.retryAt) return;
    if (this.window) void this.loadAhead(this.window.to, this.window.after);
    else if (this.to < this.picture + aheadMs) void this.loadAhead(Math.max(this.to, this.picture) + windowMs, null);
    else if (this.before.value === 'more' && (this.wantsBefore || (this.step <= furthestStep && this.reached() < this.enoughBefore))) void this.loadBefore();
  }

  private async fetch(from: number, to: number, after: Entry<T> | null): Promise<Page<T> | null> {
    const generation = this.generation;
    this.busy = true;
    const page = await this.fetchPage(Math.floor(from), Math.ceil(to), after).catch(() => null);
    if (generation !== this.generation) return null;
    this.busy = false;
    if (page) return page;
    this.retryAt = this.now + retryMs;
    if (this.state.value === 'loading') this.state.value = 'failed';
    return null;
  }

  private async loadAhead(to: number, after: Entry<T> | null): Promise<void> {
    const page = await this.fetch(this.to, to, after);
    if (!page) return;
    this.insert(page.entries);
    const last = page.entries[page.entries.length - 1];
    this.window = page.more && last ? { to, after: last } : null;
    if (!this.window) this.to = to;
    if (this.to > this.picture) this.state.value = 'ready';
    this.load();
    this.reveal();
  }

  private async loadBefore(): Promise<void> {
    this.wantsBefore = false;
    this.before.value = 'loading';
    const generation = this.generation;
    const to = this.from;
    const from = to - backMs * 4 ** this.step;
    const earlier: Entry<T>[] = [];
    for (let after: Entry<T> | null = null; ; ) {
      const page = await this.fetch(from, to, after);
      if (generation !== this.generation) return;
      if (!page) {
        this.before.value = 'more';
        return;
      }
      earlier.push(...page.entries);
      after = page.entries[page.entries.length - 1] ?? null;
      if (!page.more || after === null) break;
    }
    this.from = from;
    this.step += 1;
    this.before.value = this.step > furthestStep || this.entries.length + earlier.length >= mostKept ? 'none' : 'more';
    this.insert(earlier);
    this.load();
    this.reveal();
  }

  // By time, and those of the same time as they came.
  private insert(added: readonly Entry<T>[]): void {
    const known = new Set(this.entries.map((entry) => entry.id));
    const fresh = added.filter((entry) => !known.has(entry.id));
    if (fresh.length === 0) return;
    this.entries = [...this.entries, ...fresh].sort((a, b) => a.at - b.at);
    this.visible = -1;
    const dropped = this.entries.length - mostKept;
    if (dropped > 0 && this.reached() > dropped + mostShown) {
      this.entries.splice(0, dropped);
      this.from = this.entries[0]!.at;
      this.before.value = 'none';
    }
  }

  // How many entries a picture has reached.
  private reached(picture = this.picture): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.entries[middle]!.at <= picture) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  private reveal(): void {
    if (this.state.value !== 'ready') return;
    const reached = this.reached();
    if (reached === this.visible) return;
    this.visible = reached;
    this.shown.value = this.entries.slice(Math.max(0, reached - mostShown), reached).map((entry) => entry.value);
  }
}
