// SPDX-License-Identifier: MIT
import { useEffect } from 'preact/hooks';
import { useApp } from '../app_state';
import { skip } from '../player/skip';
import { useChatWanted } from '../remote/use_chat_wanted';
import { strings } from '../strings';
import type { RemoteKey } from './remote';
import type { Direction } from './spatial';
import { usePanels, type PanelKeys } from './use_panels';

type PicturePanel = 'menu' | 'chat' | 'poll';

interface PicturePanelKeys<Panel> extends Omit<PanelKeys<Panel>, 'closed'> {
  // While no panel is open.
  readonly arrow: (direction: Direction) => void;
}

// The panels of a ten-foot page with a picture: what a key means to the picture is the same on all of them.
export function usePicturePanels<Panel extends string>({ always, arrow, ...rest }: PicturePanelKeys<Panel | PicturePanel>) {
  const app = useApp();
  const { player, session } = app;
  const polls = session.room.value?.features.polls;
  const openPoll = polls !== undefined && polls.shown.value.slice(-1).some((poll) => polls.mayVote(poll));

  const ofPicture = (key: RemoteKey): boolean => {
    if (key.kind === 'rewind') skip(app, -30);
    else if (key.kind === 'forward') skip(app, 30);
    else if (key.kind === 'play_pause') player.toggle();
    else if (key.kind === 'mute') player.sound.setMuted(!player.sound.muted.value);
    else return false;
    return true;
  };
  const closed = (key: RemoteKey): void => {
    if (key.kind === 'arrow') arrow(key.direction);
    if (key.kind !== 'ok') return;
    if (player.sound.asked.value && player.sound.muted.value) player.sound.setMuted(false);
    else if (player.needsGesture.value) player.toggle();
    else panels.setPanel(openPoll ? 'poll' : 'menu');
  };
  const panels = usePanels<Panel | PicturePanel>({ ...rest, always: (key) => ofPicture(key) || always(key), closed });
  const { panel, setPanel } = panels;
  useEffect(() => player.sound.prefer(), [player]);
  useChatWanted(() => setPanel('chat'));
  useEffect(() => {
    if (panel === 'poll' && !openPoll) setPanel('none');
  }, [panel, openPoll]);
  return { ...panels, pollHint: openPoll && panel === 'none' ? strings.polls.pressToVote : '' };
}
