// SPDX-License-Identifier: MIT
import { useApp } from '../../app_state';
import { strings } from '../../strings';
import { useSecondsLeft } from '../../look/use_seconds_left';
import { reactionNames } from './marks';
import { ReactionIcon } from './reaction_icon';
import type { Reactions } from './reactions';

export function ReactionBar({ reactions }: { reactions: Reactions }) {
  const { session } = useApp();
  const left = useSecondsLeft(reactions.pauseUntil.value);
  const away = session.connection.value.name !== 'online';
  return (
    <div class="reaction-bar" role="group" aria-label={strings.reactions.bar}>
      {reactionNames.map((name, index) => (
        <button
          data-first-focus={index === 0 ? '' : undefined}
          key={name}
          type="button"
          class="reaction-button"
          aria-label={strings.reactions.send(strings.reactions.names[name])}
          title={strings.reactions.names[name]}
          aria-disabled={away || left > 0}
          data-testid={`reaction-${name}`}
          onClick={() => {
            if (!away) void reactions.react(name);
          }}
        >
          <ReactionIcon name={name} />
        </button>
      ))}
      <span class="visually-hidden" role="status">
        {left > 0 ? strings.reactions.tooFast : (reactions.error.value ?? '')}
      </span>
    </div>
  );
}
