// SPDX-License-Identifier: MIT
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { focusFirst, moveFocus } from './focus';
import { readRemote, type RemoteKey } from './remote';
import type { Direction } from './spatial';

const barMs = 6_000;

const isField = (target: EventTarget | null): target is HTMLInputElement => target instanceof HTMLInputElement && target.type !== 'checkbox';

export interface PanelKeys<Panel> {
  readonly first: Panel | 'none'; // open at the beginning
  // Past the edge of an open panel, on the side of the picture, the panel closes.
  readonly wayOut: Readonly<Partial<Record<Panel & string, Direction>>>;
  // What a key does whatever is open; false: nothing of that kind.
  readonly always: (key: RemoteKey) => boolean;
  // While no panel is open.
  readonly closed: (key: RemoteKey) => void;
}

// A ten-foot page: a picture, a bar that sleeps, and one open panel at most, in which arrows move the focus. Back closes it.
export function usePanels<Panel extends string>({ first, wayOut, always, closed }: PanelKeys<Panel>) {
  const [panel, setPanel] = useState<Panel | 'none'>(first);
  const [awake, setAwake] = useState(true);
  const frames = useRef<Partial<Record<string, HTMLElement | null>>>({});
  const timer = useRef(0);

  const wake = () => {
    setAwake(true);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setAwake(false), barMs);
  };
  useEffect(() => () => clearTimeout(timer.current), []);

  useLayoutEffect(() => {
    const frame = frames.current[panel];
    if (frame) focusFirst(frame);
    else if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  }, [panel]);

  const insidePanel = (key: RemoteKey, event: KeyboardEvent): boolean => {
    const frame = frames.current[panel];
    if (!frame || key.kind !== 'arrow') return false;
    // In a field left and right move the caret, as long as there is text to move in.
    if (isField(event.target) && event.target.value !== '' && (key.direction === 'left' || key.direction === 'right')) return false;
    if (!moveFocus(frame, key.direction) && wayOut[panel as Panel] === key.direction) setPanel('none');
    return true;
  };

  const onKey = (event: KeyboardEvent): void => {
    const key = readRemote(event);
    if (!key) return;
    if (isField(event.target) && (key.kind === 'digit' || event.key === 'Backspace')) return;
    wake();
    let taken = true;
    if (always(key)) taken = true;
    else if (key.kind === 'back') setPanel('none');
    else if (panel === 'none') closed(key);
    else taken = insidePanel(key, event);
    if (taken) event.preventDefault();
  };
  const latest = useRef(onKey);
  latest.current = onKey;
  useLayoutEffect(() => {
    const listen = (event: KeyboardEvent) => latest.current(event);
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);

  const frame = (name: Panel) => (element: HTMLElement | null) => {
    frames.current[name] = element;
  };
  return { panel, setPanel, awake, wake, frame };
}
