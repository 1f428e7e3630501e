// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { isTelevision, parseRoute, pathOf } from './routes';

describe('routes', () => {
  it('reads the addresses that the daemon serves', () => {
    expect(parseRoute('/', '')).toEqual({ page: 'watch', channel: null });
    expect(parseRoute('/watch/news', '')).toEqual({ page: 'watch', channel: 'news' });
    expect(parseRoute('/watch/a%20b/', '')).toEqual({ page: 'watch', channel: 'a b' });
    expect(parseRoute('/tv', '')).toEqual({ page: 'tv', channel: null });
    expect(parseRoute('/tv', '?channel=news')).toEqual({ page: 'tv', channel: 'news' });
  });

  it('shows the start for anything else, broken escapes too', () => {
    for (const path of ['/watch', '/watch/a/b', '/nowhere', '/watch/%E0%A4%A']) {
      expect(parseRoute(path, '')).toEqual({ page: 'watch', channel: null });
    }
  });

  it('writes what it reads', () => {
    for (const path of ['/', '/watch/news', '/watch/a%20b', '/tv', '/tv?channel=a%20b']) {
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
