// SPDX-License-Identifier: MIT

const audible = 0.02; // of full scale, about -34 dB
const holdMs = 500; // between words

// Who speaks, from levels that are looked at now and then.
export class Speaking {
  private readonly until = new Map<string, number>();

  // Those who speak now, of those given.
  heard(levels: ReadonlyMap<string, number>, now: number): ReadonlySet<string> {
    for (const [seat, level] of levels) if (level >= audible) this.until.set(seat, now + holdMs);
    for (const [seat, until] of this.until) if (until <= now || !levels.has(seat)) this.until.delete(seat);
    return new Set(this.until.keys());
  }
}

// How loud what a receiver plays is, 0 to 1.
export function levelOf(receiver: RTCRtpReceiver | undefined): number {
  return Math.max(0, ...(receiver?.getSynchronizationSources?.() ?? []).map(({ audioLevel }) => audioLevel ?? 0));
}

// How loud our own microphone is, whether or not anybody hears it.
export class LevelMeter {
  private context: AudioContext | null = null;
  private analyser: AnalyserNode | null = null;
  private samples = new Float32Array(512);
  private track: MediaStreamTrack | null = null;

  level(track: MediaStreamTrack | null): number {
    if (track !== this.track) this.listen(track);
    if (!this.analyser || !track?.enabled) return 0;
    this.analyser.getFloatTimeDomainData(this.samples);
    return Math.sqrt(this.samples.reduce((sum, sample) => sum + sample * sample, 0) / this.samples.length);
  }

  private listen(track: MediaStreamTrack | null): void {
    this.track = track;
    void this.context?.close();
    this.context = this.analyser = null;
    if (!track || typeof AudioContext === 'undefined') return;
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = this.samples.length;
    this.context.createMediaStreamSource(new MediaStream([track])).connect(this.analyser);
  }
}
