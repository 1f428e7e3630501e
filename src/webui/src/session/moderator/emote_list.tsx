// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { ask } from '../../api';
import { emoteAddress } from '../../features/chat/emotes';
import type { HouseRules } from '../../features/house_rules/house_rules';
import { Icon } from '../../look/icons';
import { shrink } from '../../look/shrink';
import { isFields } from '../../socket/protocol';
import { strings } from '../../strings';

const words = strings.moderation;

const side = 112;

// First the picture, then the name: nobody sees an emote without its picture.
async function add(rules: HouseRules, name: string, picture: Blob): Promise<void> {
  const answer = await ask('PUT', rules.emotePath(name), await shrink(picture, side, 'all', 'image/png'));
  if (!answer.ok) throw new Error(answer.fault.text);
  const version = isFields(answer.value) ? String(answer.value['version']) : '';
  await rules.setEmote(name, version);
}

async function remove(rules: HouseRules, name: string): Promise<void> {
  await rules.setEmote(name, '');
  await ask('DELETE', rules.emotePath(name));
}

export function EmoteList({ rules, run }: { rules: HouseRules; run: (work: Promise<unknown>) => void }) {
  const [name, setName] = useState('');
  const emotes = rules.emotes.value;
  return (
    <section class="moderator-section" data-testid="moderation-emotes">
      <h3>{words.emotes}</h3>
      <form
        class="moderator-form is-wrapped"
        onSubmit={(event) => {
          event.preventDefault();
          const file = event.currentTarget.querySelector<HTMLInputElement>('input[type=file]');
          const picture = file?.files?.[0];
          const wanted = name.trim().toLowerCase();
          if (!picture || wanted === '') return;
          run(add(rules, wanted, picture));
          setName('');
          file.value = '';
        }}
      >
        <input type="text" value={name} maxLength={32} placeholder={words.emoteHint} aria-label={words.emoteName} onInput={(event) => setName(event.currentTarget.value)} />
        <input type="file" accept="image/png,image/jpeg,image/webp,image/gif" aria-label={words.emotePicture} />
        <button type="submit" class="queue-button">
          {words.add}
        </button>
      </form>
      <ul class="entries">
        {[...emotes.versions.keys()].sort().map((one) => (
          <li key={one} class="entry">
            <img class="emote" src={emoteAddress(emotes, one)} alt="" />
            <bdi>:{one}:</bdi>
            <button type="button" class="entry-remove" aria-label={words.remove(`:${one}:`)} onClick={() => run(remove(rules, one))}>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
