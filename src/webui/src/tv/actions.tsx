// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import { Icon, type IconName } from '../look/icons';
import { next } from '../player/tracks';
import { strings } from '../strings';

// What the menu of a ten-foot page consists of.
export function Action({ icon, text, first, testId, onClick }: { icon: IconName; text: string; first?: boolean; testId?: string; onClick: () => void }) {
  return (
    <button type="button" class="tv-action" data-first-focus={first} data-testid={testId} onClick={onClick}>
      <Icon name={icon} />
      {text}
    </button>
  );
}

export function MuteAction() {
  const { sound } = useApp().player;
  const muted = sound.muted.value;
  return <Action icon={muted ? 'muted' : 'sound'} text={muted ? strings.player.unmute : strings.player.mute} onClick={() => sound.setMuted(!muted)} />;
}

export function TextAction() {
  const { languages } = useApp().player;
  const { texts, text } = languages.tracks.value;
  if (texts.length === 0) return null;
  return <Action icon="captions" text={strings.player.textIs(texts[text]?.label ?? null)} onClick={() => languages.chooseText(next(text, texts.length, true))} />;
}

export function ReactionsAction() {
  const reactions = useApp().session.room.value?.features.reactions;
  if (!reactions) return null;
  const shown = reactions.shown.value;
  return <Action icon="sparkles" text={shown ? strings.reactions.pause : strings.reactions.resume} onClick={() => reactions.show(!shown)} />;
}
