// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { faultOf } from './fault_of';

// Why what was asked last was not done; '' when it was.
export function useFault() {
  const [fault, setFault] = useState('');
  const follow = (asked: Promise<unknown>): void => void asked.then(() => setFault(''), (reason: unknown) => setFault(faultOf(reason)));
  return { fault, follow };
}
