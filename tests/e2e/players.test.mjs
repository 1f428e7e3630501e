// SPDX-License-Identifier: MIT
// Players that nobody here wrote, beside those of headend.test.mjs (FFmpeg, GStreamer) and watching.test.mjs (hls.js in Chromium).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Daemon } from './lib/daemon.mjs';
import { makeFile } from './lib/feeds.mjs';

const lists = ['index.m3u8', 'index-ts.m3u8'];
const nobody = 65534;
let daemon;
let folder;

before(async () => {
  // There before the daemon looks: FFmpeg 5.1, which mpv uses, cannot go from the slate to the film (a second EXT-X-MAP).
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-film-'));
  const film = path.join(folder, 'film.mp4');
  makeFile(film, 20);
  daemon = await Daemon.start({ channels: `channels:\n  - {id: film, name: Film, number: 1, feed: "file:${film}"}\n` });
  await daemon.channelState('film', 'live', 60);
});
after(async () => {
  await daemon?.dispose();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('mpv plays both containers with picture and sound', () => {
  for (const list of lists) {
    const done = spawnSync('mpv', ['--no-config', '--vo=null', '--ao=null', '--length=4', '--msg-level=all=warn,cplayer=info', `${daemon.url}/live/film/${list}`],
      { timeout: 60_000 });
    const text = String(done.stdout) + done.stderr;
    assert.equal(done.status, 0, `${list}: ${text}`);
    assert.match(text, /VO: \[null\] 640x360/, list);
    assert.match(text, /AO: \[null\] 48000Hz/, list);
    assert.doesNotMatch(text, /error|invalid|corrupt/i, list);
  }
});

test('VLC plays both containers with picture and sound', () => {
  const home = path.join(daemon.directory, 'vlc');
  fs.mkdirSync(home);
  fs.chownSync(home, process.getuid() === 0 ? nobody : process.getuid(), process.getuid() === 0 ? nobody : process.getgid());
  const asSomebody = process.getuid() === 0 ? ['setpriv', `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : ['env'];
  for (const list of lists) {
    const done = spawnSync(asSomebody[0], [...asSomebody.slice(1), 'cvlc', '-I', 'dummy', '--no-color', '-vv', '--vout', 'dummy', '--aout', 'adummy', '--run-time', '5', '--play-and-exit',
      `${daemon.url}/live/film/${list}`, 'vlc://quit'], { timeout: 60_000, maxBuffer: 64 << 20, env: { ...process.env, HOME: home } });
    const text = String(done.stderr);
    assert.equal(done.status, 0, `${list}: ${text.slice(-2000)}`);
    assert.match(text, /Received first picture/, list);
    assert.match(text, /Received first.*(frame|buffer|audio)|audio output.*VLC is using|using audio output module "adummy"/i, list);
    assert.doesNotMatch(text, /(avcodec|ts|mp4|adaptive) (decoder|demux|stream) error/, list);
  }
});
