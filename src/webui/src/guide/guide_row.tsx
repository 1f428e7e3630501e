// SPDX-License-Identifier: MIT
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { Monogram } from '../channels/channel_tile';
import { Link } from '../look/link';
import { GridCell } from './grid_cell';
import { cellsBetween, type GridScale } from './grid_layout';
import type { Cursor } from './grid_navigation';

interface GuideRowProps {
  readonly channel: Channel;
  readonly row: number;
  readonly scale: GridScale;
  readonly from: number; // what of the time is drawn
  readonly to: number;
  readonly known: boolean;
  readonly current: boolean; // it is watched
  readonly cursorAt: number | null; // null: the cursor is in another row
  readonly onCursor: (cursor: Cursor) => void;
}

// A channel and its programmes. Properties and signals that stay the same keep it from being drawn again (@preact/signals).
export function GuideRow({ channel, row, scale, from, to, known, current, cursorAt, onCursor }: GuideRowProps) {
  const { schedules } = useApp();
  void schedules.version.value;
  const cells = cellsBetween(schedules.of(channel.id, from, to), from, to);
  return (
    <div class="guide-row" role="row" aria-rowindex={row + 2} style={{ top: `${scale.head + row * scale.row}px` }} data-testid={`guide-row-${channel.id}`}>
      <div class={current ? 'guide-channel is-current' : 'guide-channel'} role="rowheader">
        <Link to={{ page: 'watch', channel: channel.id, at: null }} tabIndex={-1}>
          <Monogram channel={channel} />
          <span class="guide-channel-name">
            <span class="tile-number">{channel.number}</span> <bdi>{channel.name}</bdi>
          </span>
        </Link>
      </div>
      {cells.map(({ start, stop, programme }) => (
        <GridCell
          key={`${start}/${stop}`}
          channel={channel}
          row={row}
          start={start}
          stop={stop}
          programme={programme}
          known={known}
          scale={scale}
          chosen={cursorAt !== null && start <= cursorAt && cursorAt < stop}
          onCursor={onCursor}
        />
      ))}
    </div>
  );
}
