// SPDX-License-Identifier: MIT
import type Hls from 'hls.js';
import type { Loader, LoaderCallbacks, PlaylistLoaderConstructor, PlaylistLoaderContext } from 'hls.js';
import { DiscontinuityBase } from './discontinuity_base';
import { liveTarget } from './live_target';
import type { Remedy, Trouble } from './recovery';

export interface StreamEvents {
  readonly ready: () => void;
  readonly trouble: (trouble: Trouble) => void;
}

// One tuning of one video element to one playlist.
export interface Stream {
  // What is seen now on the programme's timeline, in milliseconds since 1970.
  pictureTime(): number | null;
  // Seconds between the picture and where live viewers are meant to be.
  behindLive(): number;
  goLive(): void;
  // False when this stream cannot do it, and must be built anew.
  apply(remedy: Remedy): boolean;
  destroy(): void;
}

export async function openStream(video: HTMLVideoElement, playlist: string, events: StreamEvents): Promise<Stream | null> {
  const { default: HlsClass } = await import('hls.js');
  if (HlsClass.isSupported()) return new HlsStream(HlsClass, video, playlist, events);
  if (video.canPlayType('application/vnd.apple.mpegurl') !== '') return new NativeStream(video, playlist, events);
  return null;
}

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
  private target: number | null = null;

  constructor(
    HlsClass: typeof Hls,
    private readonly video: HTMLVideoElement,
    playlist: string,
    events: StreamEvents,
  ) {
    const { Events, ErrorTypes, ErrorDetails } = HlsClass;
    const discontinuities = new DiscontinuityBase();
    const { fragLoadPolicy, playlistLoadPolicy } = HlsClass.DefaultConfig;
    this.hls = new HlsClass({
      fragLoadPolicy: { default: { ...fragLoadPolicy.default, errorRetry: retry } },
      pLoader: playlistsThrough(HlsClass, (playlist) => {
        this.aim(liveTarget(playlist));
        return discontinuities.rebase(playlist);
      }),
      playlistLoadPolicy: { default: { ...playlistLoadPolicy.default, errorRetry: retry } },
      backBufferLength: 30,
      capLevelToPlayerSize: true,
      liveDurationInfinity: true,
      startFragPrefetch: true,
    });
    this.hls.on(Events.MANIFEST_PARSED, () => events.ready());
    this.hls.on(Events.ERROR, (_event, fault) => {
      if (!fault.fatal) return;
      const { details, type } = fault;
      if (details === ErrorDetails.MANIFEST_LOAD_ERROR || details === ErrorDetails.MANIFEST_LOAD_TIMEOUT) events.trouble('manifest');
      else if (details === ErrorDetails.MANIFEST_PARSING_ERROR) events.trouble('manifest');
      else if (type === ErrorTypes.NETWORK_ERROR) events.trouble('network');
      else if (type === ErrorTypes.MEDIA_ERROR) events.trouble('media');
      else events.trouble('other');
    });
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

  private aim(target: number | null): void {
    // Set only when it changes: setting it also makes hls.js forget the stalls that it allows for.
    if (target === null || target === this.target) return;
    this.target = target;
    this.hls.targetLatency = target;
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
    this.hls.destroy();
  }
}

class NativeStream implements Stream {
  private readonly onError = () => this.events.trouble(this.video.error?.code === MediaError.MEDIA_ERR_NETWORK ? 'network' : 'other');
  private readonly onReady = () => this.events.ready();

  constructor(
    private readonly video: HTMLVideoElement,
    playlist: string,
    private readonly events: StreamEvents,
  ) {
    video.addEventListener('error', this.onError);
    video.addEventListener('loadedmetadata', this.onReady);
    video.src = playlist;
    video.load();
  }

  pictureTime(): number | null {
    // WebKit only; an invalid date when the playlist has no programme dates.
    const start = (this.video as HTMLVideoElement & { getStartDate?: () => Date }).getStartDate?.();
    const time = start ? start.getTime() : Number.NaN;
    return Number.isFinite(time) ? time + this.video.currentTime * 1000 : null;
  }

  behindLive(): number {
    const { seekable, currentTime } = this.video;
    return seekable.length === 0 ? 0 : Math.max(0, seekable.end(seekable.length - 1) - currentTime - 15);
  }

  goLive(): void {
    const { seekable } = this.video;
    if (seekable.length > 0) this.video.currentTime = Math.max(0, seekable.end(seekable.length - 1) - 6);
  }

  apply(remedy: Remedy): boolean {
    if (remedy !== 'jump_to_live') return false;
    this.goLive();
    return true;
  }

  destroy(): void {
    this.video.removeEventListener('error', this.onError);
    this.video.removeEventListener('loadedmetadata', this.onReady);
    this.video.removeAttribute('src');
    this.video.load();
  }
}
