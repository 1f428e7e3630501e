// SPDX-License-Identifier: MIT
// What set-top boxes and their apps ask for: continuous MPEG-TS, M3U, HDHomeRun and Xtream Codes, by clients that nobody here wrote.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile, multicast } from './lib/feeds.mjs';

const group = '239.255.77.19:15024';
const nobody = 65534;
const minute = 60_000;
let directory;
let daemon;
let feed;

const xmltvTime = (at) => `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)} +0000`;

// What runs on channel "one" and what comes next, of an hour each.
function writeGuide(file) {
  const begin = Date.now() - 30 * minute;
  const programmes = ['The Present', 'The Following', 'The Last'].map((title, index) => `<programme start="${xmltvTime(begin + index * 60 * minute)}" ` +
    `stop="${xmltvTime(begin + (index + 1) * 60 * minute)}" channel="one"><title lang="en">${title}</title><desc>About &amp; around it: ä.</desc></programme>`);
  fs.writeFileSync(file, `<?xml version="1.0" encoding="UTF-8"?>\n<tv>\n${programmes.join('\n')}\n</tv>\n`);
}

before(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-settop-'));
  fs.chmodSync(directory, 0o755);
  makeFile(path.join(directory, 'film.mp4'), 20);
  writeGuide(path.join(directory, 'guide.xml'));
  daemon = await Daemon.start({
    channels: `
channels:
  - {id: one, name: One, number: 1, group: News, feed: {url: "udp://${group}", interface: 127.0.0.1}}
  - {id: film, name: Film, number: 2, group: Cinema, feed: "file:${directory}/film.mp4"}
`,
    extra: `clients: {hdhomerun_tuners: 2}\nguide: {sources: ["file:${directory}/guide.xml"]}\n`,
  });
  feed = multicast(group);
  await daemon.channelState('one', 'live', 60);
  await daemon.channelState('film', 'live', 60);
});
after(async () => {
  await feed?.stop();
  await daemon?.dispose();
  if (directory) fs.rmSync(directory, { recursive: true });
});

// FFmpeg decodes `seconds` of it and stops at the first fault.
function decode(url, seconds, ...options) {
  const done = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-xerror', '-err_detect', 'explode', ...options, '-i', url, '-t', String(seconds), '-f', 'null', '-'], { timeout: 90_000 });
  assert.equal(done.status, 0, `${url}: ${done.stderr}`);
  assert.equal(String(done.stderr), '', url);
}

test('FFmpeg plays the continuous stream without a fault, over the end of a looping file too', () => {
  decode(`${daemon.url}/live/one/stream.ts`, 8);
  decode(`${daemon.url}/live/film/stream.ts`, 25);
});

test('it begins with a key frame at once', () => {
  const began = Date.now();
  const done = spawnSync('ffprobe', ['-v', 'error', '-show_entries', 'packet=codec_type,flags', '-read_intervals', '%+#20', '-of', 'csv=p=0', '-analyzeduration', '500000', `${daemon.url}/live/one/stream.ts`],
    { timeout: 30_000 });
  assert.equal(String(done.stderr), '');
  const first = String(done.stdout).split('\n').find((line) => line.startsWith('video'));
  assert.match(first, /K/, String(done.stdout));
  assert.ok(Date.now() - began < 4_000, `${Date.now() - began} ms`);
});

test('GStreamer plays the continuous stream', () => {
  const done = spawnSync('gst-launch-1.0', ['-q', 'uridecodebin3', 'name=d', `uri=${daemon.url}/live/one/stream.ts`,
    'd.', '!', 'videoconvert', '!', 'fakesink', 'num-buffers=60', 'sync=false', 'd.', '!', 'audioconvert', '!', 'fakesink', 'num-buffers=60', 'sync=false'], { timeout: 60_000 });
  assert.equal(done.status, 0, String(done.stderr));
});

test('mpv plays the continuous stream with picture and sound', () => {
  const done = spawnSync('mpv', ['--no-config', '--vo=null', '--ao=null', '--length=4', '--msg-level=all=warn,cplayer=info', `${daemon.url}/live/film/stream.ts`], { timeout: 60_000 });
  const text = String(done.stdout) + done.stderr;
  assert.equal(done.status, 0, text);
  assert.match(text, /VO: \[null\] 640x360/);
  assert.match(text, /AO: \[null\] 48000Hz/);
  assert.doesNotMatch(text, /error|invalid|corrupt/i);
});

test('VLC plays the channels of the M3U that HDHomeRun clients get', async () => {
  const home = path.join(daemon.directory, 'vlc');
  fs.mkdirSync(home);
  const root = process.getuid() === 0;
  if (root) fs.chownSync(home, nobody, nobody);
  const somebody = root ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : ['env'];
  const list = await (await daemon.get('/lineup.m3u')).text();
  const url = list.split('\n').find((line) => line.includes('/live/film/stream.ts'));
  const done = spawnSync(somebody[0], [...somebody.slice(1), 'cvlc', '-I', 'dummy', '--no-color', '-vv', '--vout', 'dummy', '--aout', 'adummy', '--run-time', '5', '--play-and-exit', url, 'vlc://quit'],
    { timeout: 60_000, maxBuffer: 64 << 20, env: { ...process.env, HOME: home } });
  const text = String(done.stderr);
  assert.equal(done.status, 0, text.slice(-2000));
  assert.match(text, /Received first picture/);
  assert.doesNotMatch(text, /(avcodec|ts) (decoder|demux|stream) error/);
  assert.doesNotMatch(text, /libdvbpsi error|TS discontinuity|discontinuity received/);
});

test('an HDHomeRun client finds the tuner, its lineup and its streams, and is told when all tuners are in use', async () => {
  const device = await daemon.json('/discover.json');
  assert.equal(device.TunerCount, 2);
  const lineup = await (await fetch(device.LineupURL)).json();
  assert.deepEqual(lineup.map(({ GuideNumber, GuideName }) => [GuideNumber, GuideName]), [['1', 'One'], ['2', 'Film']]);
  decode(lineup[0].URL, 3);
  const inUse = [];
  for (let i = 0; i < 2; ++i) {
    const stop = new AbortController();
    inUse.push(stop);
    const answer = await eventually('a free tuner', async () => {
      const response = await fetch(lineup[i].URL, { signal: stop.signal });
      return response.status === 200 && response;
    });
    assert.equal(answer.headers.get('content-type'), 'video/mp2t');
  }
  const refused = await fetch(lineup[0].URL);
  assert.equal(refused.status, 503);
  assert.equal(refused.headers.get('x-hdhomerun-error'), '805 All Tuners In Use');
  inUse.forEach((stop) => stop.abort());
  await eventually('the tuners to be free again', async () => {
    const stop = new AbortController();
    const { status } = await fetch(lineup[0].URL, { signal: stop.signal });
    stop.abort();
    return status === 200;
  }, 10);
});

test('an Xtream client signs in with an account, lists, reads the guide and plays', async () => {
  const account = { name: 'Ada', password: 'correct horse' };
  const made = await daemon.get('/api/v1/accounts', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(account) });
  assert.equal(made.status, 201);
  const login = new URLSearchParams({ username: account.name, password: account.password });
  const api = (query = '') => daemon.json(`/player_api.php?${login}${query}`);
  assert.equal((await api()).user_info.auth, 1);
  assert.equal((await daemon.json('/player_api.php?username=Ada&password=wrong')).user_info.auth, 0);
  assert.deepEqual((await api('&action=get_live_categories')).map((category) => category.category_name), ['News', 'Cinema']);
  const streams = await api('&action=get_live_streams');
  assert.deepEqual(streams.map(({ name, stream_id: id }) => [name, id]), [['One', 1], ['Film', 2]]);
  const guide = (await api('&action=get_short_epg&stream_id=1')).epg_listings;
  const text = (base64) => String(Buffer.from(base64, 'base64'));
  assert.deepEqual(guide.map(({ title, now_playing: now }) => [text(title), now]), [['The Present', 1], ['The Following', 0], ['The Last', 0]]);
  assert.equal(text(guide[0].description), 'About & around it: ä.');
  const list = await (await daemon.get(`/get.php?${login}&type=m3u_plus&output=ts`)).text();
  assert.match(list, /^#EXTM3U/);
  for (const file of ['2.ts', '2.m3u8']) decode(`${daemon.url}/live/Ada/correct%20horse/${file}`, 3);
  assert.match(await (await daemon.get(`/xmltv.php?${login}`)).text(), /<tv/);
});

test('the tools of XMLTV read the guide', async () => {
  const file = path.join(directory, 'epg.xml');
  fs.writeFileSync(file, await (await daemon.get('/epg.xml')).text());
  for (const [tool, ...args] of [['tv_sort', '--by-channel', file], ['tv_cat', file], ['tv_grep', '--channel-id-exp', '^one$', file]]) {
    const done = spawnSync(tool, args, { timeout: 30_000 });
    assert.equal(done.status, 0, `${tool}: ${done.stderr}`);
    assert.equal(String(done.stderr), '', tool);
    assert.match(String(done.stdout), /<title lang="en">The Following<\/title>/, tool);
  }
});
