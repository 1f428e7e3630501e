// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { Answer } from '../api';
import { ManualTimers } from '../base/manual_timers';
import { decodeDetail, decodePage, type ChannelDetail, type MonitorPage } from './monitored';
import { MonitorStore } from './monitor_store';

const fault = (code: string): Answer<never> => ({ ok: false, fault: { code, text: code, retryAfterMs: null } });
const pageOf = (...ids: string[]): Answer<MonitorPage> => ({ ok: true, value: decodePage({ channels: ids.map((id) => ({ id })) })! });
const detailOf = (id: string): Answer<ChannelDetail> => ({ ok: true, value: decodeDetail({ id })! });

class Script {
  page: Answer<MonitorPage> = pageOf('one', 'two');
  detail: (id: string) => Answer<ChannelDetail> = detailOf;
  asked = 0;
  choice: Answer<unknown> = { ok: true, value: null };
  readonly choices: [string, number | null][] = [];
  hidden = false;
  readonly timers = new ManualTimers();
  readonly store = new MonitorStore(
    {
      page: () => {
        this.asked += 1;
        return Promise.resolve(this.page);
      },
      detail: (id) => Promise.resolve(this.detail(id)),
      choose: (id, source) => {
        this.choices.push([id, source]);
        return Promise.resolve(this.choice);
      },
    },
    this.timers,
    () => this.hidden,
  );
  async settle(): Promise<void> {
    for (let i = 0; i < 10; ++i) await Promise.resolve();
  }
  async pass(ms: number): Promise<void> {
    this.timers.advance(ms);
    await this.settle();
  }
}

describe('MonitorStore', () => {
  it('asks every two seconds, and rarely while nobody looks', async () => {
    const script = new Script();
    await script.store.refresh();
    await script.pass(2_000);
    await script.pass(2_000);
    expect(script.asked).toBe(3);
    script.hidden = true;
    await script.pass(2_000);
    await script.pass(20_000);
    expect(script.asked).toBe(4);
    await script.pass(10_000);
    expect(script.asked).toBe(5);
  });

  it('keeps what it knows while the server is away, and says that it is old', async () => {
    const script = new Script();
    await script.store.refresh();
    script.page = fault('unavailable');
    await script.pass(2_000);
    expect(script.store.unreachable.value).toBe(true);
    expect(script.store.lines.value).toHaveLength(2);
    script.page = pageOf('one');
    await script.pass(2_000);
    expect(script.store.unreachable.value).toBe(false);
    expect(script.store.lines.value).toHaveLength(1);
  });

  it('stops asking where it may not, and shows nothing', async () => {
    const script = new Script();
    await script.store.refresh();
    script.page = fault('unauthenticated');
    await script.pass(2_000);
    expect(script.store.access.value).toBe('sign_in');
    expect(script.store.page.value).toBeNull();
    await script.pass(60_000);
    expect(script.asked).toBe(2);
    script.page = fault('forbidden');
    await script.store.refresh();
    expect(script.store.access.value).toBe('forbidden');
    script.page = pageOf('one');
    await script.store.refresh();
    expect(script.store.access.value).toBe('allowed');
  });

  it('shows the channel that is selected and no other', async () => {
    const script = new Script();
    await script.store.refresh();
    script.store.select('one');
    script.store.select('two');
    await script.settle();
    expect(script.store.detail.value?.id).toBe('two');
    script.detail = () => fault('not_found');
    await script.pass(2_000);
    expect(script.store.detailFault.value).toBe('not_found');
    script.store.select(null);
    expect(script.store.detail.value).toBeNull();
    expect(script.store.detailFault.value).toBe('');
  });

  it('puts a source of the selected channel on air and says what became of it', async () => {
    const script = new Script();
    const { store } = script;
    await store.choose(2);
    expect(script.choices).toEqual([]);
    store.select('one');
    await store.choose(2);
    expect(script.choices).toEqual([['one', 2]]);
    expect(store.choice.value).toEqual({ source: 2, fault: '' });
    script.choice = fault('not_found');
    await store.choose(null);
    expect(store.choice.value).toEqual({ source: null, fault: 'not_found' });
    store.select('two');
    expect(store.choice.value).toBeNull();
  });
});
