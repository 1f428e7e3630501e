// SPDX-License-Identifier: MIT
import { computed, signal } from '@preact/signals';
import { isFields, type Done, type RoomEvent } from '../../socket/protocol';
import type { FeatureContext, FeatureSpec, RoomFeature } from '../feature';

export type Rank = 'member' | 'co_host' | 'host';
export type Control = 'host' | 'co_hosts' | 'everyone' | 'vote' | 'timer';
export type Status = 'synced' | 'catching_up' | 'degraded' | 'free';

// Without start and end the channel live; else the recording between them. Milliseconds since 1970.
export interface Programme {
  readonly channel: string;
  readonly title: string;
  readonly start: number | null;
  readonly end: number | null;
}
export interface Person {
  readonly user: string;
  readonly name: string;
  readonly rank: Rank;
}
export interface Queued extends Programme {
  readonly id: number;
  readonly by: string;
  readonly votes: readonly string[];
}
export interface PartyState {
  readonly title: string;
  readonly programme: Programme;
  readonly control: Control;
  readonly locked: boolean;
  readonly waiting_room: boolean;
  readonly keeps_chat: boolean;
  readonly ended: boolean;
  readonly revision: number;
  readonly term: number;
  readonly starts_at: number | null;
  readonly people: readonly Person[];
  readonly invite: { readonly code: string; readonly expires: number } | null;
  readonly queue: readonly Queued[];
}
// As on the wire (docs/protocol.md): from `at` on, the picture to be seen is position + rate * (server time - at).
export interface PartyMotion {
  readonly term: number;
  readonly sequence: number;
  readonly position: number;
  readonly rate: number;
  readonly at: number;
  readonly reason: string;
  readonly by?: string;
  readonly waits_for?: string;
}
export interface Doing {
  readonly status: Status;
  readonly error?: number;
  readonly stalled?: boolean;
}
export interface Voting {
  readonly for: 'play' | 'pause' | 'next';
  readonly votes: number;
  readonly of: number;
}

const isState = (value: unknown): value is PartyState => isFields(value) && isFields(value['programme']) && Array.isArray(value['people']) && Array.isArray(value['queue']);
const isMotion = (value: unknown): value is PartyMotion =>
  isFields(value) && ['term', 'sequence', 'position', 'rate', 'at'].every((name) => Number.isFinite(value[name]));

// Watching together: what the party is, and its clock. The picture is kept to the clock by the module sync.
export class Party implements RoomFeature {
  readonly state = signal<PartyState | null>(null); // null: this room is no party
  readonly motion = signal<PartyMotion | null>(null);
  readonly doing = signal<ReadonlyMap<string, Doing>>(new Map()); // by user
  readonly waiting = signal<readonly { readonly user: string; readonly name: string }[]>([]); // in the waiting room
  readonly voting = signal<Voting | null>(null);
  readonly rank = computed<Rank>(() => this.state.value?.people.find(({ user }) => user === this.context.me.value?.id)?.rank ?? 'member');
  readonly hosts = computed(() => this.rank.value !== 'member');
  // Whether our own word moves the clock.
  readonly moves = computed(() => {
    const control = this.state.value?.control;
    return control === 'everyone' || (control === 'co_hosts' && this.hosts.value) || (control === 'host' && this.rank.value === 'host');
  });

  constructor(private readonly context: FeatureContext) {}

  reset(snapshot: unknown): void {
    const fields = isFields(snapshot) ? snapshot : {};
    this.state.value = isState(fields['party']) ? fields['party'] : null;
    this.motion.value = isMotion(fields['motion']) ? fields['motion'] : null;
    this.doing.value = new Map();
    this.voting.value = null;
  }

  personal(value: unknown): void {
    this.takeWaiting(value);
  }

  event(event: RoomEvent): void {
    const { kind, body } = event;
    if (kind === 'party.state' && isState(body) && body.revision >= (this.state.value?.revision ?? 0)) this.state.value = body;
    if (kind === 'party.motion') this.takeMotion(body);
    if (kind === 'party.waiting') this.takeWaiting(body);
    if (kind === 'party.voting' && isFields(body)) this.voting.value = body as unknown as Voting;
    if (kind === 'party.pulse' && isFields(body)) {
      this.takeMotion(body['motion']);
      const people = Array.isArray(body['people']) ? body['people'] : [];
      this.doing.value = new Map(people.filter(isFields).map((one) => [String(one['user']), one as unknown as Doing]));
    }
  }

  tick(): void {}

  move(to: { rate?: 0 | 1; position?: number }): Promise<Done> {
    return this.ask('move', { term: this.state.value?.term ?? 0, ...to });
  }
  ask(command: string, body: unknown = {}): Promise<Done> {
    return this.context.send(`party.${command}`, body, { passing: true });
  }

  private takeMotion(value: unknown): void {
    if (!isMotion(value)) return;
    const known = this.motion.value;
    if (known !== null && value.sequence <= known.sequence) return;
    this.motion.value = value;
    this.voting.value = null;
  }
  private takeWaiting(value: unknown): void {
    const list = isFields(value) && Array.isArray(value['waiting']) ? value['waiting'] : [];
    this.waiting.value = list.filter(isFields).map((one) => ({ user: String(one['user']), name: String(one['name']) }));
  }
}

export const party: FeatureSpec<Party> = { name: 'party', create: (context) => new Party(context) };
