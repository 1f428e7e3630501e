// SPDX-License-Identifier: MIT
import { LinkPage } from './account/link_page';
import { useApp } from './app_state';
import { GuidePage } from './guide/guide_page';
import { ProgrammePage } from './guide/programme_page';
import { PartyPage } from './party/party_page';
import { TvParty } from './party/tv_party';
import { PartyRemote } from './remote/party_remote';
import { RemotePage } from './remote/remote_page';
import { VolumeLevel } from './remote/volume_level';
import { TvPage } from './tv/tv_page';
import { WatchPage } from './watch/watch_page';

function Page() {
  const { page, tv, view, party } = useApp().router.route.value;
  if (page === 'guide') return <GuidePage />;
  if (page === 'programme') return <ProgrammePage />;
  if (page === 'party' && view === 'remote' && party != null) return <PartyRemote />;
  if (page === 'party') return tv ? <TvParty /> : <PartyPage />;
  if (page === 'link') return <LinkPage />;
  if (page === 'remote') return <RemotePage />;
  return tv ? <TvPage /> : <WatchPage />;
}

export function Application() {
  const { tv } = useApp().router.route.value;
  return (
    <>
      <Page />
      {tv && <VolumeLevel />}
    </>
  );
}
