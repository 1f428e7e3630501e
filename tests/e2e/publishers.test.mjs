// SPDX-License-Identifier: MIT
// Publishers with stacks of their own, beside FFmpeg and rtmp2sink of headend.test.mjs: librtmp, and SRT by libsrt in GStreamer.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import { Daemon, freePort } from './lib/daemon.mjs';

const picture = ['videotestsrc', 'is-live=true', '!', 'video/x-raw,width=320,height=180,framerate=25/1', '!', 'openh264enc', 'gop-size=25', '!', 'h264parse'];
const sound = ['audiotestsrc', 'is-live=true', '!', 'audio/x-raw,rate=48000,channels=2', '!', 'avenc_aac', '!', 'aacparse'];
const running = [];
let daemon;

function gstreamer(...pipeline) {
  const child = spawn('gst-launch-1.0', ['-q', ...picture, '!', 'mux.', ...sound, '!', 'mux.', ...pipeline], { stdio: ['ignore', 'ignore', 'pipe'] });
  child.errors = '';
  child.stderr.on('data', (data) => (child.errors += data));
  running.push(child);
}

before(async () => {
  const srt = await freePort();
  daemon = await Daemon.start({
    channels: `
channels:
  - {id: librtmp, name: By librtmp, number: 1, feed: {url: "rtmp://publish", stream_key: sesame}}
  - {id: srt, name: By SRT, number: 2, feed: "srt://127.0.0.1:${srt}"}
`,
  });
  gstreamer('flvmux', 'name=mux', 'streamable=true', '!', 'rtmpsink', `location=rtmp://127.0.0.1:${daemon.rtmpPort}/live/librtmp?key=sesame live=1`);
  gstreamer('mpegtsmux', 'name=mux', 'alignment=7', '!', 'srtsink', `uri=srt://127.0.0.1:${srt}?mode=listener`, 'wait-for-connection=false');
});
after(async () => {
  for (const child of running) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
  }
  await daemon?.dispose();
});

for (const id of ['librtmp', 'srt']) {
  test(`${id} feeds a channel that decodes without a fault`, async () => {
    await daemon.channelState(id, 'live', 60).catch((error) => {
      throw new Error(`${error.message}\n${running.map(({ errors }) => errors).join('\n')}\n${daemon.log.slice(-1500)}`);
    });
    await daemon.inOneEncoding(id);
    const done = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-xerror', '-i', `${daemon.url}/live/${id}/index.m3u8`, '-t', '4', '-f', 'null', '-'], { timeout: 60_000 });
    assert.equal(done.status, 0, String(done.stderr));
    assert.equal(String(done.stderr), '');
  });
}
