// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { RemoveButton } from '../look/remove_button';
import { Secret } from '../look/secret';
import { strings } from '../strings';
import { fetchBots, makeBot, makeToken, removeBot, revokeToken, tokenScopes, type Bot, type BotToken } from './bots_api';
import { useAsked, type Act } from './use_asked';

// The account's bots, and the tokens by which they come in.
export function BotList() {
  const { value: bots, fault, act } = useAsked(fetchBots);
  const words = strings.bots;
  const make = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    if ((await act(makeBot(String(new FormData(form).get('name')).trim()))).ok) form.reset();
  };
  return (
    <section class="settings-part" data-testid="settings-bots">
      <h3>{words.title}</h3>
      <p class="dialog-hint">{words.hint}</p>
      {bots?.map((bot) => (
        <BotCard key={bot.id} bot={bot} act={act} />
      ))}
      <form class="settings-row" onSubmit={(event) => void make(event)}>
        <label class="field">
          <span>{words.newBot}</span>
          <input name="name" type="text" required maxLength={32} autocomplete="off" data-testid="new-bot-name" />
        </label>
        <button type="submit" class="button" data-testid="make-bot">
          {words.makeBot}
        </button>
      </form>
      <p class="dialog-fault" role="alert">
        {fault}
      </p>
    </section>
  );
}

function BotCard({ bot, act }: { bot: Bot; act: Act }) {
  const words = strings.bots;
  const { lineup } = useApp();
  const [secret, setSecret] = useState('');
  const make = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    const field = (name: string) => String(fields.get(name) ?? '').trim();
    const wish = { name: field('name'), scopes: fields.getAll('scope').map(String), channel: field('channel'), expiresAt: field('expires') };
    const made = await act(makeToken(bot.id, wish));
    if (!made.ok) return;
    setSecret(made.value);
    form.reset();
  };
  return (
    <details class="bot-card" data-testid="bot-card">
      <summary>
        <bdi>{bot.name}</bdi>
        <span class="field-hint">{bot.id}</span>
      </summary>
      <ul class="settings-list">
        {bot.tokens.map((token) => (
          <TokenLine key={token.id} token={token} revoke={() => void act(revokeToken(bot.id, token.id))} />
        ))}
      </ul>
      {secret && <Secret label={words.secretOnce} text={secret} testId="bot-secret" />}
      <form onSubmit={(event) => void make(event)}>
        <label class="field">
          <span>{words.tokenName}</span>
          <input name="name" type="text" required maxLength={64} autocomplete="off" />
        </label>
        <fieldset class="settings-choices">
          <legend>{words.scopes}</legend>
          {tokenScopes.map((scope) => (
            <label key={scope}>
              <input type="checkbox" name="scope" value={scope} />
              {words.scopeNames[scope]}
            </label>
          ))}
        </fieldset>
        <label class="field">
          <span>{words.channel}</span>
          <select name="channel">
            <option value="">{words.allChannels}</option>
            {lineup.channels.value?.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span>{words.expires}</span>
          <input name="expires" type="datetime-local" />
        </label>
        <button type="submit" class="button" data-testid="make-token">
          {words.makeToken}
        </button>
      </form>
      <RemoveButton label={words.removeBot(bot.name)} testId="remove-bot" remove={() => void act(removeBot(bot.id))} />
    </details>
  );
}

function TokenLine({ token, revoke }: { token: BotToken; revoke: () => void }) {
  const words = strings.bots;
  return (
    <li>
      <span>
        <bdi>{token.name}</bdi>
        <span class="field-hint">
          {token.scopes.join(', ')} · {token.channel ?? words.allChannels} · {token.lastUsedAt === null ? words.neverUsed : words.lastUsed(token.lastUsedAt)}
          {token.expiresAt !== null && ` · ${words.until(token.expiresAt)}`}
        </span>
      </span>
      <button type="button" class="button" onClick={revoke}>
        {words.revoke}
      </button>
    </li>
  );
}
