// SPDX-License-Identifier: MIT
import { channelTone, monogram } from '../channels/monogram';
import { strings } from '../strings';
import { bitRateText, onAir, standingOf } from './lines';
import { HealthBar, Sparkline, StandingMark } from './marks';
import type { MonitoredChannel } from './monitored';

const words = strings.monitor;

export function ChannelPicture({ channel }: { channel: MonitoredChannel }) {
  const shown = channel.picture !== '' && channel.state !== 'down';
  return (
    <span class={`line-picture is-${channel.state}`} aria-hidden="true">
      {shown ? (
        <img src={channel.picture} alt="" width="160" height="90" decoding="async" loading="lazy" />
      ) : (
        <span class={`monogram ${channelTone(channel)}`} aria-hidden="true">
          {monogram(channel.name)}
        </span>
      )}
      {channel.state !== 'live' && <span class="picture-note">{words.state[channel.state]}</span>}
    </span>
  );
}

export const sinceText = (since: number, now: number): string => words.since(Math.max(0, now - since) / 1000);

function SourceCell({ channel }: { channel: MonitoredChannel }) {
  const index = onAir(channel.sources);
  const source = channel.sources[index];
  const count = channel.sources.length;
  return (
    <span class="line-source">
      <span class="line-source-name">
        <span>{source ? words.sourceOf(index + 1, count) : channel.state === 'slate' ? words.slateOnAir : words.noSource}</span>
        {count > 1 && (
          <span class="source-dots" aria-hidden="true">
            {channel.sources.map((each, place) => (
              <span key={place} class={`source-dot dot-${each.state} ${each.onAir ? 'is-on-air' : ''}`} title={`${words.source(place + 1)}: ${words.sourceState[each.state]}`} />
            ))}
          </span>
        )}
      </span>
      <HealthBar health={source?.health ?? 0} running={source !== undefined} />
    </span>
  );
}

interface LineProps {
  readonly channel: MonitoredChannel;
  readonly now: number;
  readonly selected: boolean;
  readonly onOpen: () => void;
}

// A line of the page: a button, so that it is reached and read like one.
export function ChannelLine({ channel, now, selected, onOpen }: LineProps) {
  const standing = standingOf(channel);
  const first = channel.alarms[0];
  return (
    <li>
      <button
        type="button"
        class={`line line-${standing} ${selected ? 'is-selected' : ''}`}
        aria-expanded={selected}
        data-testid={`monitor-line-${channel.id}`}
        data-standing={standing}
        data-state={channel.state}
        onClick={onOpen}
      >
        <span class="line-standing" title={words.standing[standing]}>
          <StandingMark standing={standing} />
          <span class="visually-hidden">{words.standing[standing]}</span>
        </span>
        <ChannelPicture channel={channel} />
        <span class="line-name">
          <span class="line-title">
            {channel.number > 0 && <span class="title-number">{channel.number}</span>}
            <bdi>{channel.name}</bdi>
          </span>
          <span class="line-small">{words.line([channel.radio ? words.radio : channel.group, words.viewers(channel.members), channel.node])}</span>
        </span>
        <span class="line-state">
          <span class={`chip chip-${channel.state}`}>{words.state[channel.state]}</span>
          <span class="line-small">{sinceText(channel.since, now)}</span>
        </span>
        <span class="line-rate">
          <span class="line-rate-value">{bitRateText(channel.bitRate)}</span>
          <Sparkline values={channel.bitRates} />
        </span>
        <SourceCell channel={channel} />
        <span class="line-alarms">
          {first ? (
            <>
              <span class={`line-alarm alarm-${first.severity}`} data-testid="monitor-alarm" data-alarm={first.name}>
                {words.alarmName(first.name)}
                <span class="line-since">{sinceText(first.since, now)}</span>
              </span>
              <span class="line-small line-alarm-text">
                {channel.alarms.length > 1 && <b>{words.more(channel.alarms.length - 1)} · </b>}
                {first.source > 0 ? `${words.source(first.source)}: ${first.text}` : first.text}
              </span>
            </>
          ) : (
            <span class="line-quiet">{words.noAlarm}</span>
          )}
        </span>
      </button>
    </li>
  );
}
