// SPDX-License-Identifier: MIT
import { useEffect, useMemo } from 'preact/hooks';
import { askDeviceCode, askWhetherLetIn, type LetIn } from '../account/device_api';
import { DeviceSignIn } from '../account/device_sign_in';
import { useApp } from '../app_state';
import { browserTimers } from '../base/timers';
import { QrCode } from '../party/qr_code';
import { strings } from '../strings';

const helloMs = 2_500;
const withoutScheme = (address: string): string => address.replace(/^https?:\/\//, '');

// Nobody types a password with a remote control: the phone lets the television in.
export function TvSignIn({ onDone }: { onDone: () => void }) {
  const { account } = useApp();
  const words = strings.link;
  const signIn = useMemo(
    () =>
      new DeviceSignIn({
        timers: browserTimers,
        askCode: askDeviceCode,
        askWhetherLetIn,
        onLetIn: (whom: LetIn) => {
          if ('guest' in whom) void account.rename(whom.guest);
          else void account.enter({ ok: true, value: whom.signIn });
        },
      }),
    [account],
  );
  useEffect(() => {
    signIn.start();
    return () => signIn.stop();
  }, [signIn]);
  const state = signIn.state.value;
  const done = state.name === 'let_in';
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(onDone, helloMs);
    return () => clearTimeout(timer);
  }, [done]);

  const said = {
    asking: words.getting,
    waiting: words.waiting,
    refused: words.refused,
    let_in: '',
    failing: state.name === 'failing' ? state.text : '',
  }[state.name];
  return (
    <section class="tv-sign-in" aria-label={words.heading} data-testid="tv-sign-in-panel" data-state={state.name}>
      {done ? (
        <h1>{words.hello(account.user.value?.name ?? account.guest.value.name)}</h1>
      ) : (
        <>
          <div class="tv-sign-in-steps">
            <h1>{words.heading}</h1>
            {state.name === 'waiting' && (
              <>
                <p>{words.steps[0]}</p>
                <p>
                  {words.steps[1]}
                  <strong data-testid="tv-address">{withoutScheme(state.code.address)}</strong>
                </p>
                <p>
                  {words.steps[2]}
                  <strong class="tv-code" data-testid="tv-code">
                    {state.code.code}
                  </strong>
                </p>
              </>
            )}
            <p class="tv-sign-in-state" role="status">
              {state.name !== 'refused' && <span class="spinner" />}
              {said}
            </p>
            {state.name === 'refused' && (
              <button type="button" class="tv-action" onClick={() => signIn.start()}>
                {words.again}
              </button>
            )}
            <p class="tv-sign-in-back">{words.backHint}</p>
          </div>
          {state.name === 'waiting' && <QrCode text={state.code.addressWithCode} label={words.qr} />}
        </>
      )}
    </section>
  );
}
