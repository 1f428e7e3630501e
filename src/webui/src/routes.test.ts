// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { isTelevision, parseRoute, pathOf } from './routes';

const start = { page: 'watch', tv: false, channel: null, at: null };
const evening = Date.UTC(2026, 10, 21, 19);

describe('routes', () => {
  it('reads the addresses that the daemon serves', () => {
    expect(parseRoute('/', '')).toEqual(start);
    expect(parseRoute('/watch/news', '')).toEqual({ ...start, channel: 'news' });
    expect(parseRoute('/watch/a%20b/', '')).toEqual({ ...start, channel: 'a b' });
    expect(parseRoute('/tv', '')).toEqual({ ...start, tv: true });
    expect(parseRoute('/tv', '?channel=news')).toEqual({ ...start, tv: true, channel: 'news' });
  });

  it('reads what was on at a time', () => {
    expect(parseRoute('/watch/news', '?at=2026-11-21T19:00:00Z')).toEqual({ ...start, channel: 'news', at: evening });
    expect(parseRoute('/tv', '?channel=news&at=2026-11-21T19:00:00Z')).toEqual({ ...start, tv: true, channel: 'news', at: evening });
    expect(parseRoute('/watch/news', '?at=later')).toEqual({ ...start, channel: 'news' });
  });

  it('reads the guide and its programmes', () => {
    expect(parseRoute('/guide', '')).toEqual({ ...start, page: 'guide' });
    expect(parseRoute('/tv/guide', '?channel=news')).toEqual({ ...start, tv: true, page: 'guide', channel: 'news' });
    expect(parseRoute('/guide/news/2026-11-21T19:00:00Z', '')).toEqual({ ...start, page: 'programme', channel: 'news', at: evening });
    expect(parseRoute('/guide/news/tonight', '')).toEqual({ ...start, page: 'guide' });
  });

  it('reads the phone’s pages, which a television does not have', () => {
    expect(parseRoute('/link', '?code=BCDF-GHJK')).toEqual({ ...start, page: 'link', code: 'BCDF-GHJK' });
    expect(parseRoute('/remote', '')).toEqual({ ...start, page: 'remote' });
    expect(parseRoute('/tv/remote', '')).toEqual({ ...start, tv: true });
  });

  it('shows the start for anything else, broken escapes too', () => {
    for (const path of ['/watch', '/watch/a/b', '/nowhere', '/watch/%E0%A4%A']) {
      expect(parseRoute(path, '')).toEqual(start);
    }
  });

  it('writes what it reads', () => {
    for (const path of [
      '/party/k3f9?view=remote',
      '/party/k3f9?invite=bcdf&view=remote',
      '/link',
      '/link?code=BCDF-GHJK',
      '/remote',
      '/',
      '/watch/news',
      '/watch/a%20b',
      '/watch/news?at=2026-11-21T19:00:00Z',
      '/tv',
      '/tv?channel=a%20b',
      '/tv?channel=news&at=2026-11-21T19:00:00Z',
      '/guide',
      '/guide?channel=a%20b',
      '/tv/guide',
      '/guide/news/2026-11-21T19:00:00Z',
      '/tv/guide/a%20b/2026-11-21T19:00:00Z',
    ]) {
      const [name = '', query = ''] = path.split('?');
      expect(pathOf(parseRoute(name, query))).toBe(path);
    }
  });

  it('tells a television by its name', () => {
    expect(isTelevision('Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) AppleWebKit/537.36 Chrome/76.0 TV Safari/537.36')).toBe(true);
    expect(isTelevision('Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 Chrome/87.0 Safari/537.36')).toBe(true);
    expect(isTelevision('Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36')).toBe(false);
  });
});
