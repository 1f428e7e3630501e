// SPDX-License-Identifier: MIT
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Account } from '../account/account';
import { messageRow } from '../features/chat/chat_message';
import { shares, type Poll } from '../features/polls/poll_list';
import type { Polls } from '../features/polls/polls';
import { ReactionOverlay } from '../features/reactions/reaction_overlay';
import { RoomSession, type OpenRoom } from '../session/room_session';
import type { Hello } from '../socket/client';
import { strings } from '../strings';
import '../styles/overlay.css';
import type { OverlaySettings } from './overlay_settings';

const resultMs = 20_000; // how long the result of a poll stays

// Looks on without a name: an overlay is nobody who could speak.
class Spectator extends Account {
  override hello(): Hello {
    return {};
  }
}

function Messages({ room, session, settings }: { room: OpenRoom; session: RoomSession; settings: OverlaySettings }) {
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const now = session.serverTime() ?? Date.now();
  const fresh = room.features.chat.messages.value.filter((message) => !message.deleted && (settings.seconds === 0 || now - message.serverTime < settings.seconds * 1_000));
  return <div class="overlay-messages" data-testid="overlay-messages">{fresh.slice(-settings.lines).map((message) => messageRow(message, null, room.features.chat.nameOf, room.features.house_rules.emotes.value))}</div>;
}

function PollBoard({ poll }: { poll: Poll }) {
  const percent = poll.counts === null ? null : shares(poll.counts);
  return (
    <section class="overlay-poll" data-testid="overlay-poll">
      <h2 dir="auto">{poll.question}</h2>
      <ul>
        {poll.options.map((option, index) => (
          <li key={index}>
            {percent && <span class="overlay-bar" style={{ width: `${percent[index] ?? 0}%` }} />}
            <span class="overlay-option" dir="auto">{option}</span>
            {percent && <span>{percent[index]} %</span>}
          </li>
        ))}
      </ul>
      <p>
        {strings.polls.votes(poll.votes)}
        {poll.final && ` · ${strings.polls.final}`}
      </p>
    </section>
  );
}

// The newest poll, and its result for a while.
function PollPlace({ polls }: { polls: Polls }) {
  const [gone, setGone] = useState<string | null>(null);
  const newest = polls.polls.value.slice(-1)[0];
  const finalOf = newest?.final ? newest.id : null;
  useEffect(() => {
    if (finalOf === null) return;
    const timer = setTimeout(() => setGone(finalOf), resultMs);
    return () => clearTimeout(timer);
  }, [finalOf]);
  return newest && newest.id !== gone ? <PollBoard poll={newest} /> : null;
}

function Overlay({ session, settings }: { session: RoomSession; settings: OverlaySettings }) {
  const room = session.room.value;
  if (!room) return null;
  return (
    <main class={`overlay is-${settings.side}`} style={{ fontSize: `${settings.size}px` }} data-testid="overlay" data-state={session.connection.value.name}>
      {settings.reactions && <ReactionOverlay reactions={room.features.reactions} shown />}
      {settings.polls && <PollPlace polls={room.features.polls} />}
      {settings.chat && <Messages room={room} session={session} settings={settings} />}
    </main>
  );
}

// For OBS and the like: what the room says, on nothing, to be laid over a picture that is live itself.
export function startOverlay(root: HTMLElement, settings: OverlaySettings): void {
  document.documentElement.classList.add('is-overlay');
  const session = new RoomSession(new Spectator(), () => null, () => null);
  session.enter(`channel:${settings.channel}`);
  session.start();
  render(<Overlay session={session} settings={settings} />, root);
}
