// SPDX-License-Identifier: MIT
import { keep, readKept } from '../base/kept';

export const languages = { en: 'English', de: 'Deutsch', es: 'Español' } as const;
export type Language = keyof typeof languages;

export const isLanguage = (value: unknown): value is Language => typeof value === 'string' && value in languages;

// The first of the viewer's languages that we speak.
export function matchLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const base = tag.toLowerCase().split('-')[0];
    if (isLanguage(base)) return base;
  }
  return 'en';
}

export const language: Language = readKept('language', isLanguage) ?? matchLanguage(typeof navigator === 'undefined' ? [] : (navigator.languages ?? []));

// Everything was drawn in the other one.
export function chooseLanguage(chosen: Language): void {
  keep('language', chosen);
  location.reload();
}
