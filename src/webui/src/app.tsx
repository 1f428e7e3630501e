// SPDX-License-Identifier: MIT
import { useApp } from './app_state';
import { LinkPage } from './account/link_page';
import { GuidePage } from './guide/guide_page';
import { ProgrammePage } from './guide/programme_page';
import { PartyPage } from './party/party_page';
import { TvParty } from './party/tv_party';
import { TvPage } from './tv/tv_page';
import { WatchPage } from './watch/watch_page';

export function Application() {
  const { page, tv } = useApp().router.route.value;
  if (page === 'guide') return <GuidePage />;
  if (page === 'programme') return <ProgrammePage />;
  if (page === 'party') return tv ? <TvParty /> : <PartyPage />;
  if (page === 'link') return <LinkPage />;
  return tv ? <TvPage /> : <WatchPage />;
}
