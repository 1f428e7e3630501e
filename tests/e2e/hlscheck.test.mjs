// SPDX-License-Identifier: MIT
// The conformance checker against channels of every kind while their feeds misbehave: not one Must finding.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Daemon, eventually, freePort } from './lib/daemon.mjs';
import { makeProgramme, replay } from './lib/feeds.mjs';
import { ForeignHeadend } from './lib/foreign_headend.mjs';
import { hlscheck } from './lib/hlscheck.mjs';
import { UdpRelay } from './lib/udp_relay.mjs';

const kWatch = 20; // seconds
const later = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const kDay = 86_400;
const kBeforeWrap = 2 ** 33 / 90_000 - 6; // seconds: what starts here wraps six seconds later
let daemon;
const relays = {};
let others;
const feeds = {};
const ports = {};

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
  for (const name of ['http', 'udp', 'lossy', 'rtp', 'srt', 'jazz', 'ladder', 'first', 'second', 'nginx']) ports[name] = await freePort();
  for (const name of ['lossy', 'rtp']) relays[name] = await UdpRelay.start(ports[name]);
  daemon = await Daemon.start({ channels: 'channels: []\n', ports: { http: ports.http },
    extra: 'hls:\n  segment_duration: 1s\n  max_segment_duration: 4s\n  window: 16s\n' });
  makeProgramme(daemon.directory);
  fs.writeFileSync(daemon.lineupFile, lineup());
  others = await ForeignHeadend.start(path.join(daemon.directory, 'others'), media('tv.ts'), ports.nginx);
  const listed = (await eventually('the lineup', async () => {
    const { channels } = await daemon.json('/api/v1/channels');
    return channels.length === 10 && channels;
  })).map((channel) => channel.id);
  for (const name of Object.keys(tools)) start(name);
  await Promise.all(listed.map((id) => daemon.channelState(id, 'live', 60)));
});
after(async () => {
  await Promise.all(Object.values(feeds).map((feed) => feed.stop()));
  for (const relay of Object.values(relays)) relay.stop();
  await others?.stop();
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
    restart('udp', 0.2, kDay / 4).then(() => later(4)).then(() => restart('udp', 1, kBeforeWrap)),
    restart('rtp', 1, 1000),
    restart('studio', 1, 0).then(() => later(3)).then(() => restart('studio', 6, 0)), // within the grace; then a slate
    restart('srt', 2, 500),
    restart('jazz', 1, 3000),
    restart('ladder', 1, 2000),
    restart('first', 8, 100),
  ]);
  fs.writeFileSync(daemon.lineupFile, lineup());
}

const ids = ['udp', 'lossy', 'rtp', 'studio', 'srt', 'pull', 'film', 'jazz', 'ladder', 'pair'];
const checks = ids.flatMap((id) => ['index.m3u8', 'index-ts.m3u8'].map((list) => `${id}/${list}`));
const foreign = ['careless', 'careful', 'gstreamer'];
const results = {};

test('the checks of all channels run while faults are injected', async () => {
  const watch = async (name, url) => {
    results[name] = await hlscheck('--json', '--for', String(kWatch), url);
  };
  await Promise.all([injectFaults(), ...checks.map((name) => watch(name, `${daemon.url}/live/${name}`)),
    ...foreign.map((name) => watch(name, `http://127.0.0.1:${ports.nginx}/${name}/index.m3u8`))]);
});

function reportOf(name) {
  const { output, errors } = results[name];
  assert.equal(errors, '');
  const report = JSON.parse(output);
  if (process.env.HLSCHECK_ALL) {
    for (const { grade, rule, url, line, wrong } of report.findings) console.log(name, grade, rule, new URL(url).pathname, line ?? '', wrong);
  }
  return { ...report, musts: report.findings.filter((finding) => finding.grade === 'must') };
}

for (const name of checks) {
  test(`${name} has no Must finding`, () => {
    const report = reportOf(name);
    assert.deepEqual(report.musts, []);
    assert.equal(results[name].status, 0);
    assert.ok(report.versions > 10 && report.segments > 10, JSON.stringify(report));
  });
}

test('pictures have I-frame playlists, and nothing is wrong with them', () => {
  for (const name of checks) {
    const about = reportOf(name).findings.filter(({ rule }) => rule === 38);
    assert.deepEqual(about, [], name);
  }
});

test('it was worth it: the faults reached the channels', async () => {
  assert.ok((await daemon.metric('grandstand_hls_discontinuities_total')) >= 12);
  assert.match(daemon.log, /channel=studio source=slate/);
  assert.match(daemon.log, /channel=pair source="source 2"/);
});

// What FFmpeg and GStreamer make when told no more than how long segments are to be, and what is wrong with it.
test('a playlist of FFmpeg whose segments go too early and whose bandwidth is too low is found out', () => {
  const { musts } = reportOf('careless');
  assert.deepEqual(musts.map(({ rule }) => rule), [17, 34]);
  assert.match(musts[0].wrong, /404/);
  assert.equal(results.careless.status, 1);
});

test('one whose segments stay and whose bandwidth is true passes', () => {
  assert.deepEqual(reportOf('careful').musts, []);
  assert.equal(results.careful.status, 0);
});

test('segments that GStreamer removes too early, and the first one with media before its tables, are found out', () => {
  const rules = reportOf('gstreamer').musts.map(({ rule }) => rule);
  assert.equal(rules[0], 17);
  assert.ok(rules.every((rule) => rule === 17 || rule === 41), String(rules)); // 41 when the watching began in time
});

test('it says in words what it found, and why it could not check', async () => {
  const found = await hlscheck('--for', '0', `${daemon.url}/live/film/index.m3u8`);
  assert.equal(found.status, 0);
  assert.match(found.output, /rule 36 .*\n +found .*one bit rate/);
  assert.match(found.output, /: 0 Must, \d+ Should, in \d+ versions? of 2 media playlists/);
  const broken = path.join(daemon.directory, 'broken.m3u8');
  fs.writeFileSync(broken, '#EXTM3U\n#EXTINF:2.0,\nfilm.ts\n#EXT-X-ENDLIST\n');
  assert.equal((await hlscheck(`file://${broken}`)).status, 1);
  for (const [url, why] of [[`${daemon.url}/live/nobody/index.m3u8`, /404/], [`${daemon.url}/`, /not an HLS playlist/],
    [`http://127.0.0.1:${await freePort()}/x.m3u8`, /./], ['gopher://x', /./]]) {
    const { status, output, errors } = await hlscheck(url);
    assert.equal(status, 2, url);
    assert.equal(output, '');
    assert.match(errors, why);
  }
  assert.equal((await hlscheck('--for', 'ever', daemon.url)).status, 64);
});
