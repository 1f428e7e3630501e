// SPDX-License-Identifier: MIT
import type { Timers } from '../../base/timers';
import { bound, encodingOf, makerOf, prefer, withDtx } from './media_bounds';
import type { Description, Said } from './wire';

export const kinds = ['audio', 'video'] as const;
export type Kind = (typeof kinds)[number];
export type LinkState = 'connecting' | 'connected' | 'failed';
export type Tracks = Readonly<Record<Kind, MediaStreamTrack | null>>;
export type Receivers = { readonly [K in Kind]?: RTCRtpReceiver };

export interface LinkOptions {
  readonly connect: () => RTCPeerConnection;
  readonly tracks: () => Tracks;
  readonly send: (said: Said) => void;
  readonly changed: () => void;
  readonly timers: Timers;
}

export const descriptionOf = ({ localDescription }: RTCPeerConnection): Description => ({
  type: localDescription?.type === 'answer' ? 'answer' : 'offer',
  sdp: withDtx(localDescription?.sdp ?? ''),
});

// Candidates of TCP lead nowhere between browsers.
export const isUseful = (candidate: RTCIceCandidate | null): boolean => candidate === null || !/ tcptype active/.test(candidate.candidate);

const patienceMs = 12_000; // for one try to connect
const blinkMs = 4_000; // networks that change come back by themselves
const politenessMs = 2_000;
const mostTries = 3; // before it is called failed; it is tried on

// The connection with one other seat: perfect negotiation (W3C webrtc-pc) over two m-lines that stay, one for sound and one for the picture.
// A track that is switched off is taken from its sender, so nothing is negotiated again but after a failure.
export class Peer {
  state: LinkState = 'connecting';
  receivers: Receivers = {};
  private connection: RTCPeerConnection;
  private making = false;
  private ignoring = false;
  private closed = false;
  private tries = 0;
  private work: Promise<unknown> = Promise.resolve();
  private cancelWait: (() => void) | null = null;

  // `polite`: gives way when both begin at once.
  constructor(private readonly polite: boolean, private readonly options: LinkOptions) {
    this.connection = this.open();
    this.wait(patienceMs);
  }

  offer(): void {
    for (const kind of kinds) {
      const transceiver = this.connection.addTransceiver(kind, { direction: 'sendrecv', sendEncodings: [encodingOf(kind)] });
      prefer(transceiver, kind);
      void transceiver.sender.replaceTrack(this.options.tracks()[kind]);
    }
  }

  receive(said: Said): void {
    this.work = this.work.then(() => (this.closed ? undefined : this.take(said))).catch(() => {}); // what cannot be used is made up for by the next try
  }

  tracksChanged(): void {
    const tracks = this.options.tracks();
    for (const { sender, receiver } of this.connection.getTransceivers()) void sender.replaceTrack(tracks[receiver.track.kind as Kind]).catch(() => {});
  }

  renewIce(configuration: RTCConfiguration): void {
    this.connection.setConfiguration(configuration);
  }

  tryAgain(): void {
    if (this.closed) return;
    this.tries += 1;
    if (this.connection.connectionState !== 'connected') this.enter(this.tries > mostTries ? 'failed' : 'connecting');
    this.wait(patienceMs);
    // Nothing came back, so nothing is lost by beginning anew.
    if (!this.connection.remoteDescription) {
      this.renew();
      this.offer();
      return;
    }
    this.work = this.work.then(async () => {
      if (this.connection.signalingState === 'have-local-offer') await this.connection.setLocalDescription({ type: 'rollback' });
      this.connection.restartIce();
    }).catch(() => {});
  }

  close(): void {
    this.closed = true;
    this.cancelWait?.();
    this.shut();
  }

  private open(): RTCPeerConnection {
    const connection = this.options.connect();
    connection.onnegotiationneeded = () => void this.negotiate(connection);
    connection.onicecandidate = ({ candidate }) => {
      if (candidate && candidate.candidate !== '' && isUseful(candidate)) this.options.send({ candidate: candidate.toJSON() });
    };
    connection.ontrack = ({ receiver }) => {
      this.receivers = { ...this.receivers, [receiver.track.kind]: receiver };
      this.options.changed();
    };
    connection.onconnectionstatechange = () => this.observe(connection.connectionState);
    return connection;
  }

  private shut(): void {
    const { connection } = this;
    connection.onnegotiationneeded = connection.onicecandidate = connection.ontrack = connection.onconnectionstatechange = null;
    connection.close();
  }

  private renew(): void {
    this.shut();
    this.receivers = {};
    this.making = this.ignoring = false;
    this.connection = this.open();
  }

  private async negotiate(connection: RTCPeerConnection): Promise<void> {
    try {
      this.making = true;
      await connection.setLocalDescription();
      if (connection === this.connection && connection.localDescription?.type === 'offer') this.options.send({ description: descriptionOf(connection) });
    } catch {
      // It was closed, or an offer came between; the next try finds out.
    } finally {
      if (connection === this.connection) this.making = false;
    }
  }

  private async take(said: Said): Promise<void> {
    if (!('description' in said)) {
      if (!this.ignoring && said.candidate) await this.connection.addIceCandidate(said.candidate);
      return;
    }
    const { description } = said;
    const isOffer = description.type === 'offer';
    const collides = isOffer && (this.making || this.connection.signalingState !== 'stable');
    this.ignoring = !this.polite && collides;
    if (this.ignoring) return;
    const before = this.connection.remoteDescription;
    // Our own m-lines would stay beside theirs; and whoever has begun anew is another end.
    if (isOffer && ((collides && !before) || (before && makerOf(before.sdp) !== makerOf(description.sdp)))) this.renew();
    await this.connection.setRemoteDescription(description);
    if (isOffer) await this.answer(this.connection);
  }

  private async answer(connection: RTCPeerConnection): Promise<void> {
    const tracks = this.options.tracks();
    const transceivers = connection.getTransceivers();
    for (const transceiver of transceivers) {
      transceiver.direction = 'sendrecv';
      await transceiver.sender.replaceTrack(tracks[transceiver.receiver.track.kind as Kind]);
    }
    await connection.setLocalDescription();
    this.options.send({ description: descriptionOf(connection) });
    for (const { sender, receiver } of transceivers) await bound(sender, receiver.track.kind).catch(() => {});
  }

  private observe(state: RTCPeerConnectionState): void {
    if (state === 'connected') {
      this.tries = 0;
      this.cancelWait?.();
      this.enter('connected');
    }
    if (state === 'disconnected') this.wait(blinkMs);
    if (state === 'failed') {
      this.enter('connecting');
      this.wait(this.tries === 0 ? 0 : blinkMs);
    }
  }

  // Both ends notice at about the same time: the polite one leaves the first word to the other.
  private wait(ms: number): void {
    this.cancelWait?.();
    this.cancelWait = this.options.timers.after(ms + (this.polite ? politenessMs : 0), () => {
      if (this.connection.connectionState === 'connected') this.observe('connected');
      else this.tryAgain();
    });
  }

  private enter(state: LinkState): void {
    if (state === 'connecting' && this.tries > mostTries) state = 'failed';
    if (this.state === state) return;
    this.state = state;
    this.options.changed();
  }
}
