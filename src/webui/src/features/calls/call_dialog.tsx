// SPDX-License-Identifier: MIT
import { useEffect } from 'preact/hooks';
import { Icon } from '../../look/icons';
import { Modal } from '../../look/modal';
import { strings } from '../../strings';
import { choosesLoudspeaker, Tracks } from './call_tile';
import type { Calls } from './calls';
import type { Device, DeviceRole } from './own_media';
import { kinds } from './peer';

const loudest = 0.25; // fills the meter

// `tv`: one button that goes through them, for want of more keys.
function DeviceChoice({ calls, role, tv }: { calls: Calls; role: DeviceRole; tv: boolean }) {
  const { devices, choice, tracks } = calls.media;
  const list = devices.value[role];
  if (list.length === 0 || (role === 'loudspeaker' && !choosesLoudspeaker())) return null;
  // What is open now, which may be another than was wished.
  const track = role === 'microphone' ? tracks.value.audio : role === 'camera' ? tracks.value.video : null;
  const opened = track?.getSettings?.().deviceId ?? choice.value[role];
  const index = Math.max(0, list.findIndex(({ id }) => id === opened));
  const name = ({ label }: Device, at: number) => label || strings.call.unnamed(at + 1);
  const present = list[index];
  const next = list[(index + 1) % list.length];
  if (!present || !next) return null;
  if (tv) {
    return (
      <button type="button" class="button" data-testid={`call-${role}`} onClick={() => void calls.media.choose(role, next.id)}>
        {strings.call.roles[role]}: {name(present, index)}
      </button>
    );
  }
  return (
    <label class="field">
      <span>{strings.call.roles[role]}</span>
      <select value={present.id} data-testid={`call-${role}`} onChange={(event) => void calls.media.choose(role, event.currentTarget.value)}>
        {list.map((device, at) => (
          <option key={device.id} value={device.id}>
            {name(device, at)}
          </option>
        ))}
      </select>
    </label>
  );
}

// What is wrong with our own devices, and what to do.
export function Faults({ calls, onAgain }: { calls: Calls; onAgain?: () => void }) {
  const { faults } = calls.media;
  const said = new Set(kinds.flatMap((kind) => (faults.value[kind] === null ? [] : [strings.call.faults[kind][faults.value[kind]]])));
  if (said.size === 0) return null;
  return (
    <div class="call-faults" role="alert" data-testid="call-faults">
      {[...said].map((text) => (
        <p key={text}>{text}</p>
      ))}
      {onAgain && (
        <button type="button" class="button" data-testid="call-devices-again" onClick={onAgain}>
          {strings.call.again}
        </button>
      )}
    </div>
  );
}

// How we look and sound, before the others see and hear it, and which devices it comes from.
export function CallSetup({ calls, tv = false, onJoined = () => {} }: { calls: Calls; tv?: boolean; onJoined?: () => void }) {
  const words = strings.call;
  const { tracks, asking, faults } = calls.media;
  const inside = calls.active.value;
  useEffect(() => {
    if (!inside) void calls.media.open(['audio']);
  }, []);
  const { audio, video } = tracks.value;
  const join = () => {
    void calls.join(kinds.filter((kind) => tracks.value[kind] !== null));
    onJoined();
  };
  const again = () => void calls.media.open(kinds.filter((kind) => faults.value[kind] !== null));
  const joinWord = audio && video ? words.joinBoth : video ? words.joinCamera : audio ? words.joinVoice : words.joinListening;
  return (
    <div class="call-setup">
      <h2>{inside ? words.devicesTitle : words.dialogTitle}</h2>
      <div class="call-preview" data-testid="call-preview" data-video={video !== null}>
        {video ? <Tracks tracks={[video]} muted loudspeaker={null} mirrored label={words.preview} /> : (
          <button type="button" class="button" data-testid="call-show-camera" onClick={() => void calls.setCamera(true)}>
            <Icon name="camera" />
            {words.showCamera}
          </button>
        )}
        {video && (
          <button type="button" class="control call-preview-off" aria-label={words.cameraOff} title={words.cameraOff} onClick={() => void calls.setCamera(false)}>
            <Icon name="cameraOff" />
          </button>
        )}
        <span class="call-meter" aria-hidden="true">
          <span style={{ transform: `scaleX(${Math.min(1, calls.ownLevel.value / loudest)})` }} />
        </span>
      </div>
      <Faults calls={calls} onAgain={again} />
      {(['microphone', 'camera', 'loudspeaker'] as const).map((role) => (
        <DeviceChoice key={role} calls={calls} role={role} tv={tv} />
      ))}
      <label class="check">
        <input type="checkbox" checked={calls.pushToTalk.value} data-testid="call-push-to-talk" onChange={(event) => calls.setPushToTalk(event.currentTarget.checked)} />
        {words.pushToTalk}
      </label>
      <p class="call-hint">{words.pushToTalkHint}</p>
      {!inside && (
        <button type="button" class="button button-accent button-wide" data-first-focus aria-disabled={asking.value} data-testid="call-join" onClick={() => asking.value || join()}>
          {joinWord}
        </button>
      )}
    </div>
  );
}

export function CallDialog({ calls, open, onClose }: { calls: Calls; open: boolean; onClose: () => void }) {
  const inside = calls.active.value;
  const close = () => {
    onClose();
    if (!calls.active.value) calls.letGo();
  };
  return (
    <Modal open={open} title={inside ? strings.call.devicesTitle : strings.call.dialogTitle} class="call-dialog" onClose={close}>
      <CallSetup calls={calls} onJoined={onClose} />
    </Modal>
  );
}
