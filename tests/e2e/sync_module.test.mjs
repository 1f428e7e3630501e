// SPDX-License-Identifier: MIT
// Sync for others: the page of src/webui/src/sync/README.md as it stands there, with a plain media element and the module alone.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { launchBrowser, openPage } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';
import { HubClient } from './lib/hub_client.mjs';

const webui = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../src/webui');
const readme = fs.readFileSync(path.join(webui, 'src/sync/README.md'), 'utf8');

let site;
let daemon;
let browser;
let maria;
let room;
let ticket;
let party;
let pages;

before(async () => {
  site = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-site-'));
  fs.writeFileSync(path.join(site, 'film.html'), readme.match(/```html\n(.*?)```/s)[1]);
  fs.writeFileSync(path.join(site, 'film.js'), readme.match(/```js\n(.*?)```/s)[1]);
  makeFile(path.join(site, 'film.mp4'), 60);
  execFileSync(path.join(webui, 'node_modules/.bin/esbuild'),
    ['src/sync/index.ts', '--bundle', '--format=esm', '--log-level=warning', `--outfile=${path.join(site, 'sync/index.js')}`], { cwd: webui });
  daemon = await Daemon.start({
    channels: 'channels:\n  - {id: film, name: Film, number: 1, feed: "file:film.mp4", dvr: {keep: 1h}}\n',
    extra: 'hls:\n  segment_duration: 1s\ndvr:\n  min_free: 0B\n',
    http: `web_root: ${site}`,
  });
  fs.copyFileSync(path.join(site, 'film.mp4'), path.join(daemon.directory, 'film.mp4'));
  browser = await launchBrowser();
  const { from, to } = await eventually('something to be recorded', async () => {
    const { archive } = (await daemon.json('/api/v1/channels')).channels[0];
    return archive && Date.parse(archive.to) - Date.parse(archive.from) > 30_000 && { from: Date.parse(archive.from), to: Date.parse(archive.to) };
  }, 120);
  maria = await HubClient.open(daemon, { name: 'Maria' });
  const founded = await maria.ask({ type: 'found', kind: 'party', body: { programme: { channel: 'film', start: from, end: to } } });
  room = founded.result.room;
  ticket = founded.result.invite;
  party = (await maria.ask({ type: 'join', room, ticket })).snapshots.party.party;
});
after(async () => {
  maria?.close();
  await browser?.close();
  await daemon?.dispose();
  fs.rmSync(site, { recursive: true, force: true });
});

const move = async (to) => {
  const moved = await maria.command(room, 'party.move', { term: party.term, ...to });
  assert.equal(moved.ok, true, JSON.stringify(moved));
};
const places = () => Promise.all(pages.map((page) => page.locator('#picture').evaluate((video) => ({ at: video.currentTime, paused: video.paused }))));
const inSync = () => Promise.all(pages.map((page) => page.waitForFunction(() => document.title === 'Film (in_sync)', null, { timeout: 60_000 })));

test('two pages with nothing but the module play a file in time with a party', async () => {
  pages = await Promise.all([1, 2].map(() => openPage(browser, `${daemon.url}/film.html?room=${room}&ticket=${ticket}`)));
  await inSync();
  await maria.event('reports that both are in time', ({ kind, body }) =>
    kind === 'party.pulse' && body.people.filter((person) => person.status === 'synced').length >= 2, 30);
});

test('they stand where the party stands, and go where it goes', async () => {
  await move({ rate: 0 });
  await eventually('both to stand at the same place', async () => {
    const [one, other] = await places();
    return one.paused && other.paused && Math.abs(one.at - other.at) < 0.2;
  });
  await move({ rate: 1, position: party.programme.start + 5_000 });
  await eventually('both to play on from there', async () => (await places()).every(({ at, paused }) => !paused && at > 5 && at < 12));
  await inSync();
});
