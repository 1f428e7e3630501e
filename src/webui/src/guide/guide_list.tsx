// SPDX-License-Identifier: MIT
import { useEffect, useRef } from 'preact/hooks';
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { Monogram } from '../channels/channel_tile';
import { Icon } from '../look/icons';
import { Link } from '../look/link';
import { strings } from '../strings';
import { standing, watchableFrom } from './catch_up';
import { clockTime, duration, startOfDay } from './guide_times';
import { PassedLine } from './on_air';
import type { Programme } from './programme';
import { useSchedules } from './use_schedule';

function Entry({ channel, programme }: { channel: Channel; programme: Programme }) {
  const { now } = useApp();
  const stands = standing(programme, now.value);
  const watchable = watchableFrom(programme, channel.archive, now.value) !== null;
  return (
    <li class={`guide-entry is-${stands}`} data-running={stands === 'running' || undefined}>
      <Link to={{ page: 'programme', channel: channel.id, at: programme.start }} data-testid="guide-programme" data-start={programme.start}>
        <time dateTime={new Date(programme.start).toISOString()}>{clockTime(programme.start)}</time>
        <span class="guide-entry-text">
          <span class="guide-entry-title">
            <bdi>{programme.title}</bdi>
          </span>
          <span class="guide-entry-detail">
            {[duration(programme.stop - programme.start), programme.categories[0] ?? '', programme.subtitle].filter((part) => part !== '').join(' · ')}
          </span>
          {stands === 'running' && <PassedLine programme={programme} />}
        </span>
        {stands === 'running' && <span class="chip chip-live">{strings.guide.live}</span>}
        {stands === 'past' && watchable && (
          <span class="guide-entry-archive" title={strings.guide.catchUp}>
            <Icon name="rewind" />
            <span class="visually-hidden">{strings.guide.catchUp}</span>
          </span>
        )}
      </Link>
    </li>
  );
}

// The guide on a phone: one channel, one day, from top to bottom.
export function GuideList({ channels, chosen, at, onChannel }: { channels: readonly Channel[]; chosen: Channel; at: number; onChannel: (id: string) => void }) {
  const { now } = useApp();
  const day = startOfDay(at);
  const end = startOfDay(at, 1);
  const schedule = useSchedules([chosen.id], day, end);
  const programmes = schedule.of(chosen.id);
  const list = useRef<HTMLDivElement>(null);
  const strip = useRef<HTMLDivElement>(null);
  const known = schedule.isKnown(chosen.id);
  useEffect(() => {
    const frame = list.current;
    if (!frame) return;
    const running = frame.querySelector<HTMLElement>('[data-running]');
    frame.scrollTop = running ? running.offsetTop - 72 : 0;
  }, [chosen.id, day, known]);
  useEffect(() => {
    const tile = strip.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (tile && strip.current) strip.current.scrollLeft = tile.offsetLeft - strip.current.clientWidth / 2 + tile.clientWidth / 2;
  }, [chosen.id]);

  return (
    <>
      <div class="guide-channels" role="tablist" aria-label={strings.channels.heading} ref={strip}>
        {channels.map((channel) => (
          <button
            type="button"
            role="tab"
            class="guide-channel-tab"
            key={channel.id}
            aria-selected={channel.id === chosen.id}
            data-testid={`guide-channel-${channel.id}`}
            onClick={() => onChannel(channel.id)}
          >
            <Monogram channel={channel} />
            <bdi>{channel.name}</bdi>
          </button>
        ))}
      </div>
      <div class="guide-list scrolls" ref={list} role="tabpanel" aria-label={strings.guide.programmes(chosen.name)} data-testid="guide-list">
        {!known && programmes.length === 0 && (
          <div class="guide-list-waiting" role="status" aria-label={strings.guide.loading}>
            {Array.from({ length: 8 }, (_, index) => (
              <span class="skeleton" key={index} />
            ))}
          </div>
        )}
        {known && programmes.length === 0 && (
          <div class="guide-nothing">
            <strong>{strings.guide.noneOfDay}</strong>
            <span>{strings.guide.noneOfDayHint}</span>
          </div>
        )}
        <ol>
          {programmes.map((programme) => (
            <Entry key={`${programme.start}/${standing(programme, now.value)}`} channel={chosen} programme={programme} />
          ))}
        </ol>
      </div>
    </>
  );
}
