// SPDX-License-Identifier: MIT
import { strings } from '../strings';

// Times as the viewer's own clock and calendar show them.

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'long' });
const dayOfMonth = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const shortDay = new Intl.DateTimeFormat(undefined, { weekday: 'short', day: 'numeric', month: 'short' });

export const clockTime = (at: number): string => clock.format(at);
export const timeRange = (span: { readonly start: number; readonly stop: number }): string => `${clockTime(span.start)} – ${clockTime(span.stop)}`;

// Midnight of the day of `at`, or of so many days later: by the calendar, for days may have 23 or 25 hours.
export function startOfDay(at: number, daysLater = 0): number {
  const date = new Date(at);
  date.setHours(0, 0, 0, 0);
  date.setDate(date.getDate() + daysLater);
  return date.getTime();
}

// The moment of the day of `at` when its clock shows `hour`.
export function hourOfDay(at: number, hour: number): number {
  const date = new Date(at);
  date.setHours(hour, 0, 0, 0);
  return date.getTime();
}

export const daysBetween = (from: number, to: number): number => Math.round((startOfDay(to) - startOfDay(from)) / (24 * hourMs));

export function dayName(at: number, now: number): string {
  const days = daysBetween(now, at);
  if (days === 0) return strings.guide.today;
  if (days === 1) return strings.guide.tomorrow;
  if (days === -1) return strings.guide.yesterday;
  return days > 1 && days < 7 ? weekday.format(at) : shortDay.format(at);
}

export const shortDate = (at: number): string => dayOfMonth.format(at);

// "20:15" of today, "Monday 20:15" of another day.
export const dayAndTime = (at: number, now: number): string =>
  daysBetween(now, at) === 0 ? clockTime(at) : `${dayName(at, now)} ${clockTime(at)}`;

export function duration(milliseconds: number): string {
  const minutes = Math.max(1, Math.round(milliseconds / minuteMs));
  return minutes < 60 ? strings.guide.minutes(minutes) : strings.guide.hours(Math.floor(minutes / 60), minutes % 60);
}

// A place on a tape: "4:05", "1:02:03".
export function tapeTime(milliseconds: number): string {
  const whole = Math.max(0, Math.floor(milliseconds / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
