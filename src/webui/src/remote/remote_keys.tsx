// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import type { CouchKey, Showing } from '../features/couch/couch';
import { Icon } from '../look/icons';
import { strings } from '../strings';

interface KeyProps {
  readonly name: CouchKey;
  readonly label: string;
  readonly class?: string;
  readonly onPress: (key: CouchKey) => void;
  readonly children: ComponentChildren;
}

function Key({ name, label, class: look = '', onPress, children }: KeyProps) {
  const press = () => {
    navigator.vibrate?.(10);
    onPress(name);
  };
  return (
    <button type="button" class={`remote-key ${look}`} aria-label={label} title={label} data-testid={`key-${name}`} onClick={press}>
      {children}
    </button>
  );
}

// The keys of a remote control, for a thumb.
export function RemoteKeys({ showing, onPress }: { showing: Showing; onPress: (key: CouchKey) => void }) {
  const words = strings.remote;
  const { muted, volume, playing } = showing;
  return (
    <section class="remote-keys" aria-label={words.keys}>
      <div class="remote-pad">
        <Key name="up" label={words.up} class="is-up" onPress={onPress}>
          <Icon name="up" />
        </Key>
        <Key name="left" label={words.left} class="is-left" onPress={onPress}>
          <Icon name="left" />
        </Key>
        <Key name="enter" label={words.enter} class="is-enter" onPress={onPress}>
          OK
        </Key>
        <Key name="right" label={words.right} class="is-right" onPress={onPress}>
          <Icon name="right" />
        </Key>
        <Key name="down" label={words.down} class="is-down" onPress={onPress}>
          <Icon name="down" />
        </Key>
      </div>
      <div class="remote-row">
        <div class="remote-rocker" role="group" aria-label={words.volume}>
          <Key name="volume_up" label={words.louder} onPress={onPress}>
            +
          </Key>
          <span class="remote-rocker-word">
            <Icon name={muted ? 'muted' : 'sound'} />
            <span data-testid="remote-volume">{muted ? 0 : volume}</span>
          </span>
          <Key name="volume_down" label={words.quieter} onPress={onPress}>
            −
          </Key>
        </div>
        <div class="remote-middle">
          <Key name="play_pause" label={words.playPause} class="is-main" onPress={onPress}>
            <Icon name={playing ? 'pause' : 'play'} />
          </Key>
          <Key name="mute" label={muted ? words.unmute : words.mute} onPress={onPress}>
            <Icon name={muted ? 'sound' : 'muted'} />
          </Key>
          <Key name="back" label={words.back} onPress={onPress}>
            <Icon name="reply" />
          </Key>
        </div>
        <div class="remote-rocker" role="group" aria-label={words.channel}>
          <Key name="channel_up" label={words.nextChannel} onPress={onPress}>
            <Icon name="up" />
          </Key>
          <span class="remote-rocker-word">{words.channel}</span>
          <Key name="channel_down" label={words.previousChannel} onPress={onPress}>
            <Icon name="down" />
          </Key>
        </div>
      </div>
    </section>
  );
}
