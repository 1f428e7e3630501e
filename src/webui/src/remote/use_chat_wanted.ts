// SPDX-License-Identifier: MIT
import { useEffect, useRef } from 'preact/hooks';
import { chatWanted } from './obey';

// Somebody types on a phone while the television has no field for it.
export function useChatWanted(open: () => void): void {
  const wanted = chatWanted.value;
  const before = useRef(wanted);
  useEffect(() => {
    if (wanted > before.current) open();
    before.current = wanted;
  }, [wanted]);
}
