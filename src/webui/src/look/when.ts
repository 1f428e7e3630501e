// SPDX-License-Identifier: MIT

// A moment for people, to the minute and to the second; of today the time alone.
const asTold = (timeStyle: 'short' | 'medium') => {
  const time = new Intl.DateTimeFormat(undefined, { timeStyle });
  const date = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle });
  const isToday = (at: number): boolean => new Date(at).toDateString() === new Date().toDateString();
  return { format: (at: number): string => (isToday(at) ? time : date).format(at) };
};
export const when = asTold('short');
export const whenExactly = asTold('medium');
