// SPDX-License-Identifier: MIT
// Who may watch: FFmpeg as the player, the hook that others write, and the edge that keeps one copy for all viewers.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { launchBrowser, playback } from './lib/browser.mjs';
import { binary, Daemon, eventually, freePort } from './lib/daemon.mjs';
import { Edge } from './lib/edge.mjs';
import { makeFile, publish } from './lib/feeds.mjs';
import { HubClient } from './lib/hub_client.mjs';

const secret = '0123456789abcdef0123456789abcdef';
const channels = `channels:
  - {id: film, number: 1, feed: "file:film.mp4", access: {hook: false}}
  - {id: shop, number: 2, feed: "file:film.mp4", access: {audience: signed, hook: false}}
  - {id: club, number: 3, feed: "file:film.mp4", access: {audience: members, hook: false}}
  - {id: one, number: 4, feed: "file:film.mp4", access: {audience: signed, hook: false, max_sessions: 1}}
  - {id: house, number: 5, feed: "file:film.mp4", access: {networks: [192.0.2.0/24], hook: false}}
  - {id: sealed, number: 7, feed: "file:film.mp4", encrypt: true, key_rotation: 2, access: {audience: signed, hook: false}}
  - {id: veiled, number: 8, feed: "file:film.mp4", encrypt: true, key_rotation: 2, access: {hook: false}}
  - {id: studio, number: 9, feed: {url: "rtmp://publish", stream_key: right}, access: {hook: false}}
  - {id: asked, number: 6, feed: "file:film.mp4"}
`;
let daemon;
let edge;
let hook;
let publishersWelcome = false;
const questions = [];

before(async () => {
  const hookPort = await freePort();
  hook = http.createServer((request, response) => {
    let body = '';
    request.on('data', (data) => (body += data));
    request.on('end', () => {
      const question = JSON.parse(body);
      questions.push(question);
      if (question.action === 'publish') return response.writeHead(publishersWelcome && question.password === 'right' ? 200 : 403).end();
      response.writeHead(question.query === 'key=good' || question.password === 'right' ? 200 : 401).end();
    });
  });
  await new Promise((resolve) => hook.listen(hookPort, '127.0.0.1', resolve));
  daemon = await Daemon.start({ channels: 'channels: []\n', extra: `access:\n  hook_url: http://127.0.0.1:${hookPort}/auth\n  hook_cache: 1s\n  hook_publish: true\n` });
  fs.writeFileSync(path.join(daemon.directory, 'keys'), `2026-11 ${secret}\n`);
  await daemon.stop();
  fs.appendFileSync(daemon.configFile, '  keys_file: keys\n  session_timeout: 10s\n');
  makeFile(path.join(daemon.directory, 'film.mp4'), 20);
  fs.writeFileSync(daemon.lineupFile, channels);
  await daemon.launch();
  for (const id of ['film', 'shop', 'club', 'one', 'house', 'asked', 'sealed', 'veiled']) await daemon.channelState(id, 'live', 60);
  edge = await Edge.start(daemon);
});
after(async () => {
  await edge?.stop();
  await daemon?.dispose();
  hook?.closeAllConnections?.();
  hook?.close();
});

function sign(...options) {
  const done = spawnSync(binary, ['sign', '--config', daemon.configFile, ...options]);
  assert.equal(done.status, 0, String(done.stderr));
  return String(done.stdout).trim().split('\n');
}
// What FFmpeg says of so many seconds of it.
function play(address, seconds = 4) {
  const player = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'warning', '-nostdin', '-stats', '-i', address, '-t', String(seconds), '-f', 'null', '-'],
    { stdio: ['ignore', 'ignore', 'pipe'], timeout: 60_000 });
  let stderr = '';
  player.stderr.on('data', (data) => (stderr += data));
  return new Promise((resolve) => player.once('close', (status) => resolve({ status, stderr })));
}
const answer = (target, headers) => daemon.get(target, { headers, redirect: 'manual' });
const refusal = async (target, headers) => {
  const refused = await answer(target, headers);
  return `${refused.status} ${(await refused.json()).code}`;
};

test('a signed address plays, and says to which channel and until when', async () => {
  const [address] = sign('shop');
  for (const list of [address, address.replace('index.m3u8', 'index-ts.m3u8')]) {
    const played = await play(daemon.url + list);
    assert.equal(played.status, 0, played.stderr);
    assert.match(played.stderr, /time=00:00:0[34]/);
  }
  assert.equal(await refusal('/live/shop/index.m3u8'), '403 token_required');
  assert.equal(await refusal(sign('film')[0].replace('/film/', '/shop/')), '403 token_invalid');
  const [short] = sign('--for', '1', 'shop');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(await refusal(short), '403 token_invalid');
  assert.notEqual((await play(daemon.url + short)).status, 0);
  assert.equal(await refusal(sign('--network', '192.0.2.0/24', 'shop')[0]), '403 token_invalid');
  assert.equal(await refusal(`${sign('shop')[0]}x`), '403 token_invalid');
});

test('whoever plays stops soon after the address has expired', async () => {
  const [address] = sign('--for', '6', 'shop');
  const played = await play(daemon.url + address, 40);
  assert.match(played.stderr, /403/);
});

test('every address below a closed channel is closed', async () => {
  const entry = await answer(sign('shop')[0]);
  const base = new URL(entry.headers.get('location'), daemon.url);
  const index = await (await fetch(base)).text();
  const lists = [...index.matchAll(/^[^#\s].*$|URI="([^"]+)"/gm)].map((match) => match[1] ?? match[0]);
  assert.ok(lists.length > 0, index);
  for (const list of lists) {
    const place = new URL(list, base);
    const text = await (await fetch(place)).text();
    const files = [...text.matchAll(/^[^#\s].*$|URI="([^"]+)"/gm)].map((match) => match[1] ?? match[0]);
    assert.ok(files.length > 2, text);
    for (const target of [place, ...files.slice(0, 4).map((file) => new URL(file, place))]) {
      assert.equal((await answer(target.pathname.replace(/~[^/]*\//, ''))).status, 403, target.pathname);
    }
  }
});

test('members watch after signing in, in the web application and with Xtream clients', async () => {
  assert.equal(await refusal('/live/club/index.m3u8'), '401 sign_in_required');
  const made = await daemon.get('/api/v1/accounts', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ name: 'Alice', password: 'correct horse' }) });
  assert.equal(made.status, 201);
  const { token } = await made.json();
  assert.equal((await answer('/live/club/index.m3u8', { authorization: `Bearer ${token}` })).status, 200);
  assert.equal((await answer('/live/club/index.m3u8', { cookie: `grandstand_session=${token}` })).status, 200);
  const played = await play(`${daemon.url}/live/Alice/correct%20horse/3.m3u8`);
  assert.equal(played.status, 0, played.stderr);
  assert.equal(await refusal((await answer('/live/Alice/correct%20horse/2.m3u8')).headers.get('location')), '403 token_required');
});

test('the room of a channel is for those who may watch it', async () => {
  const { token } = await daemon.signIn('Alice', 'correct horse');
  const [guest, alice] = [await HubClient.open(daemon, { name: 'Guest' }), await HubClient.open(daemon, { token })];
  const enter = (client, channel, ticket = '') => client.ask({ type: 'join', room: `channel:${channel}`, ...(ticket ? { ticket } : {}) });
  const history = (channel, query = '', headers = {}) => daemon.get(`/api/v1/rooms/channel%3A${channel}/chat/history${query}`, { headers });
  assert.equal((await enter(guest, 'club')).error.code, 'unauthenticated');
  assert.equal((await history('club')).status, 401);
  assert.equal((await enter(alice, 'club')).type, 'joined');
  assert.equal((await history('club', '', { authorization: `Bearer ${token}` })).status, 200);
  assert.equal((await enter(alice, 'house')).error.code, 'forbidden');
  assert.equal((await history('house', '', { authorization: `Bearer ${token}` })).status, 403);
  assert.equal((await enter(alice, 'shop')).error.code, 'forbidden');
  const [address] = sign('shop');
  assert.equal((await enter(guest, 'shop', new URL(address, daemon.url).searchParams.get('token'))).type, 'joined');
  assert.equal((await history('shop', new URL(address, daemon.url).search)).status, 200);
  assert.equal((await enter(guest, 'film')).type, 'joined');
});

test('one player at a time plays where one is allowed, and leaves its place', async () => {
  const [address] = sign('--subject', 'customer-17', 'one');
  const [again] = sign('--subject', 'customer-17', '--for', '5000', 'one');
  const player = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-re', '-i', daemon.url + address, '-f', 'null', '-'], { stdio: 'ignore' });
  const allowed = () => daemon.metric('grandstand_access_decisions_total{outcome="allowed"');
  const before = await allowed();
  await eventually('the player to be counted', async () => (await allowed()) > before);
  assert.equal(await refusal(again, { 'user-agent': 'Second' }), '403 session_limit');
  await new Promise((resolve) => setTimeout(resolve, 6_000));
  assert.equal(player.exitCode, null);
  player.kill('SIGKILL');
  await eventually('the place to be free', async () => (await answer(again, { 'user-agent': 'Second' })).status === 302, 20);
});

test('an encrypted channel plays in both containers for whoever gets its keys', async () => {
  const [address] = sign('sealed');
  for (const list of [address, address.replace('index.m3u8', 'index-ts.m3u8')]) {
    const played = await play(daemon.url + list, 8);
    assert.equal(played.status, 0, played.stderr);
    assert.match(played.stderr, /time=00:00:0[78]/);
    assert.doesNotMatch(played.stderr, /error|invalid|corrupt/i);
  }
  const base = (await answer(address)).headers.get('location').replace('index.m3u8', '');
  const list = await (await answer(`${base}ts/media.m3u8`)).text();
  assert.match(list, /#EXT-X-KEY:METHOD=AES-128,URI="\.\.\/key-\d+\.key",IV=0x[0-9a-f]{32}\n/);
  const keys = [...new Set([...list.matchAll(/\.\.\/(key-\d+\.key)/g)].map((match) => match[1]))];
  assert.ok(keys.length >= 2, list);
  const key = await answer(base + keys[0]);
  assert.equal((await key.arrayBuffer()).byteLength, 16);
  assert.match(key.headers.get('cache-control'), /private/);
  assert.equal(await refusal(`/live/sealed/${keys[0]}`), '403 token_required');
  const segment = list.split('\n').find((line) => line.endsWith('.ts'));
  const bytes = Buffer.from(await (await answer(`${base}ts/${segment}`)).arrayBuffer());
  assert.equal(bytes.length % 16, 0);
  assert.notEqual(bytes.length % 188, 0);
});

test('hls.js plays an encrypted channel across changes of its key', async () => {
  const browser = await launchBrowser();
  try {
    const page = await (await browser.newContext()).newPage();
    const keys = new Set();
    page.on('response', (response) => response.url().endsWith('.key') && response.status() === 200 && keys.add(response.url()));
    await page.goto(`${daemon.url}/watch/veiled`);
    await eventually('pictures', async () => (await playback(page)).time > 0.5, 40);
    const before = await playback(page);
    await eventually('eight more seconds', async () => (await playback(page)).time > before.time + 8, 40);
    const after = await playback(page);
    assert.ok(after.frames > before.frames + 100, JSON.stringify({ before, after }));
    assert.ok(after.audioBytes > before.audioBytes);
    assert.ok(keys.size >= 2, [...keys].join());
  } finally {
    await browser.close();
  }
});

test('networks', async () => {
  assert.equal(await refusal('/live/house/index.m3u8'), '403 wrong_network');
  assert.equal((await answer('/live/house/index.m3u8', { 'x-forwarded-for': '192.0.2.9' })).status, 200);
});

test('the hook decides about publishers before they start', async () => {
  const target = `rtmp://127.0.0.1:${daemon.rtmpPort}/live/studio?key=right`;
  const refused = publish(target, 3);
  assert.notEqual((await refused.exited).code, 0);
  assert.match(refused.errors, /may not publish/i);
  assert.equal(questions.at(-1).action, 'publish');
  assert.equal(questions.at(-1).protocol, 'rtmp');
  publishersWelcome = true;
  const feed = publish(target);
  await daemon.channelState('studio', 'live', 40);
  await feed.stop();
});

test('the hook decides by what stands in the address, and its outage closes', async () => {
  const played = await play(`${daemon.url}/live/asked/index.m3u8?key=good`);
  assert.equal(played.status, 0, played.stderr);
  const [first] = questions.filter(({ action }) => action === 'read');
  assert.deepEqual(Object.keys(first), ['user', 'password', 'token', 'ip', 'action', 'path', 'protocol', 'id', 'query', 'userAgent']);
  assert.equal(first.path, 'asked');
  assert.match(first.userAgent, /Lavf/);
  assert.equal((await play(`${daemon.url.replace('//', '//alice:right@')}/live/asked/index.m3u8`)).status, 0);
  assert.equal(await refusal('/live/asked/index.m3u8?key=bad'), '403 refused_by_hook');
  assert.equal(await refusal('/live/asked/index.m3u8'), '401 refused_by_hook');
  hook.closeAllConnections?.();
  await new Promise((resolve) => hook.close(resolve));
  assert.equal(await refusal('/live/asked/index.m3u8?key=good&again'), '503 unavailable');
  assert.equal((await answer('/live/film/index.m3u8')).status, 200);
});

test('an edge keeps one copy for viewers with addresses of their own, and gives it to nobody else', async () => {
  const enter = async (subject) => {
    const entry = await edge.get(sign('--subject', subject, 'shop')[0], { 'user-agent': subject });
    assert.equal(entry.status, 302);
    return entry.headers.location.replace('index.m3u8', '');
  };
  const [alice, bob] = [await enter('alice'), await enter('bob')];
  assert.notEqual(alice, bob);
  const list = String((await edge.get(`${alice}ts/media.m3u8`)).body);
  const segment = `ts/${list.split('\n').filter((line) => line.endsWith('.ts')).at(-2)}`;
  const first = await edge.get(alice + segment);
  const second = await edge.get(bob + segment);
  assert.deepEqual([first.status, second.status], [200, 200]);
  assert.deepEqual([first.headers['x-cache-status'], second.headers['x-cache-status']], ['MISS', 'HIT']);
  assert.ok(first.body.equals(second.body));
  const stranger = await edge.get(`/live/shop/${segment}`);
  assert.equal(stranger.status, 403);
  assert.equal(JSON.parse(stranger.body).code, 'token_required');
  assert.equal((await edge.get(`${alice.slice(0, -20)}AAAA/shop/${segment}`)).status, 403);
  // Addresses that begin as somebody's and whose path ends before the channel.
  for (const odd of [`/live/~?/shop/${segment}`, `/live/~x?/shop/${segment}`, `/live/~x~y?a/shop/${segment}`, `/live/film/?/~/shop/${segment}`]) {
    const asked = await edge.get(odd);
    assert.notEqual(asked.status, 200, odd);
    assert.notEqual(asked.headers['x-cache-status'], 'HIT', odd);
  }
  assert.equal((await edge.get('/access', { 'x-original-uri': '/live/film/index.m3u8' })).status, 404);
});

test('whom the hook let in goes on watching when the daemon has started again, without a file of keys', async () => {
  const welcoming = http.createServer((request, response) => request.resume().on('end', () => response.writeHead(200).end()));
  await new Promise((resolve) => welcoming.listen(0, '127.0.0.1', resolve));
  const own = await Daemon.start({ channels: 'channels: []\n', extra: `access:\n  hook_url: http://127.0.0.1:${welcoming.address().port}/auth\n` });
  try {
    makeFile(path.join(own.directory, 'film.mp4'), 10);
    fs.writeFileSync(own.lineupFile, 'channels:\n  - {id: asked, number: 1, feed: "file:film.mp4"}\n');
    await own.channelState('asked', 'live', 60);
    const entry = await own.get('/live/asked/index.m3u8?key=good', { redirect: 'manual' });
    assert.equal(entry.status, 302);
    const place = entry.headers.get('location');
    assert.equal((await own.get(place)).status, 200);
    await own.stop();
    await own.launch();
    await own.channelState('asked', 'live', 60);
    assert.equal((await own.get(place)).status, 200);
  } finally {
    await own.dispose();
    welcoming.closeAllConnections?.();
    welcoming.close();
  }
});
