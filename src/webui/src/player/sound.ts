// SPDX-License-Identifier: MIT
import { batch, signal } from '@preact/signals';
import { isBoolean, isNumber, keep, readKept } from '../base/kept';

const audible = 0.5; // where sound is switched on and the volume is none

// Whether the video element is heard and how loud; kept for other visits.
export class Sound {
  readonly muted = signal(true);
  readonly volume = signal(readKept('volume', isNumber) ?? 1);
  readonly asked = signal(false); // for a touch: browsers make no sound before
  onTouched: () => void = () => {}; // the viewer has acted, so that a browser allows what it refused before

  private readonly before = readKept('sound', isBoolean);
  private video: HTMLVideoElement | null = null;

  constructor() {
    this.muted.value = this.before !== true;
    this.asked.value = this.before === null;
  }

  attach(video: HTMLVideoElement): () => void {
    this.video = video;
    video.volume = this.volume.value;
    video.muted = this.muted.value;
    const onVolume = () => batch(() => ((this.muted.value = video.muted), (this.volume.value = video.volume)));
    video.addEventListener('volumechange', onVolume);
    return () => {
      video.removeEventListener('volumechange', onVolume);
      this.video = null;
    };
  }

  // Where sound without a touch is usual (a television): try it, and ask only when it is refused.
  prefer(): void {
    if (this.before !== null) return;
    this.asked.value = false;
    this.muted.value = false;
    if (this.video) this.video.muted = false;
  }

  // The browser refused to play with sound: silently, and ask.
  refused(): void {
    if (this.video) this.video.muted = true;
    batch(() => ((this.muted.value = true), (this.asked.value = true)));
  }

  setMuted(muted: boolean): void {
    if (!this.video) return;
    this.video.muted = muted;
    if (!muted && this.video.volume === 0) this.video.volume = audible;
    batch(() => {
      this.muted.value = muted;
      this.asked.value = false;
    });
    keep('sound', !muted);
    this.onTouched();
  }

  setVolume(volume: number): void {
    if (!this.video) return;
    const value = Math.min(1, Math.max(0, volume));
    this.video.volume = value;
    this.setMuted(value === 0);
    keep('volume', value);
  }
}
