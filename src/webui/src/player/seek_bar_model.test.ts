// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { decodeProgramme, type Programme } from '../guide/programme';
import { beginningAfter, beginningBefore, dateAt, partOf, seekBarModel } from './seek_bar_model';

const minute = 60_000;
const programme = (title: string, start: number, stop: number): Programme =>
  decodeProgramme({ title, start: new Date(start * minute).toISOString(), stop: new Date(stop * minute).toISOString() })!;
const programmes = [programme('A', 0, 60), programme('B', 60, 120), programme('C', 120, 180)];
const archive = { from: 10 * minute, to: 90 * minute };
const live = { position: 89.9 * minute, edge: 90 * minute, stream: { from: 89 * minute, to: 90 * minute }, archive, programmes };

describe('the seek bar', () => {
  it('stands for the programme that is seen, of which only what has been can be reached', () => {
    const model = seekBarModel(live);
    expect(model).toMatchObject({ from: 60 * minute, to: 120 * minute, reachable: { from: 60 * minute, to: 90 * minute } });
    expect(model?.programme?.title).toBe('B');
    expect(partOf(model!, 90 * minute)).toBe(0.5);
    expect(dateAt(model!, 0.25)).toBe(75 * minute);
    expect(dateAt(model!, 0.9)).toBe(90 * minute);
  });

  it('begins where the archive begins', () => {
    const model = seekBarModel({ ...live, position: 30 * minute });
    expect(model).toMatchObject({ from: 0, to: 60 * minute, reachable: { from: 10 * minute, to: 60 * minute } });
    expect(dateAt(model!, 0)).toBe(10 * minute);
  });

  it('stands for the live window where nothing is kept', () => {
    const model = seekBarModel({ ...live, archive: null });
    expect(model).toMatchObject({ from: 89 * minute, to: 90 * minute, programme: null });
    expect(seekBarModel({ ...live, archive: null, stream: { from: 90 * minute - 6_000, to: 90 * minute } })).toBeNull();
  });

  it('marks the boundaries of programmes inside of it', () => {
    const window = { from: 40 * minute, to: 90 * minute };
    expect(seekBarModel({ ...live, archive: null, stream: window })?.boundaries).toEqual([60 * minute]);
  });

  it('spans an hour where the guide knows nothing', () => {
    expect(seekBarModel({ ...live, programmes: [] })).toMatchObject({ from: 60 * minute, to: 90 * minute, programme: null });
  });

  it('survives a position outside of everything', () => {
    const model = seekBarModel({ ...live, position: 91 * minute });
    expect(partOf(model!, model!.position)).toBeLessThanOrEqual(1);
  });
});

describe('beginnings', () => {
  it('leads to the beginning of what is seen, or shortly after it to the one before', () => {
    expect(beginningBefore(programmes, 89 * minute, 0)).toBe(60 * minute);
    expect(beginningBefore(programmes, 60 * minute + 5_000, 0)).toBe(0);
    expect(beginningBefore(programmes, 30 * minute, 10 * minute)).toBe(10 * minute);
    expect(beginningBefore([], 30 * minute, 0)).toBeNull();
  });

  it('leads on to the next one that has begun', () => {
    expect(beginningAfter(programmes, 30 * minute, 90 * minute)).toBe(60 * minute);
    expect(beginningAfter(programmes, 80 * minute, 90 * minute)).toBeNull();
  });
});
