// SPDX-License-Identifier: MIT
// Reloading the lineup: a difference per channel; an invalid file changes nothing.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Audience } from './lib/audience.mjs';
import { Daemon, binary, eventually } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';
import { held } from './lib/process_watch.mjs';

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

test('a hundred reloads under load leave an untouched channel byte-identical and nothing behind', async (t) => {
  const lineup = (others) => {
    fs.writeFileSync(`${daemon.lineupFile}.new`, `channels:\n${entry('a', 1)}${others}`);
    fs.renameSync(`${daemon.lineupFile}.new`, daemon.lineupFile);
  };
  const reloads = () => daemon.metric('grandstand_lineup_reloads_total{outcome="applied"}');
  lineup('');
  await eventually('the valid lineup', async () => (await ids()).join() === 'a:a');
  const names = async () => [...new Set((await (await daemon.get('/metrics')).text()).match(/channel="[^"]*"/g))].sort().join();
  const series = await names();
  const before = held(daemon.child.pid);
  const audience = Audience.start(daemon, ['/live/a/fmp4/media.m3u8', '/live/a/ts/media.m3u8'], 60);
  t.after(() => audience.stop());
  await eventually('every player to play', () => audience.fetched(20) > 0);

  for (let i = 0; i < 100; ++i) {
    const others = [
      entry('b', 2, `Renamed ${i}`),
      i % 2 === 0 ? entry('c', 3) : '', // comes and goes
      `  - {id: d, name: d, number: 4, feed: "${i % 2 ? 'file:film.mp4' : 'udp://239.255.77.48:15048'}"}\n`, // changes
      i % 3 === 0 ? '  - {id: e, name: e, number: 5, feed: "udp://239.255.77.49:15049"}\n' : '',
      `  - {id: f, name: f, number: 6, feed: {url: "rtmp://publish", stream_key: key${i}}}\n`,
    ];
    lineup(others.join(''));
    const count = await reloads();
    daemon.signal('SIGHUP');
    await eventually('the reload', async () => (await reloads()) > count && (await ids()).includes(`b:Renamed ${i}`), 30, 10);
  }

  lineup('');
  await eventually('the first lineup', async () => (await ids()).join() === 'a:a');
  await audience.fetchAll();
  await audience.stop();
  assert.deepEqual([...audience.faults], []);
  assert.ok(audience.fetched(30) > 0 && audience.requests > 300, `${audience.requests} requests, ${audience.fetched(30)} segments fetched by 30`);
  const gone = await eventually('what the others and the players held to be given back', () => {
    const now = held(daemon.child.pid);
    // A hundred reloads that left one behind each would be seen; the window of `a` may still have been filling.
    const well = now.descriptors.others <= before.descriptors.others && now.descriptors.sockets <= before.descriptors.sockets + 8 &&
      now.descriptors.memory <= before.descriptors.memory + 30 && now.threads <= before.threads + 2;
    if (!well) throw new Error(`${JSON.stringify(before)}, now ${JSON.stringify(now)}`);
    return now;
  });
  assert.ok(gone);
  await eventually('the series of the others to be gone', async () => (await names()) === series);
});

test('grandstand check reports every fault with file, line and column', () => {
  const file = path.join(daemon.directory, 'broken.yaml');
  fs.writeFileSync(file, 'htpp:\n  port: 8080\nhls:\n  segment_duration: 0s\nchannels_file: channels.yaml\n');
  const done = spawnSync(binary, ['check', '--config', file]);
  assert.equal(done.status, 78);
  assert.match(String(done.stderr), /broken\.yaml:1:1: .*htpp.*http/);
  assert.match(String(done.stderr), /broken\.yaml:4:\d+: .*segment_duration/);
});

test('grandstand check warns of failover that takes longer than players wait', () => {
  const file = path.join(daemon.directory, 'short.yaml');
  const check = (segments) => {
    fs.writeFileSync(file, `hls:\n  segment_duration: 1s\n  max_segment_duration: ${segments}\nchannels_file: short_channels.yaml\n`);
    return spawnSync(binary, ['check', '--config', file]);
  };
  fs.writeFileSync(path.join(daemon.directory, 'short_channels.yaml'), `channels:\n${entry('a', 1)}  - {id: b, name: b, number: 2, feed: "udp://239.255.77.49:15049"}\n`);
  assert.match(String(check('3s').stderr), /warning: .* of 1 channels may stand still .*\(4\.5 s\).* of b for 5\.0 s/);
  const well = check('4s');
  assert.equal(well.status, 0);
  assert.equal(String(well.stderr), '');
});
