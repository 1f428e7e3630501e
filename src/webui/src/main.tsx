// SPDX-License-Identifier: MIT
import { render } from 'preact';
import { Application } from './app';
import { AppContext, createApp } from './app_state';
import { language } from './languages/language';
import './styles/all.css';

document.documentElement.lang = language;

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');

if (/^\/monitor\/?$/.test(location.pathname)) {
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
