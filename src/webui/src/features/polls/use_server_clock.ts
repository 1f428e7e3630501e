// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../../app_state';

// The server's time of day, four times a second as long as it is wanted: polls close by it.
export function useServerClock(wanted: boolean): number {
  const { serverNow } = useApp();
  const [, again] = useState(0);
  useEffect(() => {
    if (!wanted) return;
    const timer = setInterval(() => again((count) => count + 1), 250);
    return () => clearInterval(timer);
  }, [wanted]);
  return serverNow();
}
