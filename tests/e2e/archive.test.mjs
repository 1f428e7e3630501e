// SPDX-License-Identifier: MIT
// Recording, a daemon that is killed, and players that nobody here wrote on what is left.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { launchBrowser } from './lib/browser.mjs';
import { Daemon, binary, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';

let daemon;
let secrets;
let onAir;  // before it there was a slate, of other pictures: FFmpeg 5.1 decodes no fMP4 whose EXT-X-MAP changes
before(async () => {
  secrets = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-keys-'));
  fs.writeFileSync(path.join(secrets, 'keys'), '2026-11 0123456789abcdef0123456789abcdef\n');
  daemon = await Daemon.start({
    channels: 'channels:\n  - {id: film, name: Film, number: 1, feed: "file:film.mp4", dvr: {keep: 1h}}\n' +
      '  - {id: plain, name: Plain, number: 2, feed: "file:film.mp4"}\n' +
      '  - {id: brief, name: Brief, number: 3, feed: "file:film.mp4", dvr: {keep: 1h, quota: 8MiB}}\n' +
      '  - {id: sealed, name: Sealed, number: 4, feed: "file:film.mp4", dvr: {keep: 1h}, encrypt: true, key_rotation: 3, access: {audience: signed}}\n',
    extra: `hls:\n  segment_duration: 1s\ndvr:\n  min_free: 0B\naccess:\n  keys_file: ${secrets}/keys\n`,
  });
  makeFile(path.join(daemon.directory, 'film.mp4'), 20);
  await daemon.channelState('film', 'live', 60);
  onAir = Date.now() + 2_000;
});
after(async () => {
  await daemon?.dispose();
  fs.rmSync(secrets, { recursive: true, force: true });
});

const text = async (url) => {
  const answer = await daemon.get(url);
  assert.equal(answer.status, 200, `${url}: ${answer.status}`);
  return answer.text();
};
const archive = async () => (await daemon.json('/api/v1/channels')).channels.find(({ id }) => id === 'film').archive;
const seconds = ({ from, to }) => (Date.parse(to) - Date.parse(from)) / 1000;
const segments = (list) => {
  const first = Number(/MEDIA-SEQUENCE:(\d+)/.exec(list)[1]);
  return new Map([...list.matchAll(/#EXTINF:([\d.]+),\n(\S+)/g)].map((match, i) => [first + i, `${match[1]} ${match[2]}`]));
};
const plays = (url, ...more) => {
  const done = spawnSync('ffmpeg', ['-v', 'error', '-xerror', '-i', `${daemon.url}${url}`, ...more, '-f', 'null', '-'], { timeout: 60_000 });
  assert.equal(`${done.status} ${done.stderr}`, '0 ', url);
};

// Without findings of what must be (exit status 0).
const conforms = async (url, ...more) => {
  const done = await promisify(execFile)(binary, ['hlscheck', ...more, `${daemon.url}${url}`]).catch((error) => error);
  assert.equal(done.code ?? 0, 0, `${url}: ${done.stdout}${done.stderr}`);
};

let beforeKill;
let start;
test('a channel is recorded, and only where the lineup says so', async () => {
  const had = await eventually('fifteen seconds of archive', async () => {
    const window = await archive();
    return window && Date.parse(window.to) >= onAir + 15_000 && window;
  }, 60);
  start = new Date(onAir).toISOString();
  assert.ok(seconds(had) >= 15);
  assert.equal(had.recording, true);
  assert.equal((await daemon.json('/api/v1/channels')).channels.find(({ id }) => id === 'plain').archive, null);
  assert.equal((await daemon.get('/live/plain/dvr.m3u8')).status, 404);
});

test('a range of the past plays to its end, in both containers', async () => {
  const query = `start=${start}&duration=8`;
  const master = await text(`/live/film/archive.m3u8?${query}`);
  const media = await text(`/live/film/${/^\w.*/m.exec(master)[0]}`);
  assert.match(media, /#EXT-X-ENDLIST/);
  plays(`/live/film/archive.m3u8?${query}`);
  plays(`/live/film/archive.m3u8?${query}&container=ts`);
  const from = Math.ceil(Date.parse(start) / 1000);
  plays(`/film/index-${from}-6.m3u8`);
  plays(`/live/film/archive-${from}-6.ts`);
  plays(`/live/film/index.m3u8?utc=${from}&lutc=${from + 600}`, '-t', '5');
  plays('/live/film/timeshift_rel-8.m3u8', '-t', '2');
});

test('hlscheck finds nothing that must not be in playlists of the past', async () => {
  const query = `start=${start}&duration=8`;
  for (const container of ['fmp4', 'ts']) {
    await conforms(`/live/film/archive.m3u8?${query}&container=${container}`);
    await conforms(`/live/film/dvr.m3u8?container=${container}`, '--for', '8');
  }
  await conforms('/live/film/timeshift.m3u8?delay=10', '--for', '8');
});

test('M3U and Xtream players are told of the past, and get it where they ask', async () => {
  const lines = (await text('/playlist.m3u')).split('\n');
  const film = lines.findIndex((line) => line.includes('tvg-id="film"'));
  assert.match(lines[film], /catchup="shift" catchup-days="1" catchup-source="\?utc=\{utc\}&lutc=\{lutc\}"/);
  assert.doesNotMatch(lines.find((line) => line.includes('tvg-id="plain"')), /catchup/);
  const from = Math.ceil(Date.parse(start) / 1000);
  const shifted = new URL(lines[film + 1]);
  plays(`${shifted.pathname}?utc=${from}&lutc=${from + 600}`, '-t', '3');
  const asDefault = await text('/playlist.m3u?catchup=default&container=ts');
  const source = /tvg-id="film".*catchup-source="([^"]*)"/.exec(asDefault)[1].replace('{utc}', from).replace('{duration}', '5');
  plays(source.slice(daemon.url.length));
  assert.equal((await daemon.get('/playlist.m3u?catchup=vod')).status, 400);
});

test('the archive survives kill -9: numbers go on, nothing is named anew', async () => {
  beforeKill = segments(await text('/live/film/fmp4/dvr.m3u8'));
  assert.ok(beforeKill.size >= 10);
  await daemon.kill();
  await daemon.launch();
  await daemon.channelState('film', 'live', 60);
  const after = await eventually('segments of the new process', async () => {
    const list = await text('/live/film/fmp4/dvr.m3u8');
    return /#EXT-X-DISCONTINUITY\n/.test(list) && segments(list).size >= beforeKill.size + 8 && list;
  }, 60);
  const now = segments(after);
  for (const [sequence, what] of beforeKill) assert.equal(now.get(sequence), what);
  assert.equal(new Set([...now.values()].map((what) => what.split(' ')[1])).size, now.size, 'each name once');
});

test('media of the process before comes from disk, with validators and ranges', async () => {
  const uri = [...beforeKill.values()][1].split(' ')[1];
  const url = `/live/film/fmp4/${uri}`;
  const whole = await daemon.get(url);
  assert.equal(whole.status, 200);
  assert.equal(whole.headers.get('access-control-allow-origin'), '*');
  const bytes = Buffer.from(await whole.arrayBuffer());
  const part = await daemon.get(url, { headers: { Range: 'bytes=10-19' } });
  assert.equal(part.status, 206);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10, 20));
  assert.equal((await daemon.get(url, { headers: { 'If-None-Match': whole.headers.get('etag') } })).status, 304);
  const head = await daemon.get(url, { method: 'HEAD' });
  assert.equal(Number(head.headers.get('content-length')), bytes.length);
});

test('a range over the restart plays', () => plays(`/live/film/archive.m3u8?start=${start}&duration=${20}`));

test('an encrypted channel plays from before the restart for whoever may watch, and its keys are refused to others', async () => {
  const signed = String(spawnSync(binary, ['sign', '--config', daemon.configFile, 'sealed']).stdout).trim();
  const range = `archive.m3u8?start=${start}&duration=8&`;
  const from = Math.ceil(Date.parse(start) / 1000);
  for (const container of ['fmp4', 'ts']) plays(signed.replace('index.m3u8?', `${range}container=${container}&`));
  plays(signed.replace('index.m3u8?', `index.m3u8?utc=${from}&lutc=${from + 600}&`), '-t', '6');
  plays(signed.replace('index.m3u8?', 'dvr.m3u8?'), '-t', '3');
  // As one stream it comes open, as live does.
  plays(signed.replace('index.m3u8?', `archive-${from}-6.ts?`));
  // By a cookie, with addresses that are everybody's.
  const entry = await daemon.get(signed.replace('index.m3u8?', `${range}keep=cookie&`), { redirect: 'manual' });
  const cookie = entry.headers.get('set-cookie').split(';')[0];
  const place = entry.headers.get('location');
  const done = spawnSync('ffmpeg', ['-v', 'error', '-xerror', '-headers', `Cookie: ${cookie}\r\n`, '-i', daemon.url + place, '-f', 'null', '-'], { timeout: 60_000 });
  assert.equal(`${done.status} ${done.stderr}`, '0 ');
  const media = await (await daemon.get(`/live/sealed/ts/${range}`, { headers: { cookie } })).text();
  const keys = [...new Set([...media.matchAll(/METHOD=AES-128,URI="\.\.\/(key-\d+\.key)"/g)].map((match) => match[1]))];
  assert.ok(keys.length >= 3, media);
  for (const key of keys) {
    assert.equal((await daemon.get(`/live/sealed/${key}`, { headers: { cookie } })).status, 200, key);
    assert.equal((await daemon.get(`/live/sealed/${key}`)).status, 403, key);
  }
  assert.equal((await daemon.get(`/live/sealed/${range}`)).status, 403);
  for (const container of ['fmp4', 'ts']) await conforms(`${signed.replace('index.m3u8?', range)}&container=${container}`);
});

test('what was encrypted stays playable when the channel is encrypted no more', async () => {
  fs.writeFileSync(daemon.lineupFile, fs.readFileSync(daemon.lineupFile, 'utf8').replace('encrypt: true, key_rotation: 3, access: {audience: signed}', 'encrypt: false'));
  daemon.signal('SIGHUP');
  await eventually('an open list', async () => (await daemon.get('/live/sealed/dvr.m3u8')).status === 200);
  plays(`/live/sealed/archive.m3u8?start=${start}&duration=8`);
});

test('a quota lets the oldest go, and nothing of what a player still follows', async () => {
  const metric = async (name) => Number(new RegExp(`^${name}(?:\\{channel="brief"\\})? (\\S+)`, 'm').exec(await text('/metrics'))?.[1] ?? 0);
  const oldest = async () => [...segments(await text('/live/brief/fmp4/dvr.m3u8')).entries()][0];
  await eventually('what the quota let go', async () => (await metric('grandstand_dvr_expired_bytes_total')) > 0, 120);
  const first = (await oldest())[0];
  const followed = [];
  const end = Date.now() + 20_000;
  while (Date.now() < end) {
    followed.push((await oldest())[1].split(' ')[1]);
    // As a player that loaded the list three seconds ago and plays what was the oldest then.
    const uri = followed.at(-4) ?? followed[0];
    assert.equal((await daemon.get(`/live/brief/fmp4/${uri}`)).status, 200, uri);
    assert.ok((await metric('grandstand_dvr_bytes')) < (8 << 20) * 1.4);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  assert.ok((await oldest())[0] > first, 'the list moved meanwhile');
  assert.equal((await daemon.json('/api/v1/channels')).channels.find(({ id }) => id === 'brief').state, 'live');
});

test('who asks for the wrong thing is told what there is', async () => {
  const outside = await daemon.get('/live/film/archive.m3u8?start=2020-01-01T00:00:00Z&duration=60');
  assert.equal(outside.status, 404);
  assert.match((await outside.json()).detail, /the archive of film has 20.* to 20/);
  const malformed = await daemon.get('/live/film/archive.m3u8?start=yesterday');
  assert.equal(malformed.status, 400);
  assert.match((await malformed.json()).detail, /start: expected/);
  for (const path of ['/live/film/fmp4/..%2fmarks', '/live/film/fmp4/marks', '/live/../keep', '/live/film/fmp4/init/x']) {
    assert.equal((await daemon.get(path)).status, 404, path);
  }
});

test('hls.js in Chromium seeks back in the list of everything', async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ bypassCSP: true });
    await page.goto(`${daemon.url}/healthz`);
    await page.addScriptTag({ path: path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), '../../src/webui/node_modules/hls.js/dist/hls.min.js') });
    const result = await page.evaluate(async () => {
      const video = document.createElement('video');
      video.muted = true;
      document.body.append(video);
      const hls = new window.Hls();
      const faults = [];
      hls.on('hlsError', (_, fault) => fault.fatal && faults.push(fault.details));
      hls.loadSource('/live/film/dvr.m3u8');
      hls.attachMedia(video);
      const until = async (condition) => {
        for (let i = 0; i < 200 && !condition(); ++i) await new Promise((resolve) => setTimeout(resolve, 100));
        return condition();
      };
      await video.play();
      const live = await until(() => video.currentTime > 0 && hls.playingDate);
      const liveDate = hls.playingDate.getTime();
      video.currentTime = video.seekable.start(0) + 1;
      const moved = await until(() => hls.playingDate && hls.playingDate.getTime() < liveDate - 8000 && !video.seeking && video.readyState >= 3);
      const at = video.currentTime;
      const played = await until(() => video.currentTime > at + 2);
      return { live: Boolean(live), moved: Boolean(moved), played: Boolean(played), faults, back: (liveDate - hls.playingDate.getTime()) / 1000 };
    });
    assert.deepEqual(result.faults, []);
    assert.ok(result.live && result.moved && result.played, JSON.stringify(result));
    assert.ok(result.back > 5, JSON.stringify(result));
  } finally {
    await browser.close();
  }
});
