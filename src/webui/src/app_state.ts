// SPDX-License-Identifier: MIT
import { batch, computed, effect, signal, untracked } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { Account } from './account/account';
import { isBoolean, isText, keep, readKept } from './base/kept';
import { browserTimers } from './base/timers';
import { LineupStore } from './channels/lineup';
import { neighbour } from './channels/tuning';
import { fetchPresentFollowing, fetchSchedules } from './guide/guide_api';
import { PresentFollowingStore } from './guide/present_following_store';
import { ScheduleStore } from './guide/schedule_store';
import { Player } from './player/player';
import { PreviewStore } from './player/preview_store';
import { liveTuning, partyTuning, pastTuning, type Tuning } from './player/tuning';
import { createRouter, isTelevision, type Route } from './routes';
import { RoomSession } from './session/room_session';
import { positionAt, type Motion } from './sync';
import { strings } from './strings';
import { startScreen } from './remote/screen';
import { PastPicture } from './timeline/past_picture';

const clockMs = 5_000;
const edgeMs = 3_000; // so near to the live edge is live

// What a page of the application consists of, and how the parts follow each other: the address names the channel, the channel
// sets player and room.
export function createApp() {
  const router = createRouter();
  const account = new Account();
  const lineup = new LineupStore();
  const player = new Player();
  const previews = new PreviewStore();
  const serverNow = (): number => session.serverTime() ?? Date.now();
  const past = new PastPicture(() => player.pictureTime(), serverNow);
  // Those who watch together talk about one picture, however old it is.
  const together = (): boolean => router.route.value.page === 'party';
  // Who has the picture on the television and not here sees what the party's clock says.
  const partyTime = (): number | null => {
    if (router.route.value.view !== 'remote') return player.pictureTime();
    const motion = party.value?.motion.value;
    return motion ? positionAt({ ...motion, timeline: '' } as Motion, serverNow()) : null;
  };
  const session = new RoomSession(
    account,
    () => (together() ? partyTime() : past.liveTime()),
    () => (together() ? null : past.time()),
  );
  const onAir = new PresentFollowingStore(fetchPresentFollowing, serverNow, browserTimers);
  const schedules = new ScheduleStore(fetchSchedules, browserTimers);
  player.serverTime = () => session.serverTime();
  player.onStalled = () => void lineup.refresh();
  player.onGone = () => together() || goLive();
  player.onEnded = (date) => {
    if (together()) return;
    const { archive } = channel.value ?? { archive: null };
    if (archive && date < archive.to - edgeMs) go({ page: 'watch', channel: channelId.value, at: date }, true);
    else goLive();
  };
  session.onRoomClosed = () => void lineup.refresh();

  // The time of day for whoever shows how far something is; nobody needs it to the second.
  const now = signal(serverNow());

  // In the guide the channel that was watched goes on.
  const watched = signal<string | null>(router.route.value.page === 'watch' ? router.route.value.channel : null);
  const party = computed(() => {
    const { page, party: id } = router.route.value;
    const room = session.room.value;
    return page === 'party' && id != null && room?.name === `party:${id}` ? room.features.party : null;
  });
  const channelId = computed(() => party.value ? (party.value.state.value?.programme.channel ?? null) : (router.route.value.page === 'watch' ? router.route.value.channel : watched.value));
  const channel = computed(() => lineup.find(channelId.value));
  const chatShown = signal(readKept('chat_shown', isBoolean) ?? true);

  // Stays with the version, ten-foot or not, that is there.
  const address = (to: Omit<Route, 'tv'>): Route => ({ ...to, tv: router.route.value.tv });
  const go = (to: Omit<Route, 'tv'>, replace = false): void => router.go(address(to), replace);
  const watch = (id: string, replace = false): void => go({ page: 'watch', channel: id, at: null }, replace);

  const step = (by: 1 | -1): void => {
    const next = neighbour(lineup.channels.value ?? [], channelId.value, by);
    if (next) watch(next.id);
  };

  // What the address asks for; live when the archive has nothing of that time. A tuning once made stays while its archive goes on.
  let madePast: { readonly channel: string; readonly at: number; readonly tuning: Tuning } | null = null;
  const tuning = (): Tuning | null => {
    const current = channel.value;
    const { page, at } = router.route.value;
    if (!current) return null;
    const programme = party.value?.state.value?.programme;
    if (programme) return partyTuning(current, programme);
    if (page !== 'watch' || at === null) return liveTuning(current);
    if (madePast?.channel === current.id && madePast.at === at) return madePast.tuning;
    const past = pastTuning(current, at);
    if (past) madePast = { channel: current.id, at, tuning: past };
    return past ?? liveTuning(current);
  };

  const goLive = (): void => {
    const { page, at } = router.route.value;
    if (page === 'watch' && at !== null) go({ page, channel: channelId.value, at: null }, true);
    else player.goLive();
  };

  // To any moment that is there: in the present playlist, else in the archive, else as near as it goes.
  const seekTo = (date: number): void => {
    const current = channel.value;
    const range = player.range.value;
    if (!current || !range) return;
    if (player.leader.value) return player.leader.value.seekTo(date);
    if (!player.inPast.value && date >= range.to - edgeMs) return goLive();
    if (player.seekTo(date)) return;
    const { archive } = current;
    if (together()) player.seekTo(Math.min(range.to - 1_000, Math.max(range.from + 1_000, date)));
    else if (archive && date < archive.to) go({ page: 'watch', channel: current.id, at: Math.max(date, archive.from) }, true);
    else if (date > range.to) goLive();
    else player.seekTo(range.from + 1_000);
  };

  // Switched on, a television shows a picture: the last one watched, else the first that is live.
  const chooseChannel = (): void => {
    const channels = lineup.channels.value;
    if (!channels || channelId.value !== null || router.route.value.page !== 'watch') return;
    const last = lineup.find(readKept('last_channel', isText));
    const first = last ?? channels.find((candidate) => candidate.state === 'live') ?? channels[0];
    if (first) watch(first.id, true);
  };

  const start = (): void => {
    const { page, tv } = router.route.value;
    if (!tv && page !== 'link' && page !== 'remote' && isTelevision(navigator.userAgent)) router.go({ ...router.route.value, tv: true }, true);
    effect(chooseChannel);
    effect(() => {
      if (router.route.value.page === 'watch') watched.value = router.route.value.channel;
    });
    effect(() => {
      const current = channel.value;
      lineup.watching = channelId.value;
      const tuned = tuning();
      player.tune(current, tuned);
      // An address of a time that is not kept means the channel as it is.
      const { page, at } = router.route.value;
      if (page === 'watch' && at !== null && tuned && tuned.from === null) go({ page, channel: channelId.value, at: null }, true);
      if (current) keep('last_channel', current.id);
    });
    effect(() => {
      const { page } = router.route.value;
      const named = {
        watch: () => channel.value?.name ?? null,
        guide: () => strings.guide.heading,
        programme: () => strings.guide.heading,
        party: () => party.value?.state.value?.title ?? strings.party.heading,
        link: () => strings.link.title,
        remote: () => strings.remote.title,
      }[page]();
      document.title = strings.title(named);
    });
    effect(() => {
      if (session.connection.value.name === 'online') untracked(() => player.networkBack());
    });
    addEventListener('online', () => player.networkBack());
    effect(() => {
      past.forget();
      const { page, party: id, invite } = router.route.value;
      if (page === 'party') session.enter(id == null ? null : `party:${id}`, invite ?? null);
      else session.enter(page === 'link' || page === 'remote' ? null : (channel.value?.room ?? null));
    });
    setInterval(() => (now.value = serverNow()), clockMs);
    effect(() => {
      const { tv, page, view } = router.route.value;
      const seated = tv || page === 'remote' || view === 'remote';
      const user = account.isGuest.value ? null : account.user.value;
      const whom = seated && user ? user.id : null;
      untracked(() => session.sit(whom));
    });
    startScreen(app);
    lineup.start();
    onAir.start();
    void account.begin().then(() => session.start());
  };

  const showChat = (shown: boolean): void => {
    batch(() => (chatShown.value = shown));
    keep('chat_shown', shown);
  };

  const app = { router, account, lineup, player, previews, session, onAir, schedules, now, channelId, channel, party, chatShown, showChat, address, go, watch, step, goLive, seekTo, partyTime, serverNow, start };
  return app;
}

export type App = ReturnType<typeof createApp>;

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('no application around this component');
  return app;
}
