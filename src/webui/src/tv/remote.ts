// SPDX-License-Identifier: MIT
import type { Direction } from './spatial';

export type RemoteKey =
  | { readonly kind: 'arrow'; readonly direction: Direction }
  | { readonly kind: 'ok' | 'back' | 'channel_up' | 'channel_down' | 'play_pause' | 'mute' | 'guide' | 'rewind' | 'forward' }
  | { readonly kind: 'digit'; readonly digit: string };

// Names differ from maker to maker; the numbers are those of LG (461) and Samsung (10009), and of both, which send no name.
export function readRemote(event: { readonly key: string; readonly keyCode: number }): RemoteKey | null {
  switch (event.key) {
    case 'ArrowUp':
      return { kind: 'arrow', direction: 'up' };
    case 'ArrowDown':
      return { kind: 'arrow', direction: 'down' };
    case 'ArrowLeft':
      return { kind: 'arrow', direction: 'left' };
    case 'ArrowRight':
      return { kind: 'arrow', direction: 'right' };
    case 'Enter':
    case 'Select':
      return { kind: 'ok' };
    case 'Escape':
    case 'Backspace':
    case 'GoBack':
    case 'BrowserBack':
    case 'XF86Back':
      return { kind: 'back' };
    case 'ChannelUp':
    case 'PageUp':
      return { kind: 'channel_up' };
    case 'ChannelDown':
    case 'PageDown':
      return { kind: 'channel_down' };
    case 'MediaPlayPause':
    case 'MediaPlay':
    case 'MediaPause':
      return { kind: 'play_pause' };
    case 'MediaRewind':
      return { kind: 'rewind' };
    case 'MediaFastForward':
      return { kind: 'forward' };
    case 'Guide':
      return { kind: 'guide' };
    case 'AudioVolumeMute':
      return { kind: 'mute' };
    default:
      break;
  }
  if (/^[0-9]$/.test(event.key)) return { kind: 'digit', digit: event.key };
  if (event.keyCode === 412) return { kind: 'rewind' };
  if (event.keyCode === 417) return { kind: 'forward' };
  if (event.keyCode === 458) return { kind: 'guide' };
  return event.keyCode === 461 || event.keyCode === 10009 ? { kind: 'back' } : null;
}
