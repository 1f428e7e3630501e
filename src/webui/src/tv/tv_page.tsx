// SPDX-License-Identifier: MIT
import { useEffect } from 'preact/hooks';
import { useApp } from '../app_state';
import { ChannelList } from '../channels/channel_list';
import { useNumberEntry } from '../channels/use_number_entry';
import { PollOverlay, shownPolls } from '../features/polls/poll_card';
import { ReactionOverlay } from '../features/reactions/reaction_overlay';
import { Wordmark } from '../look/wordmark';
import { NoChannel, SoundPill, SpokenState, Video } from '../player/picture';
import { skip } from '../player/skip';
import { StateCard } from '../player/state_card';
import { useChatWanted } from '../remote/use_chat_wanted';
import { strings } from '../strings';
import type { RemoteKey } from './remote';
import { TvBar } from './tv_bar';
import { TvChat } from './tv_chat';
import { TvSignIn } from './tv_sign_in';
import { usePanels } from './use_panels';

type Panel = 'channels' | 'chat' | 'menu' | 'poll' | 'sign_in';

const wayOut = { channels: 'right', chat: 'left', menu: 'down', poll: 'right' } as const;

// The ten-foot version: a picture and five keys. Arrows change the channel and open the panels, OK acts, Back closes.
export function TvPage() {
  const app = useApp();
  const { player, channel, session } = app;
  const numbers = useNumberEntry();
  const polls = session.room.value?.features.polls;
  const openPoll = polls !== undefined && shownPolls(polls).slice(-1).some((poll) => polls.mayVote(poll));

  const always = (key: RemoteKey): boolean => {
    if (key.kind === 'rewind') skip(app, -30);
    else if (key.kind === 'forward') skip(app, 30);
    else if (key.kind === 'guide') app.go({ page: 'guide', channel: null, at: null });
    else if (key.kind === 'channel_up') app.step(1);
    else if (key.kind === 'channel_down') app.step(-1);
    else if (key.kind === 'play_pause') player.toggle();
    else if (key.kind === 'mute') player.sound.setMuted(!player.sound.muted.value);
    else if (key.kind === 'digit') numbers.type(key.digit);
    else return false;
    return true;
  };
  const closed = (key: RemoteKey): void => {
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
  const { panel, setPanel, awake, wake, frame } = usePanels<Panel>({ first: 'none', wayOut, always, closed });
  useEffect(() => player.sound.prefer(), [player]);
  useEffect(wake, [channel.value?.id]);
  useChatWanted(() => setPanel('chat'));
  useEffect(() => {
    if (panel === 'poll' && !openPoll) setPanel('none');
  }, [panel, openPoll]);

  const current = channel.value;
  const room = session.room.value;
  const barVisible = panel === 'menu' || (panel === 'none' && (awake || player.state.value !== 'playing'));
  return (
    <main class={`tv tv-panel-${panel} ${barVisible ? '' : 'is-idle'}`} onPointerMove={wake}>
      <div class="tv-picture">
        <Video />
        {current ? <StateCard channel={current} /> : <NoChannel />}
        {room && <ReactionOverlay reactions={room.features.reactions} shown={room.features.reactions.shown.value} />}
        {room && !room.features.chat.replaying.value && (panel === 'none' || panel === 'poll') && (
          <div ref={frame('poll')}>
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
          <div ref={frame('menu')}>
            <TvBar menu={panel === 'menu'} onChannels={() => setPanel('channels')} onGuide={() => app.go({ page: 'guide', channel: null, at: null })} onChat={() => setPanel('chat')} onSignIn={() => setPanel('sign_in')} />
          </div>
        )}
      </div>
      {panel === 'channels' && (
        <aside class="tv-channels" ref={frame('channels')}>
          <ChannelList testIds onPicked={() => setPanel('none')} />
        </aside>
      )}
      {panel === 'sign_in' && (
        <div ref={frame('sign_in')}>
          <TvSignIn onDone={() => setPanel('none')} />
        </div>
      )}
      {panel === 'chat' && (
        <aside class="tv-side" ref={frame('chat')}>
          <TvChat />
        </aside>
      )}
    </main>
  );
}
