// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { strings } from '../strings';
import { StateChip } from './channel_tile';

// What is watched: number and name of the channel, how it stands, who else is there. `children` stand behind that.
export function ChannelHeading({ channel, children }: { channel: Channel; children?: ComponentChildren }) {
  const { player, session } = useApp();
  return (
    <>
      <h1>
        <span class="title-number">{channel.number}</span>
        <bdi>{channel.name}</bdi>
      </h1>
      <p class="title-detail">
        {player.inPast.value ? <span class="chip chip-archive">{strings.player.earlier}</span> : <StateChip channel={channel} />}
        {channel.group !== '' && <span class="title-group">{channel.group}</span>}
        <span>{strings.channels.viewers(session.members.value ?? channel.members)}</span>
        {children}
      </p>
    </>
  );
}
