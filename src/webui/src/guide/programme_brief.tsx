// SPDX-License-Identifier: MIT
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { Icon } from '../look/icons';
import { strings } from '../strings';
import { standing, watchableFrom } from './catch_up';
import { dayName, duration, timeRange } from './guide_times';
import { PassedLine } from './on_air';
import type { Programme } from './programme';

// Time, length, kind: one line of facts.
export function ProgrammeFacts({ channel, programme }: { channel: Channel; programme: Programme }) {
  const { now } = useApp();
  const stands = standing(programme, now.value);
  const from = watchableFrom(programme, channel.archive, now.value);
  return (
    <p class="programme-facts">
      {stands === 'running' && <span class="chip chip-live">{strings.guide.live}</span>}
      {stands === 'past' && from !== null && (
        <span class="chip chip-archive">
          <Icon name="rewind" />
          {strings.guide.catchUp}
        </span>
      )}
      {programme.rating !== '' && (
        <span class="rating" title={strings.guide.rating}>
          {programme.rating}
        </span>
      )}
      <span>
        {dayName(programme.start, now.value)}, {timeRange(programme)}
      </span>
      <span>{duration(programme.stop - programme.start)}</span>
      {programme.categories[0] && <span>{programme.categories[0]}</span>}
      {programme.episode !== '' && <span>{programme.episode}</span>}
      {programme.date !== '' && <span>{programme.date.slice(0, 4)}</span>}
    </p>
  );
}

// What the cursor of the guide is on.
export function ProgrammeBrief({ channel, programme }: { channel: Channel | null; programme: Programme | null }) {
  const { now } = useApp();
  if (!channel) return <div class="programme-brief" />;
  return (
    <div class="programme-brief" data-testid="programme-brief">
      <p class="programme-channel">
        <span class="title-number">{channel.number}</span> {channel.name}
      </p>
      {programme ? (
        <>
          <h2>
            <bdi>{programme.title}</bdi>
          </h2>
          <ProgrammeFacts channel={channel} programme={programme} />
          {standing(programme, now.value) === 'running' && <PassedLine programme={programme} />}
          <p class="programme-text">
            {programme.subtitle !== '' && <strong>{programme.subtitle}. </strong>}
            {programme.description}
          </p>
        </>
      ) : (
        <h2 class="is-unknown">{strings.guide.noProgramme}</h2>
      )}
    </div>
  );
}
