// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import { AccountDialog } from '../account/account_dialog';
import { useApp } from '../app_state';
import { ChannelHeading } from '../channels/channel_heading';
import { ChannelList, ChannelStrip, OtherChannels } from '../channels/channel_list';
import { Monogram } from '../channels/channel_tile';
import { useNumberEntry } from '../channels/use_number_entry';
import { ReactionBar } from '../features/reactions/reaction_bar';
import { OnAir, WatchedEarlier } from '../guide/on_air';
import { Icon } from '../look/icons';
import { useMediaQuery } from '../look/use_media_query';
import { TopBar } from '../look/top_bar';
import { FoundParty } from '../party/found_button';
import { Picture } from '../player/picture';
import { RoomPanel } from '../session/room_panel';
import { strings } from '../strings';
import { ChannelDrawer } from './channel_drawer';
import { ShortcutsDialog } from './shortcuts_dialog';
import { handleShortcut } from './shortcuts';

function ChannelTitle({ withReactions }: { withReactions: boolean }) {
  const { channel, session, step } = useApp();
  const current = channel.value;
  const room = session.room.value;
  if (!current) return <div class="channel-title" />;
  return (
    <div class="channel-title">
      <Monogram channel={current} />
      <div class="channel-title-text">
        <ChannelHeading channel={current} />
      </div>
      {withReactions && room && <ReactionBar reactions={room.features.reactions} />}
      <FoundParty programme={{ channel: current.id, title: current.name }} className="button found-party" />
      <span class="zap">
        <button type="button" class="control control-solid" aria-label={strings.channels.previous} title={strings.channels.previous} onClick={() => step(-1)}>
          <Icon name="up" />
        </button>
        <button type="button" class="control control-solid" aria-label={strings.channels.next} title={strings.channels.next} onClick={() => step(1)}>
          <Icon name="down" />
        </button>
      </span>
    </div>
  );
}

export function WatchPage() {
  const app = useApp();
  const narrow = useMediaQuery('(max-width: 759px), (max-height: 480px) and (orientation: landscape)');
  const [drawer, setDrawer] = useState(false);
  const [help, setHelp] = useState(false);
  const numbers = useNumberEntry();
  const type = useRef(numbers.type);
  type.current = numbers.type;

  useEffect(() => {
    const onKey = (event: KeyboardEvent) =>
      handleShortcut(app, event, { help: () => setHelp(true), digit: (digit) => type.current(digit) });
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [app]);

  // Without any channel there is nothing to list and nothing to talk about.
  const empty = app.lineup.channels.value?.length === 0;
  const nowhere = app.lineup.channels.value !== null && app.channel.value === null;
  const chatShown = !nowhere && (narrow || app.chatShown.value);
  return (
    <div class={`watch ${empty ? 'is-empty' : chatShown ? '' : 'is-chatless'}`}>
      <a class="skip-link" href="#chat">
        {strings.skipToChat}
      </a>
      <TopBar>
        <button type="button" class="control only-wide" aria-label={strings.player.shortcuts} title={strings.player.shortcuts} onClick={() => setHelp(true)}>
          <Icon name="keyboard" />
        </button>
      </TopBar>
      {!narrow && !empty && (
        <aside class="rail" aria-label={strings.channels.heading}>
          <ChannelList testIds />
        </aside>
      )}
      <main class="stage">
        <Picture alone={!chatShown}>{numbers.shown !== '' && <output class="number-entry">{numbers.shown}</output>}</Picture>
        {!empty && <ChannelTitle withReactions={!chatShown} />}
        {app.channel.value && (app.player.inPast.value ? <WatchedEarlier channel={app.channel.value} /> : <OnAir channel={app.channel.value} />)}
        {!empty && (narrow ? <ChannelStrip onMore={() => setDrawer(true)} /> : <OtherChannels />)}
      </main>
      {chatShown && (
        <aside class="side">
          <RoomPanel />
        </aside>
      )}
      <ChannelDrawer open={drawer && narrow} onClose={() => setDrawer(false)} />
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
      <AccountDialog />
    </div>
  );
}
