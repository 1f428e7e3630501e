// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { clockTime, hourMs, tapeTime } from '../guide/guide_times';
import { covering, type Programme } from '../guide/programme';
import { useSchedules } from '../guide/use_schedule';
import { strings } from '../strings';
import type { Preview } from './previews';
import { beginningAfter, beginningBefore, dateAt, partOf, seekBarModel, type SeekBarModel } from './seek_bar_model';
import { skip } from './skip';

const aroundMs = 6 * hourMs;

export interface Seeking {
  readonly model: SeekBarModel;
  readonly programmes: readonly Programme[];
  readonly before: number | null; // where "from the beginning" leads
  readonly after: number | null; // where the next programme begins
}

// What can be sought in and where programmes begin; null where there is no room to seek.
export function useSeekBar(): Seeking | null {
  const { player, channel, serverNow } = useApp();
  const current = channel.value;
  const { value: position } = player.position;
  const { value: stream } = player.range;
  const around = Math.floor((position ?? serverNow()) / hourMs) * hourMs;
  const schedule = useSchedules(current ? [current.id] : [], around - aroundMs, around + aroundMs);
  if (!current || position === null || !stream) return null;
  const programmes = schedule.of(current.id);
  const { archive } = current;
  const edge = player.inPast.value ? (archive?.to ?? stream.to) : stream.to;
  const model = seekBarModel({ position, edge, stream, archive, programmes });
  if (!model) return null;
  const before = archive ? beginningBefore(programmes, position, archive.from) : null;
  const after = player.atLive.value ? null : beginningAfter(programmes, position, edge);
  return { model, programmes, before, after };
}

function PreviewPicture({ preview }: { preview: Preview }) {
  const { sheet, x, y, width, height } = preview;
  const style = { width: `${width}px`, height: `${height}px`, backgroundImage: `url("${sheet}")`, backgroundPosition: `-${x}px -${y}px` };
  return <span class="seek-preview" style={style} data-testid="seek-preview" data-from={preview.from} />;
}

const hintPx = 76; // half of the room that a time takes
const stepS = 10;
const leapS = 60;

// The bar under the picture: how far it is, how far one can go, where programmes begin. `still`: only to be looked at.
export function SeekBar({ model, programmes, still = false }: Seeking & { still?: boolean }) {
  const app = useApp();
  const { player, previews, channel, seekTo } = app;
  const track = useRef<HTMLDivElement>(null);
  const [pointed, setPointed] = useState<number | null>(null); // 0 to 1
  const [dragged, setDragged] = useState(false);
  const length = model.to - model.from;
  const past = player.inPast.value;
  const shown = dragged && pointed !== null ? dateAt(model, pointed) : model.position;
  const left = past ? tapeTime(shown - model.from) : clockTime(model.from);
  const right = past ? tapeTime(length) : clockTime(model.to);
  const percent = (part: number): string => `${(part * 100).toFixed(2)}%`;

  const partAt = (event: PointerEvent): number => {
    const box = track.current?.getBoundingClientRect();
    return box && box.width > 0 ? Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) : 0;
  };
  const onDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
    setDragged(true);
    setPointed(partAt(event));
  };
  const onUp = (event: PointerEvent) => {
    if (!dragged) return;
    setDragged(false);
    seekTo(dateAt(model, partAt(event)));
    if (event.pointerType !== 'mouse') setPointed(null);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowDown') skip(app, -stepS);
    else if (event.key === 'ArrowRight' || event.key === 'ArrowUp') skip(app, stepS);
    else if (event.key === 'PageDown') skip(app, -leapS);
    else if (event.key === 'PageUp') skip(app, leapS);
    else if (event.key === 'Home') seekTo(model.reachable.from);
    else if (event.key === 'End') seekTo(model.reachable.to);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const place = pointed === null ? null : dateAt(model, pointed);
  const current = channel.value;
  useEffect(() => {
    if (place !== null && current) previews.look(current, performance.now());
  }, [place, current]);
  const preview = place === null ? null : previews.at(place);
  const room = Math.max(hintPx, (preview?.width ?? 0) / 2 + 4);
  const width = track.current?.clientWidth ?? 0;
  const hintX = place === null ? 0 : Math.max(room, Math.min(width - room, partOf(model, place) * width));
  const pointedAt = place === null ? null : covering(programmes, place);
  const interactive = still
    ? { 'aria-hidden': true }
    : {
        role: 'slider' as const,
        tabIndex: 0,
        'aria-label': strings.player.position,
        'aria-valuemin': 0,
        'aria-valuemax': Math.round(length / 1000),
        'aria-valuenow': Math.round((shown - model.from) / 1000),
        'aria-valuetext': past ? strings.player.tapePosition(tapeTime(shown - model.from), tapeTime(length)) : clockTime(shown),
        onPointerDown: onDown,
        onPointerMove: (event: PointerEvent) => setPointed(partAt(event)),
        onPointerUp: onUp,
        onPointerCancel: () => (setDragged(false), setPointed(null)),
        onPointerLeave: () => !dragged && setPointed(null),
        onKeyDown: onKey,
      };
  return (
    <div class="seek" data-testid="seek">
      <span class="seek-time" data-testid="seek-from">
        {left}
      </span>
      <div class={dragged ? 'seek-bar is-dragged' : 'seek-bar'} data-testid="seek-bar" {...interactive}>
        <div class="seek-track" ref={track}>
          <span class="seek-reachable" style={{ left: percent(partOf(model, model.reachable.from)), right: percent(1 - partOf(model, model.reachable.to)) }} />
          <span class="seek-played" style={{ left: percent(partOf(model, model.reachable.from)), right: percent(1 - partOf(model, shown)) }} />
          {model.boundaries.map((date) => (
            <span class="seek-boundary" key={date} style={{ left: percent(partOf(model, date)) }} />
          ))}
        </div>
        <span class="seek-knob" style={{ left: percent(partOf(model, shown)) }} />
        {place !== null && (
          <span class="seek-hint" style={{ left: `${hintX.toFixed(1)}px` }}>
            {preview && <PreviewPicture preview={preview} />}
            {pointedAt && model.programme === null && <bdi>{pointedAt.title}</bdi>}
            {past ? tapeTime(place - model.from) : clockTime(place)}
          </span>
        )}
      </div>
      <span class="seek-time" data-testid="seek-to">
        {right}
      </span>
    </div>
  );
}
