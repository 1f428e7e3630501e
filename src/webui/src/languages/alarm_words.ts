// SPDX-License-Identifier: MIT

// Number and words of a check of ETSI TR 101 290.
export type Checks = Readonly<Record<string, readonly [string, string]>>;
type Words = Readonly<Record<string, string>>;

const prefix = 'tr101290_';

// An alarm's name for people; one that is not known yet as it is.
export const namesAlarms = (known: Words, checks: Checks) => (name: string): string => {
  const check = name.startsWith(prefix) ? checks[name.slice(prefix.length)] : undefined;
  return check ? `${check[1]} (${check[0]})` : (known[name] ?? name.replace(/_/g, ' '));
};

// The first thing to look at; docs/operations.md, "Watching the headend", has more.
export const advises = (known: Words, otherCheck: string) => (name: string): string => known[name] ?? (name.startsWith(prefix) ? otherCheck : '');
