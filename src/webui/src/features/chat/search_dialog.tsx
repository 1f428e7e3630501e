// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import { searchChat } from '../../api';
import { Modal } from '../../look/modal';
import { strings } from '../../strings';
import type { Chat } from './chat';
import { FoundMessage } from './found_message';
import { messagesOf, type Message } from './message_list';

// For moderators: everything that was ever said in the room, what was deleted, too.
export function SearchDialog({ chat, room }: { chat: Chat; room: string }) {
  const asked = chat.searching.value;
  const [text, setText] = useState('');
  const [user, setUser] = useState('');
  const [found, setFound] = useState<readonly Message[] | null>(null);
  const [more, setMore] = useState(false);
  const [fault, setFault] = useState('');
  const sought = useRef({ text: '', user: '' }); // what the list is of, whatever the fields say by now

  const search = async (wanted: { text: string; user: string }, before: string | null) => {
    if (wanted.text === '' && wanted.user === '') return;
    sought.current = wanted;
    const page = await searchChat(room, { ...wanted, before });
    if (sought.current !== wanted) return;
    setFault(page.ok ? '' : page.fault.text);
    if (!page.ok) return;
    // The newest first: that is what a moderator looks for.
    const messages = messagesOf({ messages: page.value.messages }).reverse();
    setFound((known) => (before === null || known === null ? messages : [...known, ...messages]));
    setMore(page.value.more);
  };

  useEffect(() => {
    if (asked === null) return;
    setText('');
    setUser(asked);
    setFound(null);
    void search({ text: '', user: asked }, null);
  }, [asked]);

  const last = found?.[found.length - 1];
  return (
    <Modal open={asked !== null} title={strings.chat.searchTitle} class="search-dialog" onClose={() => (chat.searching.value = null)}>
      <h2 class="dialog-title">{strings.chat.searchTitle}</h2>
      <form
        class="search-fields"
        onSubmit={(event) => {
          event.preventDefault();
          void search({ text: text.trim(), user: user.trim() }, null);
        }}
      >
        <label class="field">
          <span>{strings.chat.searchText}</span>
          <input type="search" value={text} maxLength={100} data-testid="search-text" onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span>{strings.chat.searchUser}</span>
          <input type="search" value={user} maxLength={100} data-testid="search-user" onInput={(event) => setUser(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button button-accent">
          {strings.chat.search}
        </button>
      </form>
      <p class="dialog-fault" role="status">
        {fault !== '' ? fault : found?.length === 0 ? strings.chat.nothingFound : ''}
      </p>
      <ul class="search-results scrolls" tabIndex={0} aria-label={strings.chat.log}>
        {found?.map((message) => <FoundMessage key={message.id} room={room} message={message} />)}
        {more && last && (
          <li>
            <button type="button" class="button" onClick={() => void search(sought.current, last.id)}>
              {strings.chat.searchMore}
            </button>
          </li>
        )}
      </ul>
    </Modal>
  );
}
