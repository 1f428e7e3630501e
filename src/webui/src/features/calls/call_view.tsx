// SPDX-License-Identifier: MIT
import { effect } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { browserTimers } from '../../base/timers';
import { Icon } from '../../look/icons';
import { useFullscreen } from '../../player/fullscreen';
import { strings } from '../../strings';
import { CommandRefused } from '../../socket/outbox';
import { faultOf } from '../fault_of';
import { CallControls } from './call_controls';
import { CallDialog, CallSetup, Faults } from './call_dialog';
import { CallTile } from './call_tile';
import type { Calls } from './calls';
import { Ducking } from './ducking';
import { followTalkKey } from './talk_key';

function useCalls(): Calls | null {
  const calls = useApp().session.room.value?.features.calls;
  return calls?.offered.value ? calls : null;
}

function whyNot(refusal: unknown): string {
  const code = refusal instanceof CommandRefused ? refusal.refusal.code : '';
  if (code === 'too_large') return strings.call.full;
  return code === 'conflict' ? strings.call.twice : faultOf(refusal);
}

function Tiles({ calls, hosts }: { calls: Calls; hosts: boolean }) {
  return (
    <ul class="call-tiles" data-testid="call-tiles">
      {calls.tiles.value.map((tile) => (
        <CallTile key={tile.seat.seat} calls={calls} tile={tile} hosts={hosts} />
      ))}
      {calls.session.state.value === 'entering' && (
        <li class="call-tile" role="status">
          <span class="spinner" />
          <span class="call-name">{strings.call.entering}</span>
        </li>
      )}
    </ul>
  );
}

function Told({ calls }: { calls: Calls }) {
  const told = calls.told.value;
  const refusal = calls.session.refusal.value;
  return (
    <p class="call-told" role="status" data-testid="call-told">
      {told !== null ? strings.call.told[told] : refusal !== null ? whyNot(refusal) : ''}
    </p>
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

function Call({ calls, hosts, onPicture = false }: { calls: Calls; hosts: boolean; onPicture?: boolean }) {
  const [dialog, setDialog] = useState(false);
  const inside = calls.active.value;
  return (
    <section class={`call ${onPicture ? 'is-on-picture' : ''} ${inside ? 'is-inside' : ''}`} aria-label={strings.call.heading} data-testid="call" data-state={calls.session.state.value}>
      {inside && <Tiles calls={calls} hosts={hosts} />}
      {inside ? <CallControls calls={calls} onDevices={() => setDialog(true)} /> : <Outside calls={calls} onJoin={() => setDialog(true)} />}
      <Told calls={calls} />
      {inside && !dialog && <Faults calls={calls} />}
      <CallDialog calls={calls} open={dialog} onClose={() => setDialog(false)} />
    </section>
  );
}

// What goes on wherever the tiles are: the programme steps back, the key to talk, a seat given up with the page.
function useCallSide(calls: Calls | null): void {
  const { player } = useApp();
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
}

// Below the picture, unless that is all there is to be seen.
export function CallBelow({ hosts }: { hosts: boolean }) {
  const calls = useCalls();
  const fullscreen = useFullscreen();
  useCallSide(calls);
  return calls && !(fullscreen && calls.active.value) ? <Call calls={calls} hosts={hosts} /> : null;
}

// In a corner of the picture while it fills the screen.
export function CallOnPicture({ hosts }: { hosts: boolean }) {
  const calls = useCalls();
  const fullscreen = useFullscreen();
  return calls && fullscreen && calls.active.value ? <Call calls={calls} hosts={hosts} onPicture /> : null;
}

// Ten feet away: faces in a corner of the picture, or, with the panel open, in that with all that can be done.
export function TvCall({ open }: { open: boolean }) {
  const calls = useCalls();
  useCallSide(calls);
  if (!calls || open) return null;
  return (
    <section class="call is-on-picture" aria-label={strings.call.heading} data-testid="call" data-state={calls.session.state.value}>
      {calls.active.value && <Tiles calls={calls} hosts={false} />}
      <Told calls={calls} />
    </section>
  );
}

export function TvCallPanel({ hosts }: { hosts: boolean }) {
  const calls = useCalls();
  useEffect(() => () => calls?.active.value === false && calls.letGo(), [calls]);
  if (!calls) return null;
  const inside = calls.active.value;
  return (
    <section class="call tv-call" aria-label={strings.call.heading} data-testid="call" data-state={calls.session.state.value}>
      {inside && <CallControls calls={calls} />}
      {inside && <Tiles calls={calls} hosts={hosts} />}
      <Told calls={calls} />
      <CallSetup calls={calls} tv />
    </section>
  );
}

// The word for it in a menu; null where there are no calls.
export function useCallWord(): string | null {
  const calls = useCalls();
  if (!calls) return null;
  return calls.active.value ? strings.call.heading : calls.seats.value.length > 0 ? strings.call.joinIn : strings.call.talk;
}
