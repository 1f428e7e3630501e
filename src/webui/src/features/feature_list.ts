// SPDX-License-Identifier: MIT
import { calls } from './calls/calls';
import { chat } from './chat/chat';
import { houseRules } from './house_rules/house_rules';
import { moderation } from './moderation/moderation';
import { party } from './party/party';
import { polls } from './polls/polls';
import { presence } from './presence/presence';
import { reactions } from './reactions/reactions';

// All social features, named as on the server: one folder and one line here for each.
export const featureList = { chat, polls, reactions, presence, party, calls, moderation, house_rules: houseRules } as const;

export type RoomFeatures = { readonly [Name in keyof typeof featureList]: ReturnType<(typeof featureList)[Name]['create']> };
