// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { Icon } from '../look/icons';
import { ConnectionStatus, StoppedNotice } from './connection_status';
import { strings } from '../strings';

import { ChatLog } from '../features/chat/chat_log';
import { Composer } from '../features/chat/composer';
import { Pins } from '../features/chat/pins';
import { SearchDialog } from '../features/chat/search_dialog';
import { RemoveDialog, UserCard } from '../features/chat/user_card';
import { CardActions } from './moderator/person_actions';
import { ReportDialog } from './moderator/report_dialog';
import { ModeratorPanel } from './moderator/moderator_panel';
import { ModeChips, OwnNotices } from './moderator/room_notices';
import { PresenceList } from '../features/presence/presence_list';
import { PollCards } from '../features/polls/poll_card';
import { PollOpener } from '../features/polls/poll_form';
import { ReactionBar } from '../features/reactions/reaction_bar';

function InTimeSwitch({ waiting }: { waiting: number }) {
  const { session } = useApp();
  const on = session.inTime.value;
  return (
    <button
      type="button"
      class="switch"
      role="switch"
      aria-checked={on}
      aria-label={strings.chat.inTime}
      title={strings.chat.inTimeHint}
      data-testid="in-time-switch"
      onClick={() => session.setInTime(!on)}
    >
      <span class="switch-track" aria-hidden="true">
        <span class="switch-knob" />
      </span>
      <span class="only-wide">{strings.chat.inTime}</span>
      <span class="only-narrow">{strings.chat.inTimeShort}</span>
      {on && waiting > 0 && <span class="waiting-count">{strings.chat.waiting(waiting)}</span>}
    </button>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });

// The words below were said then, and come when the picture gets there.
export function ReplayNote() {
  const { player, goLive } = useApp();
  const at = player.position.value;
  return (
    <div class="replay-note" data-testid="chat-replay">
      <Icon name="rewind" />
      <span>{strings.chat.asItWas(at === null ? '' : clock.format(at))}</span>
      <button type="button" class="link-button" onClick={goLive}>
        {strings.player.backToLive}
      </button>
    </div>
  );
}

function ModerateButton({ waiting, open, onClick }: { waiting: number; open: boolean; onClick: () => void }) {
  const label = strings.moderation.open(waiting);
  return (
    <button type="button" class="control moderate-button" aria-label={label} title={label} aria-expanded={open} data-testid="moderate" onClick={onClick}>
      <Icon name="shield" />
      {waiting > 0 && <span class="moderate-count">{waiting}</span>}
    </button>
  );
}

export function RoomPanel() {
  const { session } = useApp();
  const [moderating, setModerating] = useState(false);
  const room = session.room.value;
  const members = session.members.value;
  const refusal = session.refusal.value;
  const moderator = session.moderates.value;
  const replaying = room?.features.chat.replaying.value ?? false;
  const waiting = room ? room.features.house_rules.waiting.value.length + room.features.moderation.reports.value.length : 0;
  return (
    <>
    {room && moderator && moderating && <ModeratorPanel key={room.name} room={room} onClose={() => setModerating(false)} />}
    <section class="chat-panel" id="chat" aria-label={strings.chat.heading}>
      <header class="chat-head">
        <div class="chat-head-line">
          <h2 class="panel-title">{strings.chat.heading}</h2>
          <button
            type="button"
            class="members"
            title={strings.presence.title}
            aria-label={`${members === null ? '' : strings.chat.members(members)} – ${strings.presence.title}`}
            data-testid="presence"
            onClick={() => room && (room.features.presence.open.value = true)}
          >
            <Icon name="people" />
            <span data-testid="members-count">{members ?? '–'}</span>
          </button>
          <ConnectionStatus />
          {room && moderator && (
            <button
              type="button"
              class="pin-button"
              aria-label={strings.chat.searchTitle}
              title={strings.chat.searchTitle}
              data-testid="chat-search"
              onClick={() => (room.features.chat.searching.value = '')}
            >
              <Icon name="search" />
            </button>
          )}
          {room && <PollOpener polls={room.features.polls} />}
          {moderator && <ModerateButton waiting={waiting} open={moderating} onClick={() => setModerating(!moderating)} />}
        </div>
        <InTimeSwitch waiting={room?.features.chat.waitingForPicture.value ?? 0} />
      </header>
      {replaying && <ReplayNote />}
      {room && <PollCards polls={room.features.polls} />}
      {room && <Pins chat={room.features.chat} />}
      {room ? <ChatLog key={`${room.name} ${replaying}`} chat={room.features.chat} emotes={room.features.house_rules.emotes.value} /> : <div class="log-frame" />}
      <StoppedNotice />
      {refusal && (
        <div class="stopped-notice" role="alert">
          {strings.refusal(refusal.code, refusal.message)}
        </div>
      )}
      {room && <OwnNotices room={room} />}
      {room && <ModeChips room={room} />}
      {room && <ReactionBar reactions={room.features.reactions} />}
      {room && <Composer key={room.name} chat={room.features.chat} emotes={room.features.house_rules.emotes.value} />}
      {room && <UserCard chat={room.features.chat}>{(user) => <CardActions key={user.id} person={user} room={room} />}</UserCard>}
      {room && <PresenceList presence={room.features.presence} members={members} pick={(user) => (room.features.chat.card.value = user)} />}
      {room && <RemoveDialog chat={room.features.chat} />}
      {room && <ReportDialog room={room} />}
      {room && <SearchDialog chat={room.features.chat} room={room.name} />}
    </section>
    </>
  );
}
