// SPDX-License-Identifier: MIT
import { useApp } from '../app_state';
import { dayAndTime } from '../guide/guide_times';
import { Icon } from '../look/icons';
import { strings } from '../strings';
import { useMyParties } from './use_my_parties';

const mostShown = 5;

// The way back to our parties, and to what was planned. Nothing for who is in none.
export function MyParties({ className, buttonClass }: { className: string; buttonClass: string }) {
  const { go, now } = useApp();
  const words = strings.party;
  const parties = useMyParties();
  if (parties.length === 0) return null;
  return (
    <section class={className} aria-label={words.mine} data-testid="my-parties">
      <h2>{words.mine}</h2>
      {parties.slice(0, mostShown).map(({ party, title, startsAt }) => {
        const coming = startsAt !== null && startsAt > now.value;
        return (
          <button key={party} type="button" class={buttonClass} onClick={() => go({ page: 'party', channel: null, at: null, party })}>
            <Icon name={coming ? 'clock' : 'play'} />
            <bdi>{title}</bdi>
            {coming && <span class="party-how">{dayAndTime(startsAt, now.value)}</span>}
          </button>
        );
      })}
    </section>
  );
}
