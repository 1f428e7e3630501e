// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { AccountDialog } from '../account/account_dialog';
import { useApp } from '../app_state';
import { CallBelow, CallOnPicture } from '../features/calls/call_view';
import { faultOf } from '../features/fault_of';
import type { Party, PartyState } from '../features/party/party';
import { Icon } from '../look/icons';
import { Link } from '../look/link';
import { useMediaQuery } from '../look/use_media_query';
import { TopBar } from '../look/top_bar';
import { Sign } from '../look/wordmark';
import { Picture } from '../player/picture';
import { RoomPanel } from '../session/room_panel';
import { strings } from '../strings';
import { handleShortcut } from '../watch/shortcuts';
import { Door, People } from './people';
import { EnterCode } from './enter_code';
import { InviteDialog } from './invite_dialog';
import { Lobby } from './lobby';
import { PlanParty } from './plan_party';
import { PartySync } from './party_sync';
import { Queue } from './queue';
import { SettingsDialog } from './settings_dialog';
import { StatePill } from './state_pill';

const toWatch = { page: 'watch', channel: null, at: null } as const;
const toCode = { page: 'party', channel: null, at: null } as const;

// What there is to say instead of a party.
export function Card({ title, hint, busy = false, testId, children }: { title: string; hint: string; busy?: boolean; testId: string; children?: ComponentChildren }) {
  return (
    <div class="party-card" data-testid={testId}>
      {busy ? <span class="spinner" /> : <Sign class="empty-sign is-large" />}
      <h1>{title}</h1>
      <p role="status">{hint}</p>
      <div class="party-card-actions">{children}</div>
    </div>
  );
}

function WaysOut() {
  return (
    <>
      <Link class="button" to={toCode}>
        {strings.party.otherCode}
      </Link>
      <Link class="button" to={toWatch}>
        {strings.party.alone}
      </Link>
    </>
  );
}

// Why one is not in the party; null: one is.
function Outside() {
  const { session, party } = useApp();
  const words = strings.party;
  const refusal = session.refusal.value;
  const state = party.value?.state.value;
  if (session.expelled.value && !state?.ended) return <Card testId="party-expelled" title={words.expelledTitle} hint={words.expelledHint}><WaysOut /></Card>;
  if (state?.ended) return <Card testId="party-over" title={words.overTitle} hint={words.overHint}><WaysOut /></Card>;
  if (refusal?.code === 'forbidden' && refusal.retryAfterMs !== null) {
    return <Card testId="party-waiting" busy title={words.waitingTitle} hint={words.waitingHint}><WaysOut /></Card>;
  }
  if (refusal && refusal.retryAfterMs === null) {
    return <Card testId="party-refused" title={words.outTitle} hint={strings.refusal(refusal.code, refusal.message)}><WaysOut /></Card>;
  }
  return state ? null : <Card testId="party-coming" busy title={words.heading} hint="" />;
}

function Title({ state, party, sync }: { state: PartyState; party: Party; sync: PartySync }) {
  const { lineup, go } = useApp();
  const words = strings.party;
  const [dialog, setDialog] = useState<'invite' | 'settings' | null>(null);
  const host = state.people.find(({ rank }) => rank === 'host')?.name ?? '';
  const channel = lineup.find(state.programme.channel);
  const voting = party.voting.value;
  const fault = sync.fault.value;
  const nudged = sync.refused.value;
  const free = sync.free.value;
  const leave = () => {
    // Who looks in before it begins stays invited.
    if (state.starts_at === null) void party.ask('leave').catch(() => {});
    go({ page: 'watch', channel: state.programme.channel, at: null });
  };
  return (
    <div class="party-title">
      <div class="party-title-text">
        <h1>
          <bdi>{state.title}</bdi>
        </h1>
        <p class="party-title-detail">
          <span class={state.programme.start === null ? 'chip chip-live' : 'chip chip-archive'}>{state.programme.start === null ? words.live : words.recorded}</span>
          <bdi>{channel?.name ?? state.programme.channel}</bdi>
        </p>
        <p key={nudged} class={nudged > 0 && !party.moves.value ? 'party-control is-nudged' : 'party-control'} data-testid="party-control">
          {words.controlledBy[state.control](host)}
        </p>
        <p class="party-told" role="status">
          {fault !== null ? faultOf(fault) : voting ? words.voting(words.votes[voting.for], voting.votes, voting.of) : ''}
        </p>
      </div>
      <div class="party-actions">
        <button type="button" class="button" aria-pressed={free} data-testid="party-free" onClick={() => sync.setFree(!free)}>
          <Icon name={free ? 'reply' : 'clock'} />
          {free ? words.resync : words.free}
        </button>
        {party.hosts.value && (
          <button type="button" class="button button-accent" data-testid="party-invite" onClick={() => setDialog('invite')}>
            <Icon name="people" />
            {words.invite}
          </button>
        )}
        {party.rank.value === 'host' && (
          <button type="button" class="control control-solid" aria-label={words.settings} title={words.settings} data-testid="party-settings" onClick={() => setDialog('settings')}>
            <Icon name="list" />
          </button>
        )}
        <button type="button" class="control control-solid" aria-label={words.leave} title={words.leave} data-testid="party-leave" onClick={leave}>
          <Icon name="close" />
        </button>
      </div>
      <InviteDialog open={dialog === 'invite'} party={party} state={state} onClose={() => setDialog(null)} />
      <SettingsDialog open={dialog === 'settings'} party={party} state={state} onClose={() => setDialog(null)} />
    </div>
  );
}

function Inside({ party, state, withChat }: { party: Party; state: PartyState; withChat: boolean }) {
  const { player, session } = useApp();
  const sync = useMemo(() => new PartySync(player, party, session.clock), [party]);
  useEffect(() => sync.start(), [sync]);
  const [more, setMore] = useState(false); // on a phone, where there is room for the chat or for them
  const begun = state.starts_at === null;
  return (
    <>
      <main class={party.moves.value || sync.free.value || state.control === 'vote' ? 'stage party-stage' : 'stage party-stage is-led'}>
        {begun ? (
          <Picture>
            <StatePill sync={sync} party={party} state={state} />
            <CallOnPicture hosts={party.hosts.value} />
          </Picture>
        ) : (
          <Lobby party={party} state={state} startsAt={state.starts_at} />
        )}
        <CallBelow hosts={party.hosts.value} />
        <Title state={state} party={party} sync={sync} />
        <Door party={party} />
        <button type="button" class="party-more" aria-expanded={more} data-testid="party-more" onClick={() => setMore(!more)}>
          <Icon name="people" />
          {strings.party.people} {state.people.length}
          {party.waiting.value.length > 0 && <span class="waiting-count">+{party.waiting.value.length}</span>}
          <Icon name={more ? 'up' : 'down'} />
        </button>
        <div class={more ? 'party-columns' : 'party-columns is-folded'}>
          <div>
            <People party={party} state={state} />
          </div>
          <Queue party={party} state={state} />
        </div>
      </main>
      {withChat && (
        <aside class="side">
          <RoomPanel />
        </aside>
      )}
    </>
  );
}

export function PartyPage() {
  const app = useApp();
  const { router, party, session } = app;
  const { party: id, tv } = router.route.value;
  const state = party.value?.state.value ?? null;
  const outside = id == null || session.expelled.value || state === null || state.ended;
  const narrow = useMediaQuery('(max-width: 759px), (max-height: 480px) and (orientation: landscape)');
  const withChat = narrow || app.chatShown.value;
  const latest = useRef(app);
  latest.current = app;
  useEffect(() => {
    session.keepTime(true);
    const onKey = (event: KeyboardEvent) => handleShortcut(latest.current, event, { help: () => {}, digit: () => {} });
    addEventListener('keydown', onKey);
    return () => {
      removeEventListener('keydown', onKey);
      session.keepTime(false);
    };
  }, [session]);
  return (
    <div class={`watch party ${outside ? 'is-outside' : withChat ? '' : 'is-chatless'} ${tv ? 'is-tv' : ''}`} data-testid="party-page">
      <TopBar />
      {id == null ? (
        <main class="stage">
          <div class="party-entrance">
            <EnterCode />
            <PlanParty />
          </div>
        </main>
      ) : outside || !party.value || !state ? (
        <main class="stage"><Outside /></main>
      ) : (
        <Inside key={id} party={party.value} state={state} withChat={withChat} />
      )}
      <AccountDialog />
    </div>
  );
}
