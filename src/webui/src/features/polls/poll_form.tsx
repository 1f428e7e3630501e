// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { useApp } from '../../app_state';
import { Icon } from '../../look/icons';
import { Modal } from '../../look/modal';
import { strings } from '../../strings';
import type { Polls } from './polls';

const words = strings.polls;
const durations = [30, 60, 120, 300, 600, 1_800] as const;
const mostOptions = 10;

function Fields({ polls, onDone }: { polls: Polls; onDone: () => void }) {
  const [question, setQuestion] = useState('');
  const [options, setOptions] = useState<readonly string[]>(['', '']);
  const [seconds, setSeconds] = useState<number>(60);
  const [change, setChange] = useState(false);
  const [hidden, setHidden] = useState(false);
  const [busy, setBusy] = useState(false);
  const filled = options.map((option) => option.trim()).filter((option) => option !== '');
  const set = (index: number, text: string) => {
    const next = options.map((option, place) => (place === index ? text : option));
    // Another line appears as the last one is begun.
    if (index === options.length - 1 && text !== '' && options.length < mostOptions) next.push('');
    setOptions(next);
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    const opened = await polls.open({ question: question.trim(), options: filled, seconds, change, hidden });
    setBusy(false);
    if (opened) onDone();
  };
  return (
    <form class="poll-form" data-testid="poll-form" onSubmit={(event) => void submit(event)}>
      <h2>{words.formHeading}</h2>
      <label class="poll-field">
        <span>{words.question}</span>
        <input type="text" dir="auto" required maxLength={200} value={question} data-testid="poll-form-question" onInput={(event) => setQuestion(event.currentTarget.value)} />
      </label>
      <fieldset class="poll-field">
        <legend>{words.options}</legend>
        {options.map((option, index) => (
          <input key={index} type="text" dir="auto" required={index < 2} maxLength={80} value={option} placeholder={words.option(index + 1)} aria-label={words.option(index + 1)} data-testid="poll-form-option" onInput={(event) => set(index, event.currentTarget.value)} />
        ))}
      </fieldset>
      <fieldset class="poll-field">
        <legend>{words.duration}</legend>
        <span class="poll-durations">
          {durations.map((value) => (
            <label key={value} class="poll-duration">
              <input type="radio" name="poll-duration" checked={seconds === value} onChange={() => setSeconds(value)} />
              <span>{words.lasts(value)}</span>
            </label>
          ))}
        </span>
      </fieldset>
      <label class="poll-check">
        <input type="checkbox" checked={change} onChange={(event) => setChange(event.currentTarget.checked)} />
        {words.changeAllowed}
      </label>
      <label class="poll-check">
        <input type="checkbox" checked={hidden} onChange={(event) => setHidden(event.currentTarget.checked)} />
        {words.hideCounts}
      </label>
      <p class="poll-caveat">{words.caveat}</p>
      <p class="dialog-fault" role="alert">
        {polls.faults.value[''] ?? ''}
      </p>
      <button type="submit" class="button button-accent" disabled={busy || question.trim() === '' || filled.length < 2} data-testid="poll-form-open">
        {words.open}
      </button>
    </form>
  );
}

// For moderators: the button in the room's head, and the form behind it.
export function PollOpener({ polls }: { polls: Polls }) {
  const { session } = useApp();
  const [shown, setShown] = useState(false);
  if (!session.moderates.value) return null;
  return (
    <>
      <button type="button" class="control poll-opener" aria-label={words.ask} title={words.ask} data-testid="poll-opener" onClick={() => setShown(true)}>
        <Icon name="poll" />
      </button>
      <Modal open={shown} title={words.formHeading} class="poll-dialog" onClose={() => setShown(false)}>
        <Fields polls={polls} onDone={() => setShown(false)} />
      </Modal>
    </>
  );
}
