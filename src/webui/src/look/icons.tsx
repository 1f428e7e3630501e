// SPDX-License-Identifier: MIT

// Drawn here and not taken from a font or an emoji set: the same on every machine. 24 by 24, one stroke width.
const paths = {
  play: 'M7 4.500v15l12.500-7.500z',
  pause: 'M7.500 5v14M16.500 5v14',
  sound: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM15.500 9a4.200 4.200 0 0 1 0 6M18 6.500a7.800 7.800 0 0 1 0 11',
  muted: 'M4 9.500v5h3.500L12 18.500v-13L7.500 9.500zM16 9.500l5 5M21 9.500l-5 5',
  fullscreen: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  shrink: 'M9 4v5H4M15 4v5h5M9 20v-5H4M15 20v-5h5',
  chat: 'M4 5.500h16v10.500H10.500L6 20v-4H4z',
  chatOff: 'M4 5.500h16v10.500H10.500L6 20v-4H4zM9 8.500l6 5M15 8.500l-6 5',
  send: 'M4 12L20.500 4.500 14 20.500l-2.800-6.200z',
  up: 'M6 14.500l6-6 6 6',
  down: 'M6 9.500l6 6 6-6',
  left: 'M14.500 6l-6 6 6 6',
  right: 'M9.500 6l6 6-6 6',
  guide: 'M4 5.500h16v13H4zM4 10h16M9.500 10v8.500M15 14h5M4 14.250h5.500',
  list: 'M4 6.500h16M4 12h16M4 17.500h16',
  grid: 'M4.500 4.500h6v6h-6zM13.500 4.500h6v6h-6zM4.500 13.500h6v6h-6zM13.500 13.500h6v6h-6z',
  person: 'M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.500 20.500c.8-4 3.700-6 7.500-6s6.700 2 7.500 6',
  people: 'M9 11.500a3.500 3.500 0 1 0 0-7 3.500 3.500 0 0 0 0 7zM2.500 19.500c.6-3.500 3.100-5.200 6.500-5.200s5.900 1.700 6.500 5.200M16 4.800a3.500 3.500 0 0 1 0 6.500M18 14.700c1.900.7 3.100 2.300 3.500 4.800',
  close: 'M5.500 5.500l13 13M18.500 5.500l-13 13',
  search: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13zM15.500 15.500L20.500 20.500',
  keyboard: 'M3 6.500h18v11H3zM7 10.500h.01M12 10.500h.01M17 10.500h.01M8 14h8',
  captions: 'M3.500 5.500h17v13h-17zM10.500 10.300a2.400 2.400 0 1 0 0 3.400M17 10.300a2.400 2.400 0 1 0 0 3.400',
  clock: 'M12 20.500a8.500 8.500 0 1 0 0-17 8.500 8.500 0 0 0 0 17zM12 7.500V12l3 2',
  sparkles: 'M12 4l1.800 5.200L19 11l-5.200 1.800L12 18l-1.800-5.200L5 11l5.200-1.800zM18.500 16v4M16.500 18h4',
  toStart: 'M6 5v14M19 5.500v13L9 12z',
  toNext: 'M18 5v14M5 5.500v13L15 12z',
  back10: 'M12 4.500a8 8 0 1 1-7.500 5.200M4.500 4.500v5.200h5.200',
  forth10: 'M12 4.500a8 8 0 1 0 7.500 5.200M19.500 4.500v5.200h-5.200',
  rewind: 'M4.500 8.500A8.500 8.500 0 1 1 3.500 12M4.500 3.500v5h5M12 8v4.500l3 1.800',
  signal: 'M12 13.500v6.500M12 13.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4zM7.500 16a6 6 0 0 1 0-9M16.500 7a6 6 0 0 1 0 9M4.800 18.800a10 10 0 0 1 0-14.500M19.200 4.300a10 10 0 0 1 0 14.500',
  shield: 'M12 3.500l7 2.500v5.500c0 4.300-2.800 7.500-7 9-4.200-1.500-7-4.700-7-9V6z',
  check: 'M5 12.500l4.500 4.500L19 7.500',
  warning: 'M12 4L21 19.500H3zM12 10v4.500M12 17v.01',
  pencil: 'M5 19l.8-3.800L16 5l3 3L8.800 18.200z',
} as const;

export type IconName = keyof typeof paths;
const filled: ReadonlySet<IconName> = new Set(['play', 'send', 'toStart', 'toNext']);

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class={filled.has(name) ? 'icon icon-filled' : 'icon'} viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
