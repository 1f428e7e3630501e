// SPDX-License-Identifier: MIT

interface Numbered {
  readonly id: string;
  readonly number: number;
}

// The channel one step further, around the end; the first when none is watched.
export function neighbour<T extends Numbered>(channels: readonly T[], id: string | null, step: 1 | -1): T | null {
  if (channels.length === 0) return null;
  const at = channels.findIndex((channel) => channel.id === id);
  if (at < 0) return channels[0] ?? null;
  return channels[(at + step + channels.length) % channels.length] ?? null;
}

export const byNumber = <T extends Numbered>(channels: readonly T[], digits: string): T | null =>
  channels.find((channel) => channel.number === Number(digits)) ?? null;

const mostDigits = 4;

// Whether more digits could still name another channel: if not, there is no need to wait for them.
export function isComplete(channels: readonly Numbered[], digits: string): boolean {
  if (digits.length >= mostDigits) return true;
  const begun = digits.replace(/^0+/, '');
  return !channels.some((channel) => {
    const number = String(channel.number);
    return number !== begun && number.startsWith(begun);
  });
}

export interface Grouped<T> {
  readonly group: string;
  readonly channels: readonly T[];
}

export function grouped<T extends { readonly group: string }>(channels: readonly T[]): readonly Grouped<T>[] {
  const groups = new Map<string, T[]>();
  for (const channel of channels) {
    const list = groups.get(channel.group);
    if (list) list.push(channel);
    else groups.set(channel.group, [channel]);
  }
  return [...groups].map(([group, list]) => ({ group, channels: list }));
}

export function matching<T extends { readonly name: string; readonly number: number; readonly group: string }>(
  channels: readonly T[],
  text: string,
): readonly T[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === '') return channels;
  return channels.filter(
    (channel) =>
      channel.name.toLocaleLowerCase().includes(wanted) ||
      channel.group.toLocaleLowerCase().includes(wanted) ||
      String(channel.number).startsWith(wanted),
  );
}
