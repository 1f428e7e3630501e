// SPDX-License-Identifier: MIT
import { computed, signal } from '@preact/signals';
import type { Answer } from '../api';
import type { Timers } from '../base/timers';
import { matches, tallyOf, troubleFirst, type Standing } from './lines';
import type { ChannelDetail, MonitorPage } from './monitored';

export interface MonitorServer {
  page(): Promise<Answer<MonitorPage>>;
  detail(id: string): Promise<Answer<ChannelDetail>>;
  choose(id: string, source: number | null): Promise<Answer<unknown>>;
}

const intervalMs = 2_000;
const hiddenMs = 30_000; // nobody looks: only so that the title still tells

// What an operator asked to be on air. `source`: from 1; null: whatever is best.
export interface Choice {
  readonly source: number | null;
  readonly fault: string; // empty: it was taken
}

export type Access = 'unknown' | 'allowed' | 'sign_in' | 'forbidden';

// The channels as the monitor tells them, asked again and again; and one of them in full.
export class MonitorStore {
  readonly page = signal<MonitorPage | null>(null); // null: not known yet
  readonly access = signal<Access>('unknown');
  readonly unreachable = signal(false); // what is shown is old
  readonly detail = signal<ChannelDetail | null>(null);
  readonly detailFault = signal('');
  readonly choice = signal<Choice | null>(null); // the latest one, of the selected channel
  readonly selected = signal<string | null>(null);

  readonly text = signal('');
  readonly standing = signal<Standing | null>(null); // null: all

  readonly tally = computed(() => tallyOf(this.page.value?.channels ?? []));
  readonly lines = computed(() =>
    troubleFirst(this.page.value?.channels ?? []).filter((channel) => matches(channel, this.text.value, this.standing.value)),
  );

  private asking = false;
  private cancel: () => void = () => {};

  constructor(
    private readonly server: MonitorServer,
    private readonly timers: Timers,
    private readonly isHidden: () => boolean,
  ) {}

  async refresh(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    this.cancel();
    const id = this.selected.value;
    const [page, detail] = await Promise.all([this.server.page(), id === null ? null : this.server.detail(id)]);
    this.asking = false;
    this.takePage(page);
    if (id !== null && detail !== null) this.takeDetail(id, detail);
    const refused = this.access.value === 'sign_in' || this.access.value === 'forbidden';
    if (!refused) this.cancel = this.timers.after(this.isHidden() ? hiddenMs : intervalMs, () => void this.refresh());
  }

  select(id: string | null): void {
    if (id === this.selected.value) return;
    this.selected.value = id;
    this.detail.value = null;
    this.detailFault.value = '';
    this.choice.value = null;
    if (id !== null) void this.server.detail(id).then((answer) => this.takeDetail(id, answer));
  }

  async choose(source: number | null): Promise<void> {
    const id = this.selected.value;
    if (id === null) return;
    const answer = await this.server.choose(id, source);
    if (id !== this.selected.value) return;
    this.choice.value = { source, fault: answer.ok ? '' : answer.fault.text };
    void this.refresh();
  }

  private takePage(answer: Answer<MonitorPage>): void {
    const code = answer.ok ? '' : answer.fault.code;
    if (code === 'unauthenticated' || code === 'forbidden') {
      this.access.value = code === 'forbidden' ? 'forbidden' : 'sign_in';
      this.page.value = null;
      this.detail.value = null;
      return;
    }
    this.unreachable.value = !answer.ok;
    if (!answer.ok) return;
    this.access.value = 'allowed';
    this.page.value = answer.value;
  }

  private takeDetail(id: string, answer: Answer<ChannelDetail>): void {
    if (id !== this.selected.value) return;
    if (answer.ok) this.detail.value = answer.value;
    // What was known stays where only the network is away.
    this.detailFault.value = answer.ok || answer.fault.code === 'unavailable' ? '' : answer.fault.text;
  }
}
