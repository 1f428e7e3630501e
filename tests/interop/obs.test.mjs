// SPDX-License-Identifier: MIT
// OBS Studio as publisher by RTMP, as its users set it up: a custom server and a stream key.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Daemon } from '../e2e/lib/daemon.mjs';
import { Desktop } from './desktop.mjs';

let daemon;
let desktop;
let obs;

const ini = (sections) => Object.entries(sections)
  .map(([name, values]) => `[${name}]\n${Object.entries(values).map(([key, value]) => `${key}=${value}`).join('\n')}\n`).join('\n');

before(async () => {
  daemon = await Daemon.start({ channels: 'channels:\n  - {id: studio, name: Studio, number: 1, feed: {url: "rtmp://publish", stream_key: sesame}}\n' });
  desktop = await Desktop.open(path.join(daemon.directory, 'desktop'));
  const config = path.join(desktop.home, '.config/obs-studio');
  const profile = path.join(config, 'basic/profiles/Interop');
  fs.mkdirSync(profile, { recursive: true });
  fs.mkdirSync(path.join(config, 'basic/scenes'), { recursive: true });
  fs.writeFileSync(path.join(config, 'global.ini'), ini({ General: { FirstRun: true, LastVersion: 486539266 }, Basic: { Profile: 'Interop', ProfileDir: 'Interop', SceneCollection: 'Interop', SceneCollectionFile: 'Interop' } }));
  // Without a source OBS asks whether one means it.
  fs.writeFileSync(path.join(config, 'basic/scenes/Interop.json'), JSON.stringify({
    name: 'Interop', current_scene: 'Scene', current_program_scene: 'Scene', scene_order: [{ name: 'Scene' }],
    sources: [
      { id: 'color_source_v3', versioned_id: 'color_source_v3', name: 'Colour', settings: { color: 0xff3060c0, width: 640, height: 360 } },
      { id: 'scene', versioned_id: 'scene', name: 'Scene', settings: { id_counter: 1, items: [{ name: 'Colour', id: 1, visible: true, pos: { x: 0, y: 0 }, scale: { x: 1, y: 1 }, align: 5 }] } },
    ],
  }));
  fs.writeFileSync(path.join(profile, 'basic.ini'), ini({
    General: { Name: 'Interop' },
    Output: { Mode: 'Advanced' },
    AdvOut: { Encoder: 'obs_x264', TrackIndex: 1 },
    Video: { BaseCX: 640, BaseCY: 360, OutputCX: 640, OutputCY: 360, FPSCommon: 25 },
  }));
  fs.writeFileSync(path.join(profile, 'streamEncoder.json'), JSON.stringify({ bitrate: 800, keyint_sec: 2, preset: 'ultrafast', profile: 'main' }));
  fs.writeFileSync(path.join(profile, 'service.json'), JSON.stringify({
    type: 'rtmp_custom', settings: { server: `rtmp://127.0.0.1:${daemon.rtmpPort}/live`, key: 'studio?key=sesame', use_auth: false },
  }));
  obs = desktop.run('obs', ['--startstreaming', '--minimize-to-tray', '--multi', '--disable-updater', '--profile', 'Interop', '--collection', 'Interop']);
});
after(async () => {
  await desktop?.close();
  await daemon?.dispose();
});

test('OBS publishes and its channel goes live', async () => {
  await daemon.channelState('studio', 'live', 90).catch((error) => {
    throw new Error(`${error.message}\n${obs.output.slice(-3000)}\n${daemon.log.slice(-1500)}`);
  });
  const done = spawnSync('ffprobe', ['-v', 'error', '-show_entries', 'stream=codec_name,width,height', '-of', 'csv=p=0', `${daemon.url}/live/studio/index.m3u8`], { timeout: 60_000 });
  assert.equal(String(done.stderr), '');
  assert.match(String(done.stdout), /h264,640,360/);
  assert.match(String(done.stdout), /aac/);
});

test('it stays live, and what comes out decodes without a fault', async () => {
  const done = spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-xerror', '-i', `${daemon.url}/live/studio/stream.ts`, '-t', '15', '-f', 'null', '-'], { timeout: 90_000 });
  assert.equal(done.status, 0, String(done.stderr));
  assert.equal(String(done.stderr), '');
  await daemon.channelState('studio', 'live', 1);
});
