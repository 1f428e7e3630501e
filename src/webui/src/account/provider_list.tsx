// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import { strings } from '../strings';
import { fetchLinkedProviders, fetchProviders, linkProvider, unlinkProvider, type LinkedProvider, type Provider } from './account_api';
import { useAsked } from './use_asked';

// Signing in by somebody else who knows who people are; nothing where the operator has named nobody.
export function ProviderButtons() {
  const [providers, setProviders] = useState<readonly Provider[]>([]);
  useEffect(() => void fetchProviders().then((answer) => answer.ok && setProviders(answer.value)), []);
  if (providers.length === 0) return null;
  const back = encodeURIComponent(location.pathname + location.search);
  return (
    <div class="provider-buttons">
      {providers.map(({ id, title, signIn }) => (
        <a key={id} class="button button-wide" href={`${signIn}?return=${back}`} data-testid={`provider-${id}`}>
          {strings.account.signInBy(title)}
        </a>
      ))}
    </div>
  );
}

// By whom else the account can be signed in to.
export function LinkedProviders() {
  const { value: providers, fault, act } = useAsked(fetchLinkedProviders);
  const words = strings.account;
  if (!providers || providers.length === 0) return null;
  const change = async ({ id, linked }: LinkedProvider) => {
    const answer = await act(linked ? unlinkProvider(id) : linkProvider(id));
    if (answer.ok && answer.value) location.assign(answer.value);
  };
  return (
    <section class="settings-part" data-testid="settings-providers">
      <h3>{words.providers}</h3>
      <p class="dialog-hint">{words.providersHint}</p>
      <ul class="settings-list">
        {providers.map((provider) => (
          <li key={provider.id}>
            <bdi>{provider.title}</bdi>
            <button type="button" class="button" data-testid={`link-${provider.id}`} onClick={() => void change(provider)}>
              {provider.linked ? words.disconnect : words.connect}
            </button>
          </li>
        ))}
      </ul>
      <p class="dialog-fault" role="alert">
        {fault}
      </p>
    </section>
  );
}
