// SPDX-License-Identifier: MIT

// A moment for people, to the minute and to the second.
export const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'short' });
export const whenExactly = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });
