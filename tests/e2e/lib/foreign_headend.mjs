// SPDX-License-Identifier: MIT
// HLS that is none of ours: made by FFmpeg and GStreamer, served by nginx.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const quiet = ['-hide_banner', '-loglevel', 'error', '-nostdin'];

export class ForeignHeadend {
  // Plays `file` as <port>/careless, <port>/careful and <port>/gstreamer, each with an index.m3u8.
  static async start(directory, file, port) {
    const headend = new ForeignHeadend();
    for (const name of ['careless', 'careful', 'gstreamer']) fs.mkdirSync(path.join(directory, name), { recursive: true });
    const configuration = path.join(directory, 'nginx.conf');
    fs.writeFileSync(configuration, `daemon off;\nworker_processes 1;\npid ${directory}/pid;\nerror_log ${directory}/errors warn;\n` +
      `${process.getuid() === 0 ? 'user root;\n' : ''}events {}\nhttp {\naccess_log off;\ntypes { application/vnd.apple.mpegurl m3u8; video/mp2t ts; video/mp4 m4s mp4; }\n` +
      ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${directory}/${name};\n`).join('') +
      `server { listen 127.0.0.1:${port}; root ${directory}; }\n}\n`);
    const ffmpeg = (name, ...more) => spawn('ffmpeg', [...quiet, '-re', '-i', file, '-f', 'hls', '-hls_time', '2', '-master_pl_name', 'index.m3u8', ...more,
      path.join(directory, name, 'media.m3u8')], { stdio: 'ignore' });
    headend.children = [
      spawn('nginx', ['-p', directory, '-c', configuration], { stdio: 'ignore' }),
      ffmpeg('careless', '-c:v', 'libx264', '-preset', 'ultrafast', '-g', '25', '-c:a', 'aac', '-hls_flags', 'delete_segments'),
      ffmpeg('careful', '-c', 'copy', '-bsf:a', 'aac_adtstoasc', '-b:v', '900k', '-hls_list_size', '8', '-hls_delete_threshold', '20', '-hls_segment_type', 'fmp4',
        '-hls_flags', 'delete_segments+program_date_time+independent_segments'),
      spawn('gst-launch-1.0', ['-q', 'videotestsrc', 'is-live=true', '!', 'video/x-raw,width=320,height=180,framerate=25/1', '!', 'openh264enc', 'gop-size=25', '!', 'h264parse', '!', 'hls.video',
        'audiotestsrc', 'is-live=true', '!', 'audio/x-raw,rate=48000,channels=2', '!', 'avenc_aac', '!', 'aacparse', '!', 'hls.audio',
        'hlssink2', 'name=hls', 'target-duration=2', 'playlist-length=6', 'max-files=8', `location=${directory}/gstreamer/%05d.ts`, `playlist-location=${directory}/gstreamer/index.m3u8`], { stdio: 'ignore' }),
    ];
    headend.exits = headend.children.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    return headend;
  }

  async stop() {
    for (const child of this.children) if (child.exitCode === null) child.kill('SIGTERM');
    await Promise.all(this.exits);
  }
}
