// SPDX-License-Identifier: MIT
import { render } from 'preact';
import { Application } from './app';
import { AppContext, createApp } from './app_state';
import { language } from './languages/language';
import { readOverlay } from './overlay/overlay_settings';
import './styles/all.css';

document.documentElement.lang = language;

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');

const overlay = readOverlay(location.pathname, location.search);
if (overlay) {
  void import('./overlay/overlay_main').then(({ startOverlay }) => startOverlay(root, overlay));
} else if (/^\/monitor\/?$/.test(location.pathname)) {
  void import('./monitor/monitor_main').then(({ startMonitor }) => startMonitor(root));
} else {
  const app = createApp();
  app.start();
  render(
    <AppContext.Provider value={app}>
      <Application />
    </AppContext.Provider>,
    root,
  );
}
