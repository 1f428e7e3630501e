// SPDX-License-Identifier: MIT

// What an overlay shows, out of its address: /overlay/news?lines=6&size=28&polls=off
export interface OverlaySettings {
  readonly channel: string;
  readonly chat: boolean;
  readonly reactions: boolean;
  readonly polls: boolean;
  readonly lines: number; // messages at most
  readonly size: number; // of the letters, in pixels
  readonly seconds: number; // a message stays so long; 0: until newer ones push it out
  readonly side: 'left' | 'right';
}

function number(text: string | null, least: number, most: number, otherwise: number): number {
  const value = text === null || text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) ? Math.min(most, Math.max(least, Math.round(value))) : otherwise;
}

export function readOverlay(path: string, query: string): OverlaySettings | null {
  const found = /^\/overlay\/([^/]+)\/?$/.exec(path);
  if (!found?.[1]) return null;
  let channel: string;
  try {
    channel = decodeURIComponent(found[1]);
  } catch {
    return null;
  }
  const parameters = new URLSearchParams(query);
  const on = (name: string): boolean => !['off', 'no', '0', 'false'].includes(parameters.get(name) ?? '');
  return {
    channel,
    chat: on('chat'),
    reactions: on('reactions'),
    polls: on('polls'),
    lines: number(parameters.get('lines'), 1, 50, 8),
    size: number(parameters.get('size'), 10, 96, 22),
    seconds: number(parameters.get('seconds'), 0, 3_600, 45),
    side: parameters.get('side') === 'right' ? 'right' : 'left',
  };
}
