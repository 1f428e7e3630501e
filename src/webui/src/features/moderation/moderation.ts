// SPDX-License-Identifier: MIT
import { batch, signal } from '@preact/signals';
import { decodeEvents, isFields, textOf, type Fields, type Position, type RoomEvent } from '../../socket/protocol';
import type { FeatureContext, FeatureSpec, RoomFeature } from '../feature';

export type SanctionKind = 'ban' | 'timeout' | 'shadow' | 'warning';

export interface Sanction {
  readonly kind: SanctionKind;
  readonly user: string;
  readonly name: string;
  readonly until: number | null;
  readonly reason: string;
}

export interface Report {
  readonly id: string;
  readonly kind: 'report' | 'appeal';
  readonly byName: string;
  readonly user: string;
  readonly name: string;
  readonly text: string; // as the reporter has it
  readonly message: string; // where the room has it; empty: the report is about no message
  readonly reason: string;
}

const timeoutSeconds = 600;

const time = (fields: Fields, name: string): number | null => (typeof fields[name] === 'number' ? fields[name] : null);
const isKind = (kind: string): kind is SanctionKind => kind === 'ban' || kind === 'timeout' || kind === 'shadow' || kind === 'warning';

export function sanctionOf(value: unknown): Sanction | null {
  if (!isFields(value)) return null;
  const kind = textOf(value['scope']);
  if (!isKind(kind)) return null;
  return { kind, user: textOf(value['subject']), name: textOf(value['name']), until: time(value, 'until'), reason: textOf(value['reason']) };
}

export function reportOf(value: unknown): Report | null {
  if (!isFields(value)) return null;
  return {
    id: textOf(value['subject']),
    kind: textOf(value['kind']) === 'appeal' ? 'appeal' : 'report',
    byName: textOf(value['by_name']),
    user: textOf(value['user']),
    name: textOf(value['name']),
    text: textOf(value['text']),
    message: textOf(value['message']),
    reason: textOf(value['reason']),
  };
}

function all<T>(value: unknown, read: (one: unknown) => T | null): T[] {
  return (Array.isArray(value) ? value : []).flatMap((one: unknown) => read(one) ?? []);
}

// What is decided about people: for moderators all of it, for everybody what concerns them.
export class Moderation implements RoomFeature {
  readonly sanctions = signal<readonly Sanction[]>([]);
  readonly reports = signal<readonly Report[]>([]); // open ones
  readonly own = signal<{ readonly kind: string; readonly until: number | null; readonly reason: string } | null>(null);
  readonly decisions = signal(0); // counts what may have changed the log
  private unseen: readonly RoomEvent[] = [];

  constructor(private readonly context: FeatureContext) {}

  reset(_snapshot: unknown, _position: Position): void {}

  personal(value: unknown): void {
    const fields = isFields(value) ? value : {};
    batch(() => {
      this.sanctions.value = all(fields['sanctions'], sanctionOf);
      this.reports.value = all(fields['reports'], reportOf);
      const kind = textOf(fields['sanction']);
      this.own.value = kind === '' ? null : { kind, until: time(fields, 'until'), reason: textOf(fields['reason']) };
    });
    this.unseen = decodeEvents(fields['own']);
  }

  // Own events that came with the join and are in no snapshot.
  takeOwnEvents(): readonly RoomEvent[] {
    const events = this.unseen;
    this.unseen = [];
    return events;
  }

  event(event: RoomEvent): void {
    const body = isFields(event.body) ? event.body : {};
    const subject = textOf(body['subject']);
    this.decisions.value += 1;
    switch (event.kind) {
      case 'moderation.sanctioned': {
        const sanction = sanctionOf(body);
        if (sanction) this.sanctions.value = [...this.without(sanction.kind, sanction.user), sanction];
        return;
      }
      case 'moderation.lifted':
        this.sanctions.value = this.without(textOf(body['scope']), subject);
        return;
      case 'moderation.reported': {
        const report = reportOf(body);
        if (report) this.reports.value = [...this.reports.value, report];
        return;
      }
      case 'moderation.resolved':
        this.reports.value = this.reports.value.filter(({ id }) => id !== subject);
        return;
      case 'moderation.notice': {
        const kind = textOf(body['sanction']);
        this.own.value = kind === '' ? null : { kind, until: time(body, 'until'), reason: textOf(body['reason']) };
        return;
      }
    }
  }

  tick(): void {}

  impose(kind: SanctionKind, user: string, name: string, options: Fields = {}): Promise<unknown> {
    return this.context.send(`moderation.${kind === 'warning' ? 'warn' : kind}`, { user, name, ...(kind === 'timeout' ? { seconds: timeoutSeconds } : {}), ...options });
  }
  lift(user: string): Promise<unknown> {
    return this.context.send('moderation.unban', { user });
  }
  deleteAll(user: string, name: string): Promise<unknown> {
    return this.context.send('moderation.delete_all', { user, name });
  }
  // We have read the warning.
  acknowledge(): Promise<unknown> {
    return this.context.send('moderation.acknowledge', {});
  }
  note(user: string, name: string, words: string): Promise<unknown> {
    return this.context.send('moderation.note', { user, name, text: words });
  }
  report(user: string, message: { readonly id: string; readonly text: string } | null, reason: string): Promise<unknown> {
    return this.context.send('moderation.report', { user, text: message?.text ?? '', reason, ...(message ? { message: message.id } : {}) });
  }
  appeal(words: string): Promise<unknown> {
    return this.context.send('moderation.appeal', { text: words });
  }
  resolve(report: string, upheld: boolean): Promise<unknown> {
    return this.context.send('moderation.resolve', { report, upheld });
  }

  private without(kind: string, user: string): readonly Sanction[] {
    return this.sanctions.value.filter((one) => one.kind !== kind || one.user !== user);
  }
}

export const moderation: FeatureSpec<Moderation> = { name: 'moderation', create: (context) => new Moderation(context) };
