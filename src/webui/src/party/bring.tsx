// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { Monogram } from '../channels/channel_tile';
import { watchableFrom } from '../guide/catch_up';
import { dayAndTime, duration, hourMs } from '../guide/guide_times';
import { useSchedules } from '../guide/use_schedule';
import { Icon } from '../look/icons';
import { strings } from '../strings';
import { focusFirst } from '../tv/focus';
import type { PartyProgramme } from './found_button';

const pastMs = 48 * hourMs;
const mostPast = 60;

function Choice({ title, detail, testId, onClick, children }: { title: string; detail: string; testId: string; onClick: () => void; children?: ComponentChildren }) {
  return (
    <li>
      <button type="button" data-testid={testId} onClick={onClick}>
        {children}
        <span class="party-bring-text">
          <bdi>{title}</bdi>
          <span class="party-how">{detail}</span>
        </span>
      </button>
    </li>
  );
}

// A channel as it is, and what it showed that can still be watched.
function OfChannel({ channel, pick, back }: { channel: Channel; pick: (programme: PartyProgramme) => void; back: () => void }) {
  const { now } = useApp();
  const words = strings.party;
  const until = Math.ceil(now.value / hourMs) * hourMs;
  const from = Math.max(channel.archive?.from ?? until, until - pastMs);
  const schedule = useSchedules(channel.archive ? [channel.id] : [], from, until);
  const past = schedule.of(channel.id).flatMap((programme) => {
    const start = programme.stop <= now.value ? watchableFrom(programme, channel.archive, now.value) : null;
    return start === null ? [] : [{ channel: channel.id, title: programme.title, start, end: Math.min(programme.stop, channel.archive?.to ?? programme.stop) }];
  });
  return (
    <>
      <button type="button" class="link-button" data-testid="party-bring-back" onClick={back}>
        <Icon name="left" />
        {words.otherChannel}
      </button>
      <ul class="party-bring-list">
        <Choice title={channel.name} detail={words.live} testId="party-bring-live" onClick={() => pick({ channel: channel.id, title: channel.name })}>
          <Monogram channel={channel} />
        </Choice>
        {past.reverse().slice(0, mostPast).map((programme) => (
          <Choice
            key={programme.start}
            title={programme.title}
            detail={`${dayAndTime(programme.start, now.value)} · ${duration(programme.end - programme.start)}`}
            testId="party-bring-past"
            onClick={() => pick(programme)}
          >
            <Icon name="rewind" />
          </Choice>
        ))}
      </ul>
    </>
  );
}

// A channel first, then live or what was on.
export function Bring({ pick }: { pick: (programme: PartyProgramme) => void }) {
  const { lineup } = useApp();
  const [chosen, setChosen] = useState<string | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const channel = lineup.find(chosen);
  useEffect(() => {
    const list = frame.current?.querySelector('ul');
    if (list) focusFirst(list);
  }, [chosen]);
  return (
    <div class="party-bring" ref={frame}>
      {channel ? (
        <OfChannel channel={channel} pick={pick} back={() => setChosen(null)} />
      ) : (
        <ul class="party-bring-list">
          {(lineup.channels.value ?? []).map((one) => (
            <Choice
              key={one.id}
              title={one.name}
              detail={one.archive ? strings.party.liveOrPast : strings.party.live}
              testId={`party-bring-${one.id}`}
              onClick={() => (one.archive ? setChosen(one.id) : pick({ channel: one.id, title: one.name }))}
            >
              <Monogram channel={one} />
            </Choice>
          ))}
        </ul>
      )}
    </div>
  );
}
