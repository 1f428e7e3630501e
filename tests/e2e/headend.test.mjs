// SPDX-License-Identifier: MIT
// Television in by multicast, RTMP and file; out as HLS to players that nobody here wrote.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { after, before, test } from 'node:test';
import m3u8 from 'm3u8-parser';
import { Daemon, eventually } from './lib/daemon.mjs';
import { makeFile, multicast, publish, publishWithGstreamer } from './lib/feeds.mjs';

const group = '239.255.77.1:15004';
const rtpGroup = '239.255.77.2:15006';
let daemon;
const feeds = [];

before(async () => {
  daemon = await Daemon.start({
    channels: `
channels:
  - {id: one, name: One, number: 1, feed: {url: "udp://${group}", interface: 127.0.0.1}}
  - {id: rtp, name: Over RTP, number: 2, feed: {url: "rtp://${rtpGroup}", interface: 127.0.0.1}}
  - {id: studio, name: Studio, number: 3, feed: {url: "rtmp://publish", stream_key: sesame}}
  - {id: film, name: Film, number: 4, feed: "file:film.mp4"}
  - {id: gst, name: From GStreamer, number: 5, feed: {url: "rtmp://publish", stream_key: "g"}}
`,
  });
  makeFile(path.join(daemon.directory, 'film.mp4'));
  feeds.push(multicast(group), multicast(rtpGroup, { format: 'rtp_mpegts', scheme: 'rtp', audio: ['-c:a', 'ac3', '-b:a', '192k'] }),
    publish(`rtmp://127.0.0.1:${daemon.rtmpPort}/live/studio?key=sesame`),
    publishWithGstreamer(`rtmp://127.0.0.1:${daemon.rtmpPort}/live/gst?key=g`));
});

after(async () => {
  await Promise.all(feeds.map((feed) => feed.stop()));
  await daemon?.dispose();
});

function parse(text) {
  const parser = new m3u8.Parser();
  parser.push(text);
  parser.end();
  return parser.manifest;
}

function probe(url, ...more) {
  const done = spawnSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0', ...more, url], { timeout: 60_000 });
  assert.equal(String(done.stderr), '', 'ffprobe complains about nothing');
  return String(done.stdout).trim().split('\n').map((line) => line.replace(/,+$/, '')).filter(Boolean);
}

for (const id of ['one', 'rtp', 'studio', 'film', 'gst']) {
  test(`channel ${id} goes live`, async () => {
    await daemon.channelState(id, 'live', 60);
    await daemon.inOneEncoding(id);
  });
}

test('browsers get H.264 and AAC in fMP4 whatever the audio was', async () => {
  for (const id of ['one', 'rtp', 'studio', 'film']) {
    assert.deepEqual(probe(`${daemon.url}/live/${id}/index.m3u8`).slice(0, 2).sort(), ['aac', 'h264'], id);
  }
});

test('boxes get the original audio in MPEG-TS', async () => {
  for (const [id, audio] of [['one', 'mp2'], ['rtp', 'ac3'], ['film', 'aac']]) {
    assert.deepEqual([...new Set(probe(`${daemon.url}/live/${id}/index-ts.m3u8`))].sort(), [audio, 'h264'].sort(), id);
  }
});

test('FFmpeg plays both containers without a decoding error', async () => {
  for (const id of ['one', 'studio', 'film']) {
    for (const list of ['index.m3u8', 'index-ts.m3u8']) {
      const done = spawnSync('ffmpeg', ['-v', 'error', '-xerror', '-i', `${daemon.url}/live/${id}/${list}`, '-t', '4', '-f', 'null', '-'], { timeout: 60_000 });
      assert.equal(done.status, 0, `${id}/${list}: ${done.stderr}`);
      assert.equal(String(done.stderr), '', `${id}/${list}`);
    }
  }
});

test('GStreamer plays both containers', async () => {
  for (const list of ['index.m3u8', 'index-ts.m3u8']) {
    const done = spawnSync('gst-launch-1.0', ['-q', 'uridecodebin3', 'name=d', `uri=${daemon.url}/live/one/${list}`,
      'd.', '!', 'videoconvert', '!', 'fakesink', 'num-buffers=60', 'sync=false', 'd.', '!', 'audioconvert', '!', 'fakesink', 'num-buffers=60', 'sync=false'], { timeout: 60_000 });
    assert.equal(done.status, 0, `${list}: ${done.stderr}`);
  }
});

test('the media playlist keeps its promises over reloads', async () => {
  const seen = new Map();
  let last;
  for (let i = 0; i < 30; ++i) {
    const manifest = parse(await (await daemon.get('/live/one/fmp4/media.m3u8')).text());
    assert.ok(manifest.segments.length >= 1);
    assert.ok(manifest.targetDuration > 0);
    assert.equal(manifest.endList ?? false, false);
    if (last) assert.equal(manifest.targetDuration, last.targetDuration, 'the target duration never changes');
    if (last) assert.ok(manifest.mediaSequence >= last.mediaSequence);
    manifest.segments.forEach((segment, index) => {
      const sequence = manifest.mediaSequence + index;
      assert.ok(Math.round(segment.duration) <= manifest.targetDuration);
      assert.ok(segment.dateTimeObject, 'every segment has its date');
      const identity = JSON.stringify([segment.uri, segment.duration, segment.dateTimeString, segment.discontinuity ?? false, segment.map?.uri]);
      assert.equal(seen.get(sequence) ?? identity, identity, 'what a sequence number means never changes');
      seen.set(sequence, identity);
    });
    last = manifest;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const newest = last.segments.at(-1);
  const behind = Date.now() - (newest.dateTimeObject.getTime() + newest.duration * 1000);
  assert.ok(Math.abs(behind) < 4000, `the newest segment's date is that of the wall clock (${behind} ms)`);
});

test('both renditions have the same numbers, durations and dates', async () => {
  const [a, b] = await Promise.all(['fmp4', 'ts'].map(async (name) => parse(await (await daemon.get(`/live/one/${name}/media.m3u8`)).text())));
  const byNumber = (manifest) => new Map(manifest.segments.map((segment, i) => [manifest.mediaSequence + i, [segment.duration, segment.dateTimeString]]));
  const left = byNumber(a);
  let common = 0;
  for (const [number, facts] of byNumber(b)) {
    if (!left.has(number)) continue;
    ++common;
    assert.deepEqual(facts, left.get(number));
  }
  assert.ok(common >= 1);
});

test('an entry of an I-frame playlist is one picture that FFmpeg decodes', async () => {
  for (const [name, list] of [['fmp4', 'index.m3u8'], ['ts', 'index-ts.m3u8']]) {
    const index = await (await daemon.get(`/live/one/${list}`)).text();
    assert.match(index, new RegExp(`#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=\\d+,.*RESOLUTION=\\d+x\\d+,URI="${name}/iframes.m3u8"`));
    const manifest = parse(await (await daemon.get(`/live/one/${name}/iframes.m3u8`)).text());
    const { uri, byterange, map } = manifest.segments.findLast((segment) => segment.byterange);
    const get = async (file, range) => {
      const headers = range && { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` };
      const answer = await daemon.get(`/live/one/${name}/${file}`, { headers });
      assert.equal(answer.status, range ? 206 : 200);
      return Buffer.from(await answer.arrayBuffer());
    };
    const input = Buffer.concat([await get(map.uri, map.byterange), await get(uri, byterange)]);
    const done = spawnSync('ffmpeg', ['-v', 'quiet', '-i', '-', '-map', '0:v', '-fps_mode', 'passthrough', '-f', 'framemd5', '-'], { input, timeout: 60_000 });
    assert.equal(String(done.stdout).split('\n').filter((line) => line && !line.startsWith('#')).length, 1, name);
  }
});

test('media is served with the right types, caching, CORS, ranges and conditions', async () => {
  const list = await daemon.get('/live/one/fmp4/media.m3u8', { headers: { 'Accept-Encoding': 'gzip' } });
  assert.equal(list.headers.get('content-type'), 'application/vnd.apple.mpegurl');
  assert.equal(list.headers.get('access-control-allow-origin'), '*');
  assert.equal(list.headers.get('content-encoding'), 'gzip');
  assert.match(list.headers.get('vary'), /accept-encoding/i);
  const manifest = parse(await list.text());
  const segment = `/live/one/fmp4/${manifest.segments.at(-1).uri}`;
  const whole = await daemon.get(segment);
  const bytes = Buffer.from(await whole.arrayBuffer());
  assert.equal(whole.headers.get('content-type'), 'video/mp4');
  assert.match(whole.headers.get('cache-control'), /immutable/);
  const part = await daemon.get(segment, { headers: { Range: 'bytes=10-19' } });
  assert.equal(part.status, 206);
  assert.equal(part.headers.get('content-range'), `bytes 10-19/${bytes.length}`);
  assert.deepEqual(Buffer.from(await part.arrayBuffer()), bytes.subarray(10, 20));
  const unchanged = await daemon.get(segment, { headers: { 'If-None-Match': whole.headers.get('etag') } });
  assert.equal(unchanged.status, 304);
  const head = await daemon.get(segment, { method: 'HEAD' });
  assert.equal(Number(head.headers.get('content-length')), bytes.length);
  assert.equal((await daemon.get('/live/one/fmp4/none.m4s')).status, 404);
  assert.equal((await daemon.get('/live/none/index.m3u8')).status, 404);
  assert.equal((await daemon.get('/live/none/index.m3u8')).headers.get('access-control-allow-origin'), '*');
});

test('/playlist.m3u names every channel with a URL that plays', async () => {
  const response = await daemon.get('/playlist.m3u');
  const text = await response.text();
  assert.equal(response.headers.get('content-type').split(';')[0], 'audio/x-mpegurl');
  assert.match(text, /^#EXTM3U/);
  assert.match(text, /tvg-id="one".*tvg-chno="1".*,One\n/);
  const urls = text.split('\n').filter((line) => line.startsWith('http'));
  assert.equal(urls.length, 5);
  assert.equal((await fetch(urls[0])).status, 200);
});

test('a wrong stream key is refused, and who publishes with the right one does not notice', async () => {
  const before = await daemon.metric('grandstand_rtmp_refused_total');
  const wrong = publish(`rtmp://127.0.0.1:${daemon.rtmpPort}/live/studio?key=guess`, 5);
  assert.notEqual((await wrong.exited).code, 0);
  const second = publish(`rtmp://127.0.0.1:${daemon.rtmpPort}/live/studio?key=sesame`, 5);
  assert.notEqual((await second.exited).code, 0, 'the key is busy');
  assert.ok((await daemon.metric('grandstand_rtmp_refused_total')) >= before + 2);
  await daemon.channelState('studio', 'live');
  assert.ok(!daemon.log.includes('guess') && !daemon.log.includes('sesame'), 'keys are never logged');
});

test('a silent source gives way to the slate with a reason, and comes back by itself in the same playlist', async () => {
  const before = parse(await (await daemon.get('/live/one/fmp4/media.m3u8')).text());
  await feeds[0].stop();
  const slate = await daemon.channelState('one', 'slate', 30);
  assert.match(slate.reason, /\w/);
  const gone = parse(await (await daemon.get('/live/one/fmp4/media.m3u8')).text());
  await eventually('the playlist to go on', async () => {
    const manifest = parse(await (await daemon.get('/live/one/fmp4/media.m3u8')).text());
    return manifest.mediaSequence + manifest.segments.length > gone.mediaSequence + gone.segments.length;
  });
  feeds[0] = multicast(group);
  await daemon.channelState('one', 'live', 30);
  const after = await eventually('a discontinuity', async () => {
    const manifest = parse(await (await daemon.get('/live/one/fmp4/media.m3u8')).text());
    return manifest.segments.some((segment) => segment.discontinuity) && manifest;
  });
  assert.ok(after.mediaSequence >= before.mediaSequence);
});
