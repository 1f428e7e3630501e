// SPDX-License-Identifier: MIT
// The archive's disk is full: live goes on, the operator is told, and recording resumes when there is room.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { binary, Daemon, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';

// A disk of its own for the daemon only, gone with it.
const mounts = spawnSync('unshare', ['-m', 'sh', '-c', 'mount -t tmpfs none /mnt']);
const skip = mounts.status !== 0 && `a small disk can be mounted by root only (unshare -m: ${mounts.error?.message ?? String(mounts.stderr).trim()})`;
let daemon;
let directory;
let disk; // the archive's, as seen from here
let headers; // of an operator

before(async () => {
  if (skip) return;
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-full-disk-'));
  fs.chmodSync(directory, 0o755);
  fs.mkdirSync(path.join(directory, 'archive'));
  makeFile(path.join(directory, 'film.mp4'), 20);
  daemon = await Daemon.start({
    command: ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o size=48m none "$0" && exec "$@"', path.join(directory, 'archive'), binary],
    channels: `channels:\n  - {id: film, name: Film, number: 1, feed: "file:${directory}/film.mp4", dvr: {keep: 1h}}\n`,
    extra: `hls:\n  segment_duration: 1s\ndvr:\n  min_free: 0B\n  directory: ${directory}/archive\n`,
  });
  disk = `/proc/${daemon.child.pid}/root${directory}/archive`;
  daemon.addUser('Ada', 'admin', 'correct horse');
  const { token } = await daemon.signIn('Ada', 'correct horse');
  headers = { Authorization: `Bearer ${token}` };
  await daemon.channelState('film', 'live', 60);
});
after(async () => {
  await daemon?.dispose();
  if (directory) fs.rmSync(directory, { recursive: true, force: true });
});

const text = async (target) => (await daemon.get(target)).text();
const archive = async () => (await daemon.json('/api/v1/channels')).channels[0].archive;
const alarms = async () => (await daemon.json('/api/v1/monitor', { headers })).channels[0].alarms.map(({ name, text: words }) => `${name}: ${words}`);
const latest = (list) => Number(/MEDIA-SEQUENCE:(\d+)/.exec(list)[1]) + list.match(/#EXTINF/g).length - 1;
const listed = (list) => [...list.matchAll(/(#EXT-X-GAP\n)?#EXTINF:.*\n(\S+)/g)].map(([, gap, uri]) => (gap ? 'gap' : uri));
let recorded;

test('live goes on while the disk is full, and the operator is told', { skip }, async () => {
  await eventually('some archive', async () => (recorded = listed(await text('/live/film/fmp4/dvr.m3u8'))).length >= 5, 60);
  assert.deepEqual(await alarms(), []);
  const filler = fs.openSync(path.join(disk, 'filler'), 'w');
  const block = Buffer.alloc(64 << 10);
  assert.throws(() => {
    for (;;) fs.writeSync(filler, block);
  }, { code: 'ENOSPC' });
  fs.closeSync(filler);
  const [alarm] = await eventually('the alarm', async () => {
    const raised = await alarms();
    return raised.length > 0 && raised;
  });
  assert.match(alarm, /^recording_stopped: .*No space left on device/);
  assert.equal((await archive()).recording, false);
  assert.equal(await daemon.metric('grandstand_dvr_failing'), 1);
  const before = latest(await text('/live/film/fmp4/media.m3u8'));
  await eventually('five more live segments', async () => latest(await text('/live/film/fmp4/media.m3u8')) >= before + 5, 40);
  const live = await text('/live/film/fmp4/media.m3u8');
  assert.doesNotMatch(live, /#EXT-X-GAP/);
  for (const uri of listed(live).slice(-5)) assert.equal((await daemon.get(`/live/film/fmp4/${uri}`)).status, 200, uri);
  assert.equal((await daemon.json('/api/v1/channels')).channels[0].state, 'live');
  // What was recorded is there as before.
  assert.deepEqual(listed(await text('/live/film/fmp4/dvr.m3u8')).slice(0, recorded.length), recorded);
  for (const uri of recorded) assert.equal((await daemon.get(`/live/film/fmp4/${uri}`)).status, 200, uri);
});

test('recording resumes by itself, and what is missing is said', { skip }, async () => {
  fs.rmSync(path.join(disk, 'filler'));
  await eventually('the end of the alarm', async () => (await alarms()).length === 0);
  assert.equal((await archive()).recording, true);
  assert.equal(await daemon.metric('grandstand_dvr_failing'), 0);
  const { history } = await daemon.json('/api/v1/monitor/film', { headers });
  assert.deepEqual(history.filter(({ name }) => name === 'recording_stopped').map(({ raised }) => raised), [false, true]);
  const list = await eventually('new segments behind the gap', async () => {
    const now = await text('/live/film/fmp4/dvr.m3u8');
    return /#EXT-X-GAP\n[^]*#EXT-X-GAP\n[^]*(#EXTINF[^]*){4}$/.test(now) && now;
  });
  assert.deepEqual(listed(list).slice(0, recorded.length), recorded);
  for (const target of ['dvr.m3u8', 'dvr.m3u8?container=ts']) {
    const checked = spawnSync(binary, ['hlscheck', '--for', '3', `${daemon.url}/live/film/${target}`]);
    assert.equal(checked.status, 0, String(checked.stdout));
  }
});
