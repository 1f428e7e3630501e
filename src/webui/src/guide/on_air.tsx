// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import type { Channel } from '../api';
import { Icon } from '../look/icons';
import { Link } from '../look/link';
import { strings } from '../strings';
import { clockTime, dayAndTime, duration, tapeTime, timeRange } from './guide_times';
import { covering, passed, type Programme } from './programme';

// How far a programme is, as a line. What it says is also said in words beside it.
export function PassedLine({ programme }: { programme: Programme }) {
  const { now } = useApp();
  const part = `${(passed(programme, now.value) * 100).toFixed(1)}%`;
  return (
    <span class="passed-line" aria-hidden="true">
      <span style={{ width: part }} />
    </span>
  );
}

// The second and third line of a channel in the list.
export function OnAirLine({ programme }: { programme: Programme }) {
  return (
    <>
      <span class="on-air-title">
        <bdi>{programme.title}</bdi>
      </span>
      <PassedLine programme={programme} />
    </>
  );
}

// What is on the channel that is watched and what comes next.
export function OnAir({ channel }: { channel: Channel }) {
  const { onAir, now: clock } = useApp();
  const known = onAir.of(channel.id);
  if (!known) return null;
  const { now, next } = known;
  return (
    <section class="on-air" aria-label={strings.guide.onAir} data-testid="on-air">
      {now && (
        <Link class="on-air-now" to={{ page: 'programme', channel: channel.id, at: now.start }} data-testid="on-air-now">
          <span class="on-air-head">
            <span class="on-air-label">{strings.guide.now}</span>
            <span class="on-air-name">
              <bdi>{now.title}</bdi>
            </span>
            <span class="on-air-left">{strings.guide.left(duration(now.stop - clock.value))}</span>
          </span>
          <span class="on-air-scale">
            <time dateTime={new Date(now.start).toISOString()}>{clockTime(now.start)}</time>
            <PassedLine programme={now} />
            <time dateTime={new Date(now.stop).toISOString()}>{clockTime(now.stop)}</time>
          </span>
        </Link>
      )}
      {next && (
        <Link class="on-air-next" to={{ page: 'programme', channel: channel.id, at: next.start }} data-testid="on-air-next">
          <span class="on-air-head">
            <span class="on-air-label">{strings.guide.next}</span>
            <span class="on-air-name">
              <bdi>{next.title}</bdi>
            </span>
          </span>
          <span class="on-air-time">{dayAndTime(next.start, clock.value)}</span>
        </Link>
      )}
    </section>
  );
}

// What is seen when that is of the past: as far as the picture is, not the clock.
export function WatchedEarlier({ channel }: { channel: Channel }) {
  const { player, schedules, now: clock, goLive } = useApp();
  const position = player.position.value;
  void schedules.version.value;
  const programme = position === null ? null : covering(schedules.of(channel.id, position, position + 1), position);
  return (
    <section class="on-air" aria-label={strings.player.earlier} data-testid="watched-earlier">
      <div class="on-air-now">
        <span class="on-air-head">
          <span class="on-air-label">{strings.player.earlier}</span>
          <span class="on-air-name">
            {programme && position !== null ? (
              <Link to={{ page: 'programme', channel: channel.id, at: programme.start }}>
                <bdi>{programme.title}</bdi>
              </Link>
            ) : (
              <bdi>{channel.name}</bdi>
            )}
          </span>
          {position !== null && <span class="on-air-left">{dayAndTime(position, clock.value)}</span>}
        </span>
        {programme && position !== null && (
          <span class="on-air-scale">
            <time>{clockTime(programme.start)}</time>
            <span class="passed-line" aria-hidden="true">
              <span style={{ width: `${(passed(programme, position) * 100).toFixed(1)}%` }} />
            </span>
            <time>{clockTime(programme.stop)}</time>
          </span>
        )}
      </div>
      <button type="button" class="on-air-next to-live" data-testid="to-live" onClick={goLive}>
        <span class="on-air-head">
          <Icon name="signal" />
          <span class="on-air-name">{strings.player.backToLive}</span>
        </span>
        {position !== null && <span class="on-air-time">{strings.player.behindLive(tapeTime(clock.value - position))}</span>}
      </button>
    </section>
  );
}

// The same for a television: two lines under the channel's name.
export function TvOnAir({ channel }: { channel: Channel }) {
  const { onAir, now: clock } = useApp();
  const known = onAir.of(channel.id);
  if (!known) return null;
  const { now, next } = known;
  return (
    <div class="tv-on-air" data-testid="on-air">
      {now && (
        <p class="tv-on-air-now">
          <strong data-testid="on-air-now">
            <bdi>{now.title}</bdi>
          </strong>
          <span>{timeRange(now)}</span>
          <PassedLine programme={now} />
        </p>
      )}
      {next && (
        <p class="tv-on-air-next" data-testid="on-air-next">
          {strings.guide.next}: <bdi>{next.title}</bdi> <span>{dayAndTime(next.start, clock.value)}</span>
        </p>
      )}
    </div>
  );
}
