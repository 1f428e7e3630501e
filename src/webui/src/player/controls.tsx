// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import { tapeTime } from '../guide/guide_times';
import { Icon, type IconName } from '../look/icons';
import { strings } from '../strings';
import { SeekBar, useSeekBar } from './seek_bar';
import { skip } from './skip';
import { TrackMenu } from './track_menu';

function Volume() {
  const { player } = useApp();
  const muted = player.sound.muted.value;
  const level = muted ? 0 : player.sound.volume.value;
  return (
    <span class="volume">
      <button
        type="button"
        class="control"
        aria-label={muted ? strings.player.unmute : strings.player.mute}
        title={muted ? strings.player.unmute : strings.player.mute}
        data-testid="mute-button"
        onClick={() => player.sound.setMuted(!muted)}
      >
        <Icon name={muted ? 'muted' : 'sound'} />
      </button>
      <input
        class="volume-slider"
        type="range"
        min="0"
        max="1"
        step="0.05"
        value={level}
        aria-label={strings.player.volume}
        style={{ '--level': `${level * 100}%` }}
        onInput={(event) => player.sound.setVolume(Number(event.currentTarget.value))}
      />
    </span>
  );
}

function LiveButton() {
  const { player, goLive } = useApp();
  const live = player.atLive.value && player.wantsToPlay.value;
  return (
    <button
      type="button"
      class={live ? 'live-button is-live' : 'live-button'}
      aria-label={live ? strings.player.atLive : strings.player.backToLive}
      title={live ? strings.player.atLive : strings.player.backToLive}
      data-testid="live-button"
      onClick={goLive}
    >
      <span class="live-dot" aria-hidden="true" />
      {live ? strings.player.live : strings.player.backToLive}
    </button>
  );
}

const longLatencyMs = 60_000;

export function Latency() {
  const { player } = useApp();
  const latency = player.latencyMs.value;
  return (
    <span class="latency" title={strings.player.latencyHint} data-testid="latency">
      <Icon name="clock" />
      {latency === null ? '–' : latency < longLatencyMs ? strings.player.latency((latency / 1000).toFixed(1)) : strings.player.behind(tapeTime(latency))}
    </span>
  );
}

function ControlButton({ icon, label, testId, only, onClick }: { icon: IconName; label: string; testId: string; only?: string; onClick: () => void }) {
  return (
    <button type="button" class={`control ${only ?? ''}`} aria-label={label} title={label} data-testid={testId} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

interface ControlsProps {
  readonly fullscreen: boolean;
  readonly onFullscreen: () => void;
}

export function Controls({ fullscreen, onFullscreen }: ControlsProps) {
  const app = useApp();
  const { player, session, chatShown, showChat } = app;
  const seeking = useSeekBar();
  const picture = player.hasPicture.value;
  const playing = player.wantsToPlay.value && !player.needsGesture.value;
  const taped = app.party.value !== null && player.inPast.value; // what a party watches has its own end
  // In full screen the chat is over the picture or not at all.
  const lines = fullscreen ? session.room.value?.features.chat.lines : undefined;
  const chats = lines ? lines.shown.value : chatShown.value;
  const chat = lines ? (chats ? strings.chat.hideOverPicture : strings.chat.showOverPicture) : chats ? strings.player.hideChat : strings.player.showChat;
  return (
    <div class="controls" role="group" aria-label={strings.player.controls}>
      {seeking && <SeekBar {...seeking} />}
      {seeking && (
        <>
          {seeking.before !== null && <ControlButton icon="toStart" label={strings.player.startOver} testId="start-button" onClick={() => app.seekTo(seeking.before ?? 0)} />}
          <ControlButton icon="back10" label={strings.player.back(10)} testId="back-button" only="only-wide" onClick={() => skip(app, -10)} />
        </>
      )}
      <button
        type="button"
        class="control"
        aria-label={playing ? strings.player.pause : strings.player.play}
        title={playing ? strings.player.pause : strings.player.play}
        data-testid="play-button"
        onClick={() => player.toggle()}
      >
        <Icon name={playing ? 'pause' : 'play'} />
      </button>
      {seeking && !player.atLive.value && (
        <>
          <ControlButton icon="forth10" label={strings.player.forth(10)} testId="forth-button" only="only-wide" onClick={() => skip(app, 10)} />
          {seeking.after !== null && <ControlButton icon="toNext" label={strings.player.nextProgramme} testId="next-button" onClick={() => app.seekTo(seeking.after ?? 0)} />}
        </>
      )}
      <Volume />
      {picture && !taped && <LiveButton />}
      {picture && !taped && <Latency />}
      <span class="controls-space" />
      <TrackMenu />
      <button
        type="button"
        class={lines ? 'control' : 'control only-wide'}
        aria-label={chat}
        title={chat}
        data-testid="chat-button"
        onClick={() => (lines ? lines.show(!chats) : showChat(!chats))}
      >
        <Icon name={chats ? 'chatOff' : 'chat'} />
      </button>
      <button
        type="button"
        class="control"
        aria-label={fullscreen ? strings.player.leaveFullscreen : strings.player.fullscreen}
        title={fullscreen ? strings.player.leaveFullscreen : strings.player.fullscreen}
        onClick={onFullscreen}
      >
        <Icon name={fullscreen ? 'shrink' : 'fullscreen'} />
      </button>
    </div>
  );
}
