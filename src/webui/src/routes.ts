// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';

export interface Route {
  readonly page: 'watch' | 'tv';
  readonly channel: string | null;
}

export function parseRoute(path: string, query: string): Route {
  if (/^\/tv\/?$/.test(path)) return { page: 'tv', channel: new URLSearchParams(query).get('channel') };
  const watched = /^\/watch\/([^/]+)\/?$/.exec(path)?.[1];
  try {
    return { page: 'watch', channel: watched === undefined ? null : decodeURIComponent(watched) };
  } catch {
    return { page: 'watch', channel: null };
  }
}

export function pathOf(route: Route): string {
  if (route.page === 'tv') return route.channel === null ? '/tv' : `/tv?channel=${encodeURIComponent(route.channel)}`;
  return route.channel === null ? '/' : `/watch/${encodeURIComponent(route.channel)}`;
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

export type Router = ReturnType<typeof createRouter>;
