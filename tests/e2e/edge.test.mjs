// SPDX-License-Identifier: MIT
// The nginx edge that we ship: TLS, HTTP/2, one request to the daemon for many of the same, blocking reloads passed through.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Daemon, binary, eventually } from './lib/daemon.mjs';
import { Edge } from './lib/edge.mjs';
import { makeFile } from './lib/feeds.mjs';

let daemon;
let edge;

before(async () => {
  daemon = await Daemon.start({ channels: 'channels:\n  - {id: film, name: Film, number: 1, feed: "file:film.mp4"}\n' });
  makeFile(path.join(daemon.directory, 'film.mp4'), 20);
  await daemon.channelState('film', 'live', 60);
  edge = await Edge.start(daemon);
});
after(async () => {
  await edge?.stop();
  await daemon?.dispose();
});

const get = (target, headers) => edge.get(target, headers);
const mediaPlaylist = async () => String((await get('/live/film/fmp4/media.m3u8')).body);

test('playlists and segments come over HTTP/2 and TLS as the daemon gives them', async () => {
  const index = await get('/live/film/index.m3u8', { 'accept-encoding': 'gzip' });
  assert.equal(index.status, 200);
  assert.equal(index.headers['content-type'], 'application/vnd.apple.mpegurl');
  assert.equal(index.headers['content-encoding'], 'gzip');
  assert.equal(index.headers['access-control-allow-origin'], '*');
  const segment = (await mediaPlaylist()).split('\n').filter((line) => line.endsWith('.m4s')).at(-2);
  const throughEdge = await get(`/live/film/fmp4/${segment}`);
  const direct = Buffer.from(await (await daemon.get(`/live/film/fmp4/${segment}`)).arrayBuffer());
  assert.ok(throughEdge.body.equals(direct));
});

test('what many ask for at once is asked of the daemon once', async () => {
  const segment = (await mediaPlaylist()).split('\n').filter((line) => line.endsWith('.m4s')).at(-1);
  const asked = () => daemon.metric('grandstand_http_requests_total{route="live"');
  const before = await asked();
  const answers = await Promise.all(Array.from({ length: 50 }, () => get(`/live/film/fmp4/${segment}`)));
  assert.ok(answers.every(({ status, body }) => status === 200 && body.equals(answers[0].body)));
  assert.ok((await asked()) - before <= 1, `${(await asked()) - before} requests reached the daemon`);
});

const sequences = (text) => {
  const first = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)[1]);
  return { first, open: first + text.split('\n').filter((line) => line.startsWith('#EXTINF')).length };
};

test('blocking reloads are held by the daemon and passed through when the playlist is there', async () => {
  const text = await mediaPlaylist();
  assert.match(text, /CAN-BLOCK-RELOAD=YES/);
  const { open } = sequences(text);
  const answers = await Promise.all(Array.from({ length: 30 }, () => get(`/live/film/fmp4/media.m3u8?_HLS_msn=${open}`)));
  for (const { status, body } of answers) {
    assert.equal(status, 200);
    assert.ok(sequences(String(body)).open > open, `segment ${open} was asked for; the last one is ${sequences(String(body)).open - 1}`);
  }
});

test('parts are held, too, and come through as soon as they exist', async () => {
  const hinted = /PRELOAD-HINT:TYPE=PART,URI="([^"]+)"/.exec(await mediaPlaylist())[1];
  const began = Date.now();
  const answers = await Promise.all(Array.from({ length: 20 }, () => get(`/live/film/fmp4/${hinted}`)));
  assert.ok(Date.now() - began < 1_000, `they took ${Date.now() - began} ms`);
  const direct = Buffer.from(await (await daemon.get(`/live/film/fmp4/${hinted}`)).arrayBuffer());
  assert.ok(direct.length > 0);
  assert.ok(answers.every(({ status, body }) => status === 200 && body.equals(direct)));
  const again = await get(`/live/film/fmp4/${hinted}`);
  assert.equal(again.headers['x-cache-status'], 'HIT');
});

test('continuous MPEG-TS comes through as it is made', async () => {
  const stream = edge.session.request({ ':path': '/live/film/stream.ts' });
  let bytes = 0;
  stream.on('data', (data) => (bytes += data.length));
  await eventually('the first bytes', () => bytes > 0, 3);
  const before = bytes;
  await eventually('further bytes', () => bytes > before + 20_000, 3);
  stream.close();
});

test('hlscheck finds no rule broken through the edge, HTTP/2 included', () => {
  const done = spawnSync(binary, ['hlscheck', '--json', '--for', '12', `${edge.url}/live/film/index.m3u8`],
    { timeout: 90_000, env: { ...process.env, SSL_CERT_FILE: path.join(daemon.directory, 'edge/edge.crt') } });
  assert.equal(done.status, 0, String(done.stdout) + done.stderr);
  assert.deepEqual(JSON.parse(done.stdout).findings.filter(({ rule }) => rule === 50), [], 'low latency comes by HTTP/2 and TLS');
});

test('metrics stay behind the edge, the application is before it', async () => {
  assert.equal((await get('/metrics')).status, 404);
  assert.equal((await get('/')).status, 200);
  assert.equal((await get('/api/v1/channels')).status, 200);
});
