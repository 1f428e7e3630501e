// SPDX-License-Identifier: MIT

// A sidebar of tiles: small pictures, speech. What one seat sends is at most this, whatever the line could carry.
export const picture = { width: 320, height: 180, frameRate: 15 } as const;
const videoBitsPerSecond = 150_000;
const audioBitsPerSecond = 32_000;

export const encodingOf = (kind: string): RTCRtpEncodingParameters =>
  kind === 'video' ? { maxBitrate: videoBitsPerSecond, maxFramerate: picture.frameRate } : { maxBitrate: audioBitsPerSecond };

// Bounds a sender whose transceiver the other end has begun.
export async function bound(sender: RTCRtpSender, kind: string): Promise<void> {
  const parameters = sender.getParameters();
  if (!parameters.encodings?.length) return; // before the first negotiation some browsers have none
  for (const encoding of parameters.encodings) Object.assign(encoding, encodingOf(kind));
  await sender.setParameters(parameters);
}

const wanted = ['video/vp8', 'video/rtx', 'audio/opus'];

// Few codecs, so that what is signalled stays small.
export function prefer(transceiver: RTCRtpTransceiver, kind: string): void {
  const codecs = globalThis.RTCRtpReceiver?.getCapabilities?.(kind)?.codecs.filter(({ mimeType }) => wanted.includes(mimeType.toLowerCase()));
  if (codecs?.length) transceiver.setCodecPreferences?.(codecs);
}

// Whoever reads this sends nothing while nobody speaks.
export function withDtx(sdp: string): string {
  const opus = /^a=rtpmap:(\d+) opus\/48000/im.exec(sdp)?.[1];
  if (opus === undefined || sdp.includes('usedtx=1')) return sdp;
  return sdp.replace(new RegExp(`^(a=fmtp:${opus} [^\r\n]*)`, 'm'), '$1;usedtx=1');
}

// The end that made a description: the same for all of one connection.
export const makerOf = (sdp: string | undefined): string => /^a=fingerprint:(.*)$/m.exec(sdp ?? '')?.[1]?.trim() ?? '';
