// SPDX-License-Identifier: MIT
import { signal, type Signal } from '@preact/signals';
import { isBoolean, keep, readKept } from '../../base/kept';
import type { Message } from './message_list';

export const mostLines = 5;
const shortestMs = 5_000;
const perCharacterMs = 45;
const longestMs = 14_000;
const readableMs = 1_200; // no line makes way for another before that

interface Line {
  readonly id: string;
  readonly since: number;
  readonly until: number;
}

// Which of the messages stand over the picture: the newest ones, for as long as it takes to read them. When more is said than
// can be read, some are in the chat alone. Pure: the times are handed in.
export class PictureLines {
  readonly ids = signal<readonly string[]>([]); // the newest last
  readonly shown: Signal<boolean>;
  private lines: readonly Line[] = [];

  // `shown`: as long as the viewer has not said otherwise.
  constructor(shown: boolean) {
    this.shown = signal(readKept('chat_over_picture', isBoolean) ?? shown);
  }

  show(shown: boolean): void {
    this.shown.value = shown;
    keep('chat_over_picture', shown);
  }

  add({ id, text }: Pick<Message, 'id' | 'text'>, now: number): void {
    const [oldest] = this.lines;
    if (this.lines.length >= mostLines && oldest && now - oldest.since < readableMs) return;
    const lasts = Math.min(longestMs, shortestMs + perCharacterMs * text.length);
    this.have([...this.lines, { id, since: now, until: now + lasts }].slice(-mostLines));
  }

  tick(now: number): void {
    if (this.lines.some(({ until }) => until <= now)) this.have(this.lines.filter(({ until }) => until > now));
  }

  clear(): void {
    if (this.lines.length > 0) this.have([]);
  }

  private have(lines: readonly Line[]): void {
    this.lines = lines;
    this.ids.value = lines.map(({ id }) => id);
  }
}
