// SPDX-License-Identifier: MIT
// How far apart browsers show the picture of one party, from the clock burnt into it, while the host pauses, plays and seeks; and how long
// after joining they are together. node tests/bench/party_skew.mjs [--browsers 2] [--seconds 60] [--joins 10]
// [--delay MS --jitter MS --loss PERCENT]
// With --delay each browser has a network of its own (as root) at a cable with so much delay for a round trip, and so much loss each way.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '../e2e/node_modules/playwright-core/index.mjs';
import { clockFeed } from '../e2e/lib/clock_feed.mjs';
import { Daemon, eventually } from '../e2e/lib/daemon.mjs';
import { HubClient } from '../e2e/lib/hub_client.mjs';
import { percentile, skews, watchPictures } from '../e2e/lib/skew.mjs';

const { values } = parseArgs({ options: { browsers: { type: 'string', default: '2' }, seconds: { type: 'string', default: '60' }, joins: { type: 'string', default: '10' }, delay: { type: 'string' }, jitter: { type: 'string', default: '0' }, loss: { type: 'string', default: '0' } } });
const [count, seconds] = [Number(values.browsers), Number(values.seconds)];
if (values.delay && !process.env.GRANDSTAND_SKEW_SPACE) {
  const { status } = spawnSync('unshare', ['-n', process.execPath, ...process.argv.slice(1)], { stdio: 'inherit', env: { ...process.env, GRANDSTAND_SKEW_SPACE: '1' } });
  process.exit(status ?? 1);
}

const ip = (...words) => execFileSync('ip', words);
const spaces = [];
const cables = [];
// Half of what was asked for each way: --delay is that of a round trip.
function layCable(near, space) {
  const half = (text) => String(Number(text) / 2);
  const script = fileURLToPath(new URL('cable.py', import.meta.url));
  const words = [script, near, space, 'cable', '--delay', half(values.delay), '--jitter', half(values.jitter), '--loss', values.loss];
  const cable = spawn('python3', words, { stdio: ['pipe', 'pipe', 'inherit'] });
  cables.push(cable);
  return new Promise((resolve, reject) => {
    cable.stdout.once('data', resolve);
    cable.once('exit', (code) => reject(new Error(`the cable ended with ${code}`)));
  });
}
// A script that starts Chromium, in a network of its own when there is to be a delay.
async function browserCommand(directory, n) {
  const file = path.join(directory, `chromium-${n}`);
  let before = '';
  if (values.delay) {
    const space = `skew${process.pid}-${n}`;
    ip('netns', 'add', space);
    spaces.push(space);
    await layCable(`skew${n}`, space);
    ip('addr', 'add', `10.98.${n}.1/24`, 'dev', `skew${n}`);
    ip('link', 'set', `skew${n}`, 'up');
    ip('-n', space, 'addr', 'add', `10.98.${n}.2/24`, 'dev', 'cable');
    for (const link of ['lo', 'cable']) ip('-n', space, 'link', 'set', link, 'up');
    before = `ip netns exec ${space} `;
  }
  fs.writeFileSync(file, `#!/bin/sh\nexec ${before}/usr/bin/chromium "$@"\n`, { mode: 0o755 });
  return file;
}

const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'skew-'));
if (values.delay) ip('link', 'set', 'lo', 'up');
const group = '239.255.77.31:15031';
const feed = clockFeed(group);
const daemon = await Daemon.start({
  ...(values.delay ? { host: '0.0.0.0' } : {}),
  channels: `channels:\n  - {id: clock, name: Clock, number: 1, feed: {url: "udp://${group}", interface: 127.0.0.1}}\n`,
});
const port = daemon.httpPort;
daemon.host = '127.0.0.1';
const browsers = [];
try {
  await daemon.channelState('clock', 'live', 60);
  const host = await HubClient.open(daemon, { name: 'Host' });
  const { room, invite } = (await host.ask({ type: 'found', kind: 'party', body: { programme: { channel: 'clock', title: 'Clock' } } })).result;
  await host.ask({ type: 'join', room });
  // There is a group to join, in a channel that has been on air for longer than the group is behind it.
  await new Promise((resolve) => setTimeout(resolve, 20_000));
  const joinTimes = [];
  const pages = [];
  const join = async (page, address) => {
    const began = Date.now();
    await page.goto(address);
    await page.locator('[data-testid=party-state][data-state=in_sync]').waitFor({ state: 'attached', timeout: 60_000 });
    joinTimes.push(Date.now() - began);
  };
  for (let n = 0; n < count; n += 1) {
    const browser = await chromium.launch({
      executablePath: await browserCommand(directory, n),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--autoplay-policy=no-user-gesture-required'],
    });
    browsers.push(browser);
    const page = await (await browser.newContext({ viewport: { width: 640, height: 480 } })).newPage();
    const address = values.delay ? `http://10.98.${n}.1:${port}` : daemon.url;
    await join(page, `${address}/party/${room.slice('party:'.length)}?invite=${invite}`);
    pages.push(page);
  }
  for (let n = 0; n < Number(values.joins); n += 1) {
    const page = pages[n % count];
    const address = page.url();
    await page.goto('about:blank');
    await join(page, address);
  }
  joinTimes.sort((a, b) => a - b);
  console.log(`${count} browsers${values.delay ? `, ${values.delay} +- ${values.jitter} ms, ${values.loss} % lost` : ' on one host'}: in sync after median ${percentile(joinTimes, 0.5)} ms, p90 ${percentile(joinTimes, 0.9)} ms (${joinTimes.length} joins)`);
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  const report = async (label) => {
    const all = skews(await Promise.all(pages.map((page) => watchPictures(page, seconds))));
    console.log(`${label}: ${all.length} readings, skew median ${percentile(all, 0.5)?.toFixed(0)} ms, p95 ${percentile(all, 0.95)?.toFixed(0)} ms, p99 ${percentile(all, 0.99)?.toFixed(0)} ms`);
  };
  await report('playing');
  const { term } = (await host.ask({ type: 'join', room })).snapshots.party.party;
  for (const [label, body] of [['after a pause of 5 s', { rate: 0 }], ['after a seek of 10 s', { position: -10_000 }]]) {
    const { motion } = (await host.ask({ type: 'join', room })).snapshots.party;
    const move = body.position ? { position: Math.round(motion.position + motion.rate * (Date.now() - motion.at)) + body.position } : body;
    await eventually(label, async () => (await host.command(room, 'party.move', { term, ...move })).ok);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    if (body.rate === 0) await host.command(room, 'party.move', { term, rate: 1 });
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await report(`from 10 s ${label}`);
  }
  host.close();
} finally {
  for (const browser of browsers) await browser.close();
  await daemon.dispose();
  await feed.stop();
  for (const cable of cables) {
    cable.stdin.end();
    await once(cable, 'exit');
  }
  for (const space of spaces) ip('netns', 'del', space);
  fs.rmSync(directory, { recursive: true });
}
