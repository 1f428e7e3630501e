// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';

// Older WebKit knows only the prefixed calls; a phone of Apple only the one on the video itself.
interface WebkitElement extends HTMLElement {
  webkitRequestFullscreen?: () => void;
}
interface WebkitVideo extends HTMLVideoElement {
  webkitEnterFullscreen?: () => void;
}
interface WebkitDocument extends Document {
  webkitFullscreenElement?: Element | null;
  webkitExitFullscreen?: () => void;
}

const present = (): Element | null => document.fullscreenElement ?? (document as WebkitDocument).webkitFullscreenElement ?? null;

export function toggleFullscreen(frame: HTMLElement | null): void {
  if (!frame) return;
  if (present()) {
    if (document.exitFullscreen) void document.exitFullscreen();
    else (document as WebkitDocument).webkitExitFullscreen?.();
    return;
  }
  const element = frame as WebkitElement;
  const ask = element.requestFullscreen?.bind(element) ?? element.webkitRequestFullscreen?.bind(element);
  if (ask) void Promise.resolve(ask()).catch(() => {});
  else frame.querySelector<WebkitVideo>('video')?.webkitEnterFullscreen?.();
}

export function useFullscreen(): boolean {
  const [fullscreen, setFullscreen] = useState(present() !== null);
  useEffect(() => {
    const follow = () => setFullscreen(present() !== null);
    document.addEventListener('fullscreenchange', follow);
    document.addEventListener('webkitfullscreenchange', follow);
    return () => {
      document.removeEventListener('fullscreenchange', follow);
      document.removeEventListener('webkitfullscreenchange', follow);
    };
  }, []);
  return fullscreen;
}
