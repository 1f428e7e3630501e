// SPDX-License-Identifier: MIT
import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { useMediaQuery } from '../../look/use_media_query';
import { reactionNames, type ReactionName } from './marks';
import { ReactionIcon } from './reaction_icon';
import type { Burst, Reactions } from './reactions';

interface Flying {
  readonly id: number;
  readonly reaction: ReactionName;
  readonly own: boolean;
  readonly left: number; // percent of the overlay's width
  readonly drift: number; // pixels sideways
  readonly size: number;
  readonly lean: number; // degrees, to the left and to the right
  readonly delayMs: number;
  readonly lastsMs: number;
}

const mostFlying = 40;
const mostOfOneBurst = 8;
const calmMs = 2_500;
const spreadMs = 900; // tallies come in steps, a crowd does not
let nextId = 1;
const between = (least: number, most: number): number => least + Math.random() * (most - least);

function launch(burst: Burst, present: number): Flying[] {
  const count = Math.max(0, Math.min(burst.count, mostOfOneBurst, mostFlying - present));
  return Array.from({ length: count }, (_, index) => ({
    id: nextId++,
    reaction: burst.reaction,
    own: burst.own,
    left: between(10, 82),
    drift: Math.round(between(-60, 60)),
    size: burst.own ? 1.3 : between(0.75, 1.2),
    lean: Math.round(between(6, 18)) * (index % 2 === 0 ? 1 : -1),
    delayMs: burst.own ? 0 : Math.round(between(0, spreadMs)),
    lastsMs: Math.round(between(2_600, 4_200)),
  }));
}

// Reactions rise over a corner of the picture. Whoever asks for less motion gets still counts instead.
export function ReactionOverlay({ reactions, shown }: { reactions: Reactions; shown: boolean }) {
  const flying = useSignal<readonly Flying[]>([]);
  const counts = useSignal<Readonly<Partial<Record<ReactionName, number>>>>({});
  const calm = useMediaQuery('(prefers-reduced-motion: reduce)');

  useEffect(() => {
    let timer = 0;
    reactions.onBurst = (burst) => {
      if (!shown || document.hidden) return;
      if (!calm) {
        flying.value = [...flying.value, ...launch(burst, flying.value.length)];
        return;
      }
      counts.value = { ...counts.value, [burst.reaction]: (counts.value[burst.reaction] ?? 0) + burst.count };
      clearTimeout(timer);
      timer = window.setTimeout(() => (counts.value = {}), calmMs);
    };
    return () => {
      reactions.onBurst = null;
      clearTimeout(timer);
      flying.value = [];
      counts.value = {};
    };
  }, [reactions, shown, calm]);

  const land = (id: number) => (flying.value = flying.value.filter((one) => one.id !== id));
  return (
    <div class="reaction-overlay" aria-hidden="true" data-testid="reaction-overlay">
      {flying.value.map((one) => (
        <span
          key={one.id}
          class={one.own ? 'flying flying-own' : 'flying'}
          data-reaction={one.reaction}
          style={{ left: `${one.left}%`, '--drift': `${one.drift}px`, '--size': one.size, '--lean': `${one.lean}deg`, animationDelay: `${one.delayMs}ms`, animationDuration: `${one.lastsMs}ms` }}
          onAnimationEnd={() => land(one.id)}
        >
          <ReactionIcon name={one.reaction} />
        </span>
      ))}
      {calm && (
        <span class="still-counts">
          {reactionNames
            .filter((name) => counts.value[name])
            .map((name) => (
              <span class="still-count" key={name} data-reaction={name}>
                <ReactionIcon name={name} />
                {counts.value[name]}
              </span>
            ))}
        </span>
      )}
    </div>
  );
}
