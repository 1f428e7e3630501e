// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact';
import type { ReactionName } from './marks';

// Drawn and not emoji: a machine without an emoji font would show empty boxes.
function Face({ children }: { children: ComponentChildren }) {
  return (
    <>
      <circle cx="16" cy="16" r="13" fill="#ffcf4a" />
      <path d="M27.200 22.600A13 13 0 0 1 4.800 22.600 13.600 13.600 0 0 0 27.200 22.600z" fill="#f0a92c" />
      {children}
    </>
  );
}

const ink = '#4a2a0a';

function Picture({ name }: { name: ReactionName }) {
  switch (name) {
    case 'heart':
      return (
        <>
          <path d="M16 27.500C7.500 21.500 3.500 17 3.500 11.800 3.500 7.900 6.400 5 10 5c2.400 0 4.700 1.300 6 3.500C17.300 6.300 19.600 5 22 5c3.600 0 6.500 2.900 6.500 6.800 0 5.200-4 9.700-12.500 15.700z" fill="#ff4f6d" />
          <path d="M8 11.500c0-2 1.300-3.300 3-3.500" fill="none" stroke="#ffb3c0" stroke-width="2" stroke-linecap="round" />
        </>
      );
    case 'laugh':
      return (
        <Face>
          <path d="M8 17h16c0 4.800-3.500 8-8 8s-8-3.200-8-8z" fill={ink} />
          <path d="M11.500 23.300c1.200-1.500 2.700-2.200 4.500-2.200s3.300.7 4.500 2.200A8 8 0 0 1 16 25a8 8 0 0 1-4.500-1.700z" fill="#ff6b6b" />
          <path d="M7.500 13.500c.8-2.300 3.600-2.300 4.500 0M20 13.500c.8-2.300 3.600-2.300 4.500 0" fill="none" stroke={ink} stroke-width="2" stroke-linecap="round" />
        </Face>
      );
    case 'wow':
      return (
        <Face>
          <ellipse cx="16" cy="21.500" rx="3.600" ry="4.500" fill={ink} />
          <circle cx="11" cy="13" r="2.200" fill={ink} />
          <circle cx="21" cy="13" r="2.200" fill={ink} />
          <path d="M8.500 8.500c1-.9 2.500-1.300 3.800-1M23.500 8.500c-1-.9-2.500-1.300-3.800-1" fill="none" stroke={ink} stroke-width="1.700" stroke-linecap="round" />
        </Face>
      );
    case 'sad':
      return (
        <Face>
          <path d="M10.500 23.500c2.600-3.600 8.400-3.600 11 0" fill="none" stroke={ink} stroke-width="2" stroke-linecap="round" />
          <circle cx="11" cy="14.500" r="2" fill={ink} />
          <circle cx="21" cy="14.500" r="2" fill={ink} />
          <path d="M22 17.500c2 2.600 2.800 4 2.800 5.300a2.800 2.800 0 0 1-5.600 0c0-1.300.8-2.700 2.800-5.300z" fill="#59b8ff" />
        </Face>
      );
    case 'clap':
      return (
        <>
          <path d="M8.300 14.200l7.500-7.500a1.900 1.900 0 0 1 2.700 2.700l1.500-1.500a1.900 1.900 0 0 1 2.700 2.700l-.8.800a1.900 1.900 0 0 1 2.700 2.700l-.6.600a1.900 1.900 0 0 1 2.600 2.700l-7.700 7.700a8 8 0 0 1-11.300 0l-1-1a5.500 5.500 0 0 1-1.400-5.200l1.300-5.100a1.900 1.900 0 0 1 3.700.9z" fill="#ffcf4a" />
          <path d="M14 14.200l4.500-4.800M17 16.800l4.900-5.400M20 19l4-4.200" fill="none" stroke="#c98312" stroke-width="1.400" stroke-linecap="round" />
          <path d="M7.500 6.500L5.300 4.300M12 4.500V1.800M5 11H2.200M24.500 25.800l2.200 2.200M28.500 22h2" fill="none" stroke="#fff3d6" stroke-width="2" stroke-linecap="round" />
        </>
      );
    case 'fire':
      return (
        <>
          <path d="M16.500 2.500c1 4.500 8.500 8.300 8.500 16.200A9.200 9.200 0 0 1 16 28.500a9.200 9.200 0 0 1-9-9.600c0-4 2-6.400 3.600-8.700.3 2.300 1.200 3.600 2.400 4.200-.3-4.600.8-8.900 3.500-11.900z" fill="#ff7a2f" />
          <path d="M16.200 15c.6 2.700 4.300 4.300 4.300 8.200a4.400 4.400 0 0 1-4.500 4.500 4.400 4.400 0 0 1-4.500-4.500c0-2 1-3.200 1.900-4.400.3 1 .8 1.500 1.400 1.800-.2-2 .2-4 1.400-5.600z" fill="#ffd84d" />
        </>
      );
  }
}

export function ReactionIcon({ name }: { name: ReactionName }) {
  return (
    <svg class="reaction-icon" viewBox="0 0 32 32" aria-hidden="true">
      <Picture name={name} />
    </svg>
  );
}
