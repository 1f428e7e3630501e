// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { RemoveButton } from '../look/remove_button';
import { Secret } from '../look/secret';
import { whenExactly } from '../look/when';
import { strings } from '../strings';
import { useAsked, type Act } from './use_asked';
import { creates, deliverAgain, enableWebhook, fetchDeliveries, fetchRoles, fetchWebhooks, makeWebhook, removeWebhook, renewSecret, type Delivery, type Webhook } from './webhooks_api';

const words = strings.webhooks;

// Who is told of events of the channels that the account creates; nothing for those who create none.
export function WebhookList() {
  const { lineup, channelId } = useApp();
  const { value: roles } = useAsked(fetchRoles);
  const [picked, setPicked] = useState(channelId.value);
  const channels = roles ? (lineup.channels.value ?? []).filter(({ id }) => creates(roles, id)) : [];
  const channel = channels.find(({ id }) => id === picked) ?? channels[0];
  if (!channel) return null;
  return (
    <section class="settings-part" data-testid="settings-webhooks">
      <h3>{words.title}</h3>
      <p class="dialog-hint">{words.hint}</p>
      <label class="field">
        <span>{words.channel}</span>
        <select value={channel.id} onChange={(event) => setPicked(event.currentTarget.value)} data-testid="webhook-channel">
          {channels.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <OfChannel key={channel.id} channel={channel.id} />
    </section>
  );
}

function OfChannel({ channel }: { channel: string }) {
  const { value: known, fault, act } = useAsked(() => fetchWebhooks(channel));
  const [secret, setSecret] = useState<{ url: string; text: string } | null>(null);
  const make = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    const url = String(fields.get('url') ?? '').trim();
    const made = await act(makeWebhook(channel, url, fields.getAll('kind').map(String)));
    if (!made.ok) return;
    setSecret({ url, text: made.value });
    form.reset();
  };
  const renew = async ({ id, url }: Webhook) => {
    const renewed = await act(renewSecret(channel, id));
    if (renewed.ok) setSecret({ url, text: renewed.value });
  };
  return (
    <>
      {known?.webhooks.map((webhook) => (
        <WebhookCard key={webhook.id} channel={channel} webhook={webhook} act={act} renew={() => void renew(webhook)} />
      ))}
      {secret && <Secret label={words.secretOnce(secret.url)} text={secret.text} testId="webhook-secret" />}
      <p class="dialog-fault" role="alert">
        {fault}
      </p>
      {known && (
        <form class="webhook-form" onSubmit={(event) => void make(event)}>
          <label class="field">
            <span>{words.url}</span>
            <input name="url" type="url" required maxLength={2000} autocomplete="off" placeholder="https://" data-testid="new-webhook-url" />
          </label>
          <fieldset class="settings-choices is-columns">
            <legend>{words.kinds}</legend>
            {known.kinds.map((kind) => (
              <label key={kind}>
                <input type="checkbox" name="kind" value={kind} />
                <span>
                  {words.kindNames[kind] ?? kind} <code class="field-hint">{kind}</code>
                </span>
              </label>
            ))}
          </fieldset>
          <button type="submit" class="button" data-testid="make-webhook">
            {words.add}
          </button>
        </form>
      )}
    </>
  );
}

function WebhookCard({ channel, webhook, act, renew }: { channel: string; webhook: Webhook; act: Act; renew: () => void }) {
  const [open, setOpen] = useState(false);
  const { id, url, kinds, description, enabled, waiting, parked, dropped } = webhook;
  const state = [
    enabled ? words.on : words.off,
    ...(waiting > 0 ? [words.waiting(waiting)] : []),
    ...(parked > 0 ? [words.parked(parked)] : []),
    ...(dropped > 0 ? [words.dropped(dropped)] : []),
  ];
  return (
    <details class="bot-card" data-testid="webhook-card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <span class={enabled ? 'webhook-light is-on' : 'webhook-light'} aria-hidden="true" />
        <bdi class="webhook-url">{url}</bdi>
        <span class="field-hint">{state.join(' · ')}</span>
      </summary>
      {description !== '' && <p>{description}</p>}
      <p class="field-hint">{kinds.map((kind) => words.kindNames[kind] ?? kind).join(', ')}</p>
      <div class="settings-buttons">
        <button type="button" class="button" data-testid="webhook-switch" onClick={() => void act(enableWebhook(channel, webhook, !enabled))}>
          {enabled ? words.switchOff : words.switchOn}
        </button>
        <button type="button" class="button" onClick={renew}>
          {words.newSecret}
        </button>
        <RemoveButton label={words.remove} testId="webhook-remove" remove={() => void act(removeWebhook(channel, id))} />
      </div>
      {open && <Deliveries channel={channel} webhook={id} />}
    </details>
  );
}

function Deliveries({ channel, webhook }: { channel: string; webhook: string }) {
  const { value: deliveries, fault, act } = useAsked(() => fetchDeliveries(channel, webhook));
  return (
    <>
      <h4>{words.deliveries}</h4>
      {deliveries?.length === 0 && <p class="field-hint">{words.noDeliveries}</p>}
      <ul class="settings-list">
        {deliveries?.map((delivery) => (
          <DeliveryLine key={delivery.id} delivery={delivery} again={() => void act(deliverAgain(channel, webhook, delivery.id))} />
        ))}
      </ul>
      <p class="dialog-fault" role="alert">
        {fault}
      </p>
    </>
  );
}

function DeliveryLine({ delivery, again }: { delivery: Delivery; again: () => void }) {
  const { kind, state, attempts, answer, at } = delivery;
  return (
    <li data-testid="webhook-delivery" data-state={state}>
      <span>
        {words.kindNames[kind] ?? kind}
        <span class="field-hint">
          {words.states[state]} · <time dateTime={new Date(at).toISOString()}>{whenExactly.format(at)}</time> · {words.attempts(attempts)}
          {answer !== '' && ` · ${answer}`}
        </span>
      </span>
      {state !== 'waiting' && (
        <button type="button" class="button" data-testid="deliver-again" onClick={again}>
          {words.again}
        </button>
      )}
    </li>
  );
}
