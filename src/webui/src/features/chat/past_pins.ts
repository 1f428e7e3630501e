// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { askPast } from '../../api';
import { decodeEvent, isFields, type RoomEvent } from '../../socket/protocol';
import { Replay, type Entry, type Page } from '../../timeline/replay';
import type { Change } from './changes';
import { toMessage, type Message } from './message_list';

// A message was pinned from one moment of the programme to another.
interface PastPin {
  readonly message: Message; // as it is now
  readonly from: number;
  readonly to: number | null; // null: it is to this day
}

const entryOf = (pin: PastPin): Entry<PastPin> => ({ id: `${pin.message.id} ${pin.from}`, at: pin.from, value: pin });

function pinnedMessage(value: unknown): Message | null {
  const event = decodeEvent(value);
  return event && toMessage(event);
}

function pastPinOf(value: unknown): PastPin | null {
  const message = isFields(value) ? pinnedMessage(value['message']) : null;
  if (!isFields(value) || !message || typeof value['from'] !== 'number') return null;
  return { message, from: value['from'], to: typeof value['to'] === 'number' ? value['to'] : null };
}

// What the event chat.pinned is about.
export const pinnedIn = (event: RoomEvent): Message | null => (isFields(event.body) ? pinnedMessage(event.body['pinned']) : null);

// The pins of a picture of the past.
export class PastPins {
  readonly pins = signal<readonly Message[] | null>(null); // in the order of pinning; null: nothing is past
  private readonly replay: Replay<PastPin>;
  private reached: readonly PastPin[] = [];

  constructor(private readonly room: string) {
    this.replay = new Replay((from, to) => this.fetchPage(from, to), 0);
  }

  tick(picture: number | null, now: number): void {
    this.replay.tick(picture, now);
    if (picture === null) {
      this.reached = [];
      this.pins.value = null;
      return;
    }
    // While another stretch is loaded, those of before are as good as known.
    if (this.replay.state.value !== 'loading') this.reached = this.replay.shown.value;
    const pins = this.reached.filter(({ from, to }) => picture >= from && (to === null || picture < to)).map(({ message }) => message);
    const shown = this.pins.value;
    if (shown?.length !== pins.length || !pins.every((pin, index) => pin === shown[index])) this.pins.value = pins;
  }

  // What becomes of pins in these minutes.
  event(event: RoomEvent): void {
    const at = event.mediaTime ?? event.serverTime;
    if (event.kind === 'chat.pinned') {
      const message = pinnedIn(event);
      if (message) this.replay.add(entryOf({ message, from: at, to: null }));
    } else if (event.kind === 'chat.unpinned') {
      const id = isFields(event.body) ? event.body['message'] : null;
      this.replay.change((pin) => (pin.message.id === id && pin.to === null ? { ...pin, to: at } : pin));
    }
  }

  // What was said is another thing now, or gone.
  change(to: Change): void {
    this.replay.change((pin) => {
      const message = to(pin.message);
      if (message === null) return null;
      return message === pin.message ? pin : { ...pin, message };
    });
  }

  restart(): void {
    this.replay.restart();
  }

  private async fetchPage(from: number, to: number): Promise<Page<PastPin> | null> {
    const answer = await askPast(this.room, 'chat/pins', from, to);
    if (!answer) return null;
    const pins = Array.isArray(answer['pins']) ? answer['pins'] : [];
    return { entries: pins.map(pastPinOf).filter((pin) => pin !== null).map(entryOf), more: false };
  }
}
