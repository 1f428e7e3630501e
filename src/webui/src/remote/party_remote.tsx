// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { AccountDialog } from '../account/account_dialog';
import { useApp } from '../app_state';
import { CallBelow } from '../features/calls/call_view';
import type { Party, PartyState } from '../features/party/party';
import { useFault } from '../features/use_fault';
import { Icon } from '../look/icons';
import { Link } from '../look/link';
import { PartyPage } from '../party/party_page';
import { Door, People } from '../party/people';
import { Queue } from '../party/queue';
import { RoomPanel } from '../session/room_panel';
import { strings } from '../strings';

const toRemote = { page: 'remote', channel: null, at: null } as const;
const skipMs = 10_000;
const clockMs = 500;
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });

type Tab = 'chat' | 'people' | 'queue';

// Where the party is: what its clock says, as it goes on.
function PartyTime() {
  const { partyTime } = useApp();
  const [, again] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => again((count) => count + 1), clockMs);
    return () => clearInterval(timer);
  }, []);
  const time = partyTime();
  return (
    <time class="party-remote-time" data-testid="party-remote-time" data-position={time === null ? undefined : Math.round(time)}>
      {time === null ? '' : clock.format(time)}
    </time>
  );
}

// The clock moves by the party's own commands, for whom it moves.
function Moves({ party, state }: { party: Party; state: PartyState }) {
  const { partyTime } = useApp();
  const words = strings.remote;
  const { fault, follow } = useFault();
  const plays = party.motion.value?.rate === 1;
  const asks = state.control === 'vote';
  const may = party.moves.value;
  const begun = state.starts_at === null;
  const toggle = () => follow(asks ? party.ask('vote', { for: plays ? 'pause' : 'play' }) : party.move({ rate: plays ? 0 : 1 }));
  const skip = (by: number) => {
    const time = partyTime();
    if (time !== null) follow(party.move({ position: Math.round(time + by) }));
  };
  const voting = party.voting.value;
  const host = state.people.find(({ rank }) => rank === 'host')?.name ?? '';
  return (
    <>
      {begun && (may || asks) && (
        <div class="party-remote-moves">
          {may && (
            <button type="button" class="remote-key" aria-label={words.earlier} title={words.earlier} data-testid="party-earlier" onClick={() => skip(-skipMs)}>
              <Icon name="back10" />
            </button>
          )}
          <button
            type="button"
            class="remote-key is-main"
            aria-label={asks ? `${words.vote}: ${strings.party.votes[plays ? 'pause' : 'play']}` : plays ? words.pause : words.play}
            data-testid="party-toggle"
            onClick={toggle}
          >
            <Icon name={plays ? 'pause' : 'play'} />
          </button>
          {may && (
            <button type="button" class="remote-key" aria-label={words.later} title={words.later} data-testid="party-later" onClick={() => skip(skipMs)}>
              <Icon name="forth10" />
            </button>
          )}
        </div>
      )}
      <p class="party-remote-told" role="status">
        {fault || (voting ? strings.party.voting(strings.party.votes[voting.for], voting.votes, voting.of) : may ? '' : strings.party.controlledBy[state.control](host))}
      </p>
    </>
  );
}

function Inside({ party, state }: { party: Party; state: PartyState }) {
  const { lineup } = useApp();
  const words = strings.remote;
  const [tab, setTab] = useState<Tab>('chat');
  const channel = lineup.find(state.programme.channel);
  return (
    <div class="party-remote" data-testid="party-remote">
      <header class="party-remote-head">
        <Link class="control" to={toRemote} aria-label={words.toRemote} title={words.toRemote} data-testid="to-remote">
          <Icon name="left" />
        </Link>
        <div class="party-remote-title">
          <h1>
            <bdi>{state.title}</bdi>
          </h1>
          <p>
            <bdi>{channel?.name ?? state.programme.channel}</bdi> · <PartyTime />
          </p>
        </div>
      </header>
      <main class="party-remote-main">
        <Moves party={party} state={state} />
        <CallBelow hosts={party.hosts.value} />
        <div class="party-remote-tabs" role="tablist">
          {(['chat', 'people', 'queue'] as const).map((name) => (
            <button key={name} type="button" role="tab" aria-selected={tab === name} data-testid={`party-remote-${name}`} onClick={() => setTab(name)}>
              {words[name]}
              {name === 'people' && ` ${state.people.length}`}
              {name === 'people' && party.waiting.value.length > 0 && <span class="waiting-count">+{party.waiting.value.length}</span>}
            </button>
          ))}
        </div>
        <div class="party-remote-panel" role="tabpanel" aria-label={words[tab]}>
          {tab === 'chat' && <RoomPanel />}
          {tab === 'people' && (
            <div class="party-remote-list">
              <Door party={party} />
              <People party={party} state={state} />
            </div>
          )}
          {tab === 'queue' && (
            <div class="party-remote-list">
              <Queue party={party} state={state} />
            </div>
          )}
        </div>
      </main>
      <AccountDialog />
    </div>
  );
}

// The party beside a television that shows it: everything but the picture, and the camera that a television has not.
export function PartyRemote() {
  const { party, session } = useApp();
  useEffect(() => {
    session.keepTime(true);
    return () => session.keepTime(false);
  }, [session]);
  const state = party.value?.state.value ?? null;
  if (!party.value || !state || state.ended || session.expelled.value) return <PartyPage />;
  return <Inside party={party.value} state={state} />;
}
