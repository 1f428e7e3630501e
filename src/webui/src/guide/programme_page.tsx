// SPDX-License-Identifier: MIT
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { AccountDialog } from '../account/account_dialog';
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { LatestPicture, Monogram } from '../channels/channel_tile';
import { Icon } from '../look/icons';
import { Link } from '../look/link';
import { TopBar } from '../look/top_bar';
import { FoundParty } from '../party/found_button';
import { Wordmark } from '../look/wordmark';
import { strings } from '../strings';
import { focusFirst, moveFocus } from '../tv/focus';
import { readRemote } from '../tv/remote';
import { WallClock } from '../tv/tv_bar';
import { standing, watchableFrom } from './catch_up';
import { dayAndTime, hourMs } from './guide_times';
import { PassedLine } from './on_air';
import { covering, type Programme } from './programme';
import { ProgrammeFacts } from './programme_brief';
import { useSchedules } from './use_schedule';

const laterMs = 12 * hourMs;
const mostLater = 6;
const mostCredits = 12;

// What can be done with it now.
function Actions({ channel, programme }: { channel: Channel; programme: Programme }) {
  const { now } = useApp();
  const stands = standing(programme, now.value);
  const from = watchableFrom(programme, channel.archive, now.value);
  if (stands === 'coming') return <p class="programme-hint">{strings.programme.begins(dayAndTime(programme.start, now.value))}</p>;
  if (stands === 'past' && from === null) return <p class="programme-hint">{strings.programme.gone}</p>;
  return (
    <div class="programme-actions">
      {stands === 'running' && (
        <Link class="button button-accent" to={{ page: 'watch', channel: channel.id, at: null }} data-first-focus data-testid="watch-live">
          <Icon name="play" />
          {strings.programme.watchLive}
        </Link>
      )}
      {from !== null && (
        <Link
          class={stands === 'running' ? 'button' : 'button button-accent'}
          to={{ page: 'watch', channel: channel.id, at: from }}
          data-first-focus={stands === 'past' || undefined}
          data-testid={stands === 'running' ? 'start-over' : 'catch-up'}
        >
          <Icon name={stands === 'running' ? 'rewind' : 'play'} />
          {stands === 'running' ? strings.guide.startOver : strings.programme.watch}
        </Link>
      )}
      {from !== null && stands === 'past' && <FoundParty programme={{ channel: channel.id, title: programme.title, start: from, end: Math.min(programme.stop, channel.archive?.to ?? programme.stop) }} />}
      {from !== null && from > programme.start && <p class="programme-hint">{strings.programme.partly}</p>}
    </div>
  );
}

function Credits({ programme }: { programme: Programme }) {
  const roles = new Map<string, string[]>();
  for (const { role, name } of programme.credits.slice(0, mostCredits)) roles.set(role, [...(roles.get(role) ?? []), name]);
  if (roles.size === 0) return null;
  return (
    <dl class="programme-credits">
      {[...roles].map(([role, names]) => (
        <div key={role}>
          <dt>{strings.programme.role(role)}</dt>
          <dd>{names.join(', ')}</dd>
        </div>
      ))}
    </dl>
  );
}

function Later({ channel, programmes }: { channel: Channel; programmes: readonly Programme[] }) {
  const { now } = useApp();
  if (programmes.length === 0) return null;
  return (
    <section class="programme-later" aria-label={strings.programme.later(channel.name)}>
      <h2 class="panel-title">{strings.programme.later(channel.name)}</h2>
      <ol>
        {programmes.map((programme) => (
          <li key={programme.start}>
            <Link to={{ page: 'programme', channel: channel.id, at: programme.start }}>
              <time dateTime={new Date(programme.start).toISOString()}>{dayAndTime(programme.start, now.value)}</time>
              <bdi>{programme.title}</bdi>
            </Link>
          </li>
        ))}
      </ol>
    </section>
  );
}

function Details({ channel, programme, later }: { channel: Channel; programme: Programme; later: readonly Programme[] }) {
  const { now, router } = useApp();
  const shownAsPicture = programme.icon !== '';
  const article = useRef<HTMLElement>(null);
  // A remote begins with what one came for.
  useEffect(() => {
    if (router.route.value.tv && article.current) focusFirst(article.current);
  }, [programme.start]);
  return (
    <article class="programme" data-testid="programme" ref={article}>
      <div class="programme-picture">
        <Monogram channel={channel} />
        {shownAsPicture ? (
          <img src={programme.icon} alt="" loading="lazy" onError={(event) => event.currentTarget.remove()} />
        ) : (
          standing(programme, now.value) === 'running' && <LatestPicture channel={channel} />
        )}
      </div>
      <div class="programme-words">
        <p class="programme-channel">
          <span class="title-number">{channel.number}</span> {channel.name}
        </p>
        <h1>
          <bdi>{programme.title}</bdi>
        </h1>
        {programme.subtitle !== '' && <p class="programme-subtitle">{programme.subtitle}</p>}
        <ProgrammeFacts channel={channel} programme={programme} />
        {standing(programme, now.value) === 'running' && <PassedLine programme={programme} />}
        <Actions channel={channel} programme={programme} />
        <p class="programme-description">{programme.description === '' ? strings.programme.noDescription : programme.description}</p>
        <Credits programme={programme} />
      </div>
      <Later channel={channel} programmes={later} />
    </article>
  );
}

function Content({ channel, at }: { channel: Channel; at: number }) {
  const { schedules } = useApp();
  const schedule = useSchedules([channel.id], at, at + laterMs);
  const programmes = schedule.of(channel.id);
  const programme = programmes.find(({ start }) => start === at) ?? covering(programmes, at);
  if (programme) {
    const later = programmes.filter(({ start }) => start >= programme.stop).slice(0, mostLater);
    return <Details channel={channel} programme={programme} later={later} />;
  }
  const fault = schedules.fault.value;
  if (!schedule.isKnown(channel.id) && !fault) {
    return (
      <div class="programme-waiting" role="status" aria-label={strings.guide.loading}>
        <span class="spinner" />
      </div>
    );
  }
  return (
    <div class="guide-nothing" data-testid="programme-unknown">
      <strong>{fault ? strings.guide.unreachable : strings.programme.unknown}</strong>
      <span>{fault ? fault.text : strings.programme.unknownHint}</span>
    </div>
  );
}

export function ProgrammePage() {
  const app = useApp();
  const { lineup, router } = app;
  const { tv, channel: id, at } = router.route.value;
  const frame = useRef<HTMLDivElement>(null);
  const channel = lineup.find(id);
  const guide = { page: 'guide', channel: id, at: null } as const;

  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const key = readRemote(event);
      if (document.querySelector('dialog[open]')) return;
      if (key?.kind === 'guide' || (key?.kind === 'back' && (tv || event.key === 'Escape'))) app.go(guide);
      else if (tv && key?.kind === 'arrow' && frame.current) moveFocus(frame.current, key.direction);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [app, tv, id]);
  useEffect(() => {
    if (tv && frame.current) focusFirst(frame.current);
  }, [tv, at, channel !== null]);

  return (
    <div class={tv ? 'tv guide guide-tv' : 'guide'} data-testid="programme-page">
      {tv ? (
        <header class="guide-tv-head">
          <Wordmark />
          <span class="top-space" />
          <WallClock />
        </header>
      ) : (
        <TopBar />
      )}
      <main class="guide-main programme-page scrolls" ref={frame} aria-label={strings.programme.heading}>
        <Link class="link-button programme-back" to={guide} data-testid="to-guide">
          <Icon name="left" />
          {strings.guide.heading}
        </Link>
        {channel && at !== null ? (
          <Content key={`${channel.id}/${at}`} channel={channel} at={at} />
        ) : lineup.channels.value === null ? (
          <div class="programme-waiting">
            <span class="spinner" />
          </div>
        ) : (
          <div class="guide-nothing" data-testid="programme-unknown">
            <strong>{strings.channels.unknown(id ?? '')}</strong>
            <span>{strings.channels.unknownHint}</span>
          </div>
        )}
      </main>
      {!tv && <AccountDialog />}
    </div>
  );
}
