// SPDX-License-Identifier: MIT
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { Icon } from '../look/icons';
import { Link } from '../look/link';
import { strings } from '../strings';
import { standing, watchableFrom } from './catch_up';
import { xOf, type GridScale } from './grid_layout';
import type { Programme } from './programme';
import type { Cursor } from './grid_navigation';
import { timeRange } from './guide_times';

// What began before the left edge shows its title at the edge. By hand and only where it changes, because a style of the frame
// would be worked out anew for every cell with each pixel.
export function keepTitlesInView(frame: HTMLElement): void {
  const edge = frame.scrollLeft;
  for (const cell of frame.querySelectorAll<HTMLElement>('.guide-cell')) {
    const left = Number(cell.dataset['left']);
    const shift = left < edge && edge < Number(cell.dataset['right']) ? `${edge - left}px` : '';
    if (cell.style.getPropertyValue('--shift') !== shift) cell.style.setProperty('--shift', shift);
  }
}

interface GridCellProps {
  readonly channel: Channel;
  readonly row: number;
  readonly start: number;
  readonly stop: number;
  readonly programme: Programme | null;
  readonly known: boolean; // whether anything more may come to be known of that time
  readonly scale: GridScale;
  readonly chosen: boolean;
  readonly onCursor: (cursor: Cursor) => void;
}

const narrowPx = 96; // no room for times

// Its properties stay the same while one scrolls: it is drawn once.
export function GridCell({ channel, row, start, stop, programme, known, scale, chosen, onCursor }: GridCellProps) {
  const { now } = useApp();
  const left = Math.round(xOf(scale, Math.max(start, scale.origin)));
  const width = Math.round(xOf(scale, Math.min(stop, scale.end))) - left;
  const place = { left: `${scale.channel + left}px`, width: `${width}px`, '--width': `${width}px` };
  const span = { 'data-left': left, 'data-right': left + width };
  const stands = standing({ start, stop }, now.value);
  const onFocus = () => {
    if (!chosen) onCursor({ row, at: Math.max(start, scale.origin) });
  };
  const common = { tabIndex: chosen ? 0 : -1, 'data-chosen': chosen || undefined, onFocus };
  if (!programme) {
    return (
      <div role="gridcell" class={`guide-cell is-gap ${known ? '' : 'is-loading'}`} style={place} {...span}>
        <span class="guide-cell-body" {...common}>
          <span class="guide-cell-title">{known ? strings.guide.noProgramme : strings.guide.loading}</span>
        </span>
      </div>
    );
  }
  const from = watchableFrom(programme, channel.archive, now.value);
  const extra = stands === 'running' ? strings.guide.live : from === null ? '' : strings.guide.catchUp;
  return (
    <div role="gridcell" class={`guide-cell is-${stands} ${width < narrowPx ? 'is-tight' : ''}`} style={place} {...span}>
      <Link
        class="guide-cell-body"
        to={{ page: 'programme', channel: channel.id, at: programme.start }}
        data-testid="guide-programme"
        data-start={programme.start}
        {...common}
      >
        <span class="guide-cell-title">
          {from !== null && stands === 'past' && <Icon name="rewind" />}
          <bdi>{programme.title}</bdi>
        </span>
        <span class="guide-cell-detail">
          {timeRange(programme)}
          {programme.subtitle !== '' && <> · {programme.subtitle}</>}
        </span>
        {extra !== '' && <span class="visually-hidden">{extra}</span>}
      </Link>
    </div>
  );
}
