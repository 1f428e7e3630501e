// SPDX-License-Identifier: MIT
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { AccountDialog } from '../account/account_dialog';
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { Link } from '../look/link';
import { TopBar } from '../look/top_bar';
import { useMediaQuery } from '../look/use_media_query';
import { Sign, Wordmark } from '../look/wordmark';
import { NoChannel, SpokenState, Video } from '../player/picture';
import { StateCard } from '../player/state_card';
import { strings } from '../strings';
import { readRemote } from '../tv/remote';
import { WallClock } from '../tv/tv_bar';
import { cellAt, type Cursor } from './grid_navigation';
import { cellsBetween, type GridScale } from './grid_layout';
import { GuideGrid, type GridHandle } from './guide_grid';
import { GuideList } from './guide_list';
import { GuideToolbar } from './guide_toolbar';
import { hourMs, startOfDay } from './guide_times';
import { ProgrammeBrief } from './programme_brief';

const daysAhead = 7;
const mostDaysBack = 7;

// The days that the guide shows: back as far as something can be watched, yesterday at least.
function daySpan(channels: readonly Channel[], now: number): { from: number; to: number } {
  const oldest = Math.min(now, ...channels.map((channel) => channel.archive?.from ?? now));
  const earliest = startOfDay(now, -mostDaysBack);
  return { from: Math.max(earliest, Math.min(startOfDay(now, -1), startOfDay(oldest))), to: startOfDay(now, daysAhead) };
}

// Ten feet away everything is sized by the height of the screen.
function useScale(span: { from: number; to: number }, tv: boolean): GridScale {
  const [size, setSize] = useState({ width: innerWidth, height: innerHeight });
  useEffect(() => {
    const follow = () => setSize({ width: innerWidth, height: innerHeight });
    addEventListener('resize', follow);
    return () => removeEventListener('resize', follow);
  }, []);
  return useMemo(() => {
    const unit = size.height / 100;
    const times = { origin: span.from, end: span.to };
    if (tv) {
      const channel = Math.round(unit * 34);
      return { ...times, perMinute: (size.width - channel) / 150, row: Math.round(unit * 9), head: Math.round(unit * 5.5), channel };
    }
    const wide = size.width > 1180;
    return { ...times, perMinute: wide ? 5 : 4, row: 64, head: 40, channel: wide ? 240 : 84 };
  }, [span.from, span.to, tv, size.width, size.height]);
}

// The channel that was watched goes on in a corner.
function MiniPicture({ channel }: { channel: Channel }) {
  return (
    <Link class="guide-picture" to={{ page: 'watch', channel: channel.id, at: null }} aria-label={strings.guide.watching(channel.name)} data-testid="guide-picture">
      <Video />
      <StateCard channel={channel} />
      <SpokenState />
      <span class="guide-picture-name" aria-hidden="true">
        {channel.number} {channel.name}
      </span>
    </Link>
  );
}

function Nothing({ title, hint }: { title: string; hint: string }) {
  return (
    <div class="guide-nothing" data-testid="guide-empty">
      <Sign class="empty-sign is-large" />
      <strong>{title}</strong>
      <span>{hint}</span>
    </div>
  );
}

function Fault() {
  const { schedules } = useApp();
  const fault = schedules.fault.value;
  if (!fault) return null;
  return (
    <div class="guide-fault" role="alert" data-testid="guide-fault">
      <span>
        <strong>{strings.guide.unreachable}.</strong> {fault.text}
      </span>
      <button type="button" class="button" onClick={() => schedules.retry()}>
        {strings.guide.retry}
      </button>
    </div>
  );
}

// Where one was in the guide, for when one comes back from a programme.
let place: Cursor | null = null;

function Grid({ channels }: { channels: readonly Channel[] }) {
  const app = useApp();
  const { now, router, schedules, channelId, channel } = app;
  const { tv } = router.route.value;
  const dayNow = startOfDay(now.value);
  const span = useMemo(() => daySpan(channels, now.value), [dayNow, channels.length]);
  const scale = useScale(span, tv);
  const [cursor, setCursor] = useState<Cursor>(() => {
    if (place && place.row < channels.length && place.at >= span.from && place.at < span.to) return place;
    return { row: Math.max(0, channels.findIndex(({ id }) => id === channelId.value)), at: now.value };
  });
  const [seen, setSeen] = useState(cursor.at);
  const grid = useRef<GridHandle>(null);
  const page = useRef<HTMLDivElement>(null);
  place = cursor;

  useEffect(() => {
    grid.current?.focus();
  }, []);

  void schedules.version.value;
  const chosen = channels[cursor.row] ?? null;
  const around = chosen ? cellsBetween(schedules.of(chosen.id, cursor.at - 6 * hourMs, cursor.at + 6 * hourMs), cursor.at - hourMs, cursor.at + hourMs) : [];
  const programme = cellAt(around, cursor.at)?.programme ?? null;
  const blank = app.onAir.loaded.value && app.onAir.channels.value.size === 0;
  const toToolbar = () => page.current?.querySelector<HTMLElement>('[data-first-focus]')?.focus();
  const go = (at: number) => {
    grid.current?.goTo(at);
    setSeen(at);
  };
  return (
    <div class="guide-body" ref={page}>
      <section class="guide-preview">
        <ProgrammeBrief channel={chosen} programme={programme} />
        {channel.value && <MiniPicture channel={channel.value} />}
      </section>
      <GuideToolbar from={span.from} to={span.to} at={seen} onGo={go} onLeave={() => grid.current?.focus()} />
      <Fault />
      {blank && (
        <p class="guide-note" role="status" data-testid="guide-blank">
          <strong>{strings.guide.empty}.</strong> {strings.guide.emptyHint}
        </p>
      )}
      <GuideGrid
        channels={channels}
        scale={scale}
        cursor={cursor}
        handle={grid}
        onCursor={setCursor}
        onView={(from) => setSeen((before) => (startOfDay(before) === startOfDay(from + hourMs) ? before : from + hourMs))}
        onLeave={toToolbar}
      />
      {tv && <p class="guide-keys" aria-hidden="true">{strings.guide.keys}</p>}
    </div>
  );
}

function PhoneGuide({ channels }: { channels: readonly Channel[] }) {
  const { now, router, channelId, go } = useApp();
  const dayNow = startOfDay(now.value);
  const span = useMemo(() => daySpan(channels, now.value), [dayNow, channels.length]);
  const [at, setAt] = useState(now.value);
  const wanted = router.route.value.channel ?? channelId.value;
  const chosen = channels.find(({ id }) => id === wanted) ?? channels[0];
  if (!chosen) return null;
  return (
    <div class="guide-body is-narrow">
      <GuideToolbar from={span.from} to={span.to} at={at} onGo={setAt} onLeave={() => {}} />
      <Fault />
      <GuideList channels={channels} chosen={chosen} at={at} onChannel={(id) => go({ page: 'guide', channel: id, at: null }, true)} />
    </div>
  );
}

export function GuidePage() {
  const app = useApp();
  const { lineup, router, channelId } = app;
  const { tv } = router.route.value;
  const narrow = useMediaQuery('(max-width: 759px)');
  const channels = lineup.channels.value;

  const back = () => app.go({ page: 'watch', channel: channelId.value, at: null });
  const latest = useRef(back);
  latest.current = back;
  // With the focus, which the grid takes as soon as it is there: a key that comes then is not lost.
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const key = readRemote(event);
      const leaves = key?.kind === 'back' && (tv || event.key === 'Escape');
      if (!leaves && key?.kind !== 'guide') return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [tv]);

  const content =
    channels === null ? (
      lineup.unreachable.value ? <Nothing title={strings.channels.unreachable} hint={strings.channels.unreachableHint} /> : <NoChannel />
    ) : channels.length === 0 ? (
      <Nothing title={strings.channels.none} hint={strings.channels.noneHint} />
    ) : narrow && !tv ? (
      <PhoneGuide channels={channels} />
    ) : (
      <Grid channels={channels} />
    );
  return (
    <div class={tv ? 'tv guide guide-tv' : 'guide'} data-testid="guide">
      {tv ? (
        <header class="guide-tv-head">
          <Wordmark />
          <h1>{strings.guide.heading}</h1>
          <WallClock />
        </header>
      ) : (
        <>
          <TopBar />
          <h1 class="visually-hidden">{strings.guide.heading}</h1>
        </>
      )}
      <main class="guide-main" aria-label={strings.guide.heading}>
        {content}
      </main>
      {!tv && <AccountDialog />}
    </div>
  );
}
