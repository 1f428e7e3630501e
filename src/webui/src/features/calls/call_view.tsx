// SPDX-License-Identifier: MIT
import { effect } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { browserTimers } from '../../base/timers';
import { Icon } from '../../look/icons';
import { useFullscreen } from '../../player/fullscreen';
import { strings } from '../../strings';
import { CommandRefused } from '../../socket/outbox';
import { focusFirst, moveFocus } from '../../tv/focus';
import { readRemote } from '../../tv/remote';
import { faultOf } from '../fault_of';
import { CallControls } from './call_controls';
import { CallDialog, Faults } from './call_dialog';
import { CallTile } from './call_tile';
import type { Calls } from './calls';
import { Ducking } from './ducking';
import { followTalkKey } from './talk_key';

function useCalls(): Calls | null {
  const calls = useApp().session.room.value?.features.calls;
  return calls?.offered.value ? calls : null;
}

// Nothing else would be seen: ten feet away, and where the picture is all there is.
function useOnPicture(): boolean {
  const { router } = useApp();
  return useFullscreen() || router.route.value.tv;
}

function whyNot(refusal: unknown): string {
  const code = refusal instanceof CommandRefused ? refusal.refusal.code : '';
  if (code === 'too_large') return strings.call.full;
  return code === 'conflict' ? strings.call.twice : faultOf(refusal);
}

// With arrows alone: up from the picture comes here, past the edge or Back returns to it.
function useRemote(on: boolean) {
  const frame = useRef<HTMLElement>(null);
  useEffect(() => {
    if (!on) return undefined;
    const onKey = (event: KeyboardEvent) => {
      const key = readRemote(event);
      const { activeElement: active } = document;
      if (!key || !frame.current || document.querySelector('dialog[open]')) return;
      const inside = frame.current.contains(active);
      if (inside && key.kind === 'arrow') {
        if (!moveFocus(frame.current, key.direction)) (active as HTMLElement).blur();
      } else if (inside && key.kind === 'back') (active as HTMLElement).blur();
      else if (active === document.body && key.kind === 'arrow' && key.direction === 'up') focusFirst(frame.current);
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    addEventListener('keydown', onKey, true);
    return () => removeEventListener('keydown', onKey, true);
  }, [on]);
  return frame;
}

function InCall({ calls, hosts, onDevices }: { calls: Calls; hosts: boolean; onDevices: () => void }) {
  const entering = calls.session.state.value === 'entering';
  return (
    <>
      <ul class="call-tiles" data-testid="call-tiles">
        {calls.tiles.value.map((tile) => (
          <CallTile key={tile.seat.seat} calls={calls} tile={tile} hosts={hosts} />
        ))}
        {entering && (
          <li class="call-tile" role="status">
            <span class="spinner" />
            <span class="call-name">{strings.call.entering}</span>
          </li>
        )}
      </ul>
      <CallControls calls={calls} onDevices={onDevices} />
    </>
  );
}

function Outside({ calls, onJoin }: { calls: Calls; onJoin: () => void }) {
  const words = strings.call;
  const names = [...new Set(calls.seats.value.map(({ user }) => user.name))];
  return (
    <div class={names.length > 0 ? 'call-invitation is-open' : 'call-invitation'}>
      {names.length > 0 && <span class="call-there">{words.there(names)}</span>}
      <button type="button" class={names.length > 0 ? 'button button-accent' : 'button'} data-testid="call-open" onClick={onJoin}>
        <Icon name="camera" />
        {names.length > 0 ? words.joinIn : words.talk}
      </button>
    </div>
  );
}

function Call({ calls, hosts, onPicture }: { calls: Calls; hosts: boolean; onPicture: boolean }) {
  const [dialog, setDialog] = useState(false);
  const { tv } = useApp().router.route.value;
  const frame = useRemote(tv);
  const told = calls.told.value;
  const refusal = calls.session.refusal.value;
  const inside = calls.active.value;
  return (
    <section class={`call ${onPicture ? 'is-on-picture' : ''} ${inside ? 'is-inside' : ''}`} aria-label={strings.call.heading} ref={frame} data-testid="call" data-state={calls.session.state.value}>
      {inside ? <InCall calls={calls} hosts={hosts} onDevices={() => setDialog(true)} /> : <Outside calls={calls} onJoin={() => setDialog(true)} />}
      <p class="call-told" role="status" data-testid="call-told">
        {told !== null ? strings.call.told[told] : refusal !== null ? whyNot(refusal) : ''}
      </p>
      {inside && !dialog && <Faults calls={calls} />}
      <CallDialog calls={calls} open={dialog} onClose={() => setDialog(false)} />
    </section>
  );
}

// Below the picture, and there is always one: it also holds what has to go on wherever the tiles are.
export function CallBelow({ hosts }: { hosts: boolean }) {
  const { player } = useApp();
  const calls = useCalls();
  const onPicture = useOnPicture();
  useEffect(() => {
    if (!calls) return undefined;
    const ducking = new Ducking(browserTimers, (gain) => player.sound.duck(gain));
    const stopDucking = effect(() => ducking.speaks(calls.othersSpeak.value));
    const stopKey = effect(() => (calls.active.value && calls.pushToTalk.value ? followTalkKey((held) => (calls.talking.value = held)) : undefined));
    const leave = () => calls.leave();
    addEventListener('pagehide', leave);
    return () => {
      removeEventListener('pagehide', leave);
      stopKey();
      stopDucking();
      ducking.stop();
    };
  }, [calls, player]);
  return calls && !(onPicture && calls.active.value) ? <Call calls={calls} hosts={hosts} onPicture={false} /> : null;
}

// In a corner of the picture.
export function CallOnPicture({ hosts }: { hosts: boolean }) {
  const calls = useCalls();
  const onPicture = useOnPicture();
  return calls && onPicture && calls.active.value ? <Call calls={calls} hosts={hosts} onPicture /> : null;
}
