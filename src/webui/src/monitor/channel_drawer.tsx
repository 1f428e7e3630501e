// SPDX-License-Identifier: MIT
import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../look/icons';
import { strings } from '../strings';
import { ChannelPicture, sinceText } from './channel_line';
import { bitRateText } from './lines';
import { HealthBar, Sparkline, StandingMark } from './marks';
import type { Alarm, ChannelDetail, DetailedSource, MonitoredChannel } from './monitored';
import type { Choice } from './monitor_store';
import { ChosenByHand, PutOnAir } from './put_on_air';
import { SignalTable } from './signal_table';

const words = strings.monitor;

function AlarmCard({ alarm, now }: { alarm: Alarm; now: number }) {
  return (
    <li class={`alarm-card alarm-${alarm.severity}`} data-testid="monitor-detail-alarm" data-alarm={alarm.name}>
      <StandingMark standing={alarm.severity} />
      <div>
        <p class="alarm-head">
          <strong>{words.alarmName(alarm.name)}</strong>
          <span>{words.line([words.standing[alarm.severity], alarm.source > 0 ? words.source(alarm.source) : '', sinceText(alarm.since, now)])}</span>
        </p>
        <p class="alarm-text">{alarm.text}</p>
        <p class="alarm-advice">{words.advice(alarm.name)}</p>
      </div>
    </li>
  );
}

interface SourceCardProps {
  readonly source: DetailedSource;
  readonly index: number;
  readonly now: number;
  readonly open: boolean;
  readonly onChoose: (() => void) | null; // null: there is nothing to choose
}

function SourceCard({ source, index, now, open, onChoose }: SourceCardProps) {
  return (
    <li class={`source-card source-${source.state}`} data-testid={`monitor-source-${index + 1}`} data-state={source.state}>
      <details open={open}>
        <summary>
          <span class="source-head">
            <strong>{words.source(index + 1)}</strong>
            <span class={`chip source-chip-${source.state}`}>{words.sourceState[source.state]}</span>
            {source.onAir && <span class="chip chip-live">{words.detail.onAir}</span>}
            {source.chosen && <span class="chip">{words.detail.chosen}</span>}
            <span class="source-rate">{bitRateText(source.bitRate)}</span>
            <HealthBar health={source.health} running={source.received} />
          </span>
          <code class="source-url">{source.url}</code>
          {source.reason !== '' && <span class="source-reason">{source.reason}</span>}
        </summary>
        {source.streams.length > 0 && (
          <ul class="streams" aria-label={words.detail.streams}>
            {source.streams.map((stream) => (
              <li key={stream.track}>
                <b>{stream.codec}</b> {stream.silentMs > 2_000 ? words.detail.silent(words.since(stream.silentMs / 1000)) : bitRateText(stream.bitRate)}
              </li>
            ))}
          </ul>
        )}
        {source.signal ? (
          <SignalTable signal={source.signal} now={now} />
        ) : (
          <p class="quiet-line">{source.received ? words.detail.noPackets : words.detail.notReceived}</p>
        )}
      </details>
      {onChoose && <PutOnAir index={index} onChoose={onChoose} />}
    </li>
  );
}

function Output({ detail }: { detail: ChannelDetail }) {
  const age = detail.segmentAgeMs;
  return (
    <section>
      <h3>{words.detail.output}</h3>
      <dl class="figures">
        {detail.renditions.map((rendition) => (
          <div key={rendition.name}>
            <dt>{rendition.name}</dt>
            <dd>{bitRateText(rendition.bitRate)}</dd>
          </div>
        ))}
        <div class={detail.alarms.some((alarm) => alarm.name === 'segments_late') ? 'is-bad' : ''}>
          <dt>{words.detail.latestSegment}</dt>
          <dd>
            {age === null ? words.never : words.ago(`${(age / 1000).toFixed(1)} s`)}{' '}
            <small>{words.detail.targetDuration(`${detail.targetDurationMs / 1000} s`)}</small>
          </dd>
        </div>
        <div>
          <dt>{words.detail.switches}</dt>
          <dd>{detail.switches}</dd>
        </div>
      </dl>
    </section>
  );
}

function History({ detail, now }: { detail: ChannelDetail; now: number }) {
  return (
    <section>
      <h3>{words.detail.history}</h3>
      {detail.history.length === 0 && <p class="quiet-line">{words.detail.noHistory}</p>}
      <ol class="history" data-testid="monitor-history">
        {detail.history.map((change, index) => (
          <li key={`${change.at}-${index}`} class={change.raised ? `alarm-${change.severity}` : 'is-over'}>
            <StandingMark standing={change.raised ? change.severity : 'well'} />
            <span class="history-name">
              {words.line([words.alarmName(change.name), change.source > 0 ? words.source(change.source) : ''])}
            </span>
            <span class="history-what">
              {change.raised ? words.detail.raised : `${words.detail.cleared}, ${words.since((change.at - change.since) / 1000)}`}
            </span>
            <time dateTime={new Date(change.at).toISOString()} title={new Date(change.at).toLocaleString()}>
              {words.ago(sinceText(change.at, now))}
            </time>
          </li>
        ))}
      </ol>
    </section>
  );
}

interface DrawerProps {
  readonly channel: MonitoredChannel; // as its line tells
  readonly detail: ChannelDetail | null;
  readonly fault: string;
  readonly now: number;
  readonly choice: Choice | null;
  readonly onChoose: (source: number | null) => void;
  readonly onClose: () => void;
}

// All that is known of a channel, beside the list. It takes the focus when it opens and lets the list go on being read.
export function ChannelDrawer({ channel, detail, fault, now, choice, onChoose, onClose }: DrawerProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus({ preventScroll: true }), [channel.id]);
  const onAirIndex = channel.sources.findIndex((source) => source.onAir);
  return (
    <aside class="monitor-drawer scrolls" aria-label={channel.name} data-testid="monitor-drawer">
      <header class="drawer-head">
        <ChannelPicture channel={channel} />
        <div class="drawer-title">
          <h2 ref={heading} tabIndex={-1}>
            {channel.number > 0 && <span class="title-number">{channel.number}</span>} <bdi>{channel.name}</bdi>
          </h2>
          <p>
            <span class={`chip chip-${channel.state}`}>{words.state[channel.state]}</span> {sinceText(channel.since, now)}
            <span class="drawer-viewers"> · {words.viewers(channel.members)}</span>
          </p>
          <a class="link-button" href={`/watch/${encodeURIComponent(channel.id)}`}>
            {words.detail.watch}
          </a>
        </div>
        <button type="button" class="control control-solid" aria-label={words.detail.close} data-testid="monitor-close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div class="drawer-rate">
        <span>{bitRateText(channel.bitRate)}</span>
        <Sparkline values={channel.bitRates} />
      </div>
      <section>
        <h3>{words.detail.alarms}</h3>
        {channel.alarms.length === 0 ? (
          <p class="quiet-line is-well">
            <StandingMark standing="well" /> {words.detail.allWell}
          </p>
        ) : (
          <ul class="alarm-cards">
            {channel.alarms.map((alarm) => (
              <AlarmCard key={`${alarm.name}-${alarm.source}`} alarm={alarm} now={now} />
            ))}
          </ul>
        )}
      </section>
      {fault !== '' && (
        <p class="dialog-fault" role="alert">
          {fault}
        </p>
      )}
      {detail === null && fault === '' && (
        <p class="quiet-line" role="status">
          {words.detail.loading}
        </p>
      )}
      {detail && (
        <>
          <section>
            <h3>{words.detail.sources}</h3>
            <ChosenByHand chosen={detail.sources.some((source) => source.chosen)} choice={choice} onAutomatic={() => onChoose(null)} />
            <ul class="source-cards">
              {detail.sources.map((source, index) => (
                <SourceCard
                  key={index}
                  source={source}
                  index={index}
                  now={now}
                  open={index === Math.max(0, onAirIndex)}
                  onChoose={source.onAir || detail.sources.length < 2 ? null : () => onChoose(index + 1)}
                />
              ))}
            </ul>
          </section>
          <Output detail={detail} />
          <History detail={detail} now={now} />
        </>
      )}
    </aside>
  );
}
