// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import { Monogram } from '../channels/channel_tile';
import type { Party, PartyState } from '../features/party/party';
import { useCallWord } from '../features/calls/call_view';
import { ReactionBar } from '../features/reactions/reaction_bar';
import { SeekBar, useSeekBar } from '../player/seek_bar';
import { skip } from '../player/skip';
import { strings } from '../strings';
import { Action, MuteAction, ReactionsAction, TextAction } from '../tv/actions';
import { WallClock } from '../tv/tv_bar';
import { startNow } from './lobby';
import { PartyHeading } from './party_heading';
import type { PartySync } from './party_sync';
import type { TvPartyPanel } from './tv_party';
import { useLeaving } from './use_leaving';

interface Props {
  readonly party: Party;
  readonly state: PartyState;
  readonly sync: PartySync;
  readonly menu: boolean;
  readonly onPanel: (panel: TvPartyPanel) => void;
}

function Actions({ party, state, sync, onPanel }: Omit<Props, 'menu'>) {
  const app = useApp();
  const { player, session } = app;
  const words = strings.party;
  const room = session.room.value;
  const leave = useLeaving(party, state);
  const begun = state.starts_at === null;
  const free = sync.free.value;
  const plays = party.motion.value?.rate === 1;
  const seeking = useSeekBar();
  const leads = party.moves.value || free;
  const callWord = useCallWord();
  const waiting = party.hosts.value ? party.waiting.value.length : 0;
  return (
    <div class="tv-actions" role="group" aria-label={strings.tv.menu}>
      {!begun && party.rank.value === 'host' && <Action icon="play" text={words.startNow} first onClick={() => startNow(party, app.serverNow())} />}
      <Action icon="people" text={waiting > 0 ? `${words.people} ${state.people.length} +${waiting}` : `${words.people} ${state.people.length}`} first={begun || party.rank.value !== 'host'} onClick={() => onPanel('people')} />
      <Action icon="chat" text={strings.tv.chat} onClick={() => onPanel('chat')} />
      {callWord !== null && <Action icon="camera" text={callWord} testId="call-panel" onClick={() => onPanel('call')} />}
      <Action icon="list" text={words.queue} onClick={() => onPanel('queue')} />
      {state.invite && <Action icon="person" text={words.invite} onClick={() => onPanel('invite')} />}
      {begun && (leads || state.control === 'vote') && (
        <Action icon={plays ? 'pause' : 'play'} text={plays ? strings.player.pause : strings.player.play} onClick={() => player.toggle()} />
      )}
      {begun && seeking && leads && <Action icon="back10" text={strings.tv.back} onClick={() => skip(app, -30)} />}
      {begun && seeking && leads && !player.atLive.value && <Action icon="forth10" text={strings.tv.forth} onClick={() => skip(app, 30)} />}
      {begun && <Action icon={free ? 'reply' : 'clock'} text={free ? words.resync : words.free} onClick={() => sync.setFree(!free)} />}
      {begun && <MuteAction />}
      {begun && <TextAction />}
      {room && begun && (
        <Action
          icon={room.features.chat.lines.shown.value ? 'chatOff' : 'chat'}
          text={room.features.chat.lines.shown.value ? strings.chat.hideOverPicture : strings.chat.showOverPicture}
          onClick={() => room.features.chat.lines.show(!room.features.chat.lines.shown.value)}
        />
      )}
      {begun && <ReactionsAction />}
      <Action icon="close" text={words.leave} onClick={leave} />
      {room && begun && <ReactionBar reactions={room.features.reactions} />}
    </div>
  );
}

// What the party watches, along the bottom; with the menu open also what can be done.
export function TvPartyBar({ menu, ...rest }: Props) {
  const { channel, player } = useApp();
  const { party, state, sync } = rest;
  const seeking = useSeekBar();
  const begun = state.starts_at === null;
  return (
    <div class="tv-bar">
      <div class="tv-now">
        {channel.value && <Monogram channel={channel.value} />}
        <div class="tv-now-text">
          <PartyHeading party={party} state={state} sync={sync} />
        </div>
        <WallClock />
      </div>
      {begun && seeking && (menu || !player.atLive.value) && <SeekBar {...seeking} still />}
      {menu ? (
        <Actions {...rest} />
      ) : (
        <p class="tv-hint" aria-hidden="true">
          {strings.party.tvHint}
        </p>
      )}
    </div>
  );
}
