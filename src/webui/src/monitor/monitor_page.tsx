// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks';
import { fetchMe } from '../api';
import { Icon } from '../look/icons';
import { Wordmark } from '../look/wordmark';
import { strings } from '../strings';
import { ChannelDrawer } from './channel_drawer';
import { ChannelLine } from './channel_line';
import type { Standing } from './lines';
import { StandingMark } from './marks';
import type { MonitorStore } from './monitor_store';
import { OperatorSignIn } from './operator_sign_in';

const words = strings.monitor;
const standings: readonly Standing[] = ['critical', 'warning', 'notice', 'well'];

function Filters({ store }: { store: MonitorStore }) {
  const all = store.page.value?.channels.length ?? 0;
  const choices: readonly (readonly [Standing | null, string, number])[] = [
    [null, words.all, all],
    ...standings.map((standing) => [standing, words.standing[standing], store.tally.value[standing]] as const),
  ];
  return (
    <div class="standings" role="group" aria-label={words.filters}>
      {choices.map(([standing, name, count]) => (
        <button
          key={name}
          type="button"
          class={`standing-button ${count > 0 && standing ? `has-${standing}` : ''}`}
          aria-pressed={store.standing.value === standing}
          data-testid={`monitor-filter-${standing ?? 'all'}`}
          onClick={() => (store.standing.value = store.standing.value === standing ? null : standing)}
        >
          {standing && <StandingMark standing={standing} />}
          <span class="standing-name">{name}</span>
          <span class="standing-count">{count}</span>
        </button>
      ))}
    </div>
  );
}

// Up and down go from line to line, as in any list, and above them to the filters; a remote control has no other keys.
function handleKey(event: KeyboardEvent, store: MonitorStore, search: HTMLInputElement | null): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target instanceof HTMLInputElement;
  if (event.key === 'Escape' || event.key === 'GoBack' || event.key === 'BrowserBack') {
    if (typing && store.text.value !== '') store.text.value = '';
    else if (store.selected.value !== null) {
      const id = store.selected.value;
      store.select(null);
      document.querySelector<HTMLElement>(`[data-testid="monitor-line-${CSS.escape(id)}"]`)?.focus();
    } else return;
    event.preventDefault();
    return;
  }
  if (event.key === '/' && !typing) {
    search?.focus();
    event.preventDefault();
    return;
  }
  const present = document.activeElement;
  if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
    const choice = present?.closest('.standing-button');
    const next = event.key === 'ArrowLeft' ? choice?.previousElementSibling : choice?.nextElementSibling;
    if (next instanceof HTMLElement) next.focus();
    return;
  }
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const lines = Array.from(document.querySelectorAll<HTMLElement>('.lines .line'));
  const at = lines.findIndex((line) => line === document.activeElement);
  if (at < 0 && present?.closest('.monitor-drawer')) return; // it scrolls
  const pressed = document.querySelector<HTMLElement>('.standing-button[aria-pressed="true"]');
  const next = event.key === 'ArrowDown' ? lines[at + 1] : at > 0 ? lines[at - 1] : pressed;
  if (!next) return;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
  event.preventDefault();
}

function Body({ store, now }: { store: MonitorStore; now: number }) {
  const page = store.page.value;
  const lines = store.lines.value;
  const selected = page?.channels.find((channel) => channel.id === store.selected.value);
  if (!page) {
    return (
      <main class="monitor-main" role="status">
        <p class="quiet-note">{store.unreachable.value ? strings.errors.unreachable : words.loading}</p>
      </main>
    );
  }
  return (
    <>
      <main class="monitor-main scrolls">
        <h1 class="visually-hidden">{words.heading}</h1>
        <div class="line-head" aria-hidden="true">
          <span />
          <span>{words.columns.picture}</span>
          <span>{words.columns.channel}</span>
          <span>{words.columns.state}</span>
          <span>{words.columns.bitRate}</span>
          <span>{words.columns.source}</span>
          <span>{words.columns.alarms}</span>
        </div>
        <ul class="lines" data-testid="monitor-lines">
          {lines.map((channel) => (
            <ChannelLine
              key={channel.id}
              channel={channel}
              now={now}
              selected={channel.id === store.selected.value}
              onOpen={() => store.select(channel.id === store.selected.value ? null : channel.id)}
            />
          ))}
        </ul>
        {lines.length === 0 && <p class="quiet-note">{page.channels.length === 0 ? words.noChannels : words.none}</p>}
      </main>
      {selected && (
        <ChannelDrawer
          channel={selected}
          detail={store.detail.value}
          fault={store.detailFault.value}
          now={now}
          choice={store.choice.value}
          onChoose={(source) => void store.choose(source)}
          onClose={() => store.select(null)}
        />
      )}
    </>
  );
}

export function MonitorPage({ store }: { store: MonitorStore }) {
  const search = useRef<HTMLInputElement>(null);
  const [name, setName] = useState<string | null>(null);
  const access = store.access.value;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => handleKey(event, store, search.current);
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [store]);
  useEffect(() => {
    if (access !== 'unknown') void fetchMe().then((me) => setName(me.ok ? (me.value?.name ?? null) : null));
  }, [access]);
  const page = store.page.value;
  const closed = access === 'sign_in' || access === 'forbidden';
  const now = page?.at ?? 0;
  return (
    <div class={`monitor ${store.selected.value !== null && page ? 'has-drawer' : ''}`}>
      <header class="monitor-bar">
        <a class="brand" href="/" aria-label={words.toWatch}>
          <Wordmark />
        </a>
        <span class="monitor-title">{words.title}</span>
        {page && <Filters store={store} />}
        <span class="top-space" />
        {page && (
          <label class="search">
            <Icon name="search" />
            <input
              type="search"
              ref={search}
              placeholder={words.filter}
              aria-label={words.filter}
              data-testid="monitor-search"
              value={store.text.value}
              onInput={(event) => (store.text.value = event.currentTarget.value)}
            />
          </label>
        )}
        {page && (
          <time class={`monitor-clock ${store.unreachable.value ? 'is-stale' : ''}`} title={words.updated(new Date(now).toISOString())}>
            {new Date(now).toISOString().slice(11, 19)} UTC
          </time>
        )}
      </header>
      {store.unreachable.value && page && (
        <p class="monitor-stale" role="alert" data-testid="monitor-stale">
          <StandingMark standing="warning" /> {words.stale}
        </p>
      )}
      {closed ? (
        <main class="monitor-closed">
          <OperatorSignIn refusedName={access === 'forbidden' ? (name ?? '') : null} onSignedIn={() => void store.refresh()} />
        </main>
      ) : (
        <Body store={store} now={now} />
      )}
      {page && <footer class="monitor-keys">{words.keys}</footer>}
    </div>
  );
}
