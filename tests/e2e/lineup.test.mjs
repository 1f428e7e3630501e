// SPDX-License-Identifier: MIT
// Reloading the lineup: a difference per channel; an invalid file changes nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Daemon, binary, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';

const entry = (id, number, name = id) => `  - {id: ${id}, name: "${name}", number: ${number}, feed: "file:film.mp4", failover: {slate: none}}\n`;
let daemon;
let init;

before(async () => {
  daemon = await Daemon.start({ channels: `channels:\n${entry('a', 1)}${entry('b', 2)}` });
  makeFile(path.join(daemon.directory, 'film.mp4'), 60); // longer than the test: a loop of it is a discontinuity
  await daemon.channelState('a', 'live', 60);
  await daemon.channelState('b', 'live', 60);
  init = await playlist();
});
after(() => daemon?.dispose());

const playlist = async () => (await daemon.get('/live/a/fmp4/media.m3u8')).text();
const ids = async () => (await daemon.json('/api/v1/channels')).channels.map((channel) => `${channel.id}:${channel.name}`);
// Every number that the log gives for one application of the lineup.
const applied = () => daemon.log.split('\n').filter((line) => line.includes('The lineup is applied'));

function assertContinuous(before, after) {
  const facts = (text) => {
    const first = Number(/MEDIA-SEQUENCE:(\d+)/.exec(text)[1]);
    return new Map([...text.matchAll(/#EXTINF:([\d.]+),\n(\S+)/g)].map((match, i) => [first + i, `${match[1]} ${match[2]}`]));
  };
  const old = facts(before);
  for (const [sequence, what] of facts(after)) assert.equal(old.get(sequence) ?? what, what);
  assert.equal(/EXT-X-MAP:URI="([^"]+)"/.exec(after)[1], /EXT-X-MAP:URI="([^"]+)"/.exec(before)[1], 'the same packager goes on');
  assert.ok(!after.includes('#EXT-X-DISCONTINUITY\n') || before.includes('#EXT-X-DISCONTINUITY\n') || after.includes('film'));
}

test('a changed file is applied by itself: added, renamed and removed, while others go on untouched', async () => {
  fs.writeFileSync(daemon.lineupFile, `channels:\n${entry('a', 1)}${entry('b', 2, 'Renamed')}${entry('c', 3)}`);
  await eventually('the new lineup', async () => (await ids()).join() === 'a:a,b:Renamed,c:c');
  assert.match(applied().at(-1), /added=1 removed=0 restarted=0 renamed=1 untouched=1/);
  assertContinuous(init, await playlist());
  fs.writeFileSync(daemon.lineupFile, `channels:\n${entry('a', 1)}`);
  await eventually('the smaller lineup', async () => (await ids()).join() === 'a:a');
  assert.equal((await daemon.get('/live/b/index.m3u8')).status, 404);
});

test('an invalid file changes nothing and says where and why, at SIGHUP too', async () => {
  fs.writeFileSync(daemon.lineupFile, `channels:\n${entry('a', 1)}  - {id: "not ok", nmae: x, feed: "gopher://x"}\n`);
  await eventually('the fault in the log', () => /channels\.yaml:3:\d+/.test(daemon.log));
  daemon.signal('SIGHUP');
  await eventually('the faults again', () => (daemon.log.match(/because=SIGHUP/g) ?? []).length === 1);
  assert.deepEqual(await ids(), ['a:a']);
  assertContinuous(init, await playlist());
});

test('a hundred reloads under SIGHUP leave an untouched channel byte-identical', async () => {
  fs.writeFileSync(daemon.lineupFile, `channels:\n${entry('a', 1)}`);
  await eventually('the valid lineup', () => /untouched=1$/.test(applied().at(-1)));
  const etag = async () => (await daemon.get('/live/a/index.m3u8')).headers.get('etag');
  const before = await playlist();
  for (let i = 0; i < 100; ++i) {
    const count = applied().length;
    daemon.signal('SIGHUP');
    await eventually('the reload', () => applied().length > count);
  }
  assertContinuous(before, await playlist());
  assert.ok(await etag());
});

test('grandstand check reports every fault with file, line and column', () => {
  const file = path.join(daemon.directory, 'broken.yaml');
  fs.writeFileSync(file, 'htpp:\n  port: 8080\nhls:\n  segment_duration: 0s\nchannels_file: channels.yaml\n');
  const done = spawnSync(binary, ['check', '--config', file]);
  assert.equal(done.status, 78);
  assert.match(String(done.stderr), /broken\.yaml:1:1: .*htpp.*http/);
  assert.match(String(done.stderr), /broken\.yaml:4:\d+: .*segment_duration/);
});
