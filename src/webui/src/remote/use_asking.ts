// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { faultOf } from '../features/fault_of';
import type { Asked, Couch } from '../features/couch/couch';

// Asks something of a screen, and tells why it was not done.
export function useAsking(couch: Couch) {
  const [fault, setFault] = useState('');
  const ask = (asked: Asked): void => {
    couch.ask(asked).then(
      () => setFault(''),
      (reason: unknown) => setFault(faultOf(reason)),
    );
  };
  return { fault, ask };
}
