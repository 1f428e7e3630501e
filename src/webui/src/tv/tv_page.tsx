// SPDX-License-Identifier: MIT
import { useEffect } from 'preact/hooks';
import { useApp } from '../app_state';
import { ChannelList } from '../channels/channel_list';
import { useNumberEntry } from '../channels/use_number_entry';
import { PollOverlay } from '../features/polls/poll_card';
import { ReactionOverlay } from '../features/reactions/reaction_overlay';
import { Wordmark } from '../look/wordmark';
import { NoChannel, SoundPill, SpokenState, Video } from '../player/picture';
import { StateCard } from '../player/state_card';
import { strings } from '../strings';
import type { RemoteKey } from './remote';
import type { Direction } from './spatial';
import { TvBar } from './tv_bar';
import { TvChat } from './tv_chat';
import { TvSignIn } from './tv_sign_in';
import { usePicturePanels } from './use_picture_panels';

type Panel = 'channels' | 'chat' | 'menu' | 'poll' | 'sign_in';

const wayOut = { channels: 'right', chat: 'left', menu: 'down', poll: 'right' } as const;

// The ten-foot version: a picture and five keys. Arrows change the channel and open the panels, OK acts, Back closes.
export function TvPage() {
  const app = useApp();
  const { player, channel, session } = app;
  const numbers = useNumberEntry();

  const always = (key: RemoteKey): boolean => {
    if (key.kind === 'guide') app.go({ page: 'guide', channel: null, at: null });
    else if (key.kind === 'channel_up') app.step(1);
    else if (key.kind === 'channel_down') app.step(-1);
    else if (key.kind === 'digit') numbers.type(key.digit);
    else return false;
    return true;
  };
  const arrow = (direction: Direction): void => {
    if (direction === 'up') app.step(1);
    if (direction === 'down') app.step(-1);
    if (direction === 'left') setPanel('channels');
    if (direction === 'right') setPanel('chat');
  };
  const { panel, setPanel, awake, wake, frame, pollHint } = usePicturePanels<Panel>({ first: 'none', wayOut, always, arrow });
  useEffect(wake, [channel.value?.id]);

  const current = channel.value;
  const room = session.room.value;
  const barVisible = panel === 'menu' || (panel === 'none' && (awake || player.state.value !== 'playing'));
  return (
    <main class={`tv tv-panel-${panel} ${barVisible ? '' : 'is-idle'}`} onPointerMove={wake}>
      <div class="tv-picture">
        <Video />
        {current ? <StateCard channel={current} /> : <NoChannel />}
        {room && <ReactionOverlay reactions={room.features.reactions} shown={room.features.reactions.shown.value} />}
        {room && (panel === 'none' || panel === 'poll') && (
          <div ref={frame('poll')}>
            <PollOverlay polls={room.features.polls} hint={pollHint} />
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
