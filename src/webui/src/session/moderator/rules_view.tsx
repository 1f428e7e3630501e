// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks';
import { offValue, type HouseRules, type ModeName } from '../../features/house_rules/house_rules';
import { Icon } from '../../look/icons';
import { strings } from '../../strings';
import { EmoteList } from './emote_list';

const words = strings.moderation;
type Choice = readonly [number, string];

const onOff: readonly Choice[] = [
  [0, words.off],
  [1, words.on],
];
const choices: Readonly<Record<ModeName, readonly Choice[]>> = {
  slow: [[0, words.off], ...[3, 10, 30, 120].map((value): Choice => [value, words.seconds(value)])],
  followers: [[-1, words.off], [0, words.anyFollower], ...[10, 60].map((value): Choice => [value, words.minutes(value)])],
  account_age: [[0, words.off], ...([[60, 1], [1_440, 24]] as const).map(([value, hours]): Choice => [value, words.hours(hours)]), ...[7, 30].map((days): Choice => [days * 1_440, words.days(days)])],
  members: onOff,
  emotes: onOff,
  unique: onOff,
  announcement: onOff,
  delay: [[0, words.off], ...[2, 4, 6].map((value): Choice => [value, words.seconds(value)])],
  links: words.linkPolicies.map((name, value): Choice => [value, name]),
  classifier: [[0, words.off], ...[1, 2, 3, 4].map((value): Choice => [value, String(value)])],
  classifier_holds: words.classifierFails.map((name, value): Choice => [value, name]),
};

function Segments({ label, options, value, onPick }: { label: string; options: readonly Choice[]; value: number; onPick: (value: number) => void }) {
  const listed = options.some(([option]) => option === value) ? options : [...options, [value, String(value)] as Choice];
  return (
    <div class="mode-line" role="group" aria-label={label}>
      <span class="mode-name">{label}</span>
      <span class="segments">
        {listed.map(([option, name]) => (
          <button key={option} type="button" class="segment" aria-pressed={option === value} onClick={() => onPick(option)}>
            {name}
          </button>
        ))}
      </span>
    </div>
  );
}

interface ListProps {
  readonly title: string;
  readonly hint: string;
  readonly entries: ReadonlyMap<string, string>;
  readonly actions: readonly string[];
  readonly set: (entry: string, action: string) => void;
}

function EntryList({ title, hint, entries, actions, set }: ListProps) {
  const [text, setText] = useState('');
  const [action, setAction] = useState(actions[0]!);
  return (
    <section class="moderator-section">
      <h3>{title}</h3>
      <form
        class="moderator-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() === '') return;
          set(text.trim(), action);
          setText('');
        }}
      >
        <input type="text" value={text} placeholder={hint} aria-label={title} onInput={(event) => setText(event.currentTarget.value)} />
        <select value={action} aria-label={words.rulesAction} onChange={(event) => setAction(event.currentTarget.value)}>
          {actions.map((one) => (
            <option key={one} value={one}>
              {words.actions[one]}
            </option>
          ))}
        </select>
        <button type="submit" class="queue-button">
          {words.add}
        </button>
      </form>
      <ul class="entries">
        {[...entries].map(([entry, its]) => (
          <li key={entry} class={`entry entry-${its}`}>
            <bdi>{entry}</bdi>
            <span class="entry-action">{words.actions[its] ?? its}</span>
            <button type="button" class="entry-remove" aria-label={words.remove(entry)} onClick={() => set(entry, 'remove')}>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

const shieldMinutes: readonly number[] = [0, 10, 60];

export function RulesView({ rules, run }: { rules: HouseRules; run: (work: Promise<unknown>) => void }) {
  const modes = rules.modes.value;
  const [pattern, setPattern] = useState('');
  return (
    <div class="rules" data-testid="moderation-rules">
      <section class="moderator-section shield-section" data-up={modes.shield !== null}>
        <div class="mode-line" role="group" aria-label={words.modes.shield}>
          <span class="mode-name">
            <Icon name="shield" /> {words.modes.shield}
          </span>
          <span class="segments">
            {shieldMinutes.map((value) => (
              <button key={value} type="button" class="segment" aria-pressed={value === 0 ? modes.shield === null : undefined} onClick={() => run(rules.setMode('shield', value))}>
                {value === 0 ? words.off : words.minutes(value)}
              </button>
            ))}
          </span>
        </div>
        <p class="moderator-hint">{words.shieldHint}</p>
      </section>
      <section class="moderator-section">
        {(Object.keys(choices) as ModeName[]).map((mode) => (
          <Segments key={mode} label={words.modes[mode]} options={choices[mode]} value={modes[mode] ?? offValue(mode)} onPick={(value) => run(rules.setMode(mode, value))} />
        ))}
        <p class="moderator-hint">{words.classifierHint}</p>
      </section>
      <EntryList title={words.words} hint={words.wordHint} entries={rules.words.value} actions={['hold', 'refuse', 'allow']} set={(entry, action) => run(rules.setWord(entry, action))} />
      <EntryList title={words.links} hint={words.linkHint} entries={rules.links.value} actions={['allow', 'refuse']} set={(entry, action) => run(rules.setLink(entry, action))} />
      <EmoteList rules={rules} run={run} />
      <section class="moderator-section">
        <h3>{words.nuke}</h3>
        <form
          class="moderator-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (pattern.trim() === '') return;
            run(rules.nuke(pattern.trim()));
            setPattern('');
          }}
        >
          <input type="text" value={pattern} placeholder={words.wordHint} aria-label={words.nuke} onInput={(event) => setPattern(event.currentTarget.value)} />
          <button type="submit" class="queue-button is-danger">
            {words.nukeButton}
          </button>
        </form>
      </section>
    </div>
  );
}
