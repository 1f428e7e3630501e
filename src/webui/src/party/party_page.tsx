// SPDX-License-Identifier: MIT
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { AccountDialog } from '../account/account_dialog';
import { useApp } from '../app_state';
import { CallBelow, CallOnPicture } from '../features/calls/call_view';
import type { Party, PartyState } from '../features/party/party';
import { Icon } from '../look/icons';
import { useMediaQuery } from '../look/use_media_query';
import { TopBar } from '../look/top_bar';
import { Picture } from '../player/picture';
import { RoomPanel } from '../session/room_panel';
import { strings } from '../strings';
import { handleShortcut } from '../watch/shortcuts';
import { EnterCode } from './enter_code';
import { InviteDialog } from './invite_dialog';
import { Lobby } from './lobby';
import { MyParties } from './my_parties';
import { Outside } from './outside';
import { PartyHeading } from './party_heading';
import { PartySync } from './party_sync';
import { PlanParty } from './plan_party';
import { Door, People } from './people';
import { Queue } from './queue';
import { SettingsDialog } from './settings_dialog';
import { StatePill } from './state_pill';
import { useLeaving } from './use_leaving';

function Title({ state, party, sync }: { state: PartyState; party: Party; sync: PartySync }) {
  const words = strings.party;
  const [dialog, setDialog] = useState<'invite' | 'settings' | null>(null);
  const free = sync.free.value;
  const leave = useLeaving(party, state);
  return (
    <div class="party-title">
      <div class="party-title-text">
        <PartyHeading party={party} state={state} sync={sync} />
      </div>
      <div class="party-actions">
        {state.starts_at === null && (
          <button type="button" class="button party-free" aria-pressed={free} title={free ? words.resync : words.free} data-testid="party-free" onClick={() => sync.setFree(!free)}>
            <Icon name={free ? 'reply' : 'clock'} />
            <span class="party-free-word">{free ? words.resync : words.free}</span>
          </button>
        )}
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
  const { party: id } = router.route.value;
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
    <div class={`watch party ${outside ? 'is-outside' : withChat ? '' : 'is-chatless'}`} data-testid="party-page">
      <TopBar />
      {id == null ? (
        <main class="stage">
          <div class="party-entrance">
            <div class="party-entrance-column">
              <EnterCode />
              <MyParties className="card party-mine" buttonClass="button button-wide" />
            </div>
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
