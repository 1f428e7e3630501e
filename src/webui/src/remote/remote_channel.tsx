// SPDX-License-Identifier: MIT
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { Monogram, StateChip } from '../channels/channel_tile';

// A channel and what is on there.
export function RemoteChannel({ channel }: { channel: Channel }) {
  const { onAir } = useApp();
  const programme = onAir.of(channel.id)?.now?.title ?? '';
  return (
    <span class="remote-channel">
      <Monogram channel={channel} />
      <span class="remote-channel-text">
        <span class="remote-channel-name">
          <span class="tile-number">{channel.number}</span> <bdi>{channel.name}</bdi>
        </span>
        {programme === '' ? <StateChip channel={channel} /> : <bdi class="remote-programme">{programme}</bdi>}
      </span>
    </span>
  );
}
