// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { Replay, type Entry, type Page } from './replay';

const start = 1_000_000;

interface Asked {
  readonly from: number;
  readonly to: number;
  readonly after: Entry<string> | null;
}

// Answers from a list as the server does, a page of `limit` at a time; holds answers back while told to.
class Past {
  readonly asked: Asked[] = [];
  down = false;
  private gate: Promise<void> = Promise.resolve();
  private open: () => void = () => {};

  constructor(private entries: readonly Entry<string>[], private readonly limit = 200) {}

  hold(): void {
    this.gate = new Promise((resolve) => (this.open = resolve));
  }
  release(): void {
    this.open();
  }

  fetch = async (from: number, to: number, after: Entry<string> | null): Promise<Page<string> | null> => {
    this.asked.push({ from, to, after });
    await this.gate;
    if (this.down) return null;
    const inside = this.entries.filter((entry) => entry.at >= from && entry.at < to);
    const rest = inside.slice(after === null ? 0 : inside.findIndex((entry) => entry.id === after.id) + 1);
    return { entries: rest.slice(0, this.limit), more: rest.length > this.limit };
  };
}

const entry = (at: number): Entry<string> => ({ id: `e1:${at}`, at: start + at, value: `at ${at}` });
const every = (stepMs: number, fromMs: number, toMs: number): Entry<string>[] => {
  const all: Entry<string>[] = [];
  for (let at = fromMs; at < toMs; at += stepMs) all.push(entry(at));
  return all;
};
const settle = async (): Promise<void> => {
  for (let i = 0; i < 200; i += 1) await Promise.resolve();
};

async function replayOf(past: Past, picture: number, enoughBefore?: number): Promise<Replay<string>> {
  const replay = new Replay<string>(past.fetch, enoughBefore);
  replay.tick(start + picture, 0);
  await settle();
  replay.tick(start + picture, 100);
  return replay;
}

describe('a replayed stretch', () => {
  it('shows what was said until the picture, and the rest when the picture gets there', async () => {
    const replay = await replayOf(new Past([entry(-5_000), entry(1_000), entry(2_000)]), 0);
    expect(replay.shown.value).toEqual(['at -5000']);
    replay.tick(start + 999, 200);
    expect(replay.shown.value).toEqual(['at -5000']);
    replay.tick(start + 1_000, 300);
    expect(replay.shown.value).toEqual(['at -5000', 'at 1000']);
    replay.tick(start + 2_500, 400);
    expect(replay.shown.value).toEqual(['at -5000', 'at 1000', 'at 2000']);
  });

  it('loads on while the picture goes on, and each entry once', async () => {
    const past = new Past(every(1_000, 0, 300_000), 10);
    const replay = await replayOf(past, 0);
    for (let at = 0; at < 290_000; at += 500) {
      replay.tick(start + at, at);
      await settle();
    }
    expect(replay.shown.value).toEqual(every(1_000, 0, 290_000).map(({ value }) => value));
    const windows = past.asked.filter(({ after, from }) => after === null && from >= start);
    expect(windows.length).toBeLessThan(20);
  });

  it('goes back with the picture', async () => {
    const past = new Past(every(1_000, 0, 10_000));
    const replay = await replayOf(past, 9_500);
    expect(replay.shown.value).toHaveLength(10);
    const asked = past.asked.length;
    replay.tick(start + 4_500, 200);
    expect(replay.shown.value.at(-1)).toBe('at 4000');
    expect(past.asked.length).toBe(asked);
  });

  it('begins anew after a jump, and forgets answers to what was asked before it', async () => {
    const past = new Past([...every(1_000, -100_000_000, -99_990_000), ...every(1_000, 4_000_000, 4_010_000)]);
    past.hold();
    const replay = new Replay<string>(past.fetch);
    replay.tick(start + 5_000, 0);
    replay.tick(start + 4_003_500, 100);
    expect(replay.state.value).toBe('loading');
    past.release();
    await settle();
    expect(replay.shown.value).toContain('at 4003000');
    expect(replay.shown.value).not.toContain('at 4004000');
    replay.tick(start - 99_997_500, 200);
    expect(replay.shown.value).toEqual([]);
    await settle();
    expect(replay.shown.value).toEqual(['at -100000000', 'at -99999000', 'at -99998000']);
  });

  it('looks further back until there is enough, or nothing', async () => {
    const quiet = await replayOf(new Past(every(60_000, -3_600_000, 60_000)), 30_000);
    expect(quiet.shown.value.length).toBeGreaterThanOrEqual(30);
    expect(quiet.before.value).toBe('more');
    const silent = await replayOf(new Past([]), 0);
    expect(silent.before.value).toBe('none');
    expect(silent.state.value).toBe('ready');
    const busy = new Past(every(100, -60_000, 30_000));
    const lively = await replayOf(busy, 0);
    expect(lively.shown.value).toHaveLength(151);
    lively.askBefore();
    await settle();
    expect(lively.shown.value).toHaveLength(500);
  });

  it('looks no further back than it is told to', async () => {
    const past = new Past([]);
    const replay = await replayOf(past, 0, 0);
    expect(replay.state.value).toBe('ready');
    expect(past.asked).toHaveLength(1);
  });

  it('tries again when the server does not answer, and goes on where it was', async () => {
    const past = new Past([entry(-1_000), entry(500)]);
    past.down = true;
    const replay = await replayOf(past, 0);
    expect(replay.state.value).toBe('failed');
    past.down = false;
    replay.tick(start + 100, 1_000);
    await settle();
    expect(replay.state.value).toBe('failed');
    replay.tick(start + 600, 4_000);
    await settle();
    expect(replay.shown.value).toEqual(['at -1000', 'at 500']);
  });

  it('takes what happens meanwhile where it belongs', async () => {
    const replay = await replayOf(new Past([entry(0), entry(2_000)]), 1_500);
    replay.add(entry(1_000));
    replay.add(entry(1_800));
    replay.add(entry(1_000));
    replay.add(entry(900_000));
    expect(replay.shown.value).toEqual(['at 0', 'at 1000']);
    replay.addNow('e1:own', 'mine');
    expect(replay.shown.value).toEqual(['at 0', 'at 1000', 'mine']);
    replay.change((value) => (value === 'at 0' ? null : value === 'at 1000' ? 'edited' : value));
    expect(replay.shown.value).toEqual(['edited', 'mine']);
    replay.tick(start + 2_000, 300);
    expect(replay.shown.value).toEqual(['edited', 'mine', 'at 1800', 'at 2000']);
  });

  it('tells what the picture passed on its way', async () => {
    const replay = await replayOf(new Past([entry(0), entry(1_000), entry(2_000)]), 500);
    expect(replay.between(start, start + 1_000)).toEqual(['at 1000']);
    expect(replay.between(start - 1, start + 2_500)).toEqual(['at 0', 'at 1000', 'at 2000']);
    expect(replay.between(start + 1_000, start + 1_000)).toEqual([]);
    expect(replay.between(start + 2_000, start)).toEqual([]);
  });

  it('is over when the picture is live again', async () => {
    const replay = await replayOf(new Past([entry(0)]), 0);
    replay.tick(null, 200);
    expect(replay.state.value).toBe('off');
    expect(replay.shown.value).toEqual([]);
    replay.add(entry(0));
    replay.addNow('x', 'x');
    expect(replay.shown.value).toEqual([]);
  });
});
