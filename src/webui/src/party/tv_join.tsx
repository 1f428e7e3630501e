// SPDX-License-Identifier: MIT
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { useApp } from '../app_state';
import { Icon } from '../look/icons';
import { Wordmark } from '../look/wordmark';
import { strings } from '../strings';
import { focusFirst } from '../tv/focus';
import type { RemoteKey } from '../tv/remote';
import { usePanels } from '../tv/use_panels';
import { MyParties } from './my_parties';
import { useInvitation } from './use_invitation';

// As the server makes codes: nothing that reads as another.
const alphabet = '23456789bcdfghjkmnpqrstvwxyz';
const codeLength = 8;

// A code typed with five keys; whoever has letters or digits at hand can type them.
export function TvJoin() {
  const { go } = useApp();
  const words = strings.party;
  const [code, setCode] = useState('');
  const { found, fault, look, come, forget } = useInvitation();
  const answer = useRef<HTMLDivElement>(null);
  const put = (text: string) => {
    if (text === code || text.length > codeLength) return;
    setCode(text);
    forget();
    if (text.length === codeLength) void look(text);
  };
  const type = (sign: string) => alphabet.includes(sign) && put(code + sign);
  const always = (key: RemoteKey): boolean => {
    if (key.kind === 'digit') type(key.digit);
    else if (key.kind !== 'back') return false;
    else if (code !== '') put(code.slice(0, -1));
    else go({ page: 'watch', channel: null, at: null });
    return true;
  };
  const { frame } = usePanels<'page'>({ first: 'page', wayOut: {}, always, closed: () => {} });
  const latest = useRef(type);
  latest.current = type;
  useLayoutEffect(() => {
    const listen = ({ key }: KeyboardEvent) => key.length === 1 && !/[0-9]/.test(key) && latest.current(key.toLowerCase());
    addEventListener('keydown', listen);
    return () => removeEventListener('keydown', listen);
  }, []);
  useEffect(() => {
    if (found && answer.current) focusFirst(answer.current);
  }, [found]);
  return (
    <main class="tv tv-screen tv-join" data-testid="party-page">
      <div class="tv-brand">
        <Wordmark />
      </div>
      <div class="tv-join-code" ref={answer}>
        <h1>{words.codeTitle}</h1>
        <p>{words.codeHint}</p>
        <output class="tv-slots" aria-label={words.code} data-testid="party-code">
          {Array.from({ length: codeLength }, (_, index) => (
            <span key={index} class={index === code.length ? 'is-next' : ''}>
              {code[index] ?? ''}
            </span>
          ))}
        </output>
        <p role="status">{found ? words.by(found.host, found.people) : ''}</p>
        {fault !== '' && <p class="party-fault" role="alert">{fault}</p>}
        {found && (
          <button type="button" class="tv-action tv-come" data-testid="party-code-go" onClick={come}>
            <Icon name="people" />
            {words.come(found.title)}
          </button>
        )}
        {!found && <MyParties className="tv-mine" buttonClass="tv-action" />}
      </div>
      <div class="tv-keys" role="group" aria-label={words.code} ref={(element) => frame('page')(element?.parentElement ?? null)}>
        {[...alphabet].map((sign, index) => (
          <button key={sign} type="button" class="tv-key" data-first-focus={index === 0} onClick={() => type(sign)}>
            {sign}
          </button>
        ))}
        <button type="button" class="tv-key tv-key-wide" aria-label={words.eraseLast} onClick={() => put(code.slice(0, -1))}>
          ⌫
        </button>
        <button type="button" class="tv-key tv-key-wide" onClick={() => go({ page: 'watch', channel: null, at: null })}>
          {words.alone}
        </button>
      </div>
    </main>
  );
}
