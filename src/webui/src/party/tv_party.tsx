// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { useApp } from '../app_state';
import { TvCall, TvCallPanel } from '../features/calls/call_view';
import { ChatOverlay } from '../features/chat/chat_overlay';
import type { Party, PartyState } from '../features/party/party';
import { PollOverlay } from '../features/polls/poll_card';
import { ReactionOverlay } from '../features/reactions/reaction_overlay';
import { Wordmark } from '../look/wordmark';
import { NoChannel, SoundPill, SpokenState, Video } from '../player/picture';
import { StateCard } from '../player/state_card';
import { strings } from '../strings';
import type { RemoteKey } from '../tv/remote';
import type { Direction } from '../tv/spatial';
import { TvChat } from '../tv/tv_chat';
import { usePanels } from '../tv/use_panels';
import { usePicturePanels } from '../tv/use_picture_panels';
import { Invitation } from './invite_dialog';
import { Lobby } from './lobby';
import { Outside } from './outside';
import { PartySync } from './party_sync';
import { Door, People } from './people';
import { Queue } from './queue';
import { StatePill } from './state_pill';
import { TvJoin } from './tv_join';
import { TvPartyBar } from './tv_party_bar';

export type TvPartyPanel = 'menu' | 'people' | 'queue' | 'chat' | 'call' | 'invite' | 'poll';

const wayOut = { menu: 'down', people: 'left', queue: 'left', chat: 'left', call: 'left', invite: 'left', poll: 'right' } as const;

function Side({ panel, party, state }: { panel: TvPartyPanel; party: Party; state: PartyState }) {
  if (panel === 'chat') return <TvChat />;
  return (
    <div class="tv-party-panel">
      {panel === 'people' && <Door party={party} />}
      {panel === 'people' && <People party={party} state={state} />}
      {panel === 'queue' && <Queue party={party} state={state} />}
      {panel === 'call' && <TvCallPanel hosts={party.hosts.value} />}
      {panel === 'invite' && <Invitation party={party} state={state} />}
    </div>
  );
}

function Inside({ party, state }: { party: Party; state: PartyState }) {
  const { player, session, channel } = useApp();
  const sync = useMemo(() => new PartySync(player, party, session.clock), [party]);
  useEffect(() => sync.start(), [sync]);
  const begun = state.starts_at === null;
  const room = session.room.value;
  const polls = room?.features.polls;
  const arrow = (direction: Direction) => setPanel(direction === 'left' ? 'people' : direction === 'right' ? 'chat' : 'menu');
  const { panel, setPanel, awake, wake, frame, pollHint } = usePicturePanels<TvPartyPanel>({ first: begun ? 'none' : 'menu', wayOut, always: () => false, arrow });
  // The lobby's menu, which was open by itself, makes room for the picture.
  useEffect(() => {
    if (begun && panel === 'menu') setPanel('none');
  }, [begun]);
  useEffect(wake, [state.programme.channel, sync.refused.value, sync.fault.value, begun]);
  const side = panel !== 'none' && panel !== 'menu' && panel !== 'poll';
  const barShown = panel === 'menu' || (panel === 'none' && (awake || !begun || player.state.value !== 'playing' || !player.wantsToPlay.value));
  return (
    <main class={`tv tv-party tv-panel-${panel} ${barShown ? '' : 'is-idle'}`} data-testid="party-page" onPointerMove={wake}>
      <div class="tv-picture">
        {begun ? (
          <>
            <Video />
            {channel.value ? <StateCard channel={channel.value} /> : <NoChannel />}
            <StatePill sync={sync} party={party} state={state} />
            <SoundPill text={strings.player.pressForSound} />
          </>
        ) : (
          <Lobby party={party} state={state} startsAt={state.starts_at} />
        )}
        {room && begun && <ReactionOverlay reactions={room.features.reactions} shown={room.features.reactions.shown.value} />}
        {room && begun && panel !== 'chat' && <ChatOverlay chat={room.features.chat} emotes={room.features.house_rules.emotes.value} />}
        {polls && !side && (
          <div ref={frame('poll')}>
            <PollOverlay polls={polls} hint={pollHint} />
          </div>
        )}
        <TvCall open={panel === 'call'} />
        {begun && <SpokenState />}
        <div class="tv-brand">
          <Wordmark />
        </div>
        {barShown && (
          <div ref={frame('menu')}>
            <TvPartyBar party={party} state={state} sync={sync} menu={panel === 'menu'} onPanel={setPanel} />
          </div>
        )}
      </div>
      {side && (
        <aside class="tv-side" key={panel} ref={frame(panel)}>
          <Side panel={panel} party={party} state={state} />
        </aside>
      )}
    </main>
  );
}

// What has no picture: a card with one or two buttons.
function Screen({ children }: { children: ComponentChildren }) {
  const { go } = useApp();
  const always = (key: RemoteKey): boolean => {
    if (key.kind !== 'back') return false;
    go({ page: 'watch', channel: null, at: null });
    return true;
  };
  const { frame } = usePanels<'page'>({ first: 'page', wayOut: {}, always, closed: () => {} });
  return (
    <main class="tv tv-screen" data-testid="party-page" ref={frame('page')}>
      <div class="tv-brand">
        <Wordmark />
      </div>
      {children}
    </main>
  );
}

// A party for a television: five keys do everything.
export function TvParty() {
  const { router, party, session } = useApp();
  const { party: id } = router.route.value;
  const state = party.value?.state.value ?? null;
  useEffect(() => {
    session.keepTime(true);
    return () => session.keepTime(false);
  }, [session]);
  if (id == null) return <TvJoin />;
  if (session.expelled.value || state === null || state.ended || !party.value) {
    return (
      <Screen key={`${session.refusal.value?.code} ${session.expelled.value} ${state?.ended}`}>
        <Outside />
      </Screen>
    );
  }
  return <Inside key={id} party={party.value} state={state} />;
}
