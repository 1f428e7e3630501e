// SPDX-License-Identifier: MIT
import type Hls from 'hls.js';
import type { Loader, LoaderCallbacks, PlaylistLoaderConstructor, PlaylistLoaderContext } from 'hls.js';
import { browserTimers } from '../base/timers';
import { dateRange, secondOf, type DatedPiece, type DateRange } from './date_map';
import { DiscontinuityBase } from './discontinuity_base';
import { LiveRate } from './live_rate';
import { liveTarget } from './live_target';
import { OfferedSounds } from './offered_sounds';
import type { Remedy, Trouble } from './recovery';
import type { Tracks } from './tracks';

export interface StreamEvents {
  readonly ready: () => void;
  readonly trouble: (trouble: Trouble) => void;
  readonly tracksFound: () => void; // others than before
  readonly tracksChanged: () => void; // another one is chosen
  readonly outdated: () => void; // there are sounds that only a stream built anew will have
}

// One tuning of one video element to one playlist.
export interface Stream {
  // What is seen now on the programme's timeline, in milliseconds since 1970.
  pictureTime(): number | null;
  // Seconds between the picture and where live viewers are meant to be.
  behindLive(): number;
  goLive(): void;
  // What can be sought in; null when that is not known.
  range(): DateRange | null;
  // False when it has nothing of that date.
  seekTo(date: number): boolean;
  tracks(): Tracks;
  showText(index: number): void; // -1: none
  hearSound(index: number): void;
  // False when this stream cannot do it, and must be built anew.
  apply(remedy: Remedy): boolean;
  destroy(): void;
}

export interface StreamSource {
  readonly playlist: string;
  readonly startS: number | null; // where in it to begin; null: live
  readonly ownPace: () => boolean; // false: somebody else bends the speed
}

export async function openStream(video: HTMLVideoElement, source: StreamSource, events: StreamEvents): Promise<Stream | null> {
  const { default: HlsClass } = await import('hls.js');
  if (HlsClass.isSupported()) return new HlsStream(HlsClass, video, source, events);
  if (video.canPlayType('application/vnd.apple.mpegurl') !== '') return new NativeStream(video, source, events);
  return null;
}

// A text is known when its segment is over, and some of them only when the text is: a picture that is to have it must wait.
const textLatencyS = 6;

// Quicker and shorter than usual: a live window passes, and our own recovery takes over after that.
const retry = { maxNumRetry: 4, retryDelayMs: 500, maxRetryDelayMs: 2_000 };

// Lets us see every playlist before hls.js does: the first one decides where it begins.
function playlistsThrough(HlsClass: typeof Hls, see: (playlist: string) => string): PlaylistLoaderConstructor {
  const Base = HlsClass.DefaultConfig.loader as unknown as new (...args: unknown[]) => Loader<PlaylistLoaderContext>;
  return class extends Base {
    override load(...[context, config, callbacks]: Parameters<Loader<PlaylistLoaderContext>['load']>): void {
      const onSuccess: LoaderCallbacks<PlaylistLoaderContext>['onSuccess'] = (response, ...rest) => {
        const { data } = response;
        callbacks.onSuccess(typeof data === 'string' ? { ...response, data: see(data) } : response, ...rest);
      };
      super.load(context, config, { ...callbacks, onSuccess });
    }
  } as unknown as PlaylistLoaderConstructor;
}

class HlsStream implements Stream {
  private readonly hls: Hls;
  private readonly rate = new LiveRate();
  private readonly onTime = () => this.keepPlace();
  private readonly sounds: OfferedSounds;
  private target: number | null = null;

  constructor(
    HlsClass: typeof Hls,
    private readonly video: HTMLVideoElement,
    private readonly source: StreamSource,
    events: StreamEvents,
  ) {
    const { playlist, startS } = source;
    const { Events, ErrorTypes, ErrorDetails } = HlsClass;
    const discontinuities = new DiscontinuityBase();
    const readAnew = async () => {
      const answer = await fetch(playlist, { cache: 'no-cache' });
      return answer.ok ? answer.text() : null;
    };
    this.sounds = new OfferedSounds(readAnew, browserTimers, events.outdated);
    const { fragLoadPolicy, playlistLoadPolicy } = HlsClass.DefaultConfig;
    this.hls = new HlsClass({
      fragLoadPolicy: { default: { ...fragLoadPolicy.default, errorRetry: retry } },
      enableCEA708Captions: false, // the server makes WebVTT of them
      pLoader: playlistsThrough(HlsClass, (text) => {
        this.aim(liveTarget(text));
        this.sounds.read(text);
        return discontinuities.rebase(text);
      }),
      playlistLoadPolicy: { default: { ...playlistLoadPolicy.default, errorRetry: retry } },
      backBufferLength: 30,
      capLevelToPlayerSize: true,
      lowLatencyMode: true,
      liveDurationInfinity: true,
      startFragPrefetch: true,
      startPosition: startS ?? -1,
    });
    this.hls.on(Events.MANIFEST_PARSED, () => events.ready());
    for (const event of [Events.SUBTITLE_TRACKS_UPDATED, Events.AUDIO_TRACKS_UPDATED] as const) {
      this.hls.on(event, () => queueMicrotask(events.tracksFound)); // behind the choice that hls.js makes itself
    }
    for (const event of [Events.SUBTITLE_TRACK_SWITCH, Events.AUDIO_TRACK_SWITCHED] as const) this.hls.on(event, () => events.tracksChanged());
    this.hls.on(Events.LEVEL_UPDATED, (_event, { details, level }) => {
      const map = details.fragments.at(-1)?.initSegment?.url;
      const since = details.fragments.find(({ initSegment }) => initSegment?.url === map);
      if (details.live && map !== undefined && since) this.sounds.reached(level, map, details.edge - since.start);
    });
    this.hls.on(Events.ERROR, (_event, fault) => {
      if (!fault.fatal) return;
      const { details, type } = fault;
      if (details === ErrorDetails.MANIFEST_LOAD_ERROR || details === ErrorDetails.MANIFEST_LOAD_TIMEOUT) events.trouble('manifest');
      else if (details === ErrorDetails.MANIFEST_PARSING_ERROR) events.trouble('manifest');
      else if (type === ErrorTypes.NETWORK_ERROR) events.trouble('network');
      else if (type === ErrorTypes.MEDIA_ERROR) events.trouble('media');
      else events.trouble('other');
    });
    video.addEventListener('timeupdate', this.onTime);
    this.hls.loadSource(playlist);
    this.hls.attachMedia(video);
  }

  pictureTime(): number | null {
    const date = this.hls.playingDate;
    return date && Number.isFinite(date.getTime()) ? date.getTime() : null;
  }

  behindLive(): number {
    const target = this.hls.liveSyncPosition;
    if (target === null || target === undefined) return 0;
    // Between two playlists the live point stands still while the picture goes on: one segment of that is no delay.
    const segment = (this.target ?? 0) / 3;
    return Math.max(0, target - this.video.currentTime - segment);
  }

  goLive(): void {
    const target = this.hls.liveSyncPosition;
    if (target !== null && target !== undefined) this.video.currentTime = target;
  }

  range(): DateRange | null {
    return dateRange(this.pieces());
  }

  seekTo(date: number): boolean {
    const second = secondOf(this.pieces(), date);
    if (second !== null) this.video.currentTime = second;
    return second !== null;
  }

  private pieces(): DatedPiece[] {
    const fragments = this.hls.latestLevelDetails?.fragments ?? [];
    return fragments.flatMap(({ start, duration, programDateTime }) => (programDateTime === null ? [] : [{ start, duration, date: programDateTime }]));
  }

  tracks(): Tracks {
    const choice = ({ name, lang }: { name: string; lang?: string }) => ({ label: name, language: lang ?? '' });
    return {
      sounds: this.hls.audioTracks.map(choice),
      sound: this.hls.audioTrack,
      texts: this.hls.subtitleTracks.map(choice),
      text: this.hls.subtitleTrack,
    };
  }

  showText(index: number): void {
    this.hls.subtitleDisplay = index >= 0;
    this.hls.subtitleTrack = index;
    const details = this.hls.latestLevelDetails;
    const usual = this.target ?? (details ? details.partHoldBack || details.holdBack || null : null);
    if (index >= 0) this.hls.targetLatency = Math.max(usual ?? 0, textLatencyS);
    else if (usual !== null) this.hls.targetLatency = usual;
    const live = this.hls.liveSyncPosition;
    if (index >= 0 && live !== null && this.video.currentTime > live) this.goLive();
  }

  hearSound(index: number): void {
    this.hls.audioTrack = index;
  }

  private keepPlace(): void {
    const { video, hls } = this;
    const target = hls.targetLatency;
    if (!this.source.ownPace() || !hls.latestLevelDetails?.partTarget || target === null || video.buffered.length === 0) return;
    const ahead = video.buffered.end(video.buffered.length - 1) - video.currentTime;
    const rate = this.rate.next({ latency: hls.latency, target, ahead });
    if (video.playbackRate !== rate) video.playbackRate = rate;
  }

  private aim(target: number | null): void {
    // Set only when it changes: setting it also makes hls.js forget the stalls that it allows for.
    if (target === null || target === this.target) return;
    this.target = target;
    this.hls.targetLatency = this.hls.subtitleTrack >= 0 ? Math.max(target, textLatencyS) : target;
  }

  apply(remedy: Remedy): boolean {
    switch (remedy) {
      case 'resume_loading':
        this.hls.startLoad();
        return true;
      case 'recover_media':
        this.hls.recoverMediaError();
        return true;
      case 'jump_to_live':
        this.hls.startLoad();
        this.goLive();
        return true;
      case 'rebuild':
        return false;
    }
  }

  destroy(): void {
    this.video.removeEventListener('timeupdate', this.onTime);
    this.sounds.stop();
    this.video.playbackRate = 1;
    this.hls.destroy();
  }
}

class NativeStream implements Stream {
  private readonly onError = () => this.events.trouble(this.video.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'network' : 'other');
  private readonly onReady = () => {
    if (this.source.startS !== null) this.video.currentTime = this.source.startS;
    this.events.ready();
  };
  private readonly onTracks = () => this.events.tracksFound();

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly source: StreamSource,
    private readonly events: StreamEvents,
  ) {
    video.addEventListener('error', this.onError);
    video.addEventListener('loadedmetadata', this.onReady);
    video.textTracks.addEventListener('addtrack', this.onTracks);
    video.src = source.playlist;
    video.load();
  }

  pictureTime(): number | null {
    const start = this.startDate();
    return start === null ? null : start + this.video.currentTime * 1000;
  }

  range(): DateRange | null {
    const start = this.startDate();
    const { seekable } = this.video;
    if (start === null || seekable.length === 0) return null;
    return { from: start + seekable.start(0) * 1000, to: start + seekable.end(seekable.length - 1) * 1000 };
  }

  seekTo(date: number): boolean {
    const start = this.startDate();
    const range = this.range();
    if (start === null || !range || date < range.from || date > range.to) return false;
    this.video.currentTime = (date - start) / 1000;
    return true;
  }

  private startDate(): number | null {
    // WebKit only; an invalid date when the playlist has no programme dates.
    const start = (this.video as HTMLVideoElement & { getStartDate?: () => Date }).getStartDate?.();
    const time = start ? start.getTime() : Number.NaN;
    return Number.isFinite(time) ? time : null;
  }

  behindLive(): number {
    const { seekable, currentTime } = this.video;
    return seekable.length === 0 ? 0 : Math.max(0, seekable.end(seekable.length - 1) - currentTime - 15);
  }

  goLive(): void {
    const { seekable } = this.video;
    if (seekable.length > 0) this.video.currentTime = Math.max(0, seekable.end(seekable.length - 1) - 6);
  }

  tracks(): Tracks {
    const texts = this.texts();
    const sounds = this.sounds();
    const choice = ({ label, language }: { label: string; language: string }) => ({ label: label || language, language });
    return {
      sounds: sounds.map(choice),
      sound: sounds.findIndex(({ enabled }) => enabled),
      texts: texts.map(choice),
      text: texts.findIndex(({ mode }) => mode === 'showing'),
    };
  }

  showText(index: number): void {
    this.texts().forEach((track, i) => (track.mode = i === index ? 'showing' : 'disabled'));
  }

  hearSound(index: number): void {
    this.sounds().forEach((track, i) => (track.enabled = i === index));
  }

  private texts(): TextTrack[] {
    return [...this.video.textTracks].filter(({ kind }) => kind === 'subtitles' || kind === 'captions');
  }

  // WebKit only.
  private sounds(): { label: string; language: string; enabled: boolean }[] {
    return Array.from((this.video as unknown as { audioTracks?: ArrayLike<{ label: string; language: string; enabled: boolean }> }).audioTracks ?? []);
  }

  apply(remedy: Remedy): boolean {
    if (remedy !== 'jump_to_live') return false;
    this.goLive();
    return true;
  }

  destroy(): void {
    this.video.removeEventListener('error', this.onError);
    this.video.removeEventListener('loadedmetadata', this.onReady);
    this.video.textTracks.removeEventListener('addtrack', this.onTracks);
    this.video.removeAttribute('src');
    this.video.load();
  }
}
