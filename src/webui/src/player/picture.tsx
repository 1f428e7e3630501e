// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { ChatOverlay } from '../features/chat/chat_overlay';
import { PollOverlay } from '../features/polls/poll_card';
import { ReactionOverlay } from '../features/reactions/reaction_overlay';
import { Icon } from '../look/icons';
import { Sign } from '../look/wordmark';
import { strings } from '../strings';
import { Controls } from './controls';
import { toggleFullscreen, useFullscreen } from './fullscreen';
import { StateCard } from './state_card';

const idleMs = 3_000;

export function Video() {
  const { player } = useApp();
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => (video.current ? player.attach(video.current) : undefined), [player]);
  return <video ref={video} class="video" playsInline data-testid="player" aria-label={strings.player.region} tabIndex={-1} />;
}

// What stands in the picture's place when there is no channel to show.
export function NoChannel() {
  const { lineup, channelId } = useApp();
  const channels = lineup.channels.value;
  if (channels === null && !lineup.unreachable.value) return <div class="state-card" role="status"><span class="spinner" /></div>;
  const { title, hint } =
    channels === null
      ? { title: strings.channels.unreachable, hint: strings.channels.unreachableHint }
      : channels.length === 0
        ? { title: strings.channels.none, hint: strings.channels.noneHint }
        : { title: strings.channels.unknown(channelId.value ?? ''), hint: strings.channels.unknownHint };
  return (
    <div class="state-card" data-testid="no-channel">
      <Sign class="empty-sign is-large" />
      <strong>{title}</strong>
      <span class="state-hint">{hint}</span>
    </div>
  );
}

export function SoundPill({ text }: { text: string }) {
  const { player } = useApp();
  if (!player.sound.asked.value || !player.sound.muted.value || !player.hasPicture.value) return null;
  return (
    <button type="button" class="sound-pill" data-testid="sound-button" onClick={() => player.sound.setMuted(false)}>
      <Icon name="muted" />
      {text}
    </button>
  );
}

// For a screen reader, and for whoever tests.
export function SpokenState() {
  const { player, channel } = useApp();
  const state = player.state.value;
  const name = channel.value?.name ?? '';
  const said =
    state === 'starting'
      ? strings.player.loading
      : state === 'down'
        ? strings.player.down
        : state === 'recovering'
          ? strings.player.recovering
          : name;
  return (
    <span class="visually-hidden" role="status" data-testid="player-state" data-state={state} data-paused={!player.wantsToPlay.value}>
      {said}
    </span>
  );
}

// Controls are there while something moves over the picture or has the focus, and whenever the picture stands still.
function useControlsShown() {
  const { player } = useApp();
  const [awake, setAwake] = useState(true);
  const timer = useRef(0);
  const sleep = () => {
    clearTimeout(timer.current);
    setAwake(false);
  };
  const wake = () => {
    clearTimeout(timer.current);
    setAwake(true);
    timer.current = window.setTimeout(() => setAwake(false), idleMs);
  };
  useEffect(() => {
    wake();
    return () => clearTimeout(timer.current);
  }, []);
  const still = !player.wantsToPlay.value || player.needsGesture.value;
  return { shown: awake || still, awake, wake, sleep };
}

// `alone`: without a chat beside it.
export function Picture({ alone = false, children }: { alone?: boolean; children?: ComponentChildren }) {
  const { player, channel, session } = useApp();
  const frame = useRef<HTMLDivElement>(null);
  const fullscreen = useFullscreen();
  const controls = useControlsShown();
  const current = channel.value;
  const room = session.room.value;
  const reactionsShown = room?.features.reactions.shown.value ?? true;
  const reactionsLabel = reactionsShown ? strings.reactions.pause : strings.reactions.resume;

  // A mouse plays and pauses with a click; a finger first asks to see the controls.
  const onPictureClick = (event: MouseEvent) => {
    if ((event as PointerEvent).pointerType === 'touch') {
      if (controls.awake) controls.sleep();
      else controls.wake();
      return;
    }
    player.toggle();
  };

  return (
    <div
      class={controls.shown ? 'picture' : 'picture is-idle'}
      ref={frame}
      data-fullscreen-frame
      role="region"
      aria-label={strings.player.region}
      onPointerMove={(event) => {
        if (event.pointerType === 'mouse') controls.wake();
      }}
      onFocusCapture={controls.wake}
    >
      <Video />
      <div class="picture-surface" onClick={onPictureClick} onDblClick={() => toggleFullscreen(frame.current)} />
      {current ? <StateCard channel={current} /> : <NoChannel />}
      {room && <ReactionOverlay reactions={room.features.reactions} shown={reactionsShown} />}
      {room && fullscreen && <ChatOverlay chat={room.features.chat} emotes={room.features.house_rules.emotes.value} />}
      {room && (alone || fullscreen) && <PollOverlay polls={room.features.polls} />}
      {current && player.needsGesture.value && (
        <button type="button" class="big-play" onClick={() => player.toggle()}>
          <Icon name="play" />
          {strings.player.blocked}
        </button>
      )}
      {current && <SoundPill text={strings.player.tapForSound} />}
      {current && (
        <button
          type="button"
          class="control reactions-toggle"
          aria-label={reactionsLabel}
          aria-pressed={!reactionsShown}
          title={reactionsLabel}
          data-testid="reactions-toggle"
          onClick={() => room?.features.reactions.show(!reactionsShown)}
        >
          <Icon name="sparkles" />
        </button>
      )}
      {current && <Controls fullscreen={fullscreen} onFullscreen={() => toggleFullscreen(frame.current)} />}
      <SpokenState />
      {children}
    </div>
  );
}
