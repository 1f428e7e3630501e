// SPDX-License-Identifier: MIT
// Pages in a party's call, with Chromium's own camera and microphone: a moving picture and a beep each second. All of it stays on loopback.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { at, launchBrowser } from './browser.mjs';
import { eventually } from './daemon.mjs';
import { percentile } from './skew.mjs';

export const lineup = 'channels:\n  - {id: news, name: News, number: 1, feed: {url: "rtmp://publish", stream_key: k}}\n';

export function launchCallers(args = []) {
  return launchBrowser(['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', '--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns', ...args]);
}

// The same with a voice: a quarter of each second a word. The 20 ms of the beep fall between two looks at the level for a minute on end; for many callers, voices are much work.
export async function launchSpeakers() {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-speakers-'));
  const voice = path.join(directory, 'voice.wav');
  const pitch = 'sin(2*PI*5*t)';
  const vowel = `0.2*sin(2*PI*(180*t+3*${pitch}))+0.15*sin(2*PI*(360*t+6*${pitch}))+0.1*sin(2*PI*720*t)`;
  const { status, stderr } = spawnSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-f', 'lavfi', '-i', `aevalsrc='lt(mod(t,1),0.25)*(${vowel})':s=48000:d=10`, '-c:a', 'pcm_s16le', voice], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`no voice for the microphones: ${stderr}`);
  const browser = await launchCallers([`--use-file-for-fake-audio-capture=${voice}`]);
  browser.on('disconnected', () => fs.rmSync(directory, { recursive: true, force: true }));
  return browser;
}

// Runs in the page, before anything of it. `only`: relay, as where a network lets nothing else through; `small`: pictures that cost little.
function prepare({ only, small }) {
  const connections = (window.connections = []);
  const Own = RTCPeerConnection;
  window.RTCPeerConnection = class extends Own {
    constructor(configuration) {
      super({ ...configuration, ...(only ? { iceTransportPolicy: only } : {}) });
      connections.push(this);
    }
  };
  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  if (small) mediaDevices.getUserMedia = (wish) => getUserMedia({ ...wish, ...(wish.video ? { video: { width: 160, height: 90, frameRate: 5 } } : {}) });
  // What comes in, of connections that are not closed: one entry for each voice and each face, under a name that stays with it.
  window.received = async () => {
    const found = { audio: {}, video: {}, pairs: [] };
    for (const [index, connection] of connections.entries()) {
      if (connection.connectionState === 'closed') continue;
      const stats = await connection.getStats();
      for (const one of stats.values()) {
        if (one.type === 'inbound-rtp') found[one.kind][`${index}.${one.ssrc}`] = one.kind === 'audio' ? one.totalAudioEnergy : one.framesDecoded;
        if (one.type === 'transport' && one.selectedCandidatePairId) {
          const pair = stats.get(one.selectedCandidatePairId);
          found.pairs.push([stats.get(pair.localCandidateId)?.candidateType, stats.get(pair.remoteCandidateId)?.candidateType]);
        }
      }
    }
    return found;
  };
}

export class Callers {
  faults = [];
  pages = [];

  constructor(daemon, browser, options = {}) {
    this.daemon = daemon;
    this.browser = browser;
    this.options = options;
  }

  async open(name, address, viewport = { width: 1280, height: 800 }) {
    const context = await this.browser.newContext({ viewport });
    await context.addInitScript(prepare, this.options);
    const page = await context.newPage();
    page.setDefaultTimeout(90_000);
    page.on('pageerror', (error) => this.faults.push(`${name}: ${error}`));
    await page.goto(this.daemon.url + address);
    if (!address.startsWith('/tv')) await page.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached' });
    page.name = name;
    this.pages.push(page);
    return page;
  }

  // The founder is the host.
  async found(name) {
    const page = await this.open(name, '/watch/news');
    await at(page, 'found-party').click();
    await page.waitForURL(/\/party\/.+invite=/);
    const { pathname, search } = new URL(page.url());
    this.invitation = pathname + search;
    await at(page, 'call').waitFor();
    return page;
  }

  async come(name, viewport) {
    const page = await this.open(name, this.invitation, viewport);
    await at(page, 'call').waitFor();
    return page;
  }

  async close(page) {
    this.pages = this.pages.filter((one) => one !== page);
    await page.context().close();
  }
}

// From the click until everybody who is there is seen and heard, in milliseconds.
export async function enter(page, { camera = true, others }) {
  await at(page, 'call-open').click();
  if (camera) await at(page, 'call-show-camera').click();
  await page.waitForSelector(`[data-testid=call-preview][data-video=${camera}]`);
  await page.waitForSelector('[data-testid=call-join]:not([aria-disabled=true])'); // both have started
  const since = Date.now();
  await at(page, 'call-join').click();
  await page.waitForSelector('[data-testid=call][data-state=in]');
  await linked(page, others);
  if (others > 0) await receives(page, others);
  return Date.now() - since;
}

// The page shows so many others, and is connected with each.
export const linked = (page, others) =>
  eventually(`${page.name} to be connected with ${others} others`, async () => {
    const links = await page.locator('[data-testid=call-tile][data-own=false]').evaluateAll((tiles) => tiles.map(({ dataset }) => dataset.link));
    if (links.length === others && links.every((link) => link === 'connected')) return true;
    throw new Error(JSON.stringify(links));
  }, 90);

const several = (now, before, count) => Object.entries(now).filter(([name, value]) => value > (before[name] ?? 0)).length >= count;

// Frames of so many faces and the sound of so many voices come in, now.
export async function receives(page, others) {
  const before = { audio: {}, video: {} };
  await eventually(`${page.name} to see and hear ${others} others`, async () => {
    const { audio, video } = await page.evaluate(() => window.received());
    if (several(audio, before.audio, others) && several(video, before.video, others)) return true;
    throw new Error(JSON.stringify({ audio, video }));
  }, 90, 50);
}

// The same of what comes after this moment.
export async function goesOnReceiving(page, others) {
  const before = await page.evaluate(() => window.received());
  await eventually(`${page.name} to go on seeing and hearing ${others} others`, async () => {
    const { audio, video } = await page.evaluate(() => window.received());
    if (several(audio, before.audio, others) && several(video, before.video, others)) return true;
    throw new Error(JSON.stringify({ before, audio, video }));
  }, 90);
}

export function told(times) {
  const sorted = [...times].sort((a, b) => a - b);
  return `median ${percentile(sorted, 0.5)} ms, p90 ${percentile(sorted, 0.9)} ms of ${sorted.length}`;
}
