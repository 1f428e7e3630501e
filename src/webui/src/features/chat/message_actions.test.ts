// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import type { User } from '../../socket/protocol';
import type { FeatureContext } from '../feature';
import { Chat } from './chat';
import { actionsOf } from './message_actions';
import type { Message } from './message_list';

const ada: User = { id: 'account:7', name: 'Ada', role: 'viewer' };
const eve: User = { id: 'guest:e', name: 'Eve', role: 'guest' };
const chat = new Chat({ room: 'channel:news', me: signal<User | null>(eve), inTime: signal(true) } as unknown as FeatureContext);
const message: Message = { id: 'k1:1', position: { epoch: 'k1', offset: 1 }, author: ada, text: 'x', serverTime: 0, mediaTime: null, replyTo: null, mentions: [], edited: false, deleted: false };
const names = (me: User | null, moderator = false) => actionsOf(chat, message, me, moderator, 0).map(({ name }) => name);

it('lets everybody who is somebody report what others say; moderators act themselves', () => {
  expect(names(eve)).toContain('report');
  expect(names(ada)).not.toContain('report');
  expect(names(null)).not.toContain('report');
  expect(names({ ...eve, role: 'moderator' }, true)).not.toContain('report');
});

it('reports the very message that was meant', () => {
  actionsOf(chat, message, eve, false, 0).find(({ name }) => name === 'report')?.run();
  expect(chat.reporting.value).toEqual({ user: ada, message });
});
