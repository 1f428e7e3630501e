// SPDX-License-Identifier: MIT
import type { App } from '../app_state';
import { toggleFullscreen } from '../player/fullscreen';
import { skip } from '../player/skip';

export interface ShortcutActions {
  readonly help: () => void;
  readonly digit: (digit: string) => void;
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'button'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable;
}

// A key that a focused control means for itself stays with it.
const belongsToControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('button, a, [role="switch"], [role="log"], [role="slider"], dialog') !== null;

export function handleShortcut(app: App, event: KeyboardEvent, actions: ShortcutActions): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const { player } = app;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if ([' ', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'PageUp', 'PageDown'].includes(key) && belongsToControl(event.target)) return;
  const run: Record<string, () => void> = {
    ' ': () => player.toggle(),
    k: () => player.toggle(),
    m: () => player.sound.setMuted(!player.sound.muted.value),
    f: () => toggleFullscreen(document.querySelector<HTMLElement>('[data-fullscreen-frame]')),
    l: () => app.goLive(),
    ArrowLeft: () => skip(app, -10),
    ArrowRight: () => skip(app, 10),
    s: () => player.languages.toggleText(),
    c: () => {
      app.showChat(true);
      requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-testid="chat-input"]')?.focus());
    },
    g: () => app.go({ page: 'guide', channel: null, at: null }),
    ArrowUp: () => player.sound.setVolume((player.sound.muted.value ? 0 : player.sound.volume.value) + 0.1),
    ArrowDown: () => player.sound.setVolume((player.sound.muted.value ? 0 : player.sound.volume.value) - 0.1),
    PageUp: () => app.step(-1),
    PageDown: () => app.step(1),
    '?': actions.help,
  };
  const action = /^[0-9]$/.test(key) ? () => actions.digit(key) : run[key];
  if (!action) return;
  event.preventDefault();
  action();
}
