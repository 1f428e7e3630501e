// SPDX-License-Identifier: MIT
// The real daemon with its sockets for as long as wanted, while everything around it fails by chance: node tests/soak/daemon.mjs
// [MINUTES [SEED]]. Channels by UDP, RTMP, SRT, HLS and of a file; feeds that restart and lose packets; players, hlscheck and
// FFmpeg among them; people who talk; reloads. Ends with 1 when memory, descriptors or threads grew beyond the bounds below,
// when a playlist broke a Must rule, when a segment changed, or when a message did not arrive.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Audience } from '../e2e/lib/audience.mjs';
import { Daemon, binary, eventually, freePort } from '../e2e/lib/daemon.mjs';
import { makeProgramme } from '../e2e/lib/feeds.mjs';
import { HubClient } from '../e2e/lib/hub_client.mjs';
import { held } from '../e2e/lib/process_watch.mjs';
import { UdpRelay } from '../e2e/lib/udp_relay.mjs';

const minutes = Number(process.argv[2] ?? 10);
const seed = Number(process.argv[3] ?? 1);
if (!(minutes >= 2 && minutes <= 10_080) || !Number.isInteger(seed)) {
  console.error('soak: expected 2 to 10080 minutes and a seed that is a number');
  process.exit(2);
}

// What may have grown from the first quarter behind the warm-up to the last one (medians).
const bounds = {
  resident: (first) => first * 1.1 + 8_192, // KB, without memory files
  segments: (first) => first * 1.25 + 4_096, // KB
  memoryFiles: (first) => first * 1.25 + 8,
  sockets: (first) => first + 12,
  others: (first) => first + 6, // descriptors that are neither
  threads: (first) => first + 6,
};
const sampleSeconds = 5;
const warmUpSeconds = 60; // windows fill up
const checkSeconds = 40;
const messageSeconds = 15;

let state = seed >>> 0;
function random() { // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = state;
  t = Math.imul(t ^ (t >>> 15), t | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const between = (low, high) => low + random() * (high - low);
const pause = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

const ports = {};
for (const name of ['http', 'udp', 'second', 'srt']) ports[name] = await freePort();
const relay = await UdpRelay.start(ports.udp);
const entries = [
  `{id: udp, name: UDP, number: 1, sources: ["udp://127.0.0.1:${ports.udp}", "udp://127.0.0.1:${ports.second}"], failover: {return: after 5s}}`,
  '{id: studio, name: RTMP, number: 2, feed: {url: "rtmp://publish", stream_key: sesame}}',
  `{id: srt, name: SRT, number: 3, feed: "srt://127.0.0.1:${ports.srt}"}`,
  `{id: pull, name: HLS, number: 4, feed: "http://127.0.0.1:${ports.http}/live/film/index.m3u8"}`,
  '{id: film, name: File, number: 5, feed: "file:film.ts"}',
];
const ids = ['udp', 'studio', 'srt', 'pull', 'film'];
const lineup = (more = []) => `channels:\n${[...entries, ...more].map((entry) => `  - ${entry}\n`).join('')}`;
const logFile = path.join(os.tmpdir(), `grandstand-soak-${process.pid}.log`); // of the daemon; it stays
console.log(`log: ${logFile}`);
const daemon = await Daemon.start({ channels: 'channels: []\n', ports: { http: ports.http } });
makeProgramme(daemon.directory);

const addresses = {
  udp: [`udp://127.0.0.1:${relay.port}?pkt_size=1316`, 'mpegts'],
  second: [`udp://127.0.0.1:${ports.second}?pkt_size=1316`, 'mpegts'],
  studio: [`rtmp://127.0.0.1:${daemon.rtmpPort}/live/studio?key=sesame`, 'flv'],
  srt: [`srt://127.0.0.1:${ports.srt}?mode=listener`, 'mpegts'],
};
const children = new Set();
function run(command, args, stdio = 'ignore') {
  const child = spawn(command, args, { stdio });
  child.exited = new Promise((resolve) => child.once('close', resolve));
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}
const feeds = {};
function start(name) {
  const [url, format] = addresses[name];
  feeds[name] = run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-re', '-stream_loop', '-1', '-i', path.join(daemon.directory, 'tv.ts'), '-c', 'copy',
    '-output_ts_offset', String(Math.floor(between(0, 90_000))), '-muxdelay', '0.2', '-f', format, url]);
}

const counts = { faults: 0, reloads: 0, checks: 0, messages: 0, playerEnds: 0 };
const faults = [];
let ending = false;
const wrong = (what) => {
  if (faults.length < 50) faults.push(what);
  console.log(`fault: ${what}`);
};

async function restart(name, seconds) {
  feeds[name].kill('SIGKILL');
  await feeds[name].exited;
  await pause(seconds);
  if (!ending) start(name);
}
async function lose(trouble, seconds) {
  relay.trouble = trouble;
  await pause(seconds);
  relay.trouble = () => undefined;
}
async function reload() {
  counts.reloads += 1;
  const more = [];
  if (random() < 0.5) more.push('{id: new, name: New, number: 6, feed: "file:film.ts"}');
  if (random() < 0.5) more.push(`{id: dark, name: "Dark ${counts.reloads}", number: 7, feed: "udp://239.255.77.50:15050"}`);
  fs.writeFileSync(`${daemon.lineupFile}.new`, lineup(more));
  fs.renameSync(`${daemon.lineupFile}.new`, daemon.lineupFile);
  daemon.signal('SIGHUP');
}
const troubles = [
  () => restart('udp', between(0.1, 12)),
  () => restart('second', between(0.1, 12)),
  () => restart('studio', between(0.1, 10)),
  () => restart('srt', between(0.1, 10)),
  () => lose(() => (random() < 0.02 ? 'drop' : undefined), between(1, 8)),
  () => lose((count) => ({ 13: 'later', 31: 'twice' })[count % 40], between(1, 8)),
  () => lose(() => 'drop', between(0.2, 8)),
  reload,
];
async function fail() {
  while (!ending) {
    await pause(between(3, 12));
    if (ending) return;
    counts.faults += 1;
    await troubles[Math.floor(random() * troubles.length)]();
  }
}

// One channel after the other.
async function check() {
  for (let i = 0; !ending; ++i) {
    const target = `/live/${ids[i % ids.length]}/${i % 2 ? 'index-ts' : 'index'}.m3u8`;
    const child = run(binary, ['hlscheck', '--json', '--for', String(checkSeconds), daemon.url + target], ['ignore', 'pipe', 'pipe']);
    let output = '';
    let errors = '';
    child.stdout.on('data', (data) => (output += data));
    child.stderr.on('data', (data) => (errors += data));
    const status = await child.exited;
    if (ending) return;
    counts.checks += 1;
    if (status > 1) wrong(`hlscheck ${target}: ${errors.trim()}`);
    else for (const finding of JSON.parse(output).findings.filter(({ grade }) => grade === 'must')) wrong(`${target}: rule ${finding.rule}, ${finding.wrong}`);
  }
}

// FFmpeg plays; of a channel to which nothing happens it must never have enough.
async function play(id) {
  while (!ending) {
    const child = run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-i', `${daemon.url}/live/${id}/index.m3u8`, '-c', 'copy', '-f', 'null', '-']);
    await child.exited;
    if (ending) return;
    counts.playerEnds += 1;
    if (id === 'film') wrong('FFmpeg stopped to play a channel that went on');
    await pause(1);
  }
}

async function talk() {
  const clients = [];
  for (const name of ['Ada', 'Ben', 'Cleo', 'Dan']) {
    const client = await HubClient.open(daemon, { name });
    await client.join('channel:film');
    clients.push(client);
  }
  for (let i = 0; !ending; ++i) {
    const text = `message ${i} of ${seed}`;
    const reply = await clients[i % clients.length].say('channel:film', text);
    if (reply.ok === false) wrong(`a message was refused: ${JSON.stringify(reply)}`);
    else counts.messages += 1;
    for (const client of clients) {
      await client.event('the message', (event) => JSON.stringify(event).includes(text), messageSeconds).catch((error) => wrong(error.message));
      client.events.length = client.messages.length = 0;
      client.replies.clear();
    }
    if (i % 20 === 19) { // one leaves and comes back
      await clients[0].close();
      clients[0] = await HubClient.open(daemon, { name: 'Ada' });
      await clients[0].join('channel:film');
    }
    await pause(2);
  }
  for (const client of clients) client.close();
}

const samples = [];
const began = Date.now();
const seconds = () => (Date.now() - began) / 1000;
const row = (...cells) => console.log(cells.map((cell, i) => String(cell).padStart([7, 9, 10, 12, 9, 8, 8, 8, 9, 9, 9][i])).join(''));
async function sample() {
  const { descriptors, threads, resident, shared } = held(daemon.child.pid);
  samples.push({ at: seconds(), resident: resident - shared, segments: (await daemon.metric('grandstand_hls_segment_bytes')) / 1024, memoryFiles: descriptors.memory,
    sockets: descriptors.sockets, others: descriptors.others, threads });
  return samples.at(-1);
}
async function watch(audience) {
  row('s', 'RSS KB', 'segm. KB', 'memory files', 'sockets', 'others', 'threads', 'faults', 'checks', 'messages', 'requests');
  for (let i = 0; !ending; ++i) {
    const now = await sample().catch((error) => console.log(`no sample: ${error.message}`)); // the next one will do
    if (now && i % 12 === 0) {
      row(Math.round(now.at), now.resident, Math.round(now.segments), now.memoryFiles, now.sockets, now.others, now.threads, counts.faults, counts.checks, counts.messages, audience.requests);
    }
    if (daemon.child.exitCode !== null) {
      wrong(`the daemon ended: ${JSON.stringify(await daemon.exited)}`);
      ending = true;
    }
    fs.appendFileSync(logFile, daemon.log);
    daemon.log = '';
    await pause(sampleSeconds);
  }
}

const median = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
function judge() {
  const steady = samples.filter(({ at }) => at >= warmUpSeconds);
  const quarter = Math.max(1, Math.floor(steady.length / 4));
  console.log(`${'what'.padEnd(14)}${'first'.padStart(10)}${'last'.padStart(10)}${'bound'.padStart(10)}`);
  for (const [name, bound] of Object.entries(bounds)) {
    const first = median(steady.slice(0, quarter).map((entry) => entry[name]));
    const last = median(steady.slice(-quarter).map((entry) => entry[name]));
    console.log(`${name.padEnd(14)}${[first, last, bound(first)].map((value) => String(Math.round(value)).padStart(10)).join('')}`);
    if (last > bound(first)) wrong(`${name} grew from ${Math.round(first)} to ${Math.round(last)}`);
  }
}

let code = 1;
try {
  fs.writeFileSync(daemon.lineupFile, lineup());
  await eventually('the lineup', async () => (await daemon.json('/api/v1/channels')).channels.length === ids.length);
  for (const name of Object.keys(addresses)) start(name);
  for (const id of ids) await daemon.channelState(id, 'live', 60);
  const audience = Audience.start(daemon, ['/live/film/fmp4/media.m3u8', '/live/udp/ts/media.m3u8', '/live/studio/fmp4/media.m3u8', '/live/srt/ts/media.m3u8'], 24);
  const work = [fail(), check(), check(), play('film'), play('udp'), play('srt'), talk(), watch(audience)];
  while (!ending && seconds() < minutes * 60) await pause(1);
  ending = true;
  for (const child of children) child.kill('SIGKILL');
  await Promise.allSettled(work);
  await audience.stop();
  for (const fault of audience.faults) wrong(fault);
  judge();
  console.log(`${Math.round(seconds())} s, seed ${seed}: ${counts.faults} faults (${counts.reloads} reloads), ${await daemon.metric('grandstand_hls_discontinuities_total')} discontinuities, ` +
    `${counts.checks} checks, ${counts.messages} messages, ${audience.requests} requests of ${audience.bodies.size} segments, FFmpeg began anew ${counts.playerEnds} times`);
  console.log(faults.length === 0 ? 'Nothing grew, no rule was broken.' : `${faults.length} faults.`);
  code = faults.length === 0 ? 0 : 1;
} finally {
  ending = true;
  for (const child of children) child.kill('SIGKILL');
  relay.stop();
  await daemon.dispose();
}
process.exit(code);
