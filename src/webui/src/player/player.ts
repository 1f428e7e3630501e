// SPDX-License-Identifier: MIT
import { batch, computed, signal } from '@preact/signals';
import type { Channel, ChannelState } from '../api';
import { isBoolean, isNumber, keep, readKept } from '../base/kept';
import { browserTimers } from '../base/timers';
import { Progress } from './progress';
import { Recovery, type Trouble } from './recovery';
import { openStream, type Stream } from './stream';
import { isWish, nearest, noTracks, type Tracks } from './tracks';

export type PlayerState = 'playing' | 'starting' | 'down' | 'recovering';

const watchMs = 250;
const liveToleranceS = 4;
const catchUpBeyondS = 6; // after a halt that nobody asked for; a pause stays where it was

// The one video element of the page and what it is tuned to. The element outlives channel changes, so that the permission to
// make sound, once given, stays.
export class Player {
  readonly wantsToPlay = signal(true);
  readonly muted = signal(true);
  readonly volume = signal(readKept('volume', isNumber) ?? 1);
  readonly askForSound = signal(false);
  readonly needsGesture = signal(false);
  readonly unsupported = signal(false);
  readonly latencyMs = signal<number | null>(null);
  readonly atLive = signal(true);
  readonly tracks = signal<Tracks>(noTracks);
  readonly hasPicture = signal(false); // of this channel, at any time since tuning
  readonly state = computed<PlayerState>(() => {
    if (this.unsupported.value) return 'down';
    if (this.moving.value || (!this.wantsToPlay.value && this.hasPicture.value)) return 'playing';
    if (this.channelState.value === 'starting' || this.channelState.value === 'down') return this.channelState.value;
    return this.hasPicture.value || this.troubled.value ? 'recovering' : 'starting';
  });
  serverTime: () => number | null = () => null;
  onStalled: () => void = () => {};

  private readonly moving = signal(false);
  private readonly troubled = signal(false);
  private readonly channelState = signal<ChannelState>('starting');
  private readonly soundBefore = readKept('sound', isBoolean);
  private video: HTMLVideoElement | null = null;
  private playlist: string | null = null;
  private stream: Stream | null = null;
  private building = 0;
  private halted = false;
  private cancelRemedy: (() => void) | null = null;
  private readonly recovery = new Recovery();
  private readonly progress = new Progress();

  constructor() {
    this.muted.value = this.soundBefore !== true;
    this.askForSound.value = this.soundBefore === null;
  }

  attach(video: HTMLVideoElement): () => void {
    this.video = video;
    video.volume = this.volume.value;
    video.muted = this.muted.value;
    const onPause = () => {
      // Hidden pages are paused by some systems; that is not what the viewer wanted.
      if (!document.hidden && this.stream && video.readyState > 1 && !video.seeking) this.wantsToPlay.value = false;
    };
    const onPlay = () => (this.wantsToPlay.value = true);
    const onVolume = () => batch(() => ((this.muted.value = video.muted), (this.volume.value = video.volume)));
    const onVisible = () => {
      if (!document.hidden && this.wantsToPlay.value && video.paused && this.stream) void this.tryToPlay();
    };
    video.addEventListener('pause', onPause);
    video.addEventListener('play', onPlay);
    video.addEventListener('volumechange', onVolume);
    document.addEventListener('visibilitychange', onVisible);
    const watch = setInterval(() => this.watch(), watchMs);
    if (this.playlist !== null && this.channelState.value !== 'starting') void this.build();
    return () => {
      video.removeEventListener('pause', onPause);
      video.removeEventListener('play', onPlay);
      video.removeEventListener('volumechange', onVolume);
      document.removeEventListener('visibilitychange', onVisible);
      clearInterval(watch);
      this.takeDown();
      this.video = null;
    };
  }

  // Where sound without a touch is usual (a television): try it, and ask only when it is refused.
  preferSound(): void {
    if (this.soundBefore !== null) return;
    this.askForSound.value = false;
    this.muted.value = false;
    if (this.video) this.video.muted = false;
  }

  // Called whenever the channel or what is known of it changes.
  tune(channel: Channel | null): void {
    const playlist = channel?.playlist ?? null;
    const before = this.channelState.value;
    batch(() => (this.channelState.value = channel?.state ?? 'starting'));
    if (playlist !== this.playlist) {
      this.playlist = playlist;
      this.takeDown();
      this.recovery.reset();
      batch(() => {
        this.hasPicture.value = this.troubled.value = this.moving.value = false;
        this.latencyMs.value = null;
        this.atLive.value = true;
        this.wantsToPlay.value = true;
      });
      if (channel && channel.state !== 'starting') void this.build();
    } else if (channel && channel.state === 'live' && before !== 'live' && !this.moving.value) {
      this.recovery.reset();
      void this.build();
    }
  }

  // The way to the server is there again: no need to wait for the next try.
  networkBack(): void {
    if (this.playlist === null || this.moving.value || !this.wantsToPlay.value || !this.troubled.value) return;
    this.recovery.reset();
    void this.build();
  }

  pictureTime(): number | null {
    return this.hasPicture.value ? (this.stream?.pictureTime() ?? null) : null;
  }

  toggle(): void {
    if (!this.video) return;
    if (this.wantsToPlay.value && !this.needsGesture.value) {
      this.wantsToPlay.value = false;
      this.video.pause();
    } else {
      this.wantsToPlay.value = true;
      void this.tryToPlay();
    }
  }

  goLive(): void {
    this.stream?.goLive();
    this.wantsToPlay.value = true;
    void this.tryToPlay();
  }

  // Kept for other channels and visits.
  chooseText(index: number): void {
    const chosen = this.tracks.value.texts[index];
    keep('text', chosen ? { label: chosen.label, language: chosen.language } : 'off');
    this.stream?.showText(chosen ? index : -1);
    this.readTracks();
  }

  chooseSound(index: number): void {
    const chosen = this.tracks.value.sounds[index];
    if (!chosen) return;
    keep('sound_track', { label: chosen.label, language: chosen.language });
    this.stream?.hearSound(index);
    this.readTracks();
  }

  toggleText(): void {
    const { text, texts } = this.tracks.value;
    if (texts.length > 0) this.chooseText(text >= 0 ? -1 : 0);
  }

  setMuted(muted: boolean): void {
    if (!this.video) return;
    this.video.muted = muted;
    if (!muted && this.video.volume === 0) this.video.volume = 0.5;
    batch(() => {
      this.muted.value = muted;
      this.askForSound.value = false;
    });
    keep('sound', !muted);
    if (this.needsGesture.value) void this.tryToPlay();
  }

  setVolume(volume: number): void {
    if (!this.video) return;
    const value = Math.min(1, Math.max(0, volume));
    this.video.volume = value;
    this.setMuted(value === 0);
    keep('volume', value);
  }

  private async build(): Promise<void> {
    const { video, playlist } = this;
    this.takeDown();
    if (!video || playlist === null) return;
    const building = this.building;
    let stream: Stream | null = null;
    try {
      stream = await openStream(video, playlist, {
        ready: () => {
          if (this.wantsToPlay.value) void this.tryToPlay();
        },
        trouble: (trouble) => this.treat(trouble),
        tracksFound: () => this.applyWishes(),
        tracksChanged: () => this.readTracks(),
      });
    } catch {
      // The player's own code could not be loaded: the server is away.
      if (building === this.building) this.treat('other');
      return;
    }
    if (building !== this.building) {
      stream?.destroy();
      return;
    }
    this.stream = stream;
    this.applyWishes();
    this.unsupported.value = stream === null;
  }

  private takeDown(): void {
    this.building += 1;
    this.cancelRemedy?.();
    this.cancelRemedy = null;
    const stream = this.stream;
    this.stream = null;
    stream?.destroy();
    this.tracks.value = noTracks;
    this.progress.restart();
  }

  private async tryToPlay(): Promise<void> {
    const { video } = this;
    if (!video) return;
    try {
      await video.play();
      this.needsGesture.value = false;
    } catch (reason) {
      if (!(reason instanceof DOMException) || reason.name !== 'NotAllowedError') return;
      if (video.muted) {
        this.needsGesture.value = true;
        return;
      }
      // No sound without a touch: play silently and say so, instead of not playing at all.
      video.muted = true;
      batch(() => ((this.muted.value = true), (this.askForSound.value = true)));
      await this.tryToPlay();
    }
  }

  private treat(trouble: Trouble): void {
    this.troubled.value = true;
    const { remedy, delayMs } = this.recovery.treat(trouble, browserTimers.now());
    this.cancelRemedy?.();
    this.cancelRemedy = browserTimers.after(delayMs, () => {
      this.cancelRemedy = null;
      if (this.stream?.apply(remedy) !== true) void this.build();
      else if (this.wantsToPlay.value) void this.tryToPlay();
    });
  }

  private applyWishes(): void {
    const { stream } = this;
    if (!stream) return;
    const { texts, sounds, text, sound } = stream.tracks();
    const wantedText = nearest(texts, readKept('text', isWish));
    if (wantedText !== text) stream.showText(wantedText);
    const wantedSound = nearest(sounds, readKept('sound_track', isWish));
    if (wantedSound >= 0 && wantedSound !== sound) stream.hearSound(wantedSound);
    this.readTracks();
  }

  private readTracks(): void {
    this.tracks.value = this.stream?.tracks() ?? noTracks;
  }

  private watch(): void {
    const { video, stream } = this;
    if (!video || !stream) {
      this.moving.value = false;
      return;
    }
    if (!this.wantsToPlay.value || this.needsGesture.value || document.hidden) {
      this.progress.restart();
      this.halted = false;
      this.readTimes();
      return;
    }
    const now = browserTimers.now();
    const motion = this.progress.observe(video.currentTime, now);
    if (motion === 'waiting' && this.hasPicture.value) this.troubled.value = true;
    batch(() => {
      this.moving.value = motion === 'moving' && video.readyState >= 2;
      if (this.moving.value) {
        this.hasPicture.value = true;
        this.troubled.value = false;
        this.recovery.moving(now);
      }
      this.readTimes();
    });
    this.catchUp(stream);
    if (motion === 'stalled' && !this.cancelRemedy && this.channelState.value === 'live') {
      this.onStalled();
      this.treat('stalled');
    }
  }

  // Live television goes on while a picture halts: afterwards it is where the others are.
  private catchUp(stream: Stream): void {
    if (!this.moving.value) this.halted = this.hasPicture.value;
    else if (this.halted) {
      this.halted = false;
      if (stream.behindLive() > catchUpBeyondS) stream.goLive();
    }
  }

  private readTimes(): void {
    const picture = this.pictureTime();
    const server = this.serverTime();
    const latency = picture === null || server === null ? null : server - picture;
    this.latencyMs.value = latency === null || latency < 0 ? null : Math.round(latency / 100) * 100;
    this.atLive.value = (this.stream?.behindLive() ?? 0) <= liveToleranceS;
  }
}

