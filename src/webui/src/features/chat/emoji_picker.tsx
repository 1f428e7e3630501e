// SPDX-License-Identifier: MIT
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Icon } from '../../look/icons';
import { strings } from '../../strings';
import { emojiHere, findEmoji, type Emoji } from './emoji';
import { emoteAddress, findEmotes, type Emotes } from './emotes';

const columns = 8;

// The arrows move in the grid as they look.
function moveIn(grid: HTMLElement, event: KeyboardEvent): void {
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns };
  const step = steps[event.key];
  if (step === undefined || !(event.target instanceof HTMLButtonElement)) return;
  const buttons = [...grid.querySelectorAll<HTMLButtonElement>('.emoji-button')];
  const next = buttons[buttons.indexOf(event.target) + step];
  event.preventDefault();
  if (next) next.focus();
  else if (event.key === 'ArrowUp') grid.parentElement?.querySelector('input')?.focus();
}

function Grid({ emoji, pick }: { emoji: readonly Emoji[]; pick: (character: string) => void }) {
  return (
    <div class="emoji-grid">
      {emoji.map(({ character, words }) => (
        <button key={character} type="button" class="emoji-button" title={words.split(' ')[0]} onClick={() => pick(character)}>
          {character}
        </button>
      ))}
    </div>
  );
}

function EmoteGrid({ names, emotes, pick }: { names: readonly string[]; emotes: Emotes; pick: (name: string) => void }) {
  return (
    <div class="emoji-grid">
      {names.map((name) => (
        <button key={name} type="button" class="emoji-button" title={`:${name}:`} onClick={() => pick(`:${name}: `)}>
          <img class="emote" src={emoteAddress(emotes, name)} alt={`:${name}:`} loading="lazy" />
        </button>
      ))}
    </div>
  );
}

interface PickerProps {
  readonly emotes: Emotes;
  readonly pick: (character: string) => void;
  readonly close: () => void;
  readonly leave: () => void; // by the keyboard: the focus goes back to the words
}

export function EmojiPicker({ emotes, pick, close, leave }: PickerProps) {
  const [text, setText] = useState('');
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    frame.current?.querySelector('input')?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Element && !event.target.closest('.emoji-picker, .emoji-toggle')) close();
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, []);
  const groups = useMemo(emojiHere, []);
  const found = findEmoji(text, groups);
  const own = findEmotes(emotes, text);
  return (
    <div
      class="emoji-picker"
      role="dialog"
      aria-label={strings.chat.emoji}
      ref={frame}
      data-testid="emoji-picker"
      onKeyDown={(event) => {
        if (event.key === 'Escape') {
          event.stopPropagation();
          leave();
        } else moveIn(event.currentTarget, event);
      }}
    >
      <label class="emoji-search">
        <Icon name="search" />
        <span class="visually-hidden">{strings.chat.findEmoji}</span>
        <input
          type="search"
          value={text}
          placeholder={strings.chat.findEmoji}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              event.preventDefault();
              if (own[0]) pick(`:${own[0]}: `);
              else if (found[0]) pick(found[0].character);
            } else if (event.key === 'ArrowDown') {
              event.preventDefault();
              frame.current?.querySelector<HTMLElement>('.emoji-button')?.focus();
            }
          }}
        />
      </label>
      <div class="emoji-scroll scrolls" tabIndex={-1}>
        {own.length > 0 && (
          <section aria-label={strings.chat.emotes}>
            <h3 class="emoji-heading">{strings.chat.emotes}</h3>
            <EmoteGrid names={own} emotes={emotes} pick={pick} />
          </section>
        )}
        {text.trim() !== '' && found.length > 0 && <Grid emoji={found} pick={pick} />}
        {text.trim() !== '' && found.length + own.length === 0 && <p class="emoji-none">{strings.chat.noEmoji}</p>}
        {text.trim() === '' &&
          groups.map(({ name, emoji }) => (
            <section key={name} aria-label={strings.chat.emojiGroups[name]}>
              <h3 class="emoji-heading">{strings.chat.emojiGroups[name]}</h3>
              <Grid emoji={emoji} pick={pick} />
            </section>
          ))}
      </div>
    </div>
  );
}
