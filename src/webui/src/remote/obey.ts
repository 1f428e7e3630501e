// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import type { App } from '../app_state';
import type { CouchKey } from '../features/couch/couch';
import { parseRoute } from '../routes';

// How a key is called by the remote control of a television, whose pages know what it means there.
const names: Readonly<Partial<Record<CouchKey, string>>> = {
  up: 'ArrowUp',
  down: 'ArrowDown',
  left: 'ArrowLeft',
  right: 'ArrowRight',
  enter: 'Enter',
  back: 'Escape',
  channel_up: 'ChannelUp',
  channel_down: 'ChannelDown',
};
const volumeStep = 0.05;
const renderMs = 50;
const mostTries = 40;

// Counts how often text came while there was no field for it.
export const chatWanted = signal(0);
// Counts how often the volume was changed from elsewhere, so that it is shown.
export const volumeChanged = signal(0);

type Field = HTMLInputElement | HTMLTextAreaElement;
const isField = (element: Element | null): element is Field =>
  element instanceof HTMLTextAreaElement || (element instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit', 'file'].includes(element.type));

const submitOf = (field: Field): HTMLElement | null => field.form?.querySelector<HTMLElement>('button[type="submit"]') ?? null;

function changeVolume({ player }: App, by: number): void {
  const { sound } = player;
  sound.setVolume((sound.muted.value ? 0 : sound.volume.value) + by);
  volumeChanged.value += 1;
}

// A key that nobody took: what a browser does by itself when a real one is pressed.
function byItself(app: App, key: CouchKey, focused: Element | null): void {
  if (key === 'enter') {
    if (isField(focused)) submitOf(focused)?.click();
    else if (focused instanceof HTMLElement && focused !== document.body) focused.click();
  }
  if (key !== 'back') return;
  const dialog = document.querySelector<HTMLDialogElement>('dialog[open]');
  if (dialog) dialog.close();
  else if (app.router.route.value.page !== 'watch') app.go({ page: 'watch', channel: app.channelId.value, at: null });
}

export function press(app: App, key: CouchKey): void {
  const { player } = app;
  if (key === 'volume_up') return changeVolume(app, volumeStep);
  if (key === 'volume_down') return changeVolume(app, -volumeStep);
  if (key === 'mute') {
    player.sound.setMuted(!player.sound.muted.value);
    volumeChanged.value += 1;
    return;
  }
  if (key === 'play_pause') return player.toggle();
  const focused = document.activeElement;
  const event = new KeyboardEvent('keydown', { key: names[key] ?? key, bubbles: true, cancelable: true });
  if ((focused ?? document.body).dispatchEvent(event)) byItself(app, key, focused);
}

// `path`: of one of our own pages. It goes to our router, never to the browser.
export function openPath(app: App, path: string): void {
  const [page = '', query = ''] = path.split('?');
  const route = parseRoute(page, query);
  if (route.page === 'link' || route.page === 'remote') return;
  app.router.go({ ...route, tv: true });
}

function write(field: Field, text: string, final: boolean): void {
  field.focus({ preventScroll: true });
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true }));
  // Whoever hears the text draws before it can be sent.
  if (final) setTimeout(() => submitOf(field)?.click(), renderMs);
}

// Into the field that has the focus, else into the chat, which is opened for it.
export function type(text: string, final: boolean, tries = mostTries): void {
  const focused = document.activeElement;
  const chat = document.querySelector('[data-testid="chat-input"]');
  const field = isField(focused) ? focused : isField(chat) ? chat : null;
  if (field) return write(field, text, final);
  if (tries === mostTries) chatWanted.value += 1;
  if (tries > 0) setTimeout(() => type(text, final, tries - 1), renderMs);
}
