// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { AccountDialog } from '../account/account_dialog';
import { useApp } from '../app_state';
import type { Asked, Couch, Screen } from '../features/couch/couch';
import { useFault } from '../features/use_fault';
import { Card } from '../look/card';
import { Link } from '../look/link';
import { TopBar } from '../look/top_bar';
import { useMyParties } from '../party/use_my_parties';
import { strings } from '../strings';
import { RemoteChannel } from './remote_channel';
import { RemoteKeys } from './remote_keys';
import { TypeField } from './type_field';

const lookingMs = 12_000; // a television that was just let in asks every few seconds

const toCode = { page: 'link', channel: null, at: null } as const;

// What is on, and the way along into the party.
function OnScreen({ screen }: { screen: Screen }) {
  const { lineup } = useApp();
  const words = strings.remote;
  const { state } = screen;
  const channel = lineup.find(state.channel);
  return (
    <section class="remote-on" aria-label={words.shows(screen.name)} data-testid="remote-on">
      {channel ? <RemoteChannel channel={channel} /> : <p>{words.nothing}</p>}
      <p class="remote-how">
        {state.party !== null && <span class="chip chip-live">{words.inParty(state.title)}</span>}
        {(state.page === 'guide' || state.page === 'programme') && <span class="chip">{words.guide}</span>}
        {!state.playing && <span class="chip" data-testid="remote-paused">{words.paused}</span>}
      </p>
      {state.party !== null && (
        <Link class="button button-accent button-wide" to={{ page: 'party', channel: null, at: null, party: state.party, view: 'remote' }} data-testid="remote-join">
          {words.join}
        </Link>
      )}
    </section>
  );
}

// What can be shown on the television.
function Places({ onOpen }: { onOpen: (path: string) => void }) {
  const { lineup } = useApp();
  const words = strings.remote;
  const parties = useMyParties();
  return (
    <>
      {parties.length > 0 && (
        <section class="remote-places" aria-label={words.parties}>
          <h2 class="panel-title">{words.parties}</h2>
          {parties.map(({ party, title }) => (
            <button key={party} type="button" class="remote-place" title={words.open(title)} data-testid={`remote-party-${party}`} onClick={() => onOpen(`/party/${encodeURIComponent(party)}`)}>
              <bdi>{title}</bdi>
            </button>
          ))}
        </section>
      )}
      <section class="remote-places" aria-label={words.channels}>
        <h2 class="panel-title">{words.channels}</h2>
        {(lineup.channels.value ?? []).map((channel) => (
          <button
            key={channel.id}
            type="button"
            class="remote-place"
            title={words.open(channel.name)}
            data-testid={`remote-channel-${channel.id}`}
            onClick={() => onOpen(`/watch/${encodeURIComponent(channel.id)}`)}
          >
            <RemoteChannel channel={channel} />
          </button>
        ))}
      </section>
    </>
  );
}

function Screens({ couch, screens }: { couch: Couch; screens: readonly Screen[] }) {
  const { session } = useApp();
  const words = strings.remote;
  const [chosen, setChosen] = useState<string | null>(null);
  const { fault, follow } = useFault();
  const ask = (asked: Asked) => follow(couch.ask(asked));
  const screen = screens.find((one) => one.screen === chosen) ?? screens[0]!;
  const online = session.connection.value.name === 'online';
  const id = screen.screen;
  return (
    <div class="remote" data-testid="remote-state" data-state={session.connection.value.name}>
      {screens.length > 1 ? (
        <label class="field remote-which">
          <span class="visually-hidden">{words.which}</span>
          <select value={id} data-testid="remote-which" onChange={(event) => setChosen(event.currentTarget.value)}>
            {screens.map((one) => (
              <option key={one.screen} value={one.screen}>
                {[one.name, one.state.title].filter((text) => text !== '').join(' · ')}
              </option>
            ))}
          </select>
        </label>
      ) : (
        <h1 class="remote-name">
          <bdi>{screen.name}</bdi>
        </h1>
      )}
      <OnScreen screen={screen} />
      <p class="remote-fault" role="alert" data-testid="remote-fault">
        {online ? fault : words.away}
      </p>
      <RemoteKeys showing={screen.state} onPress={(key) => ask({ name: 'press', screen: id, key })} />
      <TypeField key={id} onType={(text, final) => ask({ name: 'type', screen: id, text, final })} />
      <Places onOpen={(path) => ask({ name: 'open', screen: id, path })} />
    </div>
  );
}

// The phone as remote control of the account's televisions.
export function RemotePage() {
  const { account, session } = useApp();
  const words = strings.remote;
  const couch = session.couch.value;
  const screens = couch?.screens.value ?? [];
  const [looking, setLooking] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setLooking(false), lookingMs);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="link-page" data-testid="remote-page">
      <TopBar />
      <main class="link-main">
        {account.isGuest.value ? (
          <Card title={words.heading} hint={words.signIn} testId="remote-guest">
            <button type="button" class="button button-accent button-wide" data-testid="remote-sign-in" onClick={() => (account.dialog.value = 'sign_in')}>
              {strings.account.signIn}
            </button>
          </Card>
        ) : couch && screens.length > 0 ? (
          <Screens couch={couch} screens={screens} />
        ) : looking || session.connection.value.name !== 'online' ? (
          <Card busy title={words.heading} hint={words.waiting} testId="remote-looking" />
        ) : (
          <Card title={words.none} hint={words.noneHint} testId="remote-none">
            <Link class="button button-wide" to={toCode}>
              {words.code}
            </Link>
          </Card>
        )}
      </main>
      <AccountDialog />
    </div>
  );
}
