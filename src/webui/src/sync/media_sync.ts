// SPDX-License-Identifier: MIT
import { ordinary, SyncController, type Decision, type Profile } from './controller';
import { MotionSchedule, positionAt, readMotion, type Motion } from './motion';
import { SmoothedPosition } from './smoothed_position';
import { browserTimers, type Timers } from './timers';
import type { ServerClock } from './server_clock';

// Keeps a media element where its room is: looks at the element four times a second, lets the controller decide, and does what it
// says. Knows nothing of sockets and playlists: motions are handed in, reports come out, and how positions are counted is a pair of
// functions.
//
//     const sync = new MediaSync({ media: video, clock, onState: show, onReport: send });
//     sync.follow(motion);       // each motion that the server announces
//     sync.setFree(true);        // the viewer wants to be elsewhere for a while
//     sync.stop();

// The part of an HTMLMediaElement that is used.
export interface SyncedMedia {
  currentTime: number;
  playbackRate: number;
  preservesPitch?: boolean;
  readonly paused: boolean;
  readonly seeking: boolean;
  readonly ended: boolean;
  readonly readyState: number;
  readonly buffered: { readonly length: number; start(index: number): number; end(index: number): number };
  play(): Promise<void>;
  pause(): void;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
}

export type SyncState =
  | 'waiting' // for the clock, a motion or the media
  | 'in_sync'
  | 'catching_up'
  | 'degraded' // nothing helped; tried again after a minute, with the next motion, or by resync()
  | 'free' // the viewer is elsewhere on purpose; resync() brings them back
  | 'blocked'; // the browser wants a touch before it plays; call resync() from one

export interface SyncReport {
  readonly error: number | null; // milliseconds behind the room, null when not known
  readonly rate: number;
  readonly buffer: number; // milliseconds of media loaded ahead
  readonly stalls: number; // since the start
  readonly rtt: number | null; // milliseconds
}

export interface MediaSyncOptions<Media extends SyncedMedia = SyncedMedia> {
  readonly media: Media;
  readonly clock: ServerClock;
  readonly profile?: Profile;
  // Where the picture is, in the milliseconds in which motions count, or null when that is not known yet; without it currentTime. For
  // HLS: () => hls.playingDate?.getTime() ?? null.
  readonly positionOf?: (media: Media) => number | null;
  // Goes there; false when the player cannot.
  readonly seekTo?: (media: Media, position: number) => boolean;
  readonly timers?: Timers;
  readonly hidden?: () => boolean; // whether the page is
  readonly onState?: (state: SyncState) => void;
  readonly onReport?: (report: SyncReport) => void;
  // Somebody pressed pause on the element itself, on a headset, on a keyboard. Without it that sets the viewer free.
  readonly onPausedByViewer?: () => void;
}

const lookEveryMs = 250;
const reportEveryMs = 5_000;
const hasFutureMedia = 3; // HTMLMediaElement.HAVE_FUTURE_DATA
const mostSteps = 3; // pause, seek, wait
const inSyncBeyondMs = 90; // over the dead band
const outOfSyncBeyondMs = 190;

export class MediaSync<Media extends SyncedMedia = SyncedMedia> {
  private readonly media: Media;
  private readonly timers: Timers;
  private readonly profile: Profile;
  private readonly controller: SyncController;
  private readonly schedule = new MotionSchedule();
  private readonly smoothed = new SmoothedPosition();
  private readonly hidden: () => boolean;
  private state: SyncState = 'waiting';
  private error: number | null = null;
  private stalls = 0;
  private free = false;
  private blocked = false;
  private pausing = false; // the pause was ours
  private timeline: string | undefined;
  private loadingSince: number | null = null;
  private cancelLook: (() => void) | null = null;
  private cancelReport: (() => void) | null = null;

  constructor(private readonly options: MediaSyncOptions<Media>) {
    this.media = options.media;
    this.timers = options.timers ?? browserTimers;
    this.profile = options.profile ?? ordinary;
    this.hidden = options.hidden ?? (() => typeof document !== 'undefined' && document.hidden);
    this.controller = new SyncController(this.profile);
    if ('preservesPitch' in this.media) this.media.preservesPitch = true;
    this.pausing = this.media.paused;
    if (this.media.readyState < hasFutureMedia) this.loadingSince = this.timers.now();
    for (const [type, listener] of this.listeners) this.media.addEventListener(type, listener);
    this.cancelLook = this.timers.after(0, this.look);
    this.cancelReport = this.timers.after(reportEveryMs, this.report);
  }

  // Leaves the element as it is, at normal speed.
  stop(): void {
    this.cancelLook?.();
    this.cancelReport?.();
    for (const [type, listener] of this.listeners) this.media.removeEventListener(type, listener);
    this.setRate(1);
  }

  // Takes a motion as it came from the network. False: it is no motion, or not a new one.
  follow(motion: Motion): boolean {
    const read = readMotion(motion);
    if (!read || !this.schedule.take(read)) return false;
    this.look();
    return true;
  }

  // Lets the viewer be wherever they like, or brings them back.
  setFree(free: boolean): void {
    this.free = free;
    if (free) this.setRate(1);
    else this.controller.resync();
    this.blocked = false;
    this.look();
  }

  resync(): void {
    this.setFree(false);
  }

  // Milliseconds behind the room; negative: ahead of it; null when that is not known.
  get behind(): number | null {
    return this.error;
  }

  get currentState(): SyncState {
    return this.state;
  }

  private readonly look = (): void => {
    this.cancelLook?.();
    this.cancelLook = this.timers.after(lookEveryMs, this.look);
    for (let step = 0; step < mostSteps; step += 1) if (!this.carryOut(this.decide())) break;
    this.tellState();
  };

  private decide(): Decision {
    const { media, schedule } = this;
    const now = this.options.clock.now();
    const position = this.position();
    // A paused player is told to play a little before the time, because it takes its time.
    const motion = now === null ? null : schedule.at(now + (media.paused ? this.controller.startLatency : 0));
    if (now === null || position === null || !motion) {
      this.error = null;
      return { do: 'nothing' };
    }
    if (motion.timeline !== this.timeline) {
      this.timeline = motion.timeline;
      this.smoothed.forget();
    }
    const ready = media.readyState >= hasFutureMedia && !media.seeking;
    if (ready && this.loadingSince !== null) {
      this.controller.loaded(this.timers.now() - this.loadingSince);
      this.loadingSince = null;
    }
    const moving = ready && !media.paused && !media.ended;
    const smoothed = this.smoothed.take(position, now, moving ? media.playbackRate : 0);
    this.error = positionAt(motion, now) - smoothed;
    this.lookAgainFor(schedule.next(), now);
    const over = media.ended && this.error > -this.profile.jumpMs; // the film is, for the room as well
    if (this.free || this.blocked || over || (media.paused && this.hidden())) return { do: 'nothing' };
    const ahead = this.ahead();
    const hasMedia = (place: number) => this.loaded(media.currentTime + (place - position) / 1000) > 0;
    return this.controller.decide(motion, { now, position: smoothed, paused: media.paused, ready, ahead, hasMedia });
  }

  // Whether there may be more to do at once.
  private carryOut(decision: Decision): boolean {
    switch (decision.do) {
      case 'nothing':
        return false;
      case 'rate':
        this.setRate(decision.rate);
        return false;
      case 'degraded':
        this.setRate(1);
        return false;
      case 'pause':
        this.pause();
        return true;
      case 'seek':
        this.jump(decision.to);
        return false;
      case 'wait':
        this.pause();
        this.setRate(1);
        this.lookAt(decision.until);
        return false;
      case 'play':
        this.setRate(1);
        void this.play();
        return false;
    }
  }

  private pause(): void {
    if (this.media.paused) return;
    this.pausing = true;
    this.media.pause();
  }

  private async play(): Promise<void> {
    this.pausing = false;
    try {
      await this.media.play();
    } catch (reason) {
      if ((reason as { name?: unknown } | null)?.name === 'NotAllowedError') this.blocked = true;
    }
    this.tellState();
  }

  private jump(position: number): void {
    const seekTo = this.options.seekTo ?? ((media: Media, place: number) => ((media.currentTime = place / 1000), true));
    if (!seekTo(this.media, position)) return this.controller.jumpFailed();
    this.pause();
    this.setRate(1);
    this.smoothed.forget();
  }

  private setRate(rate: number): void {
    if (this.media.playbackRate !== rate) this.media.playbackRate = rate;
  }

  private position(): number | null {
    if (this.media.readyState === 0) return null;
    const position = this.options.positionOf ? this.options.positionOf(this.media) : this.media.currentTime * 1000;
    return position !== null && Number.isFinite(position) ? position : null;
  }

  // Milliseconds of media loaded from a second of the element on.
  private loaded(second: number): number {
    const { buffered } = this.media;
    for (let index = 0; index < buffered.length; index += 1) {
      if (buffered.start(index) <= second && second < buffered.end(index)) return (buffered.end(index) - second) * 1000;
    }
    return 0;
  }

  private ahead(): number {
    return this.loaded(this.media.currentTime);
  }

  private lookAgainFor(next: Motion | null, now: number): void {
    if (next && next.at - now < lookEveryMs + 100) this.lookAt(next.at - (this.media.paused ? this.controller.startLatency : 0));
  }

  // Looks at that server time if it comes before the next regular look.
  private lookAt(serverTime: number): void {
    const now = this.options.clock.now();
    if (now === null) return;
    this.cancelLook?.();
    this.cancelLook = this.timers.after(Math.min(lookEveryMs, Math.max(1, serverTime - now)), this.look);
  }

  private readonly onWaiting = (): void => {
    if (!this.media.paused && !this.media.seeking) this.stalls += 1;
  };

  private readonly onPause = (): void => {
    if (!this.media.paused) return; // it was ours, and is over
    if (this.pausing || this.free || this.media.ended || this.hidden() || this.state === 'waiting') return;
    if (this.options.onPausedByViewer) this.options.onPausedByViewer();
    else this.setFree(true);
  };

  private readonly listeners: readonly (readonly [string, () => void])[] = [
    ['seeked', this.look],
    ['canplay', this.look],
    ['playing', this.look],
    ['waiting', this.onWaiting],
    ['pause', this.onPause],
  ];

  private readonly report = (): void => {
    this.cancelReport = this.timers.after(reportEveryMs, this.report);
    const { error, stalls, media } = this;
    this.options.onReport?.({ error, rate: media.playbackRate, buffer: this.ahead(), stalls, rtt: this.options.clock.rtt });
  };

  private tellState(): void {
    const state = this.judge();
    if (state === this.state) return;
    this.state = state;
    this.options.onState?.(state);
  }

  private judge(): SyncState {
    if (this.free) return 'free';
    if (this.blocked) return 'blocked';
    if (this.error === null) return 'waiting';
    if (this.controller.degraded) return 'degraded';
    const bearable = this.profile.engageMs + (this.state === 'in_sync' ? outOfSyncBeyondMs : inSyncBeyondMs);
    return Math.abs(this.error) <= bearable ? 'in_sync' : 'catching_up';
  }
}
