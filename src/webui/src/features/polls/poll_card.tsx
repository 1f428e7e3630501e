// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { Icon } from '../../look/icons';
import { strings } from '../../strings';
import { shares, timeLeft, type Poll } from './poll_list';
import type { Polls } from './polls';
import { useServerClock } from './use_server_clock';

const words = strings.polls;

function Receipt({ polls, poll }: { polls: Polls; poll: Poll }) {
  const [copied, setCopied] = useState<'no' | 'yes' | 'failed'>('no');
  const [shown, setShown] = useState('');
  const receipt = polls.receipts.value[poll.id];
  if (!receipt) return null;
  const copy = async () => {
    const text = await polls.fullReceipt(poll);
    if (text === null) return setCopied('failed');
    setShown(text);
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch {
      setCopied('failed'); // not allowed here: it can be taken from the field
    }
  };
  return (
    <details class="poll-receipt">
      <summary data-testid="poll-receipt">{words.receipt}</summary>
      <p>{poll.final ? words.receiptFinal(receipt.index + 1) : words.receiptOpen(receipt.index + 1)}</p>
      <p class="poll-receipt-actions">
        <button type="button" class="button" data-testid="poll-copy" onClick={() => void copy()}>
          {copied === 'yes' ? words.copied : words.copy}
        </button>
        {poll.final && (
          <a class="link-button" href={polls.exportAddress(poll)} download={`poll-${poll.id.replace(':', '-')}.json`}>
            {words.download}
          </a>
        )}
      </p>
      {shown !== '' && <textarea class="poll-receipt-text" readOnly rows={3} value={shown} aria-label={words.receipt} data-testid="poll-receipt-text" onFocus={(event) => event.currentTarget.select()} />}
      {poll.final && <p class="poll-root">{words.root(poll.final.root)}</p>}
    </details>
  );
}

interface OptionProps {
  readonly polls: Polls;
  readonly poll: Poll;
  readonly index: number;
  readonly share: number | null; // null: not to be seen
  readonly best: boolean;
  readonly may: boolean;
}

function Option({ polls, poll, index, share, best, may }: OptionProps) {
  const chosen = polls.receipts.value[poll.id]?.option === index + 1;
  const sending = polls.sending.value?.poll === poll.id && polls.sending.value.option === index + 1;
  const name = poll.options[index] ?? '';
  const count = poll.counts?.[index] ?? 0;
  const told = share === null ? name : words.optionTold(name, share, count);
  const content = (
    <>
      {share !== null && <span class="poll-bar" style={{ width: `${share}%` }} aria-hidden="true" />}
      <span class="poll-option-name" dir="auto">
        {name}
      </span>
      {chosen && <Icon name="check" />}
      {/* The space is for those who compare what is seen with what is told. */ ' '}
      {share !== null && <span class="poll-share" aria-hidden="true">{share} %</span>}
    </>
  );
  const classes = `poll-option ${chosen ? 'is-chosen' : ''} ${best ? 'is-best' : ''} ${sending ? 'is-sending' : ''}`;
  const label = chosen ? words.own(told) : told;
  if (!may) {
    return (
      <li class={classes} aria-label={label} data-testid="poll-option">
        {content}
      </li>
    );
  }
  return (
    <li>
      <button type="button" class={classes} aria-label={label} aria-pressed={chosen} data-testid="poll-option" onClick={() => void polls.vote(poll, index + 1)}>
        {content}
      </button>
    </li>
  );
}

const noteOfResult = ({ final }: Poll): string => (final && final.newAccounts > 0 ? words.newAccounts(final.newAccounts) : '');

function noteOfVoting(poll: Poll, guest: boolean, voted: boolean): string {
  if (poll.then !== null) return words.askedThen;
  if (guest) return words.signIn;
  if (voted) return poll.change ? words.mayChange : words.counted;
  return poll.hidden ? words.hidden : '';
}

interface CardProps {
  readonly polls: Polls;
  readonly poll: Poll;
  readonly compact?: boolean;
  readonly aside?: boolean; // another one is newer
  readonly hint?: string;
}

export function PollCard({ polls, poll, compact = false, aside = false, hint = '' }: CardProps) {
  const { account, session, router } = useApp();
  const { tv } = router.route.value;
  const past = poll.then !== null;
  const time = useServerClock(!poll.closed && !past);
  const now = poll.then ?? time;
  const user = account.user.value;
  const receipt = polls.receipts.value[poll.id];
  const over = poll.closed || now >= poll.closesAt;
  const guest = !user || user.role === 'guest';
  const online = session.connection.value.name === 'online';
  const may = !over && online && polls.mayVote(poll);
  const moderates = session.moderates.value;
  const folded = !compact && !over && (polls.folded.value.get(poll.id) ?? aside);
  // Who has not voted yet decides without looking at the others.
  const seen = poll.counts !== null && (past || poll.final !== null || over || receipt !== undefined || guest || moderates);
  const percent = seen && poll.counts ? shares(poll.counts) : null;
  const most = poll.final && poll.counts ? Math.max(...poll.counts) : 0;
  const fault = polls.faults.value[poll.id];
  const status = poll.final ? words.final : over ? words.counting : words.left(timeLeft(poll.closesAt - now));
  return (
    <section class={`poll ${compact ? 'is-compact' : ''} ${over ? 'is-over' : ''} ${past ? 'is-past' : ''} ${folded ? 'is-folded' : ''}`} aria-label={words.poll} data-testid="poll" data-poll={poll.id}>
      <header class="poll-head">
        <span class="poll-sign" aria-hidden="true">
          <Icon name="poll" />
        </span>
        <h3 class="poll-question" dir="auto" data-testid="poll-question">
          {poll.question}
        </h3>
        {!over && !compact && (
          <button type="button" class="control poll-dismiss" aria-label={folded ? words.unfold : words.fold} title={folded ? words.unfold : words.fold} aria-expanded={!folded} data-testid="poll-fold" onClick={() => polls.fold(poll.id, !folded)}>
            <Icon name={folded ? 'down' : 'up'} />
          </button>
        )}
        {(over || compact) && (
          <button type="button" class="control poll-dismiss" aria-label={words.dismiss} title={words.dismiss} onClick={() => polls.dismiss(poll.id)}>
            <Icon name="close" />
          </button>
        )}
      </header>
      <ul class="poll-options" hidden={folded}>
        {poll.options.map((_, index) => (
          <Option key={index} polls={polls} poll={poll} index={index} share={percent?.[index] ?? null} best={most > 0 && poll.counts?.[index] === most} may={may} />
        ))}
      </ul>
      <p class="poll-foot">
        <span data-testid="poll-votes">{past && poll.counts === null ? '' : words.votes(poll.votes)}</span>
        <span class="poll-left" role={over ? 'status' : 'timer'} data-testid="poll-status">
          {status}
        </span>
      </p>
      <p class="poll-note" role="status" hidden={folded}>
        {fault ?? (over ? noteOfResult(poll) : noteOfVoting(poll, guest, receipt !== undefined))}
        {guest && !over && !past && !tv && (
          <button type="button" class="link-button" onClick={() => (account.dialog.value = 'sign_in')}>
            {strings.account.signIn}
          </button>
        )}
      </p>
      {hint !== '' && <p class="poll-hint">{hint}</p>}
      {!compact && !folded && <Receipt polls={polls} poll={poll} />}
      {!compact && !folded && !past && <p class="poll-caveat">{words.caveat}</p>}
      {!compact && !folded && !over && !past && moderates && (
        <button type="button" class="button poll-close" data-testid="poll-close" onClick={() => void polls.close(poll)}>
          {words.close}
        </button>
      )}
    </section>
  );
}

export function PollCards({ polls }: { polls: Polls }) {
  const shown = polls.shown.value;
  if (shown.length === 0) return null;
  const result = shown.filter((poll) => poll.final).slice(-1);
  const listed = shown.filter((poll) => !poll.final || result.includes(poll)).reverse();
  return (
    <div class="polls" data-testid="polls">
      {listed.map((poll, index) => (
        <PollCard key={poll.id} polls={polls} poll={poll} aside={index > 0} />
      ))}
    </div>
  );
}

// Over the picture, where no chat is beside it: the newest one, small.
export function PollOverlay({ polls, hint = '' }: { polls: Polls; hint?: string }) {
  const newest = polls.shown.value.slice(-1)[0];
  if (!newest) return null;
  return (
    <div class="poll-overlay" data-testid="poll-overlay">
      <PollCard key={newest.id} polls={polls} poll={newest} compact hint={hint} />
    </div>
  );
}
