// SPDX-License-Identifier: MIT
import { askPast } from '../../api';
import { decodeEvent, isFields, type RoomEvent } from '../../socket/protocol';
import { PastView } from '../../timeline/past_view';
import type { Entry, Page } from '../../timeline/replay';
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
  private readonly view = new PastView<PastPin, Message>(
    (from, to) => this.fetchPage(from, to),
    ({ message, from, to }, picture) => (picture >= from && (to === null || picture < to) ? message : null),
    (a, b) => a === b,
  );
  readonly pins = this.view.shown; // in the order of pinning; null: nothing is past

  constructor(private readonly room: string) {}

  tick(picture: number | null, now: number): void {
    this.view.tick(picture, now);
  }

  // What becomes of pins in these minutes.
  event(event: RoomEvent): void {
    const at = event.mediaTime ?? event.serverTime;
    if (event.kind === 'chat.pinned') {
      const message = pinnedIn(event);
      if (message) this.view.rows.add(entryOf({ message, from: at, to: null }));
    } else if (event.kind === 'chat.unpinned') {
      const id = isFields(event.body) ? event.body['message'] : null;
      this.view.rows.change((pin) => (pin.message.id === id && pin.to === null ? { ...pin, to: at } : pin));
    }
  }

  // What was said is another thing now, or gone.
  change(to: Change): void {
    this.view.rows.change((pin) => {
      const message = to(pin.message);
      if (message === null) return null;
      return message === pin.message ? pin : { ...pin, message };
    });
  }

  restart(): void {
    this.view.rows.restart();
  }

  private async fetchPage(from: number, to: number): Promise<Page<PastPin> | null> {
    const answer = await askPast(this.room, 'chat/pins', from, to);
    if (!answer) return null;
    const pins = Array.isArray(answer['pins']) ? answer['pins'] : [];
    return { entries: pins.map(pastPinOf).filter((pin) => pin !== null).map(entryOf), more: false };
  }
}
