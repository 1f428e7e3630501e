// SPDX-License-Identifier: MIT
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import type { User } from '../../socket/protocol';
import { editMs, type Chat } from './chat';
import { useMentions } from './mention_list';
import { mentionsIn } from './mentions';
import type { Message } from './message_list';

const mostHeight = 120; // of the box, in pixels
const mostPicked = 50;

// What somebody is writing: the words in the box, whom they name, and what they are for.
export function useDraft(chat: Chat) {
  const { account, serverNow } = useApp();
  const [text, setText] = useState('');
  const field = useRef<HTMLTextAreaElement>(null);
  const picked = useRef<User[]>([]);
  const refused = useRef<string | null>(null); // what a message was to become
  const editing = chat.editing.value;
  const replyingTo = chat.replyingTo.value;

  // Puts something where the caret is, and the caret after it.
  const put = (words: string, from?: number) => {
    const box = field.current;
    if (!box) return;
    const start = from ?? box.selectionStart;
    const end = box.selectionEnd;
    const caret = start + words.length;
    setText((now) => now.slice(0, start) + words + now.slice(end));
    requestAnimationFrame(() => {
      box.focus();
      box.setSelectionRange(caret, caret);
    });
  };
  const name = (user: User, from?: number) => {
    picked.current = [...picked.current, user].slice(-mostPicked);
    put(`@${user.name} `, from);
  };
  const mentions = useMentions(chat, account.user.value, name);

  // Refused as too fast: the words are back in the box, unless something else was begun meanwhile.
  const returned = chat.returnedText.value;
  useEffect(() => {
    if (returned === null) return;
    setText((now) => (now === '' ? returned : now));
    chat.returnedText.value = null;
  }, [returned]);

  // Before anything is drawn: the next key may follow at once.
  useLayoutEffect(() => {
    if (editing) setText(refused.current ?? editing.text);
    refused.current = null;
    if (editing || replyingTo) field.current?.focus();
  }, [editing, replyingTo]);

  const mentioned = chat.mentioned.value;
  useEffect(() => {
    if (!mentioned) return;
    chat.mentioned.value = null;
    name(mentioned);
  }, [mentioned]);

  useLayoutEffect(() => {
    const box = field.current;
    if (!box) return;
    box.style.height = 'auto';
    // Empty, its height would be that of the placeholder, which may need two lines.
    if (text !== '') box.style.height = `${Math.min(box.scrollHeight + 2, mostHeight)}px`;
  }, [text]);

  const leavePurpose = () => {
    chat.editing.value = null;
    chat.replyingTo.value = null;
    field.current?.focus();
  };

  // Refused, the words are back in the box, unless something else was begun meanwhile.
  const edit = async (message: Message, words: string, named: readonly string[]) => {
    if (await chat.edit(message, words, named)) return;
    if (field.current?.value !== '' || chat.editing.value || chat.replyingTo.value) return;
    refused.current = words;
    chat.startEdit(message);
  };

  return {
    text,
    field,
    mentions,
    editing,
    put,
    write(words: string): void {
      setText(words);
      chat.sendError.value = null;
    },
    send(): void {
      const named = mentionsIn(text, picked.current);
      if (editing) void edit(editing, text, named.length > 0 ? named : editing.mentions.filter((id) => text.includes(`@${chat.nameOf(id)}`)));
      else void chat.send(text, { replyTo: replyingTo, mentions: named });
      setText('');
      picked.current = [];
      leavePurpose();
    },
    // Whether there was an answer or an edit to give up.
    cancel(): boolean {
      if (!editing && !replyingTo) return false;
      if (editing) setText('');
      leavePurpose();
      return true;
    },
    // Whether there is something of ours that can still be changed.
    editLast(): boolean {
      const me = account.user.value?.id;
      const last = [...chat.shown.value].reverse().find(({ author, deleted }) => author.id === me && !deleted);
      if (!last || serverNow() - last.serverTime > editMs) return false;
      chat.startEdit(last);
      return true;
    },
  };
}
