// SPDX-License-Identifier: MIT
// Three daemons share a lineup: each channel runs on one of them, any of them serves it, and it outlives its node.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { eventually } from './lib/daemon.mjs';
import { makeProgramme, publish } from './lib/feeds.mjs';
import { hlscheck } from './lib/hlscheck.mjs';
import { Nodes } from './lib/nodes.mjs';

const ids = ['ard', 'bbc', 'cnn', 'dw', 'euro'];
let nodes;
let feed;

before(async () => {
  nodes = await Nodes.start({
    prepare: makeProgramme,
    channels: (directory) => `channels:\n${ids.map((id) => `  - {id: ${id}, name: ${id}, feed: "file:${path.join(directory, 'tv.ts')}"}\n`).join('')}` +
      '  - {id: studio, name: Studio, dvr: {keep: 1h}, feed: {url: "rtmp://publish", stream_key: sesame}}\n',
    extra: 'hls:\n  segment_duration: 1s\n  max_segment_duration: 4s\n  window: 16s\ndvr:\n  min_free: 0B\n',
    settling: '8s', // they start together, but on a busy machine
  });
});
after(async () => {
  await feed?.stop();
  await nodes?.dispose();
});

const on = (name) => nodes.running[name];
const playlist = async (name, id) => (await on(name).get(`/live/${id}/fmp4/media.m3u8`)).text();

test('every channel runs on one node, and not all on the same', async () => {
  const shares = await nodes.settled('channel', ids.length + 1, 60);
  assert.ok(Object.values(shares).filter((share) => share > 0).length > 1, JSON.stringify(shares));
  for (const id of ids) await Promise.all(nodes.names.map((name) => on(name).channelState(id, 'live', 60)));
});

test('any node serves any channel as its owner does', async () => {
  for (const id of ids.slice(0, 3)) {
    const owner = await nodes.ownerOf(id);
    const other = nodes.names.find((name) => name !== owner);
    const segment = await eventually('segments', async () => (await playlist(other, id)).split('\n').filter((line) => line.endsWith('.m4s')).at(-2), 30);
    const target = `/live/${id}/fmp4/${segment}`;
    const [direct, through] = await Promise.all([on(owner).get(target), on(other).get(target)]);
    assert.equal(direct.status, 200);
    for (const field of ['content-type', 'cache-control', 'etag', 'access-control-allow-origin', 'content-length', 'accept-ranges']) {
      assert.equal(through.headers.get(field), direct.headers.get(field), field);
    }
    assert.ok(Buffer.from(await through.arrayBuffer()).equals(Buffer.from(await direct.arrayBuffer())));
    const part = await on(other).get(target, { headers: { range: 'bytes=10-19' } });
    assert.equal(part.status, 206);
    assert.equal((await part.arrayBuffer()).byteLength, 10);
    assert.match(part.headers.get('content-range'), /^bytes 10-19\//);
    const known = await on(other).get(target, { headers: { 'if-none-match': direct.headers.get('etag') } });
    assert.equal(known.status, 304);
    assert.equal((await on(other).get(target, { method: 'HEAD' })).headers.get('content-length'), direct.headers.get('content-length'));
    assert.equal((await on(other).get(`/live/${id}/fmp4/none.m4s`)).status, 404);
  }
  assert.equal((await on(nodes.names[0]).get('/live/unknown/index.m3u8')).status, 404);
});

test('a blocking reload is held by the owner, and a hop is the only one', async () => {
  const owner = await nodes.ownerOf('ard');
  const other = nodes.names.find((name) => name !== owner);
  const text = await playlist(other, 'ard');
  const open = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)[1]) + text.split('\n').filter((line) => line.startsWith('#EXTINF')).length;
  const answer = await on(other).get(`/live/ard/fmp4/media.m3u8?_HLS_msn=${open}`);
  assert.equal(answer.status, 200);
  assert.match(answer.headers.get('cache-control'), /max-age=/);
  assert.ok((await answer.text()).split('\n').filter((line) => line.startsWith('#EXTINF')).length > 0);
  assert.equal((await on(other).get('/live/ard/index.m3u8', { headers: { 'x-grandstand-hop': '1' } })).status, 421);
});

test('continuous MPEG-TS comes through as it is made', async () => {
  for (const name of nodes.names) {
    const response = await on(name).get('/live/ard/stream.ts');
    assert.equal(response.status, 200);
    const reader = response.body.getReader();
    let bytes = 0;
    while (bytes < 50_000) bytes += (await reader.read()).value.length;
    await reader.cancel();
  }
});

test('the checker finds nothing wrong on any node', async () => {
  const reports = await Promise.all(nodes.names.map((name) => hlscheck('--json', '--for', '8', `${on(name).url}/live/bbc/index.m3u8`)));
  for (const { output } of reports) {
    const report = JSON.parse(output);
    assert.deepEqual(report.findings.filter((finding) => finding.grade === 'must'), []);
    assert.ok(report.segments > 4, JSON.stringify(report));
  }
});

test('a publisher that comes to another node brings its channel along', async () => {
  const away = nodes.names;
  let recorded;
  // Whichever runs it: of two nodes at least one does not.
  for (const name of away.slice(0, 2)) {
    feed = publish(`rtmp://127.0.0.1:${on(name).rtmpPort}/live/studio?key=sesame`);
    await Promise.all(nodes.names.map((any) => on(any).channelState('studio', 'live', 60)));
    assert.equal(await nodes.ownerOf('studio'), name);
    recorded ??= (await (await on(name).get('/live/studio/fmp4/media.m3u8')).text()).split('\n').find((line) => line.endsWith('.m4s'));
    await eventually('it to be recorded', async () => (await (await on(name).get('/live/studio/fmp4/dvr.m3u8')).text()).includes('.m4s'));
    await feed.stop();
    await eventually('the studio to be without a publisher everywhere', async () => {
      const states = await Promise.all(nodes.names.map(async (any) => (await on(any).json('/api/v1/channels')).channels.find(({ id }) => id === 'studio').state));
      return states.every((state) => state !== 'live');
    }, 30);
  }
  // What the first one recorded is found through any, with the channel at the second.
  for (const any of away) assert.equal((await on(any).get(`/live/studio/fmp4/${recorded}`)).status, 200);
  const refused = publish(`rtmp://127.0.0.1:${on(away[2]).rtmpPort}/live/studio?key=wrong`);
  assert.notEqual((await refused.exited).code, 0);
  assert.notEqual(await nodes.owned('channel', away[2]), ids.length + 1);
});

// Plays on `name` as fast as the channel goes, and says how far it came, in seconds.
function play(name, id) {
  const player = { at: 0, errors: '' };
  player.child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-i', `${on(name).url}/live/${id}/index.m3u8`,
    '-map', '0:v:0', '-c', 'copy', '-f', 'null', '-progress', 'pipe:1', '-stats_period', '0.2', '-'], { stdio: ['ignore', 'pipe', 'pipe'] });
  player.child.stdout.on('data', (data) => {
    for (const [, frames] of String(data).matchAll(/^frame=(\d+)/gm)) player.at = Number(frames) / 25;
  });
  player.child.stderr.on('data', (data) => (player.errors += data));
  player.exited = new Promise((resolve) => player.child.once('exit', resolve));
  player.stop = () => {
    player.child.kill('SIGKILL');
    return player.exited;
  };
  return player;
}

test('when the owner is killed another takes over within five seconds, and players play on', async () => {
  const victim = await nodes.ownerOf('cnn');
  const witness = nodes.names.find((name) => name !== victim);
  const player = play(witness, 'cnn');
  await eventually('the player to play', () => player.at > 6, 40);
  const before = await playlist(witness, 'cnn');
  const last = Number(/MEDIA-SEQUENCE:(\d+)/.exec(before)[1]) + before.split('\n').filter((line) => line.startsWith('#EXTINF')).length - 1;
  const since = Date.now();
  await on(victim).kill();
  const dead = nodes.running[victim];
  delete nodes.running[victim];
  await nodes.settled('channel', ids.length + 1, 30);
  const took = Date.now() - since;
  const uris = (text) => text.split('\n').filter((line) => line.endsWith('.m4s'));
  const next = await eventually('new segments', async () => {
    const text = await playlist(witness, 'cnn');
    return Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)?.[1]) > last && text;
  }, 30);
  const shown = Date.now() - since;
  assert.ok(uris(next).every((uri) => !uris(before).includes(uri)), 'an address was used again');
  const at = player.at;
  await eventually('the player to play on', () => player.at > at + 8, 60);
  await player.stop();
  await dead.dispose();
  console.log(`taken over after ${took} ms, the first new segments after ${shown} ms`);
  assert.ok(took < 10_000); // five, and what a busy machine may add
});

test('a node that comes back moves nothing', async () => {
  const gone = ['one', 'two', 'three'].find((name) => !nodes.running[name]);
  const before = await nodes.shares('channel');
  await nodes.add(gone);
  for (const id of ids) await on(gone).channelState(id, 'live', 60);
  assert.deepEqual(await nodes.shares('channel'), { ...before, [gone]: 0 });
});
