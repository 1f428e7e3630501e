// SPDX-License-Identifier: MIT
import type { RefObject } from 'preact';
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Channel } from '../api';
import { useApp } from '../app_state';
import { strings } from '../strings';
import { readRemote } from '../tv/remote';
import { canvasWidth, cellsBetween, isSameShown, shownIn, timeMarks, xOf, type Cell, type GridScale, type Viewport } from './grid_layout';
import { cellAt, moved, scrollTo, type Cursor, type Move } from './grid_navigation';
import { keepTitlesInView } from './grid_cell';
import { GuideRow } from './guide_row';
import { clockTime, dayName, hourMs } from './guide_times';
import { useSchedules } from './use_schedule';

const aroundMs = 12 * hourMs; // how far a step to the left or right looks

export interface GridHandle {
  readonly focus: () => void;
  readonly goTo: (at: number) => void; // scrolls there, and takes the cursor along
}

interface GridProps {
  readonly channels: readonly Channel[];
  readonly scale: GridScale;
  readonly cursor: Cursor;
  readonly handle: RefObject<GridHandle>;
  readonly onCursor: (cursor: Cursor) => void;
  readonly onView: (from: number) => void; // the first time that is seen
  readonly onLeave: (direction: 'up') => void; // past the first row
}

const viewOf = (frame: HTMLElement): Viewport => ({
  left: frame.scrollLeft,
  top: frame.scrollTop,
  width: frame.clientWidth,
  height: frame.clientHeight,
});

// Channels down, time across, of which only what is seen is there. The arrow keys move one cursor over it.
export function GuideGrid({ channels, scale, cursor, handle, onCursor, onView, onLeave }: GridProps) {
  const { now, schedules, channelId } = useApp();
  const frame = useRef<HTMLDivElement>(null);
  const [shown, setShown] = useState(() => shownIn(scale, { left: 0, top: 0, width: 0, height: 0 }, channels.length));
  const focusWanted = useRef(false);
  const hadFocus = useRef(false);
  const rows = channels.slice(shown.firstRow, shown.endRow);
  const schedule = useSchedules(rows.map((channel) => channel.id), shown.from, shown.to);

  const look = () => {
    if (!frame.current) return;
    const view = viewOf(frame.current);
    keepTitlesInView(frame.current);
    const next = shownIn(scale, view, channels.length);
    setShown((before) => (isSameShown(before, next) ? before : next));
    onView(scale.origin + (view.left / scale.perMinute) * 60_000);
  };

  const cellsAround = (row: number, at: number): readonly Cell[] => {
    const channel = channels[row];
    const from = Math.max(scale.origin, at - aroundMs);
    const to = Math.min(scale.end, at + aroundMs);
    return channel ? cellsBetween(schedules.of(channel.id, from, to), from, to) : [];
  };

  const choose = (next: Cursor) => {
    const cell = cellAt(cellsAround(next.row, next.at), next.at);
    if (frame.current && cell) {
      const { left, top } = scrollTo(scale, viewOf(frame.current), next.row, cell);
      frame.current.scrollLeft = left;
      frame.current.scrollTop = top;
      look();
    }
    focusWanted.current = true;
    onCursor(next);
  };

  const goTo = (at: number) => {
    if (!frame.current) return;
    const width = frame.current.clientWidth - scale.channel;
    frame.current.scrollLeft = Math.max(0, xOf(scale, at) - Math.min(width / 4, scale.perMinute * 45));
    look();
    onCursor({ row: cursor.row, at: Math.min(scale.end - 1, Math.max(scale.origin, at)) });
  };

  useImperativeHandle(handle, () => ({
    focus: () => choose(cursor),
    goTo,
  }));

  useLayoutEffect(() => {
    goTo(cursor.at);
    if (frame.current) frame.current.scrollTop = Math.max(0, (cursor.row - 2) * scale.row);
    look();
  }, [scale]);
  useEffect(() => {
    const again = () => look();
    addEventListener('resize', again);
    return () => removeEventListener('resize', again);
  });
  useEffect(() => {
    const follow = (event: FocusEvent) => (hadFocus.current = frame.current?.contains(event.target as Node) ?? false);
    addEventListener('focusin', follow);
    return () => removeEventListener('focusin', follow);
  }, []);
  useLayoutEffect(() => {
    if (frame.current) keepTitlesInView(frame.current);
  });
  useLayoutEffect(() => {
    // The cell that had the focus may be gone: what was loading has come, or it is scrolled out of view.
    const lost = hadFocus.current && document.activeElement === document.body;
    if (!focusWanted.current && !lost) return;
    const cell = frame.current?.querySelector<HTMLElement>('[data-chosen]');
    if (!cell) return;
    focusWanted.current = false;
    cell.focus({ preventScroll: true });
  });

  const onKey = (event: KeyboardEvent) => {
    const key = readRemote(event);
    let move: Move | null = null;
    if (key?.kind === 'arrow') move = key.direction;
    if (key?.kind === 'channel_up') move = 'page_up';
    if (key?.kind === 'channel_down') move = 'page_down';
    if (event.key === 'Home') {
      event.preventDefault();
      goTo(now.value);
      choose({ row: cursor.row, at: now.value });
    }
    if (!move || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const visible = frame.current ? Math.floor((frame.current.clientHeight - scale.head) / scale.row) : 1;
    const next = moved(cursor, move, { rows: channels.length, rowsPerPage: Math.max(1, visible - 1), from: scale.origin, to: scale.end, cellsAround });
    if (next) choose(next);
    else if (move === 'up') onLeave('up');
  };

  // Scrolled away, the cell with the focus is gone, and keys come to nobody: they are still meant for the grid.
  const latestKey = useRef(onKey);
  latestKey.current = onKey;
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (document.activeElement === document.body) latestKey.current(event);
    };
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);

  const nowX = xOf(scale, now.value);
  // The present time stands before the marks: those that it would cover are left out.
  const marks = timeMarks(scale, shown.from, shown.to).filter((at) => xOf(scale, at) < nowX - 2.5 * scale.head || xOf(scale, at) > nowX + scale.head);
  const first = frame.current ? scale.origin + (frame.current.scrollLeft / scale.perMinute) * 60_000 : now.value;
  return (
    <div
      class="guide-grid"
      ref={frame}
      role="grid"
      aria-label={strings.guide.grid}
      aria-rowcount={channels.length + 1}
      style={{ '--row': `${scale.row}px`, '--head': `${scale.head}px`, '--channel': `${scale.channel}px` }}
      data-testid="guide-grid"
      onScroll={look}
      onKeyDown={onKey}
    >
      <div class="guide-canvas" role="presentation" style={{ width: `${canvasWidth(scale)}px`, height: `${scale.head + channels.length * scale.row}px` }}>
        <div class="guide-head" role="row" aria-rowindex={1}>
          <div class="guide-corner" role="columnheader">
            {dayName(first, now.value)}
          </div>
          {marks.map((at) => (
            <div class="guide-mark" role="columnheader" key={at} style={{ left: `${scale.channel + xOf(scale, at)}px` }}>
              {clockTime(at)}
            </div>
          ))}
          {nowX >= 0 && (
            <div class="guide-now-mark" style={{ left: `${scale.channel + nowX}px` }} aria-hidden="true">
              {clockTime(now.value)}
            </div>
          )}
        </div>
        {rows.map((channel, index) => {
          const row = shown.firstRow + index;
          return (
            <GuideRow
              key={channel.id}
              channel={channel}
              row={row}
              scale={scale}
              from={shown.from}
              to={shown.to}
              known={schedule.isKnown(channel.id)}
              current={channel.id === channelId.value}
              cursorAt={row === cursor.row ? cursor.at : null}
              onCursor={onCursor}
            />
          );
        })}
        {nowX >= 0 && nowX <= xOf(scale, scale.end) && <div class="guide-now-line" style={{ left: `${scale.channel + nowX}px` }} aria-hidden="true" />}
      </div>
    </div>
  );
}
