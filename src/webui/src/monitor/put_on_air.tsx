// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import { strings } from '../strings';
import type { Choice } from './monitor_store';

const words = strings.monitor.detail;

// Viewers see what it does: it asks once more.
export function PutOnAir({ index, onChoose }: { index: number; onChoose: () => void }) {
  const [asking, setAsking] = useState(false);
  const no = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (asking) no.current?.focus();
  }, [asking]);
  if (!asking) {
    return (
      <p class="put-on-air">
        <button type="button" class="button" data-testid={`monitor-put-on-air-${index + 1}`} onClick={() => setAsking(true)}>
          {words.putOnAir}
        </button>
      </p>
    );
  }
  return (
    <p class="put-on-air" role="group" aria-label={words.confirm(index + 1)}>
      <span>{words.confirm(index + 1)}</span>
      <button type="button" class="button button-accent" data-testid="monitor-confirm" onClick={() => (setAsking(false), onChoose())}>
        {words.yes}
      </button>
      <button type="button" class="button" ref={no} onClick={() => setAsking(false)}>
        {words.no}
      </button>
    </p>
  );
}

// What became of the latest choice, and the way back to the automatic one.
export function ChosenByHand({ chosen, choice, onAutomatic }: { chosen: boolean; choice: Choice | null; onAutomatic: () => void }) {
  const asked = choice === null ? '' : choice.source === null ? words.askedAutomatic : words.asked(choice.source);
  return (
    <>
      <p class={choice?.fault ? 'dialog-fault' : 'choice-told'} role="status" data-testid="monitor-choice">
        {choice?.fault || asked}
      </p>
      {chosen && (
        <button type="button" class="link-button choice-automatic" data-testid="monitor-automatic" onClick={onAutomatic}>
          {words.automatic}
        </button>
      )}
    </>
  );
}
