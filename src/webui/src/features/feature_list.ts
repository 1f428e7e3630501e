// SPDX-License-Identifier: MIT
import { chat } from './chat/chat';
import { reactions } from './reactions/reactions';

// All social features, named as on the server: one folder and one line here for each.
export const featureList = { chat, reactions } as const;

export type RoomFeatures = { readonly [Name in keyof typeof featureList]: ReturnType<(typeof featureList)[Name]['create']> };
