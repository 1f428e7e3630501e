// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { Icon } from '../look/icons';
import { volumeChanged } from './obey';

const shownMs = 1_800;

// How loud it is, for a moment, when a remote control has changed that.
export function VolumeLevel() {
  const { player } = useApp();
  const changes = volumeChanged.value;
  const [shown, setShown] = useState(false);
  useEffect(() => {
    if (changes === 0) return;
    setShown(true);
    const timer = setTimeout(() => setShown(false), shownMs);
    return () => clearTimeout(timer);
  }, [changes]);
  if (!shown) return null;
  const muted = player.sound.muted.value;
  const level = muted ? 0 : Math.round(player.sound.volume.value * 100);
  return (
    <output class="volume-level" data-testid="volume-level">
      <Icon name={muted ? 'muted' : 'sound'} />
      <span class="volume-level-track" aria-hidden="true">
        <span style={{ width: `${level}%` }} />
      </span>
      {level}
    </output>
  );
}
