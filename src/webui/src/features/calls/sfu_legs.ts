// SPDX-License-Identifier: MIT
import { bound, encodingOf, prefer } from './media_bounds';
import { descriptionOf, isUseful, kinds, type Kind, type LinkOptions, type LinkState, type Receivers } from './peer';
import type { Said } from './wire';

const patienceMs = 15_000;
const blinkMs = 5_000;

export interface LegOptions extends LinkOptions {
  readonly failed: () => void; // there is no way on but to enter the call again
}

abstract class SfuLeg {
  state: LinkState = 'connecting';
  protected readonly connection: RTCPeerConnection;
  private work: Promise<unknown> = Promise.resolve();
  private cancelWait: (() => void) | null = null;

  constructor(protected readonly options: LegOptions) {
    this.connection = this.open();
  }

  receive(said: Said): void {
    this.work = this.work.then(() => this.take(said)).catch(() => {});
  }
  renewIce(configuration: RTCConfiguration): void {
    this.connection.setConfiguration(configuration);
  }
  close(): void {
    const { connection } = this;
    this.cancelWait?.();
    connection.onicecandidate = connection.ontrack = connection.onconnectionstatechange = null;
    connection.close();
  }

  protected abstract described(description: RTCSessionDescriptionInit): Promise<void>;

  private open(): RTCPeerConnection {
    const connection = this.options.connect();
    connection.onicecandidate = ({ candidate }) => {
      if (isUseful(candidate)) this.options.send({ candidate: candidate && candidate.candidate !== '' ? candidate.toJSON() : null });
    };
    connection.onconnectionstatechange = () => this.observe(connection.connectionState);
    return connection;
  }
  protected wait(ms = patienceMs): void {
    this.cancelWait?.();
    this.cancelWait = this.options.timers.after(ms, () => {
      this.enter('failed');
      this.options.failed();
    });
  }

  private async take(said: Said): Promise<void> {
    if ('description' in said) await this.described(said.description);
    else if (said.candidate) await this.connection.addIceCandidate(said.candidate);
  }
  private observe(state: RTCPeerConnectionState): void {
    if (state === 'connected') {
      this.cancelWait?.();
      this.enter('connected');
    }
    if (state === 'disconnected') this.wait(blinkMs);
    if (state === 'failed') this.wait(0);
  }
  private enter(state: LinkState): void {
    if (this.state === state) return;
    this.state = state;
    this.options.changed();
  }
}

// What we send to the SFU: we offer, it answers.
export class PublishLeg extends SfuLeg {
  async offer(): Promise<void> {
    const { connection } = this;
    this.wait();
    const tracks = this.options.tracks();
    for (const kind of kinds) {
      const transceiver = connection.addTransceiver(kind, { direction: 'sendonly', sendEncodings: [encodingOf(kind)] });
      prefer(transceiver, kind);
      await transceiver.sender.replaceTrack(tracks[kind]);
    }
    await connection.setLocalDescription();
    this.options.send({ description: descriptionOf(connection) });
  }

  tracksChanged(): void {
    const tracks = this.options.tracks();
    this.connection.getSenders().forEach((sender, index) => void sender.replaceTrack(tracks[kinds[index] ?? 'video']).catch(() => {}));
  }

  protected override async described(description: RTCSessionDescriptionInit): Promise<void> {
    if (description.type !== 'answer') return;
    await this.connection.setRemoteDescription(description);
    this.connection.getSenders().forEach((sender, index) => void bound(sender, kinds[index] ?? 'video').catch(() => {}));
  }
}

// What we get from the SFU, of everybody over one connection: it offers whenever people come and go, we answer.
export class WatchLeg extends SfuLeg {
  private seatByMid: ReadonlyMap<string, string> = new Map();

  mapped(streams: ReadonlyMap<string, string>): void {
    this.seatByMid = streams;
    this.options.changed();
  }

  receiversOf(seat: string): Receivers {
    const found: Partial<Record<Kind, RTCRtpReceiver>> = {};
    for (const { mid, receiver, currentDirection } of this.connection.getTransceivers()) {
      if (mid !== null && currentDirection !== 'inactive' && this.seatByMid.get(mid) === seat) found[receiver.track.kind as Kind] = receiver;
    }
    return found;
  }

  protected override async described(description: RTCSessionDescriptionInit): Promise<void> {
    if (description.type !== 'offer') return;
    if (this.state !== 'connected') this.wait();
    await this.connection.setRemoteDescription(description);
    await this.connection.setLocalDescription();
    this.options.send({ description: descriptionOf(this.connection) });
    this.options.changed();
  }
}
