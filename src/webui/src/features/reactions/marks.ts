// SPDX-License-Identifier: MIT
import { isFields } from '../../socket/protocol';

export const reactionNames = ['heart', 'laugh', 'wow', 'sad', 'clap', 'fire'] as const;
export type ReactionName = (typeof reactionNames)[number];

// How often a reaction was given in a second of media time.
export interface Mark {
  readonly mediaTime: number | null; // the beginning of that second; null: of those who gave none
  readonly reaction: ReactionName;
  readonly count: number;
}

const isReaction = (value: unknown): value is ReactionName => reactionNames.some((name) => name === value);

export function marksOf(body: unknown): readonly Mark[] {
  if (!isFields(body) || !Array.isArray(body['marks'])) return [];
  return body['marks'].flatMap((mark: unknown) => {
    if (!isFields(mark) || !isReaction(mark['reaction']) || typeof mark['count'] !== 'number') return [];
    const mediaTime = typeof mark['media_time'] === 'number' ? mark['media_time'] : null;
    return { mediaTime, reaction: mark['reaction'], count: mark['count'] };
  });
}
