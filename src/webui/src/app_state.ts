// SPDX-License-Identifier: MIT
import { batch, computed, effect, signal, untracked } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { Account } from './account/account';
import { isBoolean, isText, keep, readKept } from './base/kept';
import { LineupStore } from './channels/lineup';
import { neighbour } from './channels/tuning';
import { Player } from './player/player';
import { createRouter, isTelevision } from './routes';
import { RoomSession } from './session/room_session';
import { strings } from './strings';

// What a page of the application consists of, and how the parts follow each other: the address names the channel, the channel
// sets player and room.
export function createApp() {
  const router = createRouter();
  const account = new Account();
  const lineup = new LineupStore();
  const player = new Player();
  const session = new RoomSession(account, () => player.pictureTime());
  player.serverTime = () => session.serverTime();
  player.onStalled = () => void lineup.refresh();
  session.onRoomClosed = () => void lineup.refresh();

  const channelId = computed(() => router.route.value.channel);
  const channel = computed(() => lineup.find(channelId.value));
  const chatShown = signal(readKept('chat_shown', isBoolean) ?? true);

  const watch = (id: string, replace = false): void => router.go({ page: router.route.value.page, channel: id }, replace);

  const step = (by: 1 | -1): void => {
    const next = neighbour(lineup.channels.value ?? [], channelId.value, by);
    if (next) watch(next.id);
  };

  // Switched on, a television shows a picture: the last one watched, else the first that is live.
  const chooseChannel = (): void => {
    const channels = lineup.channels.value;
    if (!channels || channelId.value !== null) return;
    const last = lineup.find(readKept('last_channel', isText));
    const first = last ?? channels.find((candidate) => candidate.state === 'live') ?? channels[0];
    if (first) watch(first.id, true);
  };

  const start = (): void => {
    if (router.route.value.page === 'watch' && isTelevision(navigator.userAgent)) {
      router.go({ page: 'tv', channel: channelId.value }, true);
    }
    effect(chooseChannel);
    effect(() => {
      const current = channel.value;
      lineup.watching = channelId.value;
      player.tune(current);
      document.title = strings.title(current?.name ?? null);
      if (current) keep('last_channel', current.id);
    });
    effect(() => {
      if (session.connection.value.name === 'online') untracked(() => player.networkBack());
    });
    addEventListener('online', () => player.networkBack());
    effect(() => session.enter(channel.value?.room ?? null));
    lineup.start();
    void account.begin().then(() => session.start());
  };

  const showChat = (shown: boolean): void => {
    batch(() => (chatShown.value = shown));
    keep('chat_shown', shown);
  };

  return { router, account, lineup, player, session, channelId, channel, chatShown, showChat, watch, step, start };
}

export type App = ReturnType<typeof createApp>;

export const AppContext = createContext<App | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error('no application around this component');
  return app;
}
