// SPDX-License-Identifier: MIT
import { searchChat } from '../../api';
import { messagesOf, type Message } from '../../features/chat/message_list';
import type { Report } from '../../features/moderation/moderation';

// What the room has of the message that a report is about, deleted or not; null when the one who is reported did not say it.
export async function fetchReported(room: string, { user, message }: Pick<Report, 'user' | 'message'>): Promise<Message | null> {
  const [, epoch, offset] = /^(.+):(\d+)$/.exec(message) ?? [];
  if (epoch === undefined) return null;
  const page = await searchChat(room, { text: '', user, before: `${epoch}:${Number(offset) + 1}`, limit: 1 });
  const found = page.ok ? messagesOf({ messages: page.value.messages })[0] : undefined;
  return found?.id === message && found.author.id === user ? found : null;
}
