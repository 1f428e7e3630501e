// SPDX-License-Identifier: MIT
import type { App } from '../app_state';

// Forth or back by so many seconds from what is seen.
export function skip(app: App, seconds: number): void {
  const { value: position } = app.player.position;
  if (position !== null) app.seekTo(position + seconds * 1000);
}
