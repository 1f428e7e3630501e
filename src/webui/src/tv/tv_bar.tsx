// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { ChannelHeading } from '../channels/channel_heading';
import { Monogram } from '../channels/channel_tile';
import { ReactionBar } from '../features/reactions/reaction_bar';
import { clockTime } from '../guide/guide_times';
import { TvOnAir } from '../guide/on_air';
import { Latency } from '../player/controls';
import { SeekBar, useSeekBar } from '../player/seek_bar';
import { skip } from '../player/skip';
import { next } from '../player/tracks';
import { strings } from '../strings';
import { Action, MuteAction, ReactionsAction, TextAction } from './actions';

export function WallClock() {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), 5_000);
    return () => clearInterval(timer);
  }, []);
  return <time class="wall-clock">{clockTime(Date.now())}</time>;
}

interface TvBarProps {
  readonly menu: boolean;
  readonly onChannels: () => void;
  readonly onGuide: () => void;
  readonly onChat: () => void;
  readonly onSignIn: () => void;
}

// What is on, along the bottom; with the menu open also what can be done.
export function TvBar({ menu, onChannels, onGuide, onChat, onSignIn }: TvBarProps) {
  const app = useApp();
  const { channel, session, player, account } = app;
  const seeking = useSeekBar();
  const current = channel.value;
  const room = session.room.value;
  if (!current) return null;
  const playing = player.wantsToPlay.value;
  const { sounds, sound } = player.languages.tracks.value;
  return (
    <div class="tv-bar">
      <div class="tv-now">
        <Monogram channel={current} />
        <div class="tv-now-text">
          <ChannelHeading channel={current}>{player.hasPicture.value && <Latency />}</ChannelHeading>
          <TvOnAir channel={current} />
        </div>
        <WallClock />
      </div>
      {seeking && (menu || !player.atLive.value) && <SeekBar {...seeking} still />}
      {menu ? (
        <div class="tv-actions" role="group" aria-label={strings.tv.menu}>
          <Action icon="chat" text={strings.tv.chat} first onClick={onChat} />
          <Action icon="guide" text={strings.tv.guide} onClick={onGuide} />
          <Action icon="list" text={strings.tv.channels} onClick={onChannels} />
          <MuteAction />
          <Action icon={playing ? 'pause' : 'play'} text={playing ? strings.player.pause : strings.player.play} onClick={() => player.toggle()} />
          {seeking && seeking.before !== null && <Action icon="toStart" text={strings.guide.startOver} onClick={() => app.seekTo(seeking.before ?? 0)} />}
          {seeking && <Action icon="back10" text={strings.tv.back} onClick={() => skip(app, -30)} />}
          {seeking && !player.atLive.value && <Action icon="forth10" text={strings.tv.forth} onClick={() => skip(app, 30)} />}
          <TextAction />
          {sounds.length > 1 && (
            <Action icon="sound" text={strings.player.soundIs(sounds[sound]?.label ?? '')} onClick={() => player.languages.chooseSound(next(sound, sounds.length, false))} />
          )}
          {!player.atLive.value && <Action icon="signal" text={strings.player.backToLive} onClick={app.goLive} />}
          <ReactionsAction />
          {account.isGuest.value ? (
            <Action icon="person" text={strings.account.signIn} testId="tv-sign-in" onClick={onSignIn} />
          ) : (
            <Action icon="person" text={strings.link.signedOut(account.user.value?.name ?? '')} testId="tv-sign-out" onClick={() => void account.signOut()} />
          )}
          {room && <ReactionBar reactions={room.features.reactions} />}
        </div>
      ) : (
        <p class="tv-hint" aria-hidden="true">
          {strings.tv.hint}
        </p>
      )}
    </div>
  );
}
