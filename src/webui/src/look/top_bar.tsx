// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import { AccountMenu } from '../account/account_menu';
import { useApp } from '../app_state';
import { strings } from '../strings';
import { Icon } from './icons';
import { Link } from './link';
import { Wordmark } from './wordmark';

// The head of every page but the television's: the house, the two places to be, who one is.
export function TopBar({ children }: { children?: ComponentChildren }) {
  const { router, channelId, lineup } = useApp();
  const { page } = router.route.value;
  const watching = channelId.value ?? lineup.channels.value?.[0]?.id ?? null;
  return (
    <header class="top-bar">
      <Link class="brand" to={{ page: 'watch', channel: lineup.channels.value?.[0]?.id ?? null, at: null }} aria-label={strings.home}>
        <Wordmark />
      </Link>
      <nav class="places" aria-label={strings.places.label}>
        <Link class="place" to={{ page: 'watch', channel: watching, at: null }} aria-current={page === 'watch' ? 'page' : undefined}>
          <Icon name="play" />
          <span>{strings.places.watch}</span>
        </Link>
        <Link class="place" to={{ page: 'guide', channel: null, at: null }} aria-current={page === 'guide' || page === 'programme' ? 'page' : undefined} data-testid="guide-link">
          <Icon name="guide" />
          <span>{strings.places.guide}</span>
        </Link>
        <Link class="place place-party" to={{ page: 'party', channel: null, at: null }} aria-current={page === 'party' ? 'page' : undefined} data-testid="party-place">
          <Icon name="people" />
          <span>{strings.party.found}</span>
        </Link>
      </nav>
      <span class="top-space" />
      {children}
      <AccountMenu />
    </header>
  );
}
