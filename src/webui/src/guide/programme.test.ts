// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { covering, decodeProgramme, passed } from './programme';

const news = { start: '2026-11-21T19:00:00Z', stop: '2026-11-21T19:30:00Z', title: 'News', categories: ['News', 7], credits: [{ role: 'presenter', name: 'Ann' }, {}] };

describe('decodeProgramme', () => {
  it('reads what the guide tells and leaves out what is malformed', () => {
    const programme = decodeProgramme(news);
    expect(programme).toMatchObject({ start: Date.UTC(2026, 10, 21, 19), stop: Date.UTC(2026, 10, 21, 19, 30), title: 'News', categories: ['News'], description: '' });
    expect(programme?.credits).toEqual([{ role: 'presenter', name: 'Ann' }]);
  });

  it('takes nothing without a beginning before its end', () => {
    expect(decodeProgramme(null)).toBeNull();
    expect(decodeProgramme({ ...news, start: 'soon' })).toBeNull();
    expect(decodeProgramme({ ...news, stop: news.start })).toBeNull();
  });
});

describe('a schedule', () => {
  const programme = decodeProgramme(news);
  it('knows what covers a moment', () => {
    const list = programme ? [programme] : [];
    expect(covering(list, Date.UTC(2026, 10, 21, 19))).toBe(programme);
    expect(covering(list, Date.UTC(2026, 10, 21, 19, 30))).toBeNull();
  });

  it('knows how much has passed', () => {
    expect(passed({ start: 0, stop: 100 }, 25)).toBe(0.25);
    expect(passed({ start: 0, stop: 100 }, -5)).toBe(0);
    expect(passed({ start: 0, stop: 100 }, 500)).toBe(1);
  });
});
