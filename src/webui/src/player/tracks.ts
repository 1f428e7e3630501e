// SPDX-License-Identifier: MIT

// One language of the sound or of the texts, as the playlist names it.
export interface TrackChoice {
  readonly label: string;
  readonly language: string; // BCP 47; empty when unknown
}

export interface Tracks {
  readonly sounds: readonly TrackChoice[];
  readonly sound: number; // index of the one heard
  readonly texts: readonly TrackChoice[];
  readonly text: number; // index of the one shown; -1: none
}

export const noTracks: Tracks = { sounds: [], sound: -1, texts: [], text: -1 };

// What the viewer chose once, on any channel. Languages are not the same everywhere, hence the label, too.
export interface Wish {
  readonly label: string;
  readonly language: string;
}

export const isWish = (value: unknown): value is Wish | 'off' =>
  value === 'off' ||
  (typeof value === 'object' && value !== null && typeof (value as Wish).label === 'string' && typeof (value as Wish).language === 'string');

// The choice that comes nearest to the wish; -1: none does.
export function nearest(choices: readonly TrackChoice[], wish: Wish | 'off' | null): number {
  if (wish === null || wish === 'off') return -1;
  const exact = choices.findIndex(({ label, language }) => label === wish.label && language === wish.language);
  if (exact >= 0 || wish.language === '') return exact;
  return choices.findIndex(({ language }) => language === wish.language);
}

// The one after `index`; behind the last text there is none at all, behind the last sound the first.
export const next = (index: number, count: number, withNone: boolean): number => (index + 1 < count ? index + 1 : withNone ? -1 : 0);
