// SPDX-License-Identifier: MIT
// Television made by FFmpeg and GStreamer, kept on this machine.
import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';

const quiet = ['-hide_banner', '-loglevel', 'error', '-nostdin'];
const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25'];
const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:beep_factor=3:sample_rate=48000'];
const black = ['-f', 'lavfi', '-i', 'color=black:size=640x360:rate=25'];
const silence = ['-f', 'lavfi', '-i', 'anullsrc=sample_rate=48000'];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-profile:v', 'main', '-g', '25', '-b:v', '600k'];

class Feed {
  constructor(command, args) {
    this.errors = '';
    this.child = spawn(command, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.child.stderr.on('data', (data) => (this.errors += data));
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
  }
  async stop(signal = 'SIGKILL') {
    if (this.child.exitCode === null) this.child.kill(signal);
    return this.exited;
  }
}

// `languages`: a sound for each of them; without any one that does not say.
export function multicast(group, { audio = ['-c:a', 'mp2', '-b:a', '128k'], languages = [], format = 'mpegts', scheme = 'udp', dark = false } = {}) {
  const sounds = languages.flatMap((language, index) => ['-map', '1:a', `-metadata:s:a:${index}`, `language=${language}`]);
  return new Feed('ffmpeg', [...quiet, '-re', ...(dark ? [...black, ...silence] : [...picture, ...sound]), ...(sounds.length > 0 ? ['-map', '0:v', ...sounds] : []),
    ...h264, ...audio, '-f', format,
    `${scheme}://${group}?localaddr=127.0.0.1&ttl=0&pkt_size=1316`]);
}

export function publish(url, seconds) {
  return new Feed('ffmpeg', [...quiet, '-re', ...picture, ...sound, ...h264, '-c:a', 'aac', '-b:a', '96k', ...(seconds ? ['-t', String(seconds)] : []), '-f', 'flv', url]);
}

export function publishWithGstreamer(location) {
  return new Feed('gst-launch-1.0', ['-q', 'videotestsrc', 'is-live=true', '!', 'video/x-raw,width=320,height=180,framerate=25/1', '!', 'openh264enc', 'gop-size=25', '!', 'h264parse', '!', 'mux.',
    'audiotestsrc', 'is-live=true', '!', 'audio/x-raw,rate=48000,channels=2', '!', 'avenc_aac', '!', 'aacparse', '!', 'mux.', 'flvmux', 'name=mux', 'streamable=true', '!', 'rtmp2sink', `location=${location}`]);
}

export function makeFile(file, seconds = 6) {
  const done = spawnSync('ffmpeg', [...quiet, '-y', ...picture, ...sound, '-t', String(seconds), ...h264, '-bf', '2', '-preset', 'veryfast', '-c:a', 'aac', '-b:a', '96k', file]);
  if (done.status !== 0) throw new Error(String(done.stderr));
}

// tv.ts (100 seconds of pictures and sound, a key frame each second), jazz.ts (its sound) and film.ts (seven seconds) in
// `directory`, for replay().
export function makeProgramme(directory) {
  const size = ['-f', 'lavfi', '-i', 'testsrc2=size=240x136:rate=25'];
  const outputs = [['tv.ts', '100', []], ['jazz.ts', '100', ['-vn']], ['film.ts', '7', []]].flatMap(([file, seconds, more]) =>
    ['-t', seconds, ...h264, '-b:v', '200k', '-bf', '2', '-c:a', 'aac', '-b:a', '96k', ...more, path.join(directory, file)]);
  const done = spawnSync('ffmpeg', [...quiet, '-y', ...size, ...sound, ...outputs]);
  if (done.status !== 0) throw new Error(String(done.stderr));
}

// Sends `file` at the speed of life; `offset` seconds are added to its timestamps.
export function replay(file, url, format, { offset = 0 } = {}) {
  return new Feed('ffmpeg', [...quiet, '-re', '-i', file, '-c', 'copy', '-output_ts_offset', String(offset), '-muxdelay', '0.2', '-f', format, url]);
}
