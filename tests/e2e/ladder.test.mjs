// SPDX-License-Identifier: MIT
// A broadcast programme (MPEG-2, MP2) as browsers can play it: encoded in several sizes, aligned to the frame; and a radio channel.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser, playback } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { PlaylistWatch, parsePlaylist } from './lib/playlist_watch.mjs';

const group = '239.255.77.43:15043';
const heavyGroup = '239.255.77.45:15045';
const quiet = ['-hide_banner', '-loglevel', 'error', '-nostdin', '-y'];
const names = ['fmp4', 'fmp4-144p', 'audio-1', 'ts'];
let daemon;
let feed;
let heavyFeed;
let browser;

before(async () => {
  daemon = await Daemon.start({
    channels: `channels:
  - id: one
    name: One
    number: 1
    ladder: [{height: 288, bitrate: 600k}, {height: 144, bitrate: 200k}]
    preset: ultrafast
    feed: {url: "udp://${group}", interface: 127.0.0.1}
  - {id: radio, name: Radio, number: 2, radio: true, feed: "file:radio.mp4", failover: {slate: none}}
`,
  });
  const done = spawnSync('ffmpeg', [...quiet, '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-t', '60', '-c:a', 'aac', path.join(daemon.directory, 'radio.mp4')]);
  assert.equal(done.status, 0, String(done.stderr));
  feed = spawn('ffmpeg', [...quiet, '-re', '-f', 'lavfi', '-i', 'testsrc2=size=512x288:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000',
    '-c:v', 'mpeg2video', '-b:v', '1500k', '-g', '12', '-bf', '2', '-c:a', 'mp2', '-b:a', '128k', '-f', 'mpegts', `udp://${group}?localaddr=127.0.0.1&ttl=0&pkt_size=1316`],
  { stdio: ['ignore', 'ignore', 'inherit'] });
  await daemon.channelState('one', 'live', 60);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  feed?.kill('SIGKILL');
  heavyFeed?.kill('SIGKILL');
  await daemon?.dispose();
});

const text = async (file) => (await daemon.get(`/live/one/${file}`)).text();

test('the sizes and the sound are renditions of one programme', async () => {
  const index = await eventually('both sizes', async () => {
    const list = await text('index.m3u8');
    return list.includes('144p') && list.includes('TYPE=AUDIO') && list;
  }, 20);
  assert.match(index, /RESOLUTION=512x288/);
  assert.match(index, /RESOLUTION=256x144/);
  assert.match(index, /TYPE=AUDIO,GROUP-ID="audio"/);
  const sound = /TYPE=AUDIO.*URI="([^"/]*)\//.exec(index)[1];
  names[2] = sound;
});

test('the renditions have the same numbers, durations and dates, and begin with the same picture', async () => {
  const seen = await eventually('six segments in each', async () => {
    const lists = await Promise.all(names.map(async (name) => parsePlaylist(await text(`${name}/media.m3u8`))));
    return lists.every(({ segments }) => segments?.length >= 6) && lists;
  }, 40);
  const byNumber = seen.map((list) => new Map(list.segments.map((s, i) => [list.mediaSequence + i, s])));
  const common = [...byNumber[0].keys()].filter((number) => byNumber.every((map) => map.has(number)));
  assert.ok(common.length >= 5, `${common.length} numbers are in all`);
  for (const number of common) {
    const facts = byNumber.map((map) => [map.get(number).duration, map.get(number).dateTimeString]);
    for (const other of facts) assert.deepEqual(other, facts[0]);
  }
  const firstPictures = await Promise.all(['fmp4', 'fmp4-144p', 'ts'].map(async (name, i) => {
    const segment = byNumber[[0, 1, 3][i]].get(common.at(-2));
    const parts = [...(segment.map ? [segment.map.uri] : []), segment.uri];
    const bytes = await Promise.all(parts.map(async (uri) => Buffer.from(await (await daemon.get(`/live/one/${name}/${uri}`)).arrayBuffer())));
    const file = path.join(daemon.directory, `${name}.media`);
    fs.writeFileSync(file, Buffer.concat(bytes));
    const done = spawnSync('ffprobe', ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0', file]);
    assert.equal(String(done.stderr), '', name);
    const packets = String(done.stdout).trim().split('\n').filter(Boolean).map((line) => line.split(','));
    assert.match(packets[0][1], /^K/, `${name} begins with a key frame`);
    return { name, first: Number(packets[0][0]), count: packets.length };
  }));
  for (const other of firstPictures) {
    assert.ok(Math.abs(other.first - firstPictures[0].first) < 0.001, JSON.stringify(firstPictures));
    assert.equal(other.count, firstPictures[0].count, JSON.stringify(firstPictures));
  }
});

test('the player changes the size with that of its window', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${daemon.url}/watch/one`);
  const lines = () => page.locator('[data-testid=player]').evaluate((video) => video.videoHeight);
  await eventually('the large picture', async () => (await playback(page)).time > 1 && (await lines()) === 288, 60);
  await page.setViewportSize({ width: 200, height: 500 });
  await eventually('the small picture', async () => (await lines()) === 144, 60);
  const before = await playback(page);
  await eventually('it to go on', async () => (await playback(page)).time > before.time + 3, 20);
  assert.ok((await playback(page)).audioBytes > before.audioBytes);
  await context.close();
});

test('a radio channel plays', async () => {
  await daemon.channelState('radio', 'live', 30);
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${daemon.url}/watch/radio`);
  await eventually('sound', async () => {
    const { time, audioBytes } = await playback(page);
    return time > 3 && audioBytes > 10_000;
  }, 60);
  await context.close();
});

test('a rung that the machine cannot keep up with is left out, and that is said', async () => {
  const file = path.join(daemon.directory, 'large.ts');
  const done = spawnSync('ffmpeg', [...quiet, '-f', 'lavfi', '-i', 'testsrc2=size=1920x1080:rate=25', '-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=48000', '-t', '20',
    '-c:v', 'mpeg2video', '-b:v', '8M', '-g', '12', '-c:a', 'mp2', file]);
  assert.equal(done.status, 0, String(done.stderr));
  heavyFeed = spawn('ffmpeg', [...quiet, '-re', '-stream_loop', '-1', '-i', file, '-c', 'copy', '-f', 'mpegts', `udp://${heavyGroup}?localaddr=127.0.0.1&ttl=0&pkt_size=1316`], { stdio: 'ignore' });
  fs.appendFileSync(daemon.lineupFile, `  - id: heavy
    name: Heavy
    number: 3
    ladder: [{height: 1080, bitrate: 8M}, {height: 144, bitrate: 200k}]
    preset: slower
    threads: 1
    feed: {url: "udp://${heavyGroup}", interface: 127.0.0.1}
    failover: {slate: none}
`);
  daemon.signal('SIGHUP');
  await eventually('the rung to be left out', () => /its costliest rung is left out for a while channel=heavy rung=1080p/.test(daemon.log), 90);
  assert.ok((await daemon.metric('grandstand_ladder_shed_total')) >= 1);
  await daemon.channelState('heavy', 'live', 60);
  const small = await eventually('the other size', async () => {
    const index = await (await daemon.get('/live/heavy/index.m3u8')).text();
    return /RESOLUTION=256x144[^\n]*\n([^/\n]*)/.exec(index)?.[1];
  }, 60);
  const watch = new PlaylistWatch(daemon, `/live/heavy/${small}/media.m3u8`);
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  watch.stop({ pauseMs: 8000 });
  const newest = watch.manifest.segments.at(-1);
  const behind = Date.now() - newest.dateTimeObject.getTime() - newest.duration * 1000;
  assert.ok(behind < 10_000, `its newest segment is ${behind} ms old`);
  await eventually('what is left out to be offered no more', async () => !(await (await daemon.get('/live/heavy/index.m3u8')).text()).includes('RESOLUTION=1920x1080'), 40);
});
