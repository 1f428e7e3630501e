// SPDX-License-Identifier: MIT

export interface CalendarEvent {
  readonly id: string;
  readonly title: string;
  readonly start: number; // milliseconds since 1970
  readonly url: string;
  readonly made: number;
}

const lengthMs = 2 * 3_600_000; // of what nobody knows the end

const time = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');
const escaped = (text: string): string => text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r?\n/g, '\\n');

// RFC 5545, 3.1: at most 75 octets a line; what is longer goes on after a space.
function folded(line: string): string {
  const encoder = new TextEncoder();
  let out = '';
  let octets = 0;
  for (const character of line) {
    const length = encoder.encode(character).length;
    if (octets + length > 75) {
      out += '\r\n ';
      octets = 1;
    }
    out += character;
    octets += length;
  }
  return out;
}

// One event as a calendar file (RFC 5545).
export function calendarFile({ id, title, start, url, made }: CalendarEvent): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Grandstand//Party//EN',
    'BEGIN:VEVENT',
    `UID:${id}@grandstand`,
    `DTSTAMP:${time(made)}`,
    `DTSTART:${time(start)}`,
    `DTEND:${time(start + lengthMs)}`,
    `SUMMARY:${escaped(title)}`,
    `URL:${url}`,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return lines.map((line) => `${folded(line)}\r\n`).join('');
}
