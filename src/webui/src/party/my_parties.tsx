// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { askList } from '../api';
import { useApp } from '../app_state';
import { dayAndTime } from '../guide/guide_times';
import { Icon } from '../look/icons';
import { isFields, textOf } from '../socket/protocol';
import { strings } from '../strings';
import { partyOfRoom } from './invite_api';

interface MyParty {
  readonly party: string;
  readonly title: string;
  readonly startsAt: number | null;
}

const mostShown = 5;

export function decodeMine(value: unknown): MyParty | null {
  const party = isFields(value) ? partyOfRoom(value['room']) : null;
  if (!isFields(value) || party === null) return null;
  const startsAt = value['starts_at'];
  return { party, title: textOf(value['title']), startsAt: typeof startsAt === 'number' ? startsAt : null };
}

// Those that we are in: the way back, and to what was planned. Nothing for who is in none.
export function MyParties({ className, buttonClass }: { className: string; buttonClass: string }) {
  const { account, go, now } = useApp();
  const words = strings.party;
  const [parties, setParties] = useState<readonly MyParty[]>([]);
  const me = account.user.value?.id;
  useEffect(() => {
    if (me === undefined) return undefined;
    let asked = true;
    void askList('/api/v1/features/party/mine', 'parties', decodeMine).then((answer) => asked && answer.ok && setParties(answer.value));
    return () => {
      asked = false;
    };
  }, [me]);
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
