// SPDX-License-Identifier: MIT
import { batch, computed, signal } from '@preact/signals';
import type { Channel, ChannelState } from '../api';
import { browserTimers } from '../base/timers';
import { Progress } from './progress';
import { Recovery, type Trouble } from './recovery';
import type { DateRange } from './date_map';
import { Languages } from './languages';
import { Sound } from './sound';
import { openStream, type Stream } from './stream';
import type { Tuning } from './tuning';

export type PlayerState = 'playing' | 'starting' | 'down' | 'recovering';

// Who decides what is played, when it is not the viewer alone.
export interface Leader {
  toggle(): void;
  seekTo(date: number): void;
  goLive(): void;
}

const watchMs = 250;
const stepMs = 250; // of what is told of the position
const mostRefusals = 3;
const liveToleranceS = 4;
const catchUpBeyondS = 6; // after a halt that nobody asked for; a pause stays where it was

// The one video element of the page and what it is tuned to. The element outlives channel changes, so that the permission to
// make sound, once given, stays.
export class Player {
  readonly sound = new Sound();
  readonly languages = new Languages();
  readonly wantsToPlay = signal(true);
  readonly needsGesture = signal(false);
  readonly unsupported = signal(false);
  readonly latencyMs = signal<number | null>(null);
  readonly atLive = signal(true);
  readonly position = signal<number | null>(null); // the date of the picture, and what can be sought in without another playlist
  readonly range = signal<DateRange | null>(null);
  readonly inPast = signal(false); // tuned to the archive
  readonly hasPicture = signal(false); // of this channel, at any time since tuning
  readonly state = computed<PlayerState>(() => {
    if (this.unsupported.value) return 'down';
    if (this.moving.value || (!this.wantsToPlay.value && this.hasPicture.value)) return 'playing';
    if (this.channelState.value === 'starting' || this.channelState.value === 'down') return this.channelState.value;
    return this.hasPicture.value || this.troubled.value ? 'recovering' : 'starting';
  });
  readonly element = signal<HTMLVideoElement | null>(null);
  readonly leader = signal<Leader | null>(null);
  ledAlong = false; // kept in time by somebody else: the player neither bends the speed nor jumps to live
  serverTime: () => number | null = () => null;
  onStalled: () => void = () => {};
  onGone: () => void = () => {}; // the archive has no more what the player is tuned to
  onEnded: (date: number) => void = () => {}; // a playlist of the past is over, at this date

  private readonly moving = signal(false);
  private readonly troubled = signal(false);
  private readonly channelState = signal<ChannelState>('starting');
  private video: HTMLVideoElement | null = null;
  private tuning: Tuning | null = null;
  private behind = false; // the viewer went back and is not to be taken to live
  private seekingTo: number | null = null; // a date, until the picture is there
  private stream: Stream | null = null;
  private building = 0;
  private outdated = false; // the stream is to be built anew when the viewer comes back to live
  private halted = false;
  private refusals = 0; // of the playlist, one after the other
  private cancelRemedy: (() => void) | null = null;
  private readonly recovery = new Recovery();
  private readonly progress = new Progress();

  constructor() {
    this.sound.onTouched = () => {
      if (this.needsGesture.value) void this.tryToPlay();
    };
  }

  attach(video: HTMLVideoElement): () => void {
    this.video = this.element.value = video;
    const silence = this.sound.attach(video);
    const onPause = () => {
      // Hidden pages are paused by some systems; that is not what the viewer wanted.
      if (!document.hidden && this.stream && video.readyState > 1 && !video.seeking && !video.ended) this.wantsToPlay.value = false;
    };
    const onPlay = () => (this.wantsToPlay.value = true);
    const onEnded = () => {
      if (this.tuning?.from != null && this.range.value) this.onEnded(this.range.value.to);
    };
    const onVisible = () => {
      if (!document.hidden && this.wantsToPlay.value && video.paused && this.stream) void this.tryToPlay();
    };
    video.addEventListener('pause', onPause);
    video.addEventListener('play', onPlay);
    video.addEventListener('ended', onEnded);
    document.addEventListener('visibilitychange', onVisible);
    const watch = setInterval(() => this.watch(), watchMs);
    if (this.tuning !== null && this.channelState.value !== 'starting') void this.build();
    return () => {
      video.removeEventListener('pause', onPause);
      video.removeEventListener('play', onPlay);
      video.removeEventListener('ended', onEnded);
      silence();
      document.removeEventListener('visibilitychange', onVisible);
      clearInterval(watch);
      this.takeDown();
      this.video = this.element.value = null;
    };
  }

  // Called whenever the channel or what is known of it changes.
  tune(channel: Channel | null, tuning: Tuning | null): void {
    const before = this.channelState.value;
    // What was can be watched whatever the channel is doing now.
    const state = tuning?.from != null ? 'live' : (channel?.state ?? 'starting');
    batch(() => (this.channelState.value = state));
    if (tuning?.playlist !== this.tuning?.playlist) {
      this.tuning = tuning;
      this.behind = tuning?.from != null;
      this.refusals = 0;
      this.takeDown();
      this.recovery.reset();
      batch(() => {
        this.hasPicture.value = this.troubled.value = this.moving.value = false;
        this.latencyMs.value = this.position.value = this.range.value = null;
        this.inPast.value = this.behind;
        this.atLive.value = !this.behind;
        this.wantsToPlay.value = true;
      });
      if (tuning && state !== 'starting') void this.build();
    } else if (tuning && state === 'live' && before !== 'live' && !this.moving.value) {
      this.recovery.reset();
      void this.build();
    }
  }

  // The way to the server is there again: no need to wait for the next try.
  networkBack(): void {
    if (this.tuning === null || this.moving.value || !this.wantsToPlay.value || !this.troubled.value) return;
    this.recovery.reset();
    void this.build();
  }

  pictureTime(): number | null {
    return this.hasPicture.value ? (this.stream?.pictureTime() ?? null) : null;
  }

  // The same while there is no picture yet.
  playingDate(): number | null {
    return this.stream?.pictureTime() ?? null;
  }

  // To where whoever keeps the picture in time wants it; false when the playlist does not have that.
  goTo(date: number): boolean {
    return this.stream?.seekTo(date) === true;
  }

  // The browser wants a touch before it plays with sound: without, then.
  playSilently(): void {
    if (this.video?.muted) this.needsGesture.value = true;
    else this.sound.refused();
  }

  toggle(): void {
    if (!this.video) return;
    if (this.leader.value && !this.needsGesture.value) return this.leader.value.toggle();
    if (this.wantsToPlay.value && !this.needsGesture.value) {
      this.wantsToPlay.value = false;
      this.video.pause();
    } else {
      this.wantsToPlay.value = true;
      void this.tryToPlay();
    }
  }

  // To another moment of the present playlist; false when it does not have that.
  seekTo(date: number): boolean {
    if (this.stream?.seekTo(date) !== true) return false;
    batch(() => {
      this.behind = true;
      this.seekingTo = this.position.value = date;
    });
    if (this.wantsToPlay.value) void this.tryToPlay();
    return true;
  }

  goLive(): void {
    if (this.leader.value) return this.leader.value.goLive();
    this.behind = false;
    if (this.outdated) return void this.build();
    this.stream?.goLive();
    this.wantsToPlay.value = true;
    void this.tryToPlay();
  }

  private async build(): Promise<void> {
    const { video, tuning } = this;
    const position = this.position.value;
    this.takeDown();
    if (!video || tuning === null) return;
    // Built anew, a stream of the past goes on where it was.
    const startS = tuning.from === null ? null : Math.max(0, ((position ?? tuning.from) - tuning.from) / 1000);
    const building = this.building;
    let stream: Stream | null = null;
    try {
      stream = await openStream(video, { playlist: tuning.playlist, startS, ownPace: () => !this.ledAlong }, {
        ready: () => {
          if (this.wantsToPlay.value) void this.tryToPlay();
        },
        trouble: (trouble) => this.treat(trouble),
        tracksFound: () => this.languages.applyWishes(),
        tracksChanged: () => this.languages.read(),
        outdated: () => {
          if (this.behind) this.outdated = true;
          else void this.build();
        },
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
    this.languages.attach(stream);
    this.unsupported.value = stream === null;
  }

  private takeDown(): void {
    this.building += 1;
    this.outdated = false;
    this.cancelRemedy?.();
    this.cancelRemedy = null;
    const stream = this.stream;
    this.stream = null;
    stream?.destroy();
    this.languages.attach(null);
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
      this.sound.refused();
      await this.tryToPlay();
    }
  }

  private treat(trouble: Trouble): void {
    // Once may be a server that is just starting.
    this.refusals = trouble === 'manifest' ? this.refusals + 1 : 0;
    if (this.inPast.value && this.refusals >= mostRefusals) return this.onGone();
    this.troubled.value = true;
    const treatment = this.recovery.treat(trouble, browserTimers.now());
    const { delayMs } = treatment;
    const remedy = treatment.remedy === 'jump_to_live' && (this.behind || this.ledAlong) ? 'resume_loading' : treatment.remedy;
    this.cancelRemedy?.();
    this.cancelRemedy = browserTimers.after(delayMs, () => {
      this.cancelRemedy = null;
      if (this.stream?.apply(remedy) !== true) void this.build();
      else if (this.wantsToPlay.value) void this.tryToPlay();
    });
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
    if (this.behind || this.ledAlong) this.halted = false;
    else if (!this.moving.value) this.halted = this.hasPicture.value;
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
    this.atLive.value = !this.inPast.value && (this.stream?.behindLive() ?? 0) <= liveToleranceS;
    if (this.atLive.value && this.seekingTo === null) this.behind = false;
    this.range.value = this.stream?.range() ?? null;
    // While it seeks, the player still tells the place that it left.
    if (this.seekingTo !== null && this.video?.seeking === false) this.seekingTo = null;
    this.position.value = this.seekingTo ?? (picture === null ? this.position.value : Math.round(picture / stepMs) * stepMs);
  }
}

