// SPDX-License-Identifier: MIT
import { Icon, type IconName } from '../../look/icons';
import { strings } from '../../strings';
import type { Calls } from './calls';

function ControlButton({ icon, label, testId, off = false, danger = false, onClick }: { icon: IconName; label: string; testId: string; off?: boolean; danger?: boolean; onClick: () => void }) {
  return (
    <button type="button" class={`control call-control ${off ? 'is-off' : ''} ${danger ? 'is-danger' : ''}`} aria-label={label} title={label} data-testid={testId} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

// Held with a finger, a mouse, or OK of a remote control.
function HoldToTalk({ calls }: { calls: Calls }) {
  const { talking } = calls;
  const hold = (held: boolean) => () => {
    talking.value = held;
  };
  const key = (held: boolean) => (event: KeyboardEvent) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    talking.value = held;
  };
  return (
    <button type="button" class={talking.value ? 'button call-hold is-held' : 'button call-hold'} aria-pressed={talking.value} data-testid="call-hold" onPointerDown={hold(true)} onPointerUp={hold(false)} onPointerLeave={hold(false)} onPointerCancel={hold(false)} onKeyDown={key(true)} onKeyUp={key(false)} onBlur={hold(false)} onContextMenu={(event) => event.preventDefault()}>
      <Icon name="mic" />
      {strings.call.hold}
    </button>
  );
}

export function CallControls({ calls, onDevices }: { calls: Calls; onDevices?: () => void }) {
  const words = strings.call;
  const { audio, video } = calls.media.tracks.value;
  const silent = audio === null || calls.muted.value;
  return (
    <div class="call-controls" role="group" aria-label={words.heading}>
      {calls.pushToTalk.value && audio !== null && !calls.muted.value ? (
        <HoldToTalk calls={calls} />
      ) : (
        <ControlButton icon={silent ? 'micOff' : 'mic'} label={silent ? words.unmute : words.mute} testId="call-mute" off={silent} onClick={() => calls.setMuted(!silent)} />
      )}
      <ControlButton icon={video ? 'camera' : 'cameraOff'} label={video ? words.cameraOff : words.cameraOn} testId="call-camera-switch" off={!video} onClick={() => void calls.setCamera(video === null)} />
      {onDevices && <ControlButton icon="sliders" label={words.devices} testId="call-devices" onClick={onDevices} />}
      <ControlButton icon="hangUp" label={words.leave} testId="call-leave" danger onClick={() => calls.leave()} />
    </div>
  );
}
