// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import type { CouchKey, Showing } from '../features/couch/couch';
import { Icon, type IconName } from '../look/icons';
import { strings } from '../strings';

interface KeyProps {
  readonly name: CouchKey;
  readonly label: string;
  readonly icon?: IconName;
  readonly class?: string;
  readonly onPress: (key: CouchKey) => void;
  readonly children?: ComponentChildren;
}

function Key({ name, label, icon, class: look = '', onPress, children }: KeyProps) {
  const press = () => {
    navigator.vibrate?.(10);
    onPress(name);
  };
  return (
    <button type="button" class={`remote-key ${look}`} aria-label={label} title={label} data-testid={`key-${name}`} onClick={press}>
      {icon ? <Icon name={icon} /> : children}
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
        <Key name="up" label={words.up} class="is-up" icon="up" onPress={onPress} />
        <Key name="left" label={words.left} class="is-left" icon="left" onPress={onPress} />
        <Key name="enter" label={words.enter} class="is-enter" onPress={onPress}>
          OK
        </Key>
        <Key name="right" label={words.right} class="is-right" icon="right" onPress={onPress} />
        <Key name="down" label={words.down} class="is-down" icon="down" onPress={onPress} />
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
          <Key name="play_pause" label={words.playPause} class="is-main" icon={playing ? 'pause' : 'play'} onPress={onPress} />
          <Key name="mute" label={muted ? words.unmute : words.mute} icon={muted ? 'sound' : 'muted'} onPress={onPress} />
          <Key name="back" label={words.back} icon="reply" onPress={onPress} />
        </div>
        <div class="remote-rocker" role="group" aria-label={words.channel}>
          <Key name="channel_up" label={words.nextChannel} icon="up" onPress={onPress} />
          <span class="remote-rocker-word">{words.channel}</span>
          <Key name="channel_down" label={words.previousChannel} icon="down" onPress={onPress} />
        </div>
      </div>
    </section>
  );
}
