// SPDX-License-Identifier: MIT
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { Monogram } from '../channels/channel_tile';
import { strings } from '../strings';

interface Facts {
  readonly unsupported: boolean;
  readonly hadPicture: boolean;
}

function words(state: 'starting' | 'down' | 'recovering', channel: Channel, { unsupported, hadPicture }: Facts): { title: string; hint: string } {
  const { player } = strings;
  if (unsupported) return { title: player.unsupported, hint: player.unsupportedHint };
  switch (state) {
    case 'starting':
      return channel.state === 'starting'
        ? { title: player.starting, hint: channel.reason || player.startingHint }
        : { title: player.loading, hint: '' };
    case 'down':
      return { title: player.down, hint: channel.reason || player.downHint };
    case 'recovering':
      return hadPicture ? { title: player.recovering, hint: player.recoveringHint } : { title: player.tuning, hint: player.tuningHint };
  }
}

// What stands over the picture while there is none.
export function StateCard({ channel }: { channel: Channel }) {
  const { player } = useApp();
  const state = player.state.value;
  if (state === 'playing') return null;
  const { title, hint } = words(state, channel, { unsupported: player.unsupported.value, hadPicture: player.hasPicture.value });
  const busy = state !== 'down';
  // Over a picture that only halts for a moment a small note is enough; the last frame stays in view.
  const small = state === 'recovering' && player.hasPicture.value;
  return (
    <div class={small ? 'state-card is-small' : 'state-card'}>
      {!small && (
        <span class={busy ? 'state-sign is-busy' : 'state-sign'}>
          <Monogram channel={channel} />
        </span>
      )}
      {small && <span class="spinner" />}
      <strong>{title}</strong>
      {hint !== '' && !small && <span class="state-hint">{hint}</span>}
    </div>
  );
}
