// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { isFields, textOf, type Done, type RoomEvent } from '../../socket/protocol';
import type { FeatureContext, RoomFeature } from '../feature';

export type ScreenPage = 'watch' | 'guide' | 'programme' | 'party';

// What a television shows, as it says.
export interface Showing {
  readonly page: ScreenPage;
  readonly channel: string | null;
  readonly party: string | null;
  readonly title: string;
  readonly playing: boolean;
  readonly position: number | null; // media time of the picture
  readonly volume: number; // 0 to 100
  readonly muted: boolean;
}
export interface Screen {
  readonly screen: string; // its id
  readonly name: string;
  readonly state: Showing;
}

const keys = ['up', 'down', 'left', 'right', 'enter', 'back', 'play_pause', 'volume_up', 'volume_down', 'mute', 'channel_up', 'channel_down', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const;
export type CouchKey = (typeof keys)[number];
const isKey = (value: unknown): value is CouchKey => keys.some((key) => key === value);

// What a remote control asks of one screen.
export type Asked =
  | { readonly name: 'press'; readonly screen: string; readonly key: CouchKey }
  | { readonly name: 'open'; readonly screen: string; readonly path: string }
  | { readonly name: 'type'; readonly screen: string; readonly text: string; readonly final: boolean };

const pages: readonly unknown[] = ['watch', 'guide', 'programme', 'party'];

function decodeScreen(value: unknown): Screen | null {
  if (!isFields(value) || !isFields(value['state'])) return null;
  const { screen, name, state } = value;
  if (typeof screen !== 'string' || !pages.includes(state['page'])) return null;
  const textOrNull = (one: unknown) => (typeof one === 'string' ? one : null);
  return {
    screen,
    name: textOf(name),
    state: {
      page: state['page'] as ScreenPage,
      channel: textOrNull(state['channel']),
      party: textOrNull(state['party']),
      title: textOf(state['title']),
      playing: state['playing'] === true,
      position: typeof state['position'] === 'number' ? state['position'] : null,
      volume: typeof state['volume'] === 'number' ? state['volume'] : 0,
      muted: state['muted'] === true,
    },
  };
}

// The televisions of one's account and their remote controls. The only feature of its room, so not among those of rooms.
export class Couch implements RoomFeature {
  readonly screens = signal<readonly Screen[]>([]);
  onAsked: (asked: Asked) => void = () => {};
  onSeated: () => void = () => {}; // now, or again: who was there may have forgotten us

  constructor(private readonly context: FeatureContext) {}

  reset(): void {}

  personal(value: unknown): void {
    this.take(value);
    this.onSeated();
  }

  event({ kind, body }: RoomEvent): void {
    if (kind === 'couch.screens') return this.take(body);
    if (!isFields(body) || typeof body['screen'] !== 'string') return;
    const { screen, key, path, text } = body;
    if (kind === 'couch.pressed' && isKey(key)) this.onAsked({ name: 'press', screen, key });
    if (kind === 'couch.opened' && typeof path === 'string') this.onAsked({ name: 'open', screen, path });
    if (kind === 'couch.typed' && typeof text === 'string') this.onAsked({ name: 'type', screen, text, final: body['final'] === true });
  }

  tick(): void {}

  show(screen: Screen): Promise<Done> {
    return this.context.send('couch.show', screen, { passing: true });
  }
  hide(screen: string): Promise<Done> {
    return this.context.send('couch.hide', { screen }, { passing: true });
  }
  ask({ name, ...body }: Asked): Promise<Done> {
    return this.context.send(`couch.${name}`, body, { passing: true });
  }

  private take(value: unknown): void {
    const list = isFields(value) && Array.isArray(value['screens']) ? value['screens'] : [];
    this.screens.value = list.map(decodeScreen).filter((one) => one !== null);
  }
}
