// SPDX-License-Identifier: MIT
import type { Done, Refusal } from './protocol';

export interface Command {
  readonly room: string;
  readonly name: string;
  readonly key: string; // idempotency key: the same on every try
  readonly mediaTime: number | null;
  readonly body: unknown;
  readonly passing: boolean; // worth nothing later: never sent again, refused while away
}

export class CommandRefused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message || refusal.code);
  }
}

interface Waiting {
  readonly command: Command;
  readonly since: number;
  id: number | null; // of the request on the present connection
  readonly resolve: (done: Done) => void;
  readonly reject: (reason: CommandRefused) => void;
}

const mostWaiting = 32;
// The server forgets keys after ten minutes; sent again after that, a message could appear twice.
const oldestMs = 9 * 60_000;

// Commands that nobody has answered yet. After a reconnect they go out again under the same key, in their order.
export class Outbox {
  private waiting: Waiting[] = [];

  add(command: Command, now: number): Promise<Done> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length >= mostWaiting) {
        reject(new CommandRefused({ code: 'unavailable', message: '', retryAfterMs: null }));
        return;
      }
      this.waiting.push({ command, since: now, id: null, resolve, reject });
    });
  }

  // What to send to a room now; each gets a request id.
  flush(room: string, now: number, nextId: () => number): { id: number; command: Command }[] {
    this.expire(now);
    const out: { id: number; command: Command }[] = [];
    for (const entry of this.waiting) {
      if (entry.command.room !== room || entry.id !== null) continue;
      entry.id = nextId();
      out.push({ id: entry.id, command: entry.command });
    }
    return out;
  }

  settle(id: number, result: Done | Refusal): boolean {
    const entry = this.waiting.find((candidate) => candidate.id === id);
    if (!entry) return false;
    this.waiting = this.waiting.filter((candidate) => candidate !== entry);
    if ('code' in result) entry.reject(new CommandRefused(result));
    else entry.resolve(result);
    return true;
  }

  // The connection is gone, and with it all request ids.
  disconnected(): void {
    this.refuseWhere((entry) => entry.command.passing, 'unavailable');
    for (const entry of this.waiting) entry.id = null;
  }

  // What was asked of the room may not have reached it: it goes out again when the room is joined again.
  moved(room: string): void {
    for (const entry of this.waiting) if (entry.command.room === room) entry.id = null;
  }

  expire(now: number): void {
    this.refuseWhere((entry) => now - entry.since > oldestMs, 'timeout');
  }

  refuseRoom(room: string): void {
    this.refuseWhere((entry) => entry.command.room === room, 'cancelled');
  }

  private refuseWhere(matches: (entry: Waiting) => boolean, code: string): void {
    const refused = this.waiting.filter(matches);
    this.waiting = this.waiting.filter((entry) => !matches(entry));
    for (const entry of refused) entry.reject(new CommandRefused({ code, message: '', retryAfterMs: null }));
  }
}
