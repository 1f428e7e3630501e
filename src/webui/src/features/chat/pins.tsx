// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { Icon } from '../../look/icons';
import { strings } from '../../strings';
import type { Chat } from './chat';

// What moderators want everybody to read, or wanted then: the last one, and the others on request.
export function Pins({ chat }: { chat: Chat }) {
  const { session } = useApp();
  const [open, setOpen] = useState(false);
  const pins = chat.shownPins.value;
  if (pins.length === 0) return null;
  const shown = open ? pins : pins.slice(-1);
  return (
    <section class={`pins ${open ? 'is-open' : ''}`} aria-label={strings.chat.pins} data-testid="chat-pins">
      <ul>
        {shown.map((pin) => (
          <li key={pin.id} data-testid="chat-pin">
            <Icon name="pin" />
            <span class="pin-words">
              <bdi class="pin-author">{pin.author.name}</bdi> <bdi>{pin.text}</bdi>
            </span>
            {session.moderates.value && !chat.replaying.value && (
              <button type="button" class="pin-button" aria-label={strings.chat.actions.unpin} title={strings.chat.actions.unpin} onClick={() => void chat.unpin(pin)}>
                <Icon name="close" />
              </button>
            )}
          </li>
        ))}
      </ul>
      {pins.length > 1 && (
        <button type="button" class="pin-button" aria-expanded={open} aria-label={strings.chat.allPins(pins.length)} title={strings.chat.allPins(pins.length)} onClick={() => setOpen(!open)}>
          <Icon name={open ? 'up' : 'down'} />
        </button>
      )}
    </section>
  );
}
