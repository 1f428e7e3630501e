// SPDX-License-Identifier: MIT
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { Icon } from '../look/icons';
import { pathOf } from '../routes';
import { strings } from '../strings';
import { channelTone, monogram } from './monogram';

export function Monogram({ channel }: { channel: Channel }) {
  return (
    <span class={`monogram ${channelTone(channel)}`} aria-hidden="true">
      {monogram(channel.name)}
    </span>
  );
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

// A link, so that it can be opened in another tab; a plain click changes the channel without loading the page anew.
export function ChannelTile({ channel, look, testId, onPicked }: TileProps) {
  const { channelId, router, session, watch } = useApp();
  const current = channelId.value === channel.id;
  const open = (event: MouseEvent) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    watch(channel.id);
    onPicked?.();
  };
  // Of the channel that is watched the room knows better than the list of a moment ago.
  const members = (current ? session.members.value : null) ?? channel.members;
  const viewers = strings.channels.viewers(members);
  return (
    <a
      class={`tile tile-${look} ${current ? 'is-current' : ''} is-${channel.state}`}
      href={pathOf({ page: router.route.value.page, channel: channel.id })}
      aria-current={current ? 'true' : undefined}
      aria-label={strings.channels.label(channel.number, channel.name, strings.channels.state[channel.state], viewers)}
      title={channel.name}
      data-testid={testId ? `channel-${channel.id}` : undefined}
      data-state={channel.state}
      onClick={open}
    >
      <span class="tile-picture">
        <Monogram channel={channel} />
        {look === 'card' && <StateChip channel={channel} />}
        {look !== 'card' && <span class={`state-dot state-${channel.state}`} />}
      </span>
      <span class="tile-text">
        <span class="tile-name">
          <span class="tile-number">{channel.number}</span>
          <bdi>{channel.name}</bdi>
        </span>
        <span class="tile-detail">
          {channel.state === 'live' ? (
            <>
              <Icon name="people" />
              {members}
            </>
          ) : (
            strings.channels.state[channel.state]
          )}
          {look === 'card' && channel.group !== '' && <span class="tile-group">{channel.group}</span>}
        </span>
      </span>
    </a>
  );
}
