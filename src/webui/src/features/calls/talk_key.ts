// SPDX-License-Identifier: MIT

// The space bar as the key to talk. It stays what it is where somebody types, in dialogs, and on a control that was reached with the keyboard.
export function meansTalking(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey'>, target: EventTarget | null): boolean {
  if (event.key !== ' ' || event.ctrlKey || event.metaKey || event.altKey) return false;
  if (!(target instanceof HTMLElement)) return true;
  if (target.isContentEditable || target.closest('dialog, input:not([type="checkbox"]), textarea, select') !== null) return false;
  return target.closest('button, a, input, summary, [role="switch"]') === null || !target.matches(':focus-visible');
}

// Calls `talk` while the key is held; the returned function takes everything back.
export function followTalkKey(talk: (held: boolean) => void): () => void {
  let held = false;
  const set = (on: boolean) => {
    if (held !== on) talk((held = on));
  };
  const onDown = (event: KeyboardEvent) => {
    if (!meansTalking(event, event.target)) return;
    event.preventDefault();
    event.stopPropagation(); // the player would pause
    if (event.target instanceof HTMLElement && event.target !== document.body) event.target.blur();
    set(true);
  };
  const onUp = (event: KeyboardEvent) => {
    if (event.key !== ' ' || !held) return;
    event.preventDefault();
    set(false);
  };
  const away = () => set(false);
  addEventListener('keydown', onDown, true);
  addEventListener('keyup', onUp, true);
  addEventListener('blur', away);
  return () => {
    removeEventListener('keydown', onDown, true);
    removeEventListener('keyup', onUp, true);
    removeEventListener('blur', away);
    away();
  };
}
