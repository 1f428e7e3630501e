// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { strings } from '../strings';
import { useFounding } from './found_button';
import { localTime } from './local_time';

const soonMs = 3_600_000;

// A party for later.
export function PlanParty() {
  const { lineup, serverNow } = useApp();
  const words = strings.party;
  const { busy, fault, found } = useFounding();
  const channels = lineup.channels.value ?? [];
  const [channel, setChannel] = useState('');
  const [title, setTitle] = useState('');
  const [at, setAt] = useState(() => localTime(serverNow() + soonMs));
  const chosen = channel || channels[0]?.id;
  const startsAt = Date.parse(at);
  const plan = (event: Event) => {
    event.preventDefault();
    const name = title.trim() || (lineup.find(chosen ?? null)?.name ?? '');
    if (chosen && Number.isFinite(startsAt)) void found({ programme: { channel: chosen, title: name }, title: name, starts_at: startsAt });
  };
  return (
    <form class="card" data-testid="party-plan" onSubmit={plan}>
      <h2>{words.plan}</h2>
      <p>{words.planHint}</p>
      <label class="field">
        <span>{words.name}</span>
        <input type="text" value={title} maxLength={80} onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{words.channel}</span>
        <select value={chosen} onChange={(event) => setChannel(event.currentTarget.value)}>
          {channels.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <label class="field">
        <span>{words.startsAt}</span>
        <input type="datetime-local" value={at} required data-testid="party-plan-at" onInput={(event) => setAt(event.currentTarget.value)} />
      </label>
      {fault !== '' && <p class="party-fault" role="alert">{fault}</p>}
      <button type="submit" class="button button-accent button-wide" aria-busy={busy} data-testid="party-plan-go">
        {words.planIt}
      </button>
    </form>
  );
}
