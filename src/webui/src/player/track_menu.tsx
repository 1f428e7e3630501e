// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { Icon } from '../look/icons';
import { strings } from '../strings';

interface ChoiceProps {
  readonly label: string;
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

function Choice({ label, chosen, onChoose }: ChoiceProps) {
  return (
    <button type="button" class="track-choice" role="menuitemradio" aria-checked={chosen} tabIndex={-1} onClick={onChoose}>
      <span class="track-mark" aria-hidden="true">
        {chosen && <Icon name="check" />}
      </span>
      <bdi>{label}</bdi>
    </button>
  );
}

// Languages of the sound and of the texts; there only when there is something to choose.
export function TrackMenu() {
  const { player } = useApp();
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLSpanElement>(null);
  const { sounds, sound, texts, text } = player.languages.tracks.value;
  const items = () => [...(frame.current?.querySelectorAll<HTMLElement>('[role=menuitemradio]') ?? [])];

  useEffect(() => {
    if (!open) return;
    (items().find((item) => item.ariaChecked === 'true') ?? items()[0])?.focus();
    const onDown = (event: PointerEvent) => {
      if (!frame.current?.contains(event.target as Node)) setOpen(false);
    };
    addEventListener('pointerdown', onDown);
    return () => removeEventListener('pointerdown', onDown);
  }, [open]);

  if (texts.length === 0 && sounds.length < 2) return null;
  const close = () => {
    setOpen(false);
    frame.current?.querySelector<HTMLElement>('[data-testid=track-button]')?.focus();
  };
  const onKey = (event: KeyboardEvent) => {
    if (!open) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Escape') close();
    else if (step !== undefined) {
      const list = items();
      list[(list.indexOf(document.activeElement as HTMLElement) + step + list.length) % list.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <span class="tracks" ref={frame} onKeyDown={onKey}>
      <button
        type="button"
        class={text >= 0 ? 'control is-on' : 'control'}
        aria-label={strings.player.tracks}
        title={strings.player.tracks}
        aria-haspopup="menu"
        aria-expanded={open}
        data-testid="track-button"
        onClick={() => setOpen(!open)}
      >
        <Icon name="captions" />
      </button>
      {open && (
        <div class="track-menu" role="menu" aria-label={strings.player.tracks} data-testid="track-menu">
          {texts.length > 0 && (
            <div role="group" aria-label={strings.player.texts}>
              <span class="track-heading">{strings.player.texts}</span>
              <Choice label={strings.player.noText} chosen={text < 0} onChoose={() => (player.languages.chooseText(-1), close())} />
              {texts.map(({ label }, index) => (
                <Choice key={label} label={label} chosen={text === index} onChoose={() => (player.languages.chooseText(index), close())} />
              ))}
            </div>
          )}
          {sounds.length > 1 && (
            <div role="group" aria-label={strings.player.sounds}>
              <span class="track-heading">{strings.player.sounds}</span>
              {sounds.map(({ label }, index) => (
                <Choice key={label} label={label} chosen={sound === index} onChoose={() => (player.languages.chooseSound(index), close())} />
              ))}
            </div>
          )}
        </div>
      )}
    </span>
  );
}
