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
  private gain = 1; // on what the viewer has set, while somebody speaks
  private applied = 1;

  constructor() {
    this.muted.value = this.before !== true;
    this.asked.value = this.before === null;
  }

  attach(video: HTMLVideoElement): () => void {
    this.video = video;
    this.apply();
    video.muted = this.muted.value;
    const onVolume = () =>
      batch(() => {
        this.muted.value = video.muted;
        // Else it is what we have set ourselves; some browsers keep it in coarse steps.
        if (Math.abs(video.volume - this.applied) > 0.01) this.volume.value = Math.min(1, video.volume / this.gain);
      });
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
    if (!muted && this.volume.value === 0) {
      this.volume.value = audible;
      this.apply();
    }
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
    this.volume.value = value;
    this.apply();
    this.setMuted(value === 0);
    keep('volume', value);
  }

  // A factor on the volume; what the viewer has set stays what it is.
  duck(gain: number): void {
    this.gain = gain;
    this.apply();
  }

  private apply(): void {
    if (!this.video) return;
    this.applied = this.volume.value * this.gain;
    this.video.volume = this.applied;
  }
}
