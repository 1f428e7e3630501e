// SPDX-License-Identifier: MIT
import { render } from 'preact';
import { Application } from './app';
import { AppContext, createApp } from './app_state';
import './styles/all.css';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');

const app = createApp();
app.start();
render(
  <AppContext.Provider value={app}>
    <Application />
  </AppContext.Provider>,
  root,
);
