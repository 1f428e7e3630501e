// SPDX-License-Identifier: MIT
import { effect } from '@preact/signals';
import { render } from 'preact';
import { browserTimers } from '../base/timers';
import { strings } from '../strings';
import { chooseSource, fetchDetail, fetchMonitor } from './monitor_api';
import { MonitorPage } from './monitor_page';
import { MonitorStore } from './monitor_store';
import '../styles/monitor/all.css';

// The operators' page is an application of its own beside that of the viewers: no player, no room, a chunk of its own.
export function startMonitor(root: HTMLElement): void {
  const store = new MonitorStore({ page: fetchMonitor, detail: fetchDetail, choose: chooseSource }, browserTimers, () => document.hidden);
  store.select(new URLSearchParams(location.search).get('channel'));
  effect(() => {
    const id = store.selected.value;
    history.replaceState(null, '', id === null ? '/monitor' : `/monitor?channel=${encodeURIComponent(id)}`);
  });
  effect(() => {
    document.title = strings.monitor.pageTitle(store.tally.value.critical, store.tally.value.warning);
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && store.access.value === 'allowed') void store.refresh();
  });
  void store.refresh();
  render(<MonitorPage store={store} />, root);
}
