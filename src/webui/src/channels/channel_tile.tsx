// SPDX-License-Identifier: MIT
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { OnAirLine } from '../guide/on_air';
import { Icon } from '../look/icons';
import { Link } from '../look/link';
import { strings } from '../strings';
import { channelTone, monogram } from './monogram';

export function Monogram({ channel }: { channel: Channel }) {
  return (
    <span class={`monogram ${channelTone(channel)}`} aria-hidden="true">
      {monogram(channel.name)}
    </span>
  );
}

// What is on, where the channel has pictures; else the monogram behind it stays.
export function LatestPicture({ channel }: { channel: Channel }) {
  if (channel.picture === '' || channel.state !== 'live') return null;
  return <img class="latest-picture" src={channel.picture} alt="" loading="lazy" decoding="async" onError={(event) => (event.currentTarget.hidden = true)} onLoad={(event) => (event.currentTarget.hidden = false)} />;
}

export function StateChip({ channel }: { channel: Channel }) {
  return <span class={`chip chip-${channel.state}`}>{strings.channels.state[channel.state]}</span>;
}

interface TileProps {
  readonly channel: Channel;
  readonly look: 'row' | 'strip' | 'card';
  readonly testId: boolean;
  readonly onPicked?: () => void;
}

export function ChannelTile({ channel, look, testId, onPicked }: TileProps) {
  const { channelId, session, onAir } = useApp();
  const current = channelId.value === channel.id;
  // Of the channel that is watched the room knows better than the list of a moment ago.
  const members = (current ? session.members.value : null) ?? channel.members;
  const viewers = strings.channels.viewers(members);
  const programme = look === 'strip' || channel.state === 'down' ? null : (onAir.of(channel.id)?.now ?? null);
  const state = strings.channels.state[channel.state];
  return (
    <Link
      class={`tile tile-${look} ${current ? 'is-current' : ''} is-${channel.state}`}
      to={{ page: 'watch', channel: channel.id, at: null }}
      {...(onPicked ? { onGo: onPicked } : {})}
      aria-current={current ? 'true' : undefined}
      title={channel.name}
      data-testid={testId ? `channel-${channel.id}` : undefined}
      data-state={channel.state}
    >
      <span class="tile-picture">
        <Monogram channel={channel} />
        {look === 'card' && <LatestPicture channel={channel} />}
        {look === 'card' && <StateChip channel={channel} />}
        {look !== 'card' && <span class={`state-dot state-${channel.state}`} />}
      </span>
      <span class="tile-text">
        <span class="tile-name">
          <span class="tile-number">{channel.number}</span>
          <bdi>{channel.name}</bdi>
          {programme && look === 'row' && members > 0 && (
            <span class="tile-members" aria-hidden="true">
              <Icon name="people" />
              {members}
            </span>
          )}
        </span>
        {programme && look === 'card' && <OnAirLine programme={programme} />}
        <span class="tile-detail">
          {programme && look === 'row' ? (
            <OnAirLine programme={programme} />
          ) : channel.state === 'live' ? (
            <span class="tile-count" aria-hidden="true">
              <Icon name="people" />
              {members}
            </span>
          ) : (
            <span aria-hidden="true">{state}</span>
          )}
          {look === 'card' && channel.group !== '' && <span class="tile-group">{channel.group}</span>}
        </span>
        <span class="visually-hidden">{look === 'card' ? viewers : strings.channels.told(state, viewers)}</span>
      </span>
    </Link>
  );
}
