// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';

export interface Route {
  readonly page: 'watch' | 'guide' | 'programme' | 'party' | 'link' | 'remote'; // 'link': lets a television in; 'remote': its remote control
  readonly tv: boolean; // the ten-foot version
  readonly channel: string | null; // of 'guide': the one that is looked at
  readonly at: number | null; // 'watch': what is seen first, null for live; 'programme': its start. Milliseconds since 1970
  readonly party?: string | null; // which; null: a code is asked for
  readonly invite?: string | null; // the code that one came with
  readonly view?: 'remote'; // 'party': without a picture, beside a television that has it
  readonly code?: string | null; // 'link': the one that a television shows
}

const start: Route = { page: 'watch', tv: false, channel: null, at: null };

export function parseTime(text: string | null | undefined): number | null {
  const time = Date.parse(text ?? '');
  return Number.isFinite(time) ? time : null;
}

// Whole seconds, as programmes have them: "2026-11-21T20:15:00Z".
export const timeText = (at: number): string => new Date(Math.floor(at / 1000) * 1000).toISOString().replace('.000', '');

function decoded(text: string | undefined): string | null {
  try {
    return text === undefined ? null : decodeURIComponent(text);
  } catch {
    return null;
  }
}

export function parseRoute(path: string, query: string): Route {
  const tv = /^\/tv(\/|$)/.test(path);
  const parameters = new URLSearchParams(query);
  const parts = path.split('/').filter((part) => part !== '').slice(tv ? 1 : 0);
  const [first, second, third] = parts;
  const at = parseTime(parameters.get('at'));
  if (first === 'guide' && parts.length === 1) return { page: 'guide', tv, channel: parameters.get('channel'), at: null };
  if (first === 'guide' && parts.length === 3) {
    const channel = decoded(second);
    const begin = parseTime(decoded(third));
    return channel !== null && begin !== null ? { page: 'programme', tv, channel, at: begin } : { ...start, page: 'guide', tv };
  }
  if (first === 'party' && parts.length <= 2) {
    const view = !tv && parameters.get('view') === 'remote' ? { view: 'remote' as const } : {};
    return { ...start, page: 'party', tv, party: decoded(second), invite: parameters.get('invite'), ...view };
  }
  if (!tv && first === 'link' && parts.length === 1) return { ...start, page: 'link', code: parameters.get('code') };
  if (!tv && first === 'remote' && parts.length === 1) return { ...start, page: 'remote' };
  if (tv) return { ...start, tv, channel: parameters.get('channel'), at };
  const channel = first === 'watch' && parts.length === 2 ? decoded(second) : null;
  return { ...start, channel, at: channel === null ? null : at };
}

export function pathOf(route: Route): string {
  const base = route.tv ? '/tv' : '';
  const channel = route.channel === null ? null : encodeURIComponent(route.channel);
  if (route.page === 'programme' && channel !== null && route.at !== null) return `${base}/guide/${channel}/${timeText(route.at)}`;
  if (route.page === 'party') {
    const party = route.party == null ? '' : `/${encodeURIComponent(route.party)}`;
    const query = [...(route.invite == null ? [] : [`invite=${encodeURIComponent(route.invite)}`]), ...(route.view ? [`view=${route.view}`] : [])].join('&');
    return `${base}/party${party}${query && `?${query}`}`;
  }
  if (route.page === 'link') return `/link${route.code == null ? '' : `?code=${encodeURIComponent(route.code)}`}`;
  if (route.page === 'remote') return '/remote';
  if (route.page !== 'watch') return channel === null ? `${base}/guide` : `${base}/guide?channel=${channel}`;
  const at = route.at === null ? '' : `at=${timeText(route.at)}`;
  if (route.tv) return channel === null ? '/tv' : `/tv?channel=${channel}${at && `&${at}`}`;
  return channel === null ? '/' : `/watch/${channel}${at && `?${at}`}`;
}

// Sets that are driven by a remote get the ten-foot version without being asked.
const televisions = /SMART-TV|SmartTV|Tizen.*TV|Web0S|webOS\.TV|NetCast|BRAVIA|HbbTV|AFT[A-Z]|Android TV|GoogleTV|CrKey|Roku|VIDAA|Viera/i;
export const isTelevision = (userAgent: string): boolean => televisions.test(userAgent);

export function createRouter() {
  const read = (): Route => parseRoute(location.pathname, location.search);
  const route = signal(read());
  addEventListener('popstate', () => (route.value = read()));
  return {
    route,
    go(to: Route, replace = false): void {
      const path = pathOf(to);
      if (path !== location.pathname + location.search) {
        if (replace) history.replaceState(null, '', path);
        else history.pushState(null, '', path);
      }
      route.value = to;
    },
  };
}
