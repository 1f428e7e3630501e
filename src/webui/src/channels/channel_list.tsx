// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { Icon } from '../look/icons';
import { LanguageChoice } from '../look/language_choice';
import { strings } from '../strings';
import { ChannelTile } from './channel_tile';
import { grouped, matching } from './tuning';

const searchFrom = 10; // fewer channels are seen at a glance

function Skeletons({ count }: { count: number }) {
  return (
    <div class="skeletons" role="status" aria-label={strings.channels.loading}>
      {Array.from({ length: count }, (_, index) => (
        <div class="skeleton-row" key={index}>
          <span class="skeleton skeleton-square" />
          <span class="skeleton skeleton-line" />
        </div>
      ))}
    </div>
  );
}

// The current channel is in view when the list appears and when the channel changes.
function useCurrentInView(current: string | null, ready: boolean) {
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    const tile = list.current?.querySelector<HTMLElement>('[aria-current]');
    const frame = tile?.closest<HTMLElement>('.scrolls');
    if (!tile || !frame) return;
    const here = tile.getBoundingClientRect();
    const around = frame.getBoundingClientRect();
    if (here.left < around.left || here.right > around.right) frame.scrollLeft += here.left - around.left - around.width / 2 + here.width / 2;
    if (here.top < around.top || here.bottom > around.bottom) frame.scrollTop += here.top - around.top - around.height / 2 + here.height / 2;
  }, [current, ready]);
  return list;
}

export function ChannelList({ testIds, onPicked }: { testIds: boolean; onPicked?: () => void }) {
  const { lineup, channelId } = useApp();
  const [text, setText] = useState('');
  const channels = lineup.channels.value;
  const list = useCurrentInView(channelId.value, channels !== null);
  const shown = matching(channels ?? [], text);
  const groups = grouped(shown);
  const picked = onPicked ? { onPicked } : {};
  return (
    <nav class="channel-list" aria-label={strings.channels.heading} data-testid={testIds ? 'channel-list' : undefined} ref={list}>
      <div class="channel-list-head">
        <h2 class="panel-title">{strings.channels.heading}</h2>
        {channels !== null && channels.length >= searchFrom && (
          <label class="search">
            <Icon name="search" />
            <input
              type="search"
              placeholder={strings.channels.search}
              aria-label={strings.channels.search}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </label>
        )}
      </div>
      <div class="scrolls channel-rows">
        {channels === null && <Skeletons count={6} />}
        {groups.map(({ group, channels: members }) => (
          <section key={group} aria-label={group || strings.channels.other}>
            {groups.length > 1 && <h3 class="group-name">{group || strings.channels.other}</h3>}
            {members.map((channel) => (
              <ChannelTile key={channel.id} channel={channel} look="row" testId={testIds} {...picked} />
            ))}
          </section>
        ))}
        {channels !== null && shown.length === 0 && text !== '' && <p class="quiet-note">{strings.channels.noMatch(text)}</p>}
      </div>
      <LanguageChoice />
    </nav>
  );
}

// On a phone: one line of channels under the picture.
export function ChannelStrip({ onMore }: { onMore: () => void }) {
  const { lineup, channelId } = useApp();
  const channels = lineup.channels.value;
  const list = useCurrentInView(channelId.value, channels !== null);
  return (
    <nav class="channel-strip" aria-label={strings.channels.heading} data-testid="channel-list" ref={list}>
      <button type="button" class="strip-more" aria-label={strings.channels.open} onClick={onMore}>
        <Icon name="grid" />
      </button>
      <div class="scrolls strip-tiles">
        {channels === null && <span class="skeleton skeleton-strip" />}
        {channels?.map((channel) => <ChannelTile key={channel.id} channel={channel} look="strip" testId />)}
      </div>
    </nav>
  );
}

const mostCards = 12;

// Under the picture on a desktop: where else people are.
export function OtherChannels() {
  const { lineup, channelId } = useApp();
  const rank = (channel: Channel): number => (channel.state === 'live' ? channel.members : -1);
  const others = (lineup.channels.value ?? [])
    .filter((channel) => channel.id !== channelId.value)
    .sort((a, b) => rank(b) - rank(a) || a.number - b.number)
    .slice(0, mostCards);
  if (others.length === 0) return null;
  return (
    <section class="others" aria-label={strings.channels.others}>
      <h2 class="panel-title">{strings.channels.others}</h2>
      <div class="cards">
        {others.map((channel) => (
          <ChannelTile key={channel.id} channel={channel} look="card" testId={false} />
        ))}
      </div>
    </section>
  );
}
