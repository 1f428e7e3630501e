// SPDX-License-Identifier: MIT
// The conformance checker against channels of every kind while their feeds misbehave: not one Must finding.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Daemon, binary, eventually, freePort } from './lib/daemon.mjs';
import { makeProgramme, replay } from './lib/feeds.mjs';
import { UdpRelay } from './lib/udp_relay.mjs';

const kWatch = 24; // seconds
const later = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const kDay = 86_400;
const kBeforeWrap = 2 ** 33 / 90_000 - 12; // seconds: what starts here wraps twelve seconds later
let daemon;
let relays = {};
const feeds = {};
const ports = {};

// Runs the tool; its exit status and what it says.
function hlscheck(...args) {
  const child = spawn(binary, ['hlscheck', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (data) => (output += data));
  child.stderr.on('data', (data) => (errors += data));
  return new Promise((resolve) => child.once('close', (status) => resolve({ status, output, errors })));
}

const lineup = (extra = '') => `
channels:
  - {id: udp, feed: "udp://127.0.0.1:${ports.udp}"}
  - {id: lossy, feed: "udp://127.0.0.1:${ports.lossy}"}
  - {id: rtp, feed: "rtp://127.0.0.1:${ports.rtp}"}
  - {id: studio, feed: {url: "rtmp://publish", stream_key: sesame}}
  - {id: srt, feed: "srt://127.0.0.1:${ports.srt}"}
  - {id: pull, feed: "http://127.0.0.1:${daemon?.httpPort ?? ports.http}/live/film/index.m3u8"}
  - {id: film, feed: "file:film.ts"}
  - {id: jazz, radio: true, feed: "udp://127.0.0.1:${ports.jazz}"}
  - {id: ladder, ladder: [{height: 120, bitrate: 200k}, {height: 90, bitrate: 100k}], preset: ultrafast, feed: "udp://127.0.0.1:${ports.ladder}"}
  - {id: pair, sources: ["udp://127.0.0.1:${ports.first}", "udp://127.0.0.1:${ports.second}"], failover: {return: after 3s}}
${extra}`;

const media = (file) => path.join(daemon.directory, file);
const tools = {
  udp: (offset) => replay(media('tv.ts'), `udp://127.0.0.1:${ports.udp}?pkt_size=1316`, 'mpegts', { offset }),
  lossy: (offset) => replay(media('tv.ts'), `udp://127.0.0.1:${relays.lossy.port}?pkt_size=1316`, 'mpegts', { offset }),
  rtp: (offset) => replay(media('tv.ts'), `rtp://127.0.0.1:${relays.rtp.port}?pkt_size=1316`, 'rtp_mpegts', { offset }),
  studio: (offset) => replay(media('tv.ts'), `rtmp://127.0.0.1:${daemon.rtmpPort}/live/studio?key=sesame`, 'flv', { offset }),
  srt: (offset) => replay(media('tv.ts'), `srt://127.0.0.1:${ports.srt}?mode=listener`, 'mpegts', { offset }),
  jazz: (offset) => replay(media('jazz.ts'), `udp://127.0.0.1:${ports.jazz}?pkt_size=1316`, 'mpegts', { offset }),
  ladder: (offset) => replay(media('tv.ts'), `udp://127.0.0.1:${ports.ladder}?pkt_size=1316`, 'mpegts', { offset }),
  first: (offset) => replay(media('tv.ts'), `udp://127.0.0.1:${ports.first}?pkt_size=1316`, 'mpegts', { offset }),
  second: (offset) => replay(media('tv.ts'), `udp://127.0.0.1:${ports.second}?pkt_size=1316`, 'mpegts', { offset }),
};
function start(name, offset = 0) {
  feeds[name] = tools[name](offset);
}

before(async () => {
  for (const name of ['http', 'udp', 'lossy', 'rtp', 'srt', 'jazz', 'ladder', 'first', 'second']) ports[name] = await freePort();
  for (const name of ['lossy', 'rtp']) relays[name] = await UdpRelay.start(ports[name]);
  daemon = await Daemon.start({ channels: 'channels: []\n', ports: { http: ports.http },
    extra: 'hls:\n  segment_duration: 1s\n  max_segment_duration: 4s\n  window: 12s\n' });
  makeProgramme(daemon.directory);
  fs.writeFileSync(daemon.lineupFile, lineup());
  const ids = (await eventually('the lineup', async () => {
    const { channels } = await daemon.json('/api/v1/channels');
    return channels.length === 10 && channels;
  })).map((channel) => channel.id);
  for (const name of Object.keys(tools)) start(name);
  await Promise.all(ids.map((id) => daemon.channelState(id, 'live', 60)));
});
after(async () => {
  await Promise.all(Object.values(feeds).map((feed) => feed.stop()));
  for (const relay of Object.values(relays)) relay.stop();
  await daemon?.dispose();
});

async function restart(name, seconds, offset) {
  await feeds[name].stop();
  await later(seconds);
  start(name, offset);
}

// All at once, each to its own channel.
async function injectFaults() {
  await later(4);
  relays.lossy.trouble = (count) => ({ 13: 'drop', 29: 'later', 31: 'twice' })[count % 40];
  relays.rtp.trouble = (count) => ({ 13: 'drop', 29: 'later', 31: 'twice' })[count % 40];
  fs.writeFileSync(daemon.lineupFile, lineup('  - {id: new, feed: "file:film.ts"}\n'));
  await Promise.all([
    restart('udp', 0.2, kDay / 4).then(() => later(4)).then(() => restart('udp', 1, kBeforeWrap - 4)),
    restart('rtp', 1, 1000),
    restart('studio', 1, 0).then(() => later(3)).then(() => restart('studio', 6, 0)), // within the grace; then a slate
    restart('srt', 2, 500),
    restart('jazz', 1, 3000),
    restart('ladder', 1, 2000),
    restart('first', 8, 100),
  ]);
  fs.writeFileSync(daemon.lineupFile, lineup());
}

const results = {};
const kContainers = ['index.m3u8', 'index-ts.m3u8'];

test('the checks of all channels run while faults are injected', async () => {
  const faults = injectFaults();
  await Promise.all(['udp', 'lossy', 'rtp', 'studio', 'srt', 'pull', 'film', 'jazz', 'ladder', 'pair'].flatMap((id) => kContainers.map(async (list) => {
    results[`${id}/${list}`] = await hlscheck('--json', '--for', String(kWatch), `${daemon.url}/live/${id}/${list}`);
  })));
  await faults;
});

for (const id of ['udp', 'lossy', 'rtp', 'studio', 'srt', 'pull', 'film', 'jazz', 'ladder', 'pair']) {
  for (const list of kContainers) {
    test(`${id}/${list} has no Must finding`, () => {
      const { status, output, errors } = results[`${id}/${list}`];
      assert.equal(errors, '');
      const report = JSON.parse(output);
      const musts = report.findings.filter((finding) => finding.grade === 'must');
      if (process.env.HLSCHECK_ALL) for (const f of report.findings) console.log(`${id}/${list}`, f.grade, f.rule, f.url.replace(/.*live/, ''), f.line ?? '', f.count, f.wrong);
      assert.deepEqual(musts, []);
      assert.equal(status, 0);
      assert.ok(report.versions > 10 && report.segments > 10, JSON.stringify(report));
    });
  }
}
