// SPDX-License-Identifier: MIT
// Sources come and go, one after the other and by hand; the playlists go on.
import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile, multicast, publish } from './lib/feeds.mjs';
import { PlaylistWatch } from './lib/playlist_watch.mjs';

const groups = ['239.255.77.41:15041', '239.255.77.42:15042', '239.255.77.44:15044'];
const feeds = [];
let daemon;
let administrator;

before(async () => {
  const source = (group) => `      - {url: "udp://${group}", interface: 127.0.0.1, silence_timeout: 1s}\n`;
  daemon = await Daemon.start({
    channels: `channels:
  - id: one
    name: One
    number: 1
    failover: {hold_down: 500ms, return: after 5s}
    sources:
${groups.slice(0, 2).map(source).join('')}  - id: dark
    name: Dark
    number: 3
    failover: {hold_down: 500ms, black_picture: 2s, silent_sound: 3s}
    sources:
${source(groups[2])}      - "file:film.mp4"
  - {id: studio, name: Studio, number: 2, failover: {hold_down: 500ms}, feed: {url: "rtmp://publish", stream_key: sesame, reconnect_grace: 1s}}
`,
  });
  makeFile(path.join(daemon.directory, 'film.mp4'), 30);
  daemon.addUser('Ada', 'admin', 'correct horse');
  const { token } = await daemon.signIn('Ada', 'correct horse');
  administrator = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  feeds.push(multicast(groups[0]), multicast(groups[1]), multicast(groups[2], { dark: true }));
  await daemon.channelState('one', 'live', 60);
});
after(async () => {
  await Promise.all(feeds.map((feed) => feed?.stop()));
  await daemon?.dispose();
});

const onAir = async (id) => (await daemon.json(`/api/v1/monitor/${id}`, { headers: administrator })).sources.findIndex((source) => source.on_air) + 1;
const comesOnAir = (source, seconds = 20) => eventually(`source ${source} on air`, async () => (await onAir('one')) === source, seconds);
const choose = (source) => daemon.get('/api/v1/channels/one/source', { method: 'POST', headers: administrator, body: JSON.stringify({ source }) });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

test('the second source takes over from the first and gives it back when that has been well for a while', async () => {
  await eventually('both sources to be well', async () =>
    (await daemon.json('/api/v1/monitor/one', { headers: administrator })).sources.every(({ health }) => health === 100));
  await comesOnAir(1, 40); // on a busy machine the second one may have come first
  await pause(5000); // whatever was on air before the first source came is told by now
  const { switches } = await daemon.json('/api/v1/monitor/one', { headers: administrator });
  const watches = ['fmp4', 'ts'].map((name) => new PlaylistWatch(daemon, `/live/one/${name}/media.m3u8`));
  await pause(3000);
  await feeds[0].stop();
  await comesOnAir(2);
  await pause(6000);
  feeds[0] = multicast(groups[0]);
  const back = Date.now();
  await comesOnAir(1, 30);
  assert.ok(Date.now() - back >= 5000, 'not before it has been well for the time set');
  await pause(5000);
  for (const watch of watches) {
    assert.equal(watch.discontinuities, 2, 'one for each change');
    watch.stop({ pauseMs: 7000 });
  }
  const channel = await daemon.json('/api/v1/monitor/one', { headers: administrator });
  assert.equal(channel.state, 'live');
  assert.equal(channel.switches, switches + 2);
});

test('an administrator chooses a source by hand, and nothing is lost', async () => {
  const watch = new PlaylistWatch(daemon, '/live/one/fmp4/media.m3u8');
  await pause(1000);
  assert.equal((await choose(2)).status, 202);
  await comesOnAir(2);
  await pause(8000);
  assert.equal(await onAir('one'), 2, 'it stays although the first one is well');
  assert.equal((await choose(null)).status, 202);
  await comesOnAir(1);
  await pause(4000);
  watch.stop({ pauseMs: 4500 });
  const refused = await daemon.get('/api/v1/channels/one/source', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"source":1}' });
  assert.equal(refused.status, 401);
});

test('a source that shows nothing is left for one that does', async () => {
  const sources = await eventually('the other source on air', async () => {
    const { sources: list } = await daemon.json('/api/v1/monitor/dark', { headers: administrator });
    return list[1].on_air && list;
  });
  assert.match(sources[0].reason, /a black picture for \d+ s; silence for \d+ s/);
  assert.equal(sources[1].health, 100);
});

test('a publisher who is away leaves to the slate, and resumes the same playlist with the same key', async () => {
  const url = `rtmp://127.0.0.1:${daemon.rtmpPort}/live/studio?key=sesame`;
  feeds[3] = publish(url);
  await daemon.channelState('studio', 'live', 60);
  const watch = new PlaylistWatch(daemon, '/live/studio/fmp4/media.m3u8');
  await pause(4000);
  await feeds[3].stop();
  await daemon.channelState('studio', 'slate', 20);
  await pause(6000);
  feeds[3] = publish(url);
  await daemon.channelState('studio', 'live', 30);
  await pause(5000);
  assert.ok(watch.discontinuities >= 2);
  watch.stop({ pauseMs: 8000 });
});
