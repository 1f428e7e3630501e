// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { strings } from '../strings';

// Asks again where it stands: nothing that cannot come back goes by a slip of the finger.
export function RemoveButton({ label, testId, remove }: { label: string; testId: string; remove: () => void }) {
  const [asked, setAsked] = useState(false);
  return (
    <button type="button" class={asked ? 'button button-danger' : 'button'} data-testid={testId} onBlur={() => setAsked(false)} onClick={() => (asked ? remove() : setAsked(true))}>
      {asked ? strings.account.sure : label}
    </button>
  );
}
