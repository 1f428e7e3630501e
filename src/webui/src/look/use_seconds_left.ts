// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { browserTimers } from '../base/timers';

// Whole seconds until a moment of browserTimers, 0 when it has passed; renders again once a second while it has not.
export function useSecondsLeft(until: number): number {
  const left = Math.max(0, Math.ceil((until - browserTimers.now()) / 1000));
  const [, again] = useState(0);
  useEffect(() => {
    if (until <= browserTimers.now()) return;
    const timer = setInterval(() => {
      again((count) => count + 1);
      if (until <= browserTimers.now()) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}
