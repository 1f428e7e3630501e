// SPDX-License-Identifier: MIT

import { de } from './languages/de';
import { en } from './languages/en';
import { es } from './languages/es';
import { language } from './languages/language';

// Every word that the application shows or speaks, in the viewer's language: they are in languages/.

// Other words for all of the same: what is a list or a function stays one.
type Words<T> = T extends string ? string : T extends (...values: never) => unknown ? T : T extends readonly unknown[] ? T : { readonly [Name in keyof T]: Words<T[Name]> };
export type Translation = Words<typeof en>;

export const strings: Translation = { en, de, es }[language];
