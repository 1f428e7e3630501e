// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { Pins } from '../features/chat/pins';
import { ChatLog } from '../features/chat/chat_log';
import { longestText } from '../features/chat/chat';
import { ReactionBar } from '../features/reactions/reaction_bar';
import { Icon } from '../look/icons';
import { useSecondsLeft } from '../look/use_seconds_left';
import { ConnectionStatus, StoppedNotice } from '../session/connection_status';
import { ReplayNote } from '../session/room_panel';
import { strings } from '../strings';

// The chat for a remote: reactions and ready phrases first; whoever has letters at hand can still type.
export function TvChat() {
  const { session, account } = useApp();
  const room = session.room.value;
  const [text, setText] = useState('');
  const chat = room?.features.chat;
  const pause = useSecondsLeft(chat?.pauseUntil.value ?? 0);
  if (!room || !chat) return null;
  const send = (words: string) => {
    if (pause === 0 && words.trim() !== '') void chat.send(words);
  };
  const name = account.user.value?.name ?? account.guest.value.name;
  return (
    <section class="chat-panel tv-chat" aria-label={strings.chat.heading}>
      <header class="chat-head">
        <div class="chat-head-line">
          <h2 class="panel-title">{strings.chat.heading}</h2>
          <span class="members">
            <Icon name="people" />
            <span data-testid="members-count">{session.members.value ?? '–'}</span>
          </span>
          <ConnectionStatus />
        </div>
      </header>
      {chat.replaying.value && <ReplayNote />}
      <Pins chat={chat} />
      <ChatLog key={`${room.name} ${chat.replaying.value}`} chat={chat} emotes={room.features.house_rules.emotes.value} />
      <StoppedNotice />
      <ReactionBar reactions={room.features.reactions} />
      <div class="quick-phrases" role="group" aria-label={strings.chat.quick}>
        {strings.chat.quickPhrases.map((phrase) => (
          <button key={phrase} type="button" class="quick-phrase" onClick={() => send(phrase)}>
            {phrase}
          </button>
        ))}
      </div>
      <form
        class="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send(text);
          setText('');
        }}
      >
        <div class="composer-row">
          <input
            type="text"
            dir="auto"
            value={text}
            maxLength={longestText}
            placeholder={strings.chat.placeholderAs(name)}
            aria-label={strings.chat.placeholder}
            data-testid="chat-input"
            onInput={(event) => setText(event.currentTarget.value)}
          />
          <button type="submit" class="send-button" aria-label={strings.chat.send} data-testid="chat-send">
            <Icon name="send" />
          </button>
        </div>
        <p class="composer-fault" role="status">
          {pause > 0 ? strings.chat.tooFast(pause) : ''}
        </p>
      </form>
    </section>
  );
}
