// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import { faultOf } from '../../features/fault_of';
import { Icon } from '../../look/icons';
import { when } from '../../look/when';
import { strings } from '../../strings';
import type { OpenRoom } from '../room_session';
import { fetchLog, type LogEntry } from './log';
import { PeopleView } from './people_view';
import { QueueView } from './queue_view';
import { ReportsView } from './reports_view';
import { RulesView } from './rules_view';

const words = strings.moderation;
const tabs = ['queue', 'reports', 'people', 'rules', 'log'] as const;
type Tab = (typeof tabs)[number];

function LogView({ room }: { room: OpenRoom }) {
  const [entries, setEntries] = useState<readonly LogEntry[] | null | undefined>(undefined);
  const { moderation, house_rules: rules } = room.features;
  useEffect(() => {
    let present = true;
    void fetchLog(room.name).then((log) => present && setEntries(log));
    return () => {
      present = false;
    };
  }, [room.name, moderation.decisions.value, rules.waiting.value, rules.modes.value, rules.words.value, rules.links.value]);
  return (
    <div class="log-entries" data-testid="moderation-log">
      {entries === null && <p class="moderator-hint">{words.logFailed}</p>}
      {entries?.length === 0 && <p class="moderator-hint">{words.logEmpty}</p>}
      {entries?.map((entry) => (
        <div key={entry.id} class="log-entry">
          <time dateTime={new Date(entry.at).toISOString()}>{when.format(entry.at)}</time>
          <span>
            <bdi class="log-actor">{entry.actor === '' ? words.itself : entry.actor}</bdi> <strong>{words.decisions[entry.what] ?? entry.what}</strong> <bdi>{entry.about}</bdi>
          </span>
          {entry.detail !== '' && (
            <span class="log-detail" dir="auto">
              {entry.detail}
            </span>
          )}
        </div>
      ))}
    </div>
  );
}

// "J K move · A allow": what stands first are the keys.
function Keys({ text }: { text: string }) {
  return (
    <p class="moderator-keys">
      {text.split(' · ').map((part) => {
        const [, keys = '', does = part] = /^((?:\S )+)(.+)$/.exec(part) ?? [];
        return (
          <span key={part}>
            {keys.split(' ').map((key) => key !== '' && <kbd key={key}>{key}</kbd>)} {does}
          </span>
        );
      })}
    </p>
  );
}

const nextOf = (tab: Tab, key: string): Tab | undefined => {
  const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  return step === 0 ? undefined : tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
};

// Beside the chat, for moderators: what waits, who is meant, how the room talks, what was decided.
export function ModeratorPanel({ room, onClose }: { room: OpenRoom; onClose: () => void }) {
  const [tab, setTab] = useState<Tab>('queue');
  const [fault, setFault] = useState('');
  const queue = useRef<HTMLDivElement>(null);
  const { moderation, house_rules: rules } = room.features;
  const run = (work: Promise<unknown>): void => {
    setFault('');
    work.catch((reason: unknown) => setFault(faultOf(reason)));
  };
  const choose = (name: Tab): void => {
    setTab(name);
    if (name === 'queue') queue.current?.focus();
  };
  const counts: Readonly<Record<Tab, number>> = { queue: rules.waiting.value.length, reports: moderation.reports.value.length, people: 0, rules: 0, log: 0 };
  return (
    <section class="moderator" aria-label={words.heading} data-testid="moderator-panel">
      <header class="moderator-head">
        <h2 class="panel-title">{words.heading}</h2>
        <button type="button" class="control" aria-label={words.close} title={words.close} onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      <div
        class="moderator-tabs"
        role="tablist"
        onKeyDown={(event) => {
          const next = nextOf(tab, event.key);
          if (!next) return;
          event.preventDefault();
          event.stopPropagation();
          setTab(next);
          event.currentTarget.querySelector<HTMLElement>(`[data-tab=${next}]`)?.focus();
        }}
      >
        {tabs.map((name) => (
          <button key={name} type="button" role="tab" class="moderator-tab" aria-selected={tab === name} tabIndex={tab === name ? 0 : -1} data-tab={name} onClick={() => choose(name)}>
            {words.tabs[name]}
            {counts[name] > 0 && <span class="tab-count">{counts[name]}</span>}
          </button>
        ))}
      </div>
      <div class="moderator-body scrolls" role="tabpanel" tabIndex={0} aria-label={words.tabs[tab]}>
        {tab === 'queue' && <QueueView room={room} box={queue} onFault={setFault} />}
        {tab === 'reports' && <ReportsView room={room} run={run} />}
        {tab === 'people' && <PeopleView room={room} run={run} />}
        {tab === 'rules' && <RulesView rules={rules} run={run} />}
        {tab === 'log' && <LogView room={room} />}
      </div>
      {fault !== '' && (
        <p class="moderator-fault" role="alert">
          {words.failed(fault)}
        </p>
      )}
      {tab === 'queue' && <Keys text={words.keys} />}
    </section>
  );
}
