// SPDX-License-Identifier: MIT
import { useApp } from './app_state';
import { TvPage } from './tv/tv_page';
import { WatchPage } from './watch/watch_page';

export function Application() {
  const { router } = useApp();
  return router.route.value.tv ? <TvPage /> : <WatchPage />;
}
