// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { fetchVersions } from '../../api';
import { tone } from '../../channels/monogram';
import { whenExactly } from '../../look/when';
import { strings } from '../../strings';
import type { Message } from './message_list';

// A message as moderators see it, deleted or not. An edited message shows on request what it said before.
export function FoundMessage({ room, message }: { room: string; message: Message }) {
  const [versions, setVersions] = useState<readonly string[]>([]);
  const show = async () => {
    const answer = await fetchVersions(room, message.id);
    if (answer.ok) setVersions(answer.value.slice(0, -1));
  };
  return (
    <li data-testid="search-result">
      <span class="found-head">
        <bdi class={`message-author ${tone(message.author.id)}`}>{message.author.name}</bdi>
        <time dateTime={new Date(message.serverTime).toISOString()}>{whenExactly.format(message.serverTime)}</time>
        {message.deleted && <span class="found-mark">{strings.chat.deletedMessage}</span>}
        {message.edited && versions.length === 0 && (
          <button type="button" class="link-button" onClick={() => void show()}>
            {strings.chat.showVersions}
          </button>
        )}
      </span>
      {versions.map((text, index) => (
        <del key={index} dir="auto">
          {text}
        </del>
      ))}
      <span class="message-text" dir="auto">
        {message.text}
      </span>
    </li>
  );
}
