// SPDX-License-Identifier: MIT

// The pictures that a room's channel has for names, :like_this:.
export interface Emotes {
  readonly channel: string;
  readonly versions: ReadonlyMap<string, string>; // by name
}

export const noEmotes: Emotes = { channel: '', versions: new Map() };

export function emoteAddress(emotes: Emotes, name: string): string {
  return `/api/v1/channels/${encodeURIComponent(emotes.channel)}/emotes/${encodeURIComponent(name)}?v=${encodeURIComponent(emotes.versions.get(name) ?? '')}`;
}

// Those whose name begins so, or has a word that does.
export function findEmotes(emotes: Emotes, text: string): readonly string[] {
  const wanted = text.trim().toLowerCase().replace(/:/g, '');
  return [...emotes.versions.keys()].filter((name) => name.split('_').some((word) => word.startsWith(wanted)) || name.startsWith(wanted)).sort();
}

export type EmotePart = { readonly text: string } | { readonly emote: string };

// Cuts a text at the names of emotes.
export function emoteParts(text: string, emotes: Emotes): readonly EmotePart[] {
  const parts: EmotePart[] = [];
  let from = 0;
  for (const found of text.matchAll(/:([a-z0-9_]{2,32})(?=:)/g)) {
    const name = found[1]!;
    if (found.index < from || !emotes.versions.has(name)) continue;
    if (found.index > from) parts.push({ text: text.slice(from, found.index) });
    parts.push({ emote: name });
    from = found.index + name.length + 2;
  }
  if (from < text.length) parts.push({ text: text.slice(from) });
  return parts;
}
