// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { ManualTimers } from '../../base/manual_timers';
import { CommandRefused } from '../../socket/outbox';
import type { RoomEvent } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { Calls } from './calls';

// For tests: browsers' PeerConnections and a server's call, as far as the application relies on them.

export class FakeTrack {
  enabled = true;
  readyState = 'live';
  onended: (() => void) | null = null;
  constructor(readonly kind: string, readonly label = '') {}
  stop(): void {
    this.readyState = 'ended';
  }
}

class FakeSender {
  track: FakeTrack | null = null;
  private encodings: RTCRtpEncodingParameters[] = [{}];
  async replaceTrack(track: FakeTrack | null): Promise<void> {
    this.track = track;
  }
  getParameters() {
    return { encodings: this.encodings };
  }
  async setParameters({ encodings }: { encodings: RTCRtpEncodingParameters[] }): Promise<void> {
    this.encodings = encodings;
  }
}

class FakeTransceiver {
  mid: string | null = null;
  currentDirection: string | null = null;
  readonly sender = new FakeSender();
  readonly receiver: { track: FakeTrack; level: number; getSynchronizationSources: () => { audioLevel: number }[] };
  constructor(kind: string, public direction: string) {
    this.receiver = { track: new FakeTrack(kind), level: 0, getSynchronizationSources: () => [{ audioLevel: this.receiver.level }] };
  }
}

interface FakeDescription {
  readonly type: 'offer' | 'answer' | 'rollback';
  readonly sdp: string;
}
let made = 0;

// Connects as soon as each end has the other's latest description, and `network.open` says so.
export class FakeConnection {
  signalingState = 'stable';
  connectionState = 'new';
  localDescription: FakeDescription | null = null;
  remoteDescription: FakeDescription | null = null;
  onnegotiationneeded: (() => void) | null = null;
  onicecandidate: ((event: { candidate: unknown }) => void) | null = null;
  ontrack: ((event: { receiver: unknown }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  readonly candidates: unknown[] = [];
  readonly name = `end${++made}`;
  private readonly transceivers: FakeTransceiver[] = [];
  private stable: FakeDescription | null = null; // the local one to roll back to
  private restarts = 0;

  constructor(private readonly network: FakeNetwork, public configuration: RTCConfiguration) {}

  addTransceiver(kind: string, init: { direction: string }): FakeTransceiver {
    const transceiver = new FakeTransceiver(kind, init.direction);
    this.transceivers.push(transceiver);
    if (this.transceivers.length === 1) queueMicrotask(() => this.onnegotiationneeded?.());
    return transceiver;
  }
  getTransceivers(): FakeTransceiver[] {
    return this.transceivers;
  }
  getSenders(): FakeSender[] {
    return this.transceivers.map(({ sender }) => sender);
  }
  setConfiguration(configuration: RTCConfiguration): void {
    this.configuration = configuration;
  }
  restartIce(): void {
    this.restarts += 1;
    queueMicrotask(() => this.signalingState === 'stable' && this.onnegotiationneeded?.());
  }
  async setLocalDescription(description?: FakeDescription): Promise<void> {
    await Promise.resolve();
    if (this.signalingState === 'closed') throw new Error('closed');
    if (description?.type === 'rollback') {
      this.localDescription = this.stable;
      this.signalingState = 'stable';
      return;
    }
    const answer = this.signalingState === 'have-remote-offer';
    this.transceivers.forEach((transceiver, index) => (transceiver.mid ??= String(index)));
    this.localDescription = { type: answer ? 'answer' : 'offer', sdp: `a=fingerprint:${this.name}\r\na=ice-ufrag:${this.restarts}\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10\r\n` };
    this.signalingState = answer ? 'stable' : 'have-local-offer';
    if (answer) this.stable = this.localDescription;
    this.onicecandidate?.({ candidate: { candidate: `candidate of ${this.name}`, toJSON: () => ({ candidate: `candidate of ${this.name}`, sdpMid: '0' }) } });
    this.settle();
  }
  async setRemoteDescription(description: FakeDescription): Promise<void> {
    await Promise.resolve();
    if (description.type === 'answer' && this.signalingState !== 'have-local-offer') throw new Error('no offer was made');
    this.remoteDescription = description;
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
    if (description.type === 'offer' && this.transceivers.length === 0) {
      for (const kind of ['audio', 'video']) this.transceivers.push(new FakeTransceiver(kind, 'recvonly'));
    }
    if (description.type === 'answer') this.stable = this.localDescription;
    this.transceivers.forEach((transceiver, index) => {
      transceiver.mid ??= String(index);
      transceiver.currentDirection = 'sendrecv';
      this.ontrack?.({ receiver: transceiver.receiver });
    });
    this.settle();
  }
  async addIceCandidate(candidate: unknown): Promise<void> {
    this.candidates.push(candidate);
  }
  close(): void {
    this.signalingState = this.connectionState = 'closed';
    this.network.ends.delete(this);
  }

  become(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
  // Whom it speaks with, when both know each other.
  get far(): FakeConnection | undefined {
    const knows = (one: FakeConnection, other: FakeConnection) => one.remoteDescription?.sdp.includes(`${other.name}\r`);
    return [...this.network.ends].find((end) => knows(end, this) && knows(this, end));
  }
  private settle(): void {
    const { far } = this;
    if (!this.network.open || !far || [this, far].some(({ signalingState }) => signalingState !== 'stable')) return;
    for (const end of [this, far]) if (end.connectionState !== 'connected') end.become('connected');
  }
}

export class FakeNetwork {
  open = true;
  readonly ends = new Set<FakeConnection>();
  connect(configuration: RTCConfiguration): RTCPeerConnection {
    const end = new FakeConnection(this, configuration);
    this.ends.add(end);
    return end as unknown as RTCPeerConnection;
  }
}

export class FakeDevices {
  readonly missing = new Set<string>();
  refused = false;
  knowsAll = true; // echoCancellation "all"
  readonly asked: MediaStreamConstraints[] = [];
  readonly tracks: FakeTrack[] = [];
  changed: (() => void) | null = null;

  async getUserMedia(wish: MediaStreamConstraints): Promise<MediaStream> {
    this.asked.push(wish);
    const kinds = (['audio', 'video'] as const).filter((kind) => wish[kind]);
    if (this.refused) throw Object.assign(new Error(), { name: 'NotAllowedError' });
    if (kinds.some((kind) => this.missing.has(kind))) throw Object.assign(new Error(), { name: 'NotFoundError' });
    const echo = (wish.audio as MediaTrackConstraints | undefined)?.echoCancellation;
    if (!this.knowsAll && typeof echo === 'object') throw Object.assign(new Error(), { name: 'OverconstrainedError', constraint: 'echoCancellation' });
    const tracks = kinds.map((kind) => new FakeTrack(kind));
    this.tracks.push(...tracks);
    return { getTracks: () => tracks } as unknown as MediaStream;
  }
  async enumerateDevices(): Promise<MediaDeviceInfo[]> {
    return ['audioinput', 'videoinput', 'audiooutput'].map((kind) => ({ kind, deviceId: `the ${kind}`, label: kind })) as MediaDeviceInfo[];
  }
  addEventListener(_: string, changed: unknown): void {
    this.changed = changed as () => void;
  }
  removeEventListener(): void {
    this.changed = null;
  }
}

interface FakeSeat {
  readonly seat: string;
  readonly page: Page;
  audio: boolean;
  video: boolean;
}
type Body = Record<string, unknown>;
const refuse = (code: string) => new CommandRefused({ code, message: '', retryAfterMs: null });

export interface Page {
  readonly name: string;
  readonly calls: Calls;
  readonly devices: FakeDevices;
  online: boolean;
}

// The server's side of the contract, for a mesh.
export class FakeCall {
  readonly timers = new ManualTimers();
  readonly network = new FakeNetwork();
  readonly seats: FakeSeat[] = [];
  readonly log: { readonly page: string; readonly command: string; readonly body: Body }[] = [];
  mode = 'mesh';
  generation = 100;
  ice: Body = { ice_servers: [{ urls: ['turn:one'], username: 'u', credential: 'c' }] };
  toSfu: ((from: FakeSeat, body: Body) => void) | null = null;
  private next = 1;
  private readonly pages: Page[] = [];

  page(name: string): Page {
    const devices = new FakeDevices();
    const context = {
      me: signal({ id: name, name, role: 'guest' }),
      send: async (command: string, body: Body) => {
        await Promise.resolve();
        if (!page.online) throw refuse('unavailable');
        this.log.push({ page: name, command, body });
        return { position: null, stored: false, result: this.carryOut(page, command, body) };
      },
    } as unknown as FeatureContext;
    const calls = new Calls(context, { connect: (configuration) => this.network.connect(configuration), devices: devices as never, timers: this.timers });
    const page: Page = { name, calls, devices, online: true };
    calls.reset(this.told());
    this.pages.push(page);
    return page;
  }

  told(): Body {
    return { mode: this.mode, generation: this.generation, seats: this.seats.map(({ seat, page, audio, video }) => ({ seat, user: { id: page.name, name: page.name, role: 'guest' }, audio, video })) };
  }
  tellAll(): void {
    for (const page of this.pages) this.tell(page, 'seats', this.told());
  }
  tell(page: Page, kind: string, body: Body): void {
    queueMicrotask(() => page.online && page.calls.event({ kind: `calls.${kind}`, body } as RoomEvent));
  }
  take(seat: string): void {
    const index = this.seats.findIndex((one) => one.seat === seat);
    if (index >= 0) this.seats.splice(index, 1);
    this.tellAll();
  }

  private carryOut(page: Page, command: string, body: Body): Body | undefined {
    if (command === 'calls.enter') {
      const seat = `s.${this.next++}`;
      this.seats.push({ seat, page, audio: body['audio'] === true, video: body['video'] === true });
      this.tellAll();
      return { seat, mode: this.mode, generation: this.generation, ...this.ice };
    }
    const about = this.seats.find(({ seat }) => seat === body['seat']);
    if (!about) throw refuse('not_found');
    if (command === 'calls.leave' || command === 'calls.dismiss') {
      this.take(about.seat);
      if (command === 'calls.dismiss') this.tell(about.page, 'asked', { seat: about.seat, dismissed: true });
    }
    if (command === 'calls.alive') return this.ice;
    if (command === 'calls.update') Object.assign(about, { audio: body['audio'], video: body['video'] });
    if (command === 'calls.update') this.tellAll();
    if (command === 'calls.mute') this.tell(about.page, 'asked', { seat: about.seat, audio: false });
    if (command === 'calls.signal') this.passOn(about, body);
    return undefined;
  }

  private passOn(from: FakeSeat, body: Body): void {
    if (body['generation'] !== this.generation) throw refuse('conflict');
    if (body['to'] === 'sfu') return this.toSfu?.(from, body);
    const to = this.seats.find(({ seat }) => seat === body['to']);
    if (!to) throw refuse('not_found');
    const { seat, ...rest } = body;
    this.tell(to.page, 'signal', { ...rest, from: seat });
  }
}

// Until everybody has done what they do without time passing.
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 400; turn += 1) await Promise.resolve();
}
