// SPDX-License-Identifier: MIT
import { useEffect, useRef } from 'preact/hooks';
import { useApp } from '../app_state';
import { Icon } from '../look/icons';
import { strings } from '../strings';
import { dayName, daysBetween, hourOfDay, shortDate, startOfDay } from './guide_times';

const eveningHour = 20;

interface ToolbarProps {
  readonly from: number; // the days that there are
  readonly to: number;
  readonly at: number; // what is seen
  readonly onGo: (at: number) => void;
  readonly onLeave: () => void; // downwards
}

// Where in the week: now, tonight, or a day. One stop of the tabulator; the arrow keys go along it.
export function GuideToolbar({ from, to, at, onGo, onLeave }: ToolbarProps) {
  const { now } = useApp();
  const bar = useRef<HTMLDivElement>(null);
  const days = Array.from({ length: daysBetween(from, to - 1) + 1 }, (_, index) => startOfDay(from, index));
  const today = startOfDay(now.value);
  // A day begins where its morning is; today goes on from now.
  const goToDay = (day: number) => onGo(day === today ? now.value : day + (at - startOfDay(at)));

  useEffect(() => {
    const day = bar.current?.querySelector<HTMLElement>('[aria-pressed="true"]');
    if (!bar.current || !day) return;
    const here = day.getBoundingClientRect();
    const around = bar.current.getBoundingClientRect();
    if (here.left < around.left || here.right > around.right) bar.current.scrollLeft += here.left - around.left - (around.width - here.width) / 2;
  }, [startOfDay(at)]);

  const onKey = (event: KeyboardEvent) => {
    const buttons = Array.from(bar.current?.querySelectorAll('button') ?? []);
    const present = buttons.indexOf(document.activeElement as HTMLButtonElement);
    if (event.key === 'ArrowDown') onLeave();
    else if (event.key === 'ArrowLeft') buttons[Math.max(0, present - 1)]?.focus();
    else if (event.key === 'ArrowRight') buttons[Math.min(buttons.length - 1, present + 1)]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div class="guide-toolbar" role="toolbar" aria-label={strings.guide.days} ref={bar} onKeyDown={onKey}>
      <button type="button" class="button guide-jump" data-testid="guide-now" data-first-focus onClick={() => onGo(now.value)}>
        <Icon name="clock" />
        {strings.guide.toNow}
      </button>
      <button type="button" class="button guide-jump guide-tonight" tabIndex={-1} data-testid="guide-tonight" onClick={() => onGo(hourOfDay(now.value, eveningHour))}>
        {strings.guide.tonight}
      </button>
      <div class="guide-days">
        {days.map((day) => {
          const chosen = daysBetween(day, at) === 0;
          return (
            <button type="button" class="guide-day" key={day} tabIndex={-1} aria-pressed={chosen} data-testid="guide-day" onClick={() => goToDay(day)}>
              <span>{dayName(day, now.value)}</span>
              {daysBetween(today, day) > 1 && daysBetween(today, day) < 7 && <small>{shortDate(day)}</small>}
            </button>
          );
        })}
      </div>
    </div>
  );
}
