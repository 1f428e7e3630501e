// SPDX-License-Identifier: MIT
// Teletext and CEA-608 that arrive over UDP become subtitles that Chromium shows with the picture they belong to; SCTE-35 cues
// become date ranges.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { launchBrowser } from './lib/browser.mjs';
import { CaptionFeed } from './lib/caption_feed.mjs';
import { readClock } from './lib/clock_feed.mjs';
import { Daemon, eventually, freePort } from './lib/daemon.mjs';

const groups = ['239.255.77.40:15040', '239.255.77.40:15042'];
let daemon;
let feed;
let browser;

before(async () => {
  const [open, sealed] = groups.map((group) => `feed: {url: "udp://${group}", interface: 127.0.0.1}`);
  const http = await freePort();
  const pulled = (file) => `feed: {url: "http://127.0.0.1:${http}/live/one/${file}"}`;
  daemon = await Daemon.start({
    ports: { http },
    channels: `channels:\n  - {id: one, name: One, number: 1, ${open}, dvr: {keep: 1h}}\n` +
      `  - {id: sealed, name: Sealed, number: 2, ${sealed}, encrypt: true, key_rotation: 2}\n` +
      `  - {id: pulled-ts, name: Pulled, number: 3, ${pulled('stream.ts')}}\n  - {id: pulled-hls, name: Pulled too, number: 4, ${pulled('index-ts.m3u8')}}\n`,
    extra: 'dvr:\n  min_free: 0B\n',
  });
  feed = new CaptionFeed(groups);
  await daemon.channelState('one', 'live', 60);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await feed?.stop();
  await daemon?.dispose();
});

const playlist = async (name) => (await daemon.get(`/live/one/${name}`)).text();

test('the texts are subtitle renditions, and the captions in the pictures are said', async () => {
  const index = await eventually('two texts', async () => {
    const text = await playlist('index.m3u8');
    return (text.match(/TYPE=SUBTITLES/g) ?? []).length === 2 && text;
  }, 20);
  assert.match(index, /TYPE=SUBTITLES,GROUP-ID="text",LANGUAGE="de",NAME="German".*URI="text-ger\/media\.m3u8"/);
  assert.match(index, /TYPE=CLOSED-CAPTIONS,GROUP-ID="captions".*INSTREAM-ID="CC1"/);
  assert.match(index, /#EXT-X-STREAM-INF:.*SUBTITLES="text",CLOSED-CAPTIONS="captions"/);
});

test('transport streams carry the teletext as it arrived', () => {
  const done = spawnSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', `${daemon.url}/live/one/index-ts.m3u8`], { timeout: 60_000 });
  assert.match(String(done.stdout), /^dvb_teletext/m);
});

test('who pulls them by HTTP or HLS passes the teletext on', async () => {
  for (const [channel, language] of [['pulled-ts', 'LANGUAGE="de",NAME="German"'], ['pulled-hls', 'NAME="Subtitles"']]) {
    const uri = await eventually(`a text of ${channel}`, async () => {
      const index = await (await daemon.get(`/live/${channel}/index.m3u8`)).text();
      return new RegExp(`TYPE=SUBTITLES,GROUP-ID="text",${language}.*URI="(.*?)"`).exec(index)?.[1];
    }, 60);
    await eventually(`cues of ${channel}`, async () => {
      const list = await (await daemon.get(`/live/${channel}/${uri}`)).text();
      const segments = list.split('\n').filter((line) => line.endsWith('.vtt'));
      const texts = await Promise.all(segments.map(async (segment) => (await daemon.get(`/live/${channel}/${uri.replace(/[^/]*$/, segment)}`)).text()));
      if (texts.some((text) => /-->.*\nTXT \d+/.test(text))) return true;
      throw new Error(JSON.stringify(texts));
    }, 60);
  }
});

test('every segment of the pictures has its segment of each text, with a time map', async () => {
  const numbers = (text) => text.split('\n').filter((line) => /^[^#].*\.(m4s|vtt)$/.test(line)).map((line) => Number(/-(\d+)\./.exec(line)[1]));
  const pictures = await eventually('eight segments', async () => {
    const list = numbers(await playlist('fmp4/media.m3u8'));
    return list.length >= 8 && list;
  }, 40);
  for (const name of ['text-ger', 'text-2']) {
    const list = await eventually('the same in texts', async () => {
      const text = await playlist(`${name}/media.m3u8`);
      return pictures.every((number) => numbers(text).includes(number)) && text;
    }, 10);
    for (const uri of list.split('\n').filter((line) => line.endsWith('.vtt'))) {
      const response = await daemon.get(`/live/one/${name}/${uri}`);
      assert.match(response.headers.get('content-type'), /^text\/vtt/);
      assert.match(await response.text(), /^WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:\d+,LOCAL:\d\d:\d\d:\d\d\.\d\d\d\n/);
    }
  }
});

test('texts of an encrypted channel are encrypted, and hls.js shows them', async () => {
  const list = await eventually('a list with a key', async () => {
    const text = await (await daemon.get('/live/sealed/text-ger/media.m3u8')).text();
    return /#EXT-X-KEY:METHOD=AES-128[^]*\.vtt\n$/.test(text) && text;
  });
  const segment = await daemon.get(`/live/sealed/text-ger/${list.trim().split('\n').at(-1)}`);
  const bytes = Buffer.from(await segment.arrayBuffer());
  assert.ok(bytes.length > 0 && bytes.length % 16 === 0 && !bytes.includes('WEBVTT'), bytes.toString('latin1'));
  const page = await browser.newPage();
  await page.goto(`${daemon.url}/watch/sealed`);
  await eventually('pictures', () => page.locator('[data-testid=player]').evaluate((video) => video.currentTime > 1 && video.readyState > 2), 40);
  await page.locator('.picture').hover();
  await page.click('[data-testid=track-button]');
  await page.click('[role=menuitemradio]:has-text("German")');
  await eventually('a cue', () => page.evaluate(() => [...document.querySelector('video').textTracks]
    .some((track) => track.mode === 'showing' && [...(track.activeCues ?? [])].some(({ text }) => /^TXT \d+$/.test(text)))), 40);
  await page.close();
});

// The cues of the text that is shown, with the time in the picture that stands on the screen when each begins.
const cuesWithPictures = (page, seconds) => page.evaluate(async ({ seconds, clock }) => {
  const video = document.querySelector('video');
  const read = new Function(`return ${clock}`)();
  const pictures = [];
  const cues = new Map();
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    const mediaTime = await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(null), 300);
      video.requestVideoFrameCallback((now, { mediaTime }) => (clearTimeout(timer), resolve(mediaTime)));
    });
    if (mediaTime === null) continue;
    pictures.push({ mediaTime, made: read(video) });
    for (const track of video.textTracks) {
      if (track.mode !== 'showing') continue;
      for (const cue of track.activeCues ?? []) cues.set(cue.startTime, { text: cue.text, start: cue.startTime, label: track.label });
    }
  }
  return [...cues.values()].flatMap((cue) => {
    const at = pictures.find(({ mediaTime }) => Math.abs(mediaTime - cue.start) < 0.03);
    return at ? [{ ...cue, made: at.made }] : [];
  });
}, { seconds, clock: readClock.toString() });

test('the viewer chooses a text and sees each cue with its picture', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(`${daemon.url}/watch/one`);
  await eventually('pictures', () => page.locator('[data-testid=player]').evaluate((video) => video.currentTime > 1 && video.readyState > 2), 40);
  await page.locator('.picture').hover();
  await page.click('[data-testid=track-button]');
  const offered = await page.locator('[data-testid=track-menu] [role=menuitemradio]').allTextContents();
  assert.deepEqual(offered, ['Off', 'German', 'Subtitles']);
  for (const [label, prefix] of [['German', 'TXT'], ['Subtitles', 'CC']]) {
    if (label !== 'German') {
      await page.locator('.picture').hover();
      await page.click('[data-testid=track-button]');
    }
    await page.click(`[role=menuitemradio]:has-text("${label}")`);
    await eventually(`a cue of ${label}`, () => page.evaluate((start) =>
      [...document.querySelector('video').textTracks].some((track) => track.mode === 'showing' && [...(track.activeCues ?? [])].some((cue) => cue.text.startsWith(start))), prefix), 40);
    const cues = (await cuesWithPictures(page, 10)).filter(({ text }) => text.startsWith(prefix));
    // A text that stays comes in pieces: only the first one begins with its picture.
    const firsts = [...new Map(cues.reverse().map((cue) => [cue.text, cue])).values()];
    assert.ok(firsts.length >= 2, JSON.stringify(cues));
    const late = firsts.map((cue) => cue.made - Number(cue.text.split(' ')[1]));
    assert.ok(late.slice(0, -1).every((ms) => Math.abs(ms) <= 200), `${label}: the picture is ${late} ms after its text`);
  }
  // Off, and on again by the keyboard.
  await page.locator('body').press('s');
  assert.equal(await page.evaluate(() => [...document.querySelector('video').textTracks].some((track) => track.mode === 'showing')), false);
  await context.close();
});

test('splice cues become date ranges of the playlist', async () => {
  const tags = async () => (await playlist('fmp4/media.m3u8')).split('\n').filter((line) => line.startsWith('#EXT-X-DATERANGE:'));
  const date = (tag) => Date.parse(/START-DATE="([^"]*)"/.exec(tag)[1]);
  const id = (tag) => /ID="([^"]*)"/.exec(tag)[1];
  const out = feed.splice({ id: 7, out: true, seconds: 3, duration: 20 });
  const due = feed.timeAt(3);
  const [opened] = await eventually('the date range', async () => (await tags()).length === 1 && tags());
  assert.match(opened, new RegExp(`PLANNED-DURATION=20\\.000,SCTE35-OUT=${out}$`));
  assert.ok(Math.abs(date(opened) - due) < 2000, `${date(opened) - due} ms from the picture it is about`);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  const back = feed.splice({ id: 7, out: false, seconds: 2 });
  const [, closed] = await eventually('its end', async () => (await tags()).length === 2 && tags());
  assert.equal(id(closed), id(opened));
  assert.match(closed, new RegExp(`DURATION=\\d\\.\\d{3},SCTE35-IN=${back}$`));
  const signal = feed.signal({ id: 8, type: 0x34, seconds: 2, duration: 30 });
  const ranges = await eventually('the placement', async () => (await tags()).length === 3 && tags());
  assert.match(ranges[2], new RegExp(`PLANNED-DURATION=30\\.000,SCTE35-OUT=${signal}$`));
  assert.notEqual(id(ranges[2]), id(opened));
  assert.equal(await daemon.metric('grandstand_hls_splice_cues_total{channel="one"'), 3);
  // The archive has them, too.
  const recorded = await eventually('the break in the archive', async () => {
    const list = await playlist('fmp4/dvr.m3u8');
    return ranges.every((range) => list.includes(`\n${range}\n`)) && list;
  });
  assert.ok(recorded.lastIndexOf('#EXT-X-DATERANGE') < recorded.indexOf('#EXTINF'), recorded);
  assert.match(await playlist(`ts/archive.m3u8?start=${new Date(date(opened) - 2_000).toISOString()}&duration=10`), new RegExp(`ID="${id(opened)}".*SCTE35-OUT=`));
  const index = await playlist('dvr.m3u8');
  assert.match(index, /#EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="captions".*INSTREAM-ID="CC1"/);
  assert.match(index, /#EXT-X-STREAM-INF:.*SUBTITLES="text",CLOSED-CAPTIONS="captions"/);
});
