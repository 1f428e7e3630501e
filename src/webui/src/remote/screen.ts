// SPDX-License-Identifier: MIT
import { computed, effect, untracked } from '@preact/signals';
import { deviceName } from '../account/account_api';
import type { App } from '../app_state';
import { randomToken } from '../base/random_token';
import { browserTimers } from '../base/timers';
import type { Couch, Screen, Showing } from '../features/couch/couch';
import { strings } from '../strings';
import { openPath, press, type } from './obey';
import { ScreenReports } from './screen_reports';

const longestTitle = 120;
const afterAskedMs = 1_000; // what was asked has had its effect

// The same as long as the page is open, also when it is loaded anew.
function screenId(): string {
  const key = 'grandstand.screen';
  try {
    const known = sessionStorage.getItem(key);
    if (known) return known;
    const made = randomToken(16);
    sessionStorage.setItem(key, made);
    return made;
  } catch {
    return randomToken(16);
  }
}

function describe(app: App): Showing {
  const { router, player, channel, party } = app;
  const { page, party: id } = router.route.value;
  const title = page === 'party' ? (party.value?.state.value?.title ?? '') : (channel.value?.name ?? '');
  const position = untracked(() => player.pictureTime());
  return {
    page: page === 'link' || page === 'remote' ? 'watch' : page,
    channel: channel.value?.id ?? null,
    party: page === 'party' ? (id ?? null) : null,
    title: Array.from(title).slice(0, longestTitle).join(''),
    playing: player.wantsToPlay.value && player.state.value !== 'down',
    position: position === null ? null : Math.round(position),
    volume: Math.round(player.sound.volume.value * 100),
    muted: player.sound.muted.value,
  };
}

// What makes of the ten-foot version a screen of its account's couch: it says what it shows, and does what it is asked.
export function startScreen(app: App): void {
  const screen = screenId();
  const name = deviceName(navigator.userAgent) || strings.remote.television;
  const sit = (couch: Couch): (() => void) => {
    const tell = (what: Screen) => void couch.show(what).catch(() => {}); // the next one comes by itself
    const reports = new ScreenReports(browserTimers, () => ({ screen, name, state: describe(app) }), tell);
    couch.onSeated = () => reports.changed();
    couch.onAsked = (asked) => {
      if (asked.screen !== screen) return;
      if (asked.name === 'press') press(app, asked.key);
      if (asked.name === 'open') openPath(app, asked.path);
      if (asked.name === 'type') type(asked.text, asked.final);
      browserTimers.after(afterAskedMs, () => reports.changed());
    };
    const unfollow = effect(() => {
      describe(app);
      untracked(() => reports.changed());
    });
    const leave = () => void couch.hide(screen).catch(() => {});
    addEventListener('pagehide', leave);
    return () => {
      leave();
      removeEventListener('pagehide', leave);
      unfollow();
      reports.stop();
      couch.onAsked = couch.onSeated = () => {};
    };
  };
  const couch = computed(() => (app.router.route.value.tv ? app.session.couch.value : null));
  effect(() => {
    const present = couch.value;
    if (present) return untracked(() => sit(present));
  });
}
