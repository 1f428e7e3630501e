// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks';
import type { Fault } from '../api';
import { useApp } from '../app_state';
import { clockTime } from '../guide/guide_times';
import { Card } from '../look/card';
import { Link } from '../look/link';
import { TopBar } from '../look/top_bar';
import { Sign } from '../look/wordmark';
import { strings } from '../strings';
import { deviceName } from './account_api';
import { AccountDialog } from './account_dialog';
import { decideDevice, fetchWaitingDevice, isWholeDeviceCode, typedDeviceCode, type WaitingDevice } from './device_api';

const toRemote = { page: 'remote', channel: null, at: null } as const;
const toWatch = { page: 'watch', channel: null, at: null } as const;

type Step =
  | { readonly name: 'code' | 'let_in' | 'refused' }
  | { readonly name: 'asks'; readonly device: WaitingDevice };

const told = (fault: Fault): string => (fault.code === 'not_found' ? strings.link.nobody : fault.text);

interface AsksProps {
  readonly device: WaitingDevice;
  readonly busy: boolean;
  readonly fault: string;
  readonly onDecide: (allow: boolean) => void;
}

// Who asks, and what becomes of it: everything that gives away somebody else's television.
function Asks({ device, busy, fault, onDecide }: AsksProps) {
  const { account } = useApp();
  const words = strings.link;
  const guest = account.isGuest.value;
  return (
    <div class="card" data-testid="link-asks">
      <p>{words.asks}</p>
      <p class="link-code" data-testid="link-shown-code">
        {device.code}
      </p>
      <p class="link-device">
        <strong>
          <bdi>{deviceName(device.userAgent) || words.unknown}</bdi>
        </strong>
        <span>
          {words.network(device.network)} · {words.since(clockTime(device.askedAt))}
        </span>
      </p>
      <p class="link-care">{words.care}</p>
      <p data-testid="link-as">{guest ? words.asGuest(account.guest.value.name) : words.as(account.user.value?.name ?? '')}</p>
      {guest && (
        <div class="card-actions">
          <button type="button" class="button button-accent button-wide" data-testid="link-sign-in" onClick={() => (account.dialog.value = 'sign_in')}>
            {strings.account.signIn}
          </button>
          <button type="button" class="button button-wide" onClick={() => (account.dialog.value = 'register')}>
            {strings.account.register}
          </button>
        </div>
      )}
      <p class="party-fault" role="alert" data-testid="link-fault">
        {fault}
      </p>
      <div class="card-actions">
        <button type="button" class={`button button-wide ${guest ? '' : 'button-accent'}`} aria-disabled={busy} data-testid="link-allow" onClick={() => onDecide(true)}>
          {guest ? words.allowGuest : words.allow}
        </button>
        <button type="button" class="button button-wide" aria-disabled={busy} data-testid="link-refuse" onClick={() => onDecide(false)}>
          {words.refuse}
        </button>
      </div>
    </div>
  );
}

function CodeForm({ text, fault, busy, onText, onLook }: { text: string; fault: string; busy: boolean; onText: (text: string) => void; onLook: () => void }) {
  const words = strings.link;
  return (
    <form
      class="card"
      data-testid="link-form"
      onSubmit={(event) => {
        event.preventDefault();
        onLook();
      }}
    >
      <Sign class="card-sign" />
      <h1>{words.title}</h1>
      <p>{words.hint}</p>
      <label class="field">
        <span>{words.code}</span>
        <input
          class="link-code-field"
          type="text"
          value={text}
          maxLength={12}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder="BCDF-GHJK"
          data-testid="link-code"
          onInput={(event) => onText((event.currentTarget.value = typedDeviceCode(event.currentTarget.value)))}
        />
      </label>
      <p class="party-fault" role="alert" data-testid="link-fault">
        {fault}
      </p>
      <button type="submit" class="button button-accent button-wide" aria-disabled={busy || !isWholeDeviceCode(text)} data-testid="link-look">
        {words.look}
      </button>
    </form>
  );
}

// Where the phone lets a television in.
export function LinkPage() {
  const { router, account, go, serverNow } = useApp();
  const words = strings.link;
  const [text, setText] = useState(typedDeviceCode(router.route.value.code ?? ''));
  const [step, setStep] = useState<Step>({ name: 'code' });
  const [fault, setFault] = useState('');
  const [busy, setBusy] = useState(false);

  const back = (why: string) => {
    setStep({ name: 'code' });
    setFault(why);
  };
  const look = async () => {
    if (busy || !isWholeDeviceCode(text)) return;
    setBusy(true);
    const answer = await fetchWaitingDevice(text);
    setBusy(false);
    setFault(answer.ok ? '' : told(answer.fault));
    if (answer.ok) setStep({ name: 'asks', device: answer.value });
  };
  useEffect(() => void look(), []);

  const device = step.name === 'asks' ? step.device : null;
  useEffect(() => {
    if (!device) return;
    const timer = setTimeout(() => back(words.expired), Math.max(0, device.expiresAt - serverNow()));
    return () => clearTimeout(timer);
  }, [device]);

  const decide = async (allow: boolean) => {
    if (busy || !device) return;
    setBusy(true);
    const guest = account.isGuest.value;
    const answer = await decideDevice(device.code, allow, guest ? account.guest.value : null);
    setBusy(false);
    if (!answer.ok) return answer.fault.code === 'not_found' ? back(words.nobody) : setFault(told(answer.fault));
    if (allow && !guest) go(toRemote, true);
    else setStep({ name: allow ? 'let_in' : 'refused' });
  };
  const another = () => {
    setText('');
    back('');
  };
  return (
    <div class="link-page" data-testid="link-page">
      <TopBar />
      <main class="link-main">
        {device && <Asks device={device} busy={busy} fault={fault} onDecide={(allow) => void decide(allow)} />}
        {step.name === 'code' && <CodeForm text={text} fault={fault} busy={busy} onText={setText} onLook={() => void look()} />}
        {(step.name === 'let_in' || step.name === 'refused') && (
          <Card title={step.name === 'let_in' ? words.done : words.doneRefused} hint={step.name === 'let_in' ? words.doneHint : words.doneRefusedHint}>
            <Link class="button button-wide" to={toWatch}>
              {words.toWatch}
            </Link>
            <button type="button" class="button button-wide" onClick={another}>
              {words.other}
            </button>
          </Card>
        )}
      </main>
      <AccountDialog />
    </div>
  );
}
