// SPDX-License-Identifier: MIT
import { useEffect, useRef } from 'preact/hooks';
import { monogram, tone } from '../../channels/monogram';
import { Icon, type IconName } from '../../look/icons';
import { strings } from '../../strings';
import type { Calls, Tile } from './calls';

type SinkElement = { readonly setSinkId?: (id: string) => Promise<void> } | null; // Safari has none
export const choosesLoudspeaker = (): boolean => 'setSinkId' in HTMLMediaElement.prototype;

// Plays tracks, also while they are silent or black.
export function Tracks({ tracks, muted, loudspeaker, mirrored, label }: { tracks: readonly MediaStreamTrack[]; muted: boolean; loudspeaker: string | null; mirrored: boolean; label: string }) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = video.current;
    if (!element) return;
    element.muted = muted;
    element.srcObject = tracks.length > 0 ? new MediaStream([...tracks]) : null;
    if (tracks.length > 0) void element.play().catch(() => {});
  }, [muted, ...[0, 1].map((index) => tracks[index] ?? null)]);
  useEffect(() => {
    const element = video.current as SinkElement;
    if (loudspeaker !== null && !muted) void element?.setSinkId?.(loudspeaker).catch(() => {});
  }, [loudspeaker, muted]);
  return <video ref={video} class={mirrored ? 'is-mirrored' : ''} playsInline aria-label={label} tabIndex={-1} />;
}

function TileButton({ icon, label, testId, onClick }: { icon: IconName; label: string; testId: string; onClick: () => void }) {
  return (
    <button type="button" class="control call-tile-button" aria-label={label} title={label} data-testid={testId} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

// One seat: a face, or whose it is; a voice; and what is wrong with either.
export function CallTile({ calls, tile, hosts }: { calls: Calls; tile: Tile; hosts: boolean }) {
  const words = strings.call;
  const { seat, own, mine, link, receivers } = tile;
  const { tracks, choice } = calls.media;
  const picture = own ? tracks.value.video : (receivers.video?.track ?? null);
  const voice = mine ? null : (receivers.audio?.track ?? null);
  const seen = own ? picture !== null : seat.video && link === 'connected';
  const muted = own ? !calls.heard.value : !seat.audio;
  const speaks = calls.speaking.value.has(seat.seat) && !muted;
  const name = own ? words.you : seat.user.name;
  const say = (asked: Promise<unknown>) => void asked.catch(() => {});
  return (
    <li class={`call-tile ${speaks ? 'is-speaking' : ''} ${seen ? 'is-seen' : ''}`} data-testid="call-tile" data-seat={seat.seat} data-own={own} data-link={own ? 'connected' : link} data-audio={!muted} data-video={seen} data-speaking={speaks}>
      <Tracks tracks={[voice, picture].filter((track) => track !== null)} muted={own} loudspeaker={choice.value.loudspeaker} mirrored={own} label={name} />
      {!seen && (
        <span class={`call-face ${tone(seat.user.id)}`} aria-hidden="true">
          {monogram(seat.user.name)}
        </span>
      )}
      <span class="call-name">
        {muted && <Icon name="micOff" />}
        <bdi>{name}</bdi>
        {muted && <span class="visually-hidden">, {words.muted}</span>}
        {speaks && <span class="visually-hidden">, {words.speaks}</span>}
      </span>
      {!own && link === 'connecting' && (
        <span class="call-link" title={words.connecting}>
          <span class="spinner" />
          <span class="visually-hidden">{words.connecting}</span>
        </span>
      )}
      {!own && link === 'failed' && (
        <span class="call-link is-failed">
          <span title={words.failedHint(name)}>{words.failed}</span>
          <button type="button" class="button" title={words.failedHint(name)} data-testid="call-again" onClick={() => calls.session.reconnect(seat.seat)}>
            {words.again}
          </button>
        </span>
      )}
      {hosts && !own && (
        <span class="call-tile-actions">
          {seat.audio && <TileButton icon="micOff" label={words.muteOther(name)} testId="call-mute-other" onClick={() => say(calls.mute(seat.seat))} />}
          <TileButton icon="close" label={words.dismiss(name)} testId="call-dismiss" onClick={() => say(calls.dismiss(seat.seat))} />
        </span>
      )}
    </li>
  );
}
