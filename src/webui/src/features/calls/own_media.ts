// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { keep, readKept } from '../../base/kept';
import { isFields } from '../../socket/protocol';
import { picture } from './media_bounds';
import { kinds, type Kind, type Tracks } from './peer';

// insecure: browsers give neither on plain http; refused: the viewer or the system said no; busy: another program has it.
export type MediaFault = 'insecure' | 'refused' | 'missing' | 'busy' | 'unplugged';
export type Devices = Pick<MediaDevices, 'getUserMedia' | 'enumerateDevices' | 'addEventListener' | 'removeEventListener'>;
export interface Choice {
  readonly microphone: string | null;
  readonly camera: string | null;
  readonly loudspeaker: string | null;
}
export type DeviceRole = keyof Choice;
export interface Device {
  readonly id: string;
  readonly label: string;
}

const roleOf: Readonly<Record<string, DeviceRole>> = { audioinput: 'microphone', videoinput: 'camera', audiooutput: 'loudspeaker' };
const none: Choice = { microphone: null, camera: null, loudspeaker: null };
const isChoice = (value: unknown): value is Choice => isFields(value) && Object.keys(none).every((role) => value[role] === null || typeof value[role] === 'string');

// Where supported, all that this machine plays is taken out of what its microphone hears: the film, too. Browsers that know only
// yes and no take the word for a yes.
function constraintsOf(kind: Kind, choice: Choice, echo: unknown): MediaTrackConstraints {
  const id = kind === 'audio' ? choice.microphone : choice.camera;
  const device = id === null ? {} : { deviceId: { ideal: id } };
  return kind === 'audio'
    ? { ...device, echoCancellation: echo as boolean, noiseSuppression: true, autoGainControl: true }
    : { ...device, width: { ideal: picture.width }, height: { ideal: picture.height }, frameRate: { ideal: picture.frameRate, max: picture.frameRate } };
}

function mediaFaultOf(reason: unknown): MediaFault {
  const name = isFields(reason) || reason instanceof Error ? (reason as { name?: unknown }).name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  return name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'busy';
}
const isUnknownEcho = (reason: unknown): boolean => mediaFaultOf(reason) === 'missing' && (reason as { constraint?: unknown }).constraint === 'echoCancellation';

// Our microphone and camera.
export class OwnMedia {
  readonly tracks = signal<Tracks>({ audio: null, video: null });
  readonly faults = signal<Readonly<Record<Kind, MediaFault | null>>>({ audio: null, video: null });
  readonly devices = signal<Readonly<Record<DeviceRole, readonly Device[]>>>({ microphone: [], camera: [], loudspeaker: [] });
  readonly choice = signal<Choice>(readKept('call_devices', isChoice) ?? none);
  readonly asking = signal(false); // the browser asks the viewer, or the device starts
  private readonly asked: Record<Kind, number> = { audio: 0, video: 0 }; // how often; only the last answer counts
  private waiting = 0;
  private readonly onDevices = () => void this.list();

  // `devices`: undefined where the browser has none, on plain http.
  constructor(private readonly source: Devices | undefined) {}

  // Opens what is wanted and not there yet; what cannot be had is a fault, and the rest is had.
  async open(wanted: readonly Kind[]): Promise<void> {
    const missing = wanted.filter((kind) => this.tracks.value[kind] === null);
    if (missing.length === 0) return;
    const { source } = this;
    if (!source) return this.tell(missing, 'insecure');
    for (const kind of missing) this.asked[kind] += 1;
    const asked = { ...this.asked };
    this.waiting += 1;
    this.asking.value = true;
    source.removeEventListener('devicechange', this.onDevices);
    source.addEventListener('devicechange', this.onDevices);
    try {
      await this.take(source, missing, asked);
    } catch (reason) {
      // Only one of both may be there. Who said no to both is asked for the voice alone, and not for a third time.
      if (missing.length === 1) this.tell(missing, mediaFaultOf(reason));
      else for (const kind of mediaFaultOf(reason) === 'refused' ? (['audio'] as const) : missing) {
        await this.take(source, [kind], asked).catch((alone: unknown) => this.tell([kind], mediaFaultOf(alone)));
      }
      if (missing.length > 1 && mediaFaultOf(reason) === 'refused') this.tell(['video'], 'refused');
    }
    this.waiting -= 1;
    this.asking.value = this.waiting > 0;
    await this.list();
  }

  close(which: readonly Kind[] = kinds): void {
    for (const kind of which) {
      this.asked[kind] += 1;
      this.set(kind, null);
    }
    if (kinds.every((kind) => this.tracks.value[kind] === null)) this.source?.removeEventListener('devicechange', this.onDevices);
  }

  async choose(role: DeviceRole, id: string): Promise<void> {
    this.choice.value = { ...this.choice.value, [role]: id };
    keep('call_devices', this.choice.value);
    const kind = role === 'microphone' ? 'audio' : 'video';
    if (role === 'loudspeaker' || this.tracks.value[kind] === null) return;
    this.set(kind, null); // many cameras cannot be open twice
    await this.open([kind]);
  }

  private async take(source: Devices, which: readonly Kind[], asked: Readonly<Record<Kind, number>>): Promise<void> {
    const wish = (echo: unknown): MediaStreamConstraints =>
      Object.fromEntries(which.map((kind) => [kind, constraintsOf(kind, this.choice.value, echo)]));
    const stream = await source.getUserMedia(wish({ exact: 'all' })).catch((reason: unknown) => {
      if (!isUnknownEcho(reason)) throw reason;
      return source.getUserMedia(wish(true));
    });
    for (const track of stream.getTracks()) {
      const kind = track.kind as Kind;
      if (asked[kind] === this.asked[kind]) this.set(kind, track);
      else track.stop(); // nobody wants it any more
    }
  }

  private set(kind: Kind, track: MediaStreamTrack | null): void {
    const before = this.tracks.value[kind];
    if (before) {
      before.onended = null;
      before.stop();
    }
    if (track) {
      track.onended = () => {
        this.set(kind, null);
        this.tell([kind], 'unplugged');
        void this.list();
      };
    }
    this.tracks.value = { ...this.tracks.value, [kind]: track };
    this.tell([kind], null);
  }

  private tell(which: readonly Kind[], fault: MediaFault | null): void {
    this.faults.value = { ...this.faults.value, ...Object.fromEntries(which.map((kind) => [kind, fault])) };
  }

  private async list(): Promise<void> {
    const all = (await this.source?.enumerateDevices().catch(() => [])) ?? [];
    const found: Record<DeviceRole, Device[]> = { microphone: [], camera: [], loudspeaker: [] };
    for (const { kind, deviceId, label } of all) {
      const role = roleOf[kind];
      if (role && deviceId !== '') found[role].push({ id: deviceId, label });
    }
    this.devices.value = found;
  }
}
