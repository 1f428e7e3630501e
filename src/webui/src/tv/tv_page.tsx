// SPDX-License-Identifier: MIT
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { ChannelList } from '../channels/channel_list';
import { useNumberEntry } from '../channels/use_number_entry';
import { PollOverlay, shownPolls } from '../features/polls/poll_card';
import { ReactionOverlay } from '../features/reactions/reaction_overlay';
import { Wordmark } from '../look/wordmark';
import { NoChannel, SoundPill, SpokenState, Video } from '../player/picture';
import { skip } from '../player/skip';
import { StateCard } from '../player/state_card';
import { strings } from '../strings';
import { focusFirst, moveFocus } from './focus';
import { readRemote, type RemoteKey } from './remote';
import type { Direction } from './spatial';
import { TvBar } from './tv_bar';
import { TvChat } from './tv_chat';
import { TvSignIn } from './tv_sign_in';

type Panel = 'none' | 'channels' | 'chat' | 'menu' | 'poll' | 'sign_in';

const barMs = 6_000;
// Past the edge of an open panel, on the side of the picture, the panel closes.
const wayOut: Readonly<Partial<Record<Panel, Direction>>> = { channels: 'right', chat: 'left', menu: 'down', poll: 'right' };

const isField = (target: EventTarget | null): target is HTMLInputElement => target instanceof HTMLInputElement;

// The ten-foot version: a picture and five keys. Arrows change the channel and open the panels, OK acts, Back closes.
export function TvPage() {
  const app = useApp();
  const { player, channel, session } = app;
  const [panel, setPanel] = useState<Panel>('none');
  const [barShown, setBarShown] = useState(true);
  const frames = useRef<Partial<Record<Panel, HTMLElement | null>>>({});
  const timer = useRef(0);
  const numbers = useNumberEntry();

  const wake = () => {
    setBarShown(true);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setBarShown(false), barMs);
  };
  useEffect(() => {
    player.sound.prefer();
    return () => clearTimeout(timer.current);
  }, [player]);
  useEffect(wake, [channel.value?.id]);

  useLayoutEffect(() => {
    const frame = frames.current[panel];
    if (frame) focusFirst(frame);
    else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }, [panel]);

  const polls = session.room.value?.features.polls;
  const openPoll = polls !== undefined && shownPolls(polls).slice(-1).some((poll) => polls.mayVote(poll));
  useEffect(() => {
    if (panel === 'poll' && !openPoll) setPanel('none');
  }, [panel, openPoll]);

  const withoutPanel = (key: RemoteKey): void => {
    if (key.kind === 'ok') {
      if (player.sound.asked.value && player.sound.muted.value) player.sound.setMuted(false);
      else if (player.needsGesture.value) player.toggle();
      else if (openPoll) setPanel('poll');
      else setPanel('menu');
    }
    if (key.kind !== 'arrow') return;
    if (key.direction === 'up') app.step(1);
    if (key.direction === 'down') app.step(-1);
    if (key.direction === 'left') setPanel('channels');
    if (key.direction === 'right') setPanel('chat');
  };

  const insidePanel = (key: RemoteKey, event: KeyboardEvent): boolean => {
    const frame = frames.current[panel];
    if (!frame || key.kind !== 'arrow') return false;
    // In a field left and right move the caret, as long as there is text to move in.
    if (isField(event.target) && event.target.value !== '' && (key.direction === 'left' || key.direction === 'right')) return false;
    if (!moveFocus(frame, key.direction) && wayOut[panel] === key.direction) setPanel('none');
    return true;
  };

  const onKey = (event: KeyboardEvent): void => {
    const key = readRemote(event);
    if (!key) return;
    const typing = isField(event.target);
    if (typing && (key.kind === 'digit' || event.key === 'Backspace')) return;
    wake();
    let taken = true;
    if (key.kind === 'back') setPanel('none');
    else if (key.kind === 'rewind') skip(app, -30);
    else if (key.kind === 'forward') skip(app, 30);
    else if (key.kind === 'guide') app.go({ page: 'guide', channel: null, at: null });
    else if (key.kind === 'channel_up') app.step(1);
    else if (key.kind === 'channel_down') app.step(-1);
    else if (key.kind === 'play_pause') player.toggle();
    else if (key.kind === 'mute') player.sound.setMuted(!player.sound.muted.value);
    else if (key.kind === 'digit') numbers.type(key.digit);
    else if (panel === 'none') withoutPanel(key);
    else taken = insidePanel(key, event);
    if (taken) event.preventDefault();
  };
  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event);
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);

  const current = channel.value;
  const room = session.room.value;
  const barVisible = panel === 'menu' || (panel === 'none' && (barShown || player.state.value !== 'playing'));
  const keepFrame = (name: Panel) => (element: HTMLElement | null) => {
    frames.current[name] = element;
  };
  return (
    <main class={`tv tv-panel-${panel} ${barVisible ? '' : 'is-idle'}`} onPointerMove={wake}>
      <div class="tv-picture">
        <Video />
        {current ? <StateCard channel={current} /> : <NoChannel />}
        {room && <ReactionOverlay reactions={room.features.reactions} shown={room.features.reactions.shown.value} />}
        {room && !room.features.chat.replaying.value && (panel === 'none' || panel === 'poll') && (
          <div ref={keepFrame('poll')}>
            <PollOverlay polls={room.features.polls} hint={openPoll && panel === 'none' ? strings.polls.pressToVote : ''} />
          </div>
        )}
        {current && <SoundPill text={strings.player.pressForSound} />}
        <SpokenState />
        <div class="tv-brand">
          <Wordmark />
        </div>
        {numbers.shown !== '' && <output class="number-entry">{numbers.shown}</output>}
        {barVisible && (
          <div ref={keepFrame('menu')}>
            <TvBar menu={panel === 'menu'} onChannels={() => setPanel('channels')} onGuide={() => app.go({ page: 'guide', channel: null, at: null })} onChat={() => setPanel('chat')} onSignIn={() => setPanel('sign_in')} />
          </div>
        )}
      </div>
      {panel === 'channels' && (
        <aside class="tv-channels" ref={keepFrame('channels')}>
          <ChannelList testIds onPicked={() => setPanel('none')} />
        </aside>
      )}
      {panel === 'sign_in' && (
        <div ref={keepFrame('sign_in')}>
          <TvSignIn onDone={() => setPanel('none')} />
        </div>
      )}
      {panel === 'chat' && (
        <aside class="tv-side" ref={keepFrame('chat')}>
          <TvChat />
        </aside>
      )}
    </main>
  );
}
