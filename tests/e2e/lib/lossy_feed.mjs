// SPDX-License-Identifier: MIT
// A transport stream over UDP or RTP on its way through a network that can be told to lose packets.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';

const packetBytes = 188;
const packetsPerDatagram = 7;
const rtpPayloadType = 33; // MPEG-TS

export class LossyFeed {
  constructor(group, { rtp = false, size = '640x360', pattern = 'testsrc2', bitRate = '900k' } = {}) {
    const [address, port] = group.split(':');
    this.lossEvery = 0; // 1 of so many datagrams is lost; 0: none
    let sequence = 0;
    let count = 0;
    this.socket = dgram.createSocket('udp4');
    this.socket.bind(0, '127.0.0.1', () => this.socket.setMulticastInterface('127.0.0.1'));
    this.child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-re', '-f', 'lavfi', '-i', `${pattern}=size=${size}:rate=25`,
      '-f', 'lavfi', '-i', 'sine=frequency=440:beep_factor=3:sample_rate=48000', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p',
      '-g', '25', '-b:v', bitRate, '-maxrate', bitRate, '-bufsize', bitRate, '-c:a', 'aac', '-b:a', '96k', '-flush_packets', '1',
      '-f', 'mpegts', 'pipe:1'], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    let left = Buffer.alloc(0);
    this.child.stdout.on('data', (data) => {
      left = Buffer.concat([left, data]);
      const whole = left.length - (left.length % packetBytes);
      for (let at = 0; at < whole; at += packetBytes * packetsPerDatagram) {
        const payload = left.subarray(at, Math.min(whole, at + packetBytes * packetsPerDatagram));
        const header = Buffer.alloc(rtp ? 12 : 0);
        if (rtp) {
          header.writeUInt8(0x80, 0);
          header.writeUInt8(rtpPayloadType, 1);
          header.writeUInt16BE((sequence = (sequence + 1) % 65536), 2);
          header.writeUInt32BE(Math.floor(performance.now() * 90) % 2 ** 32, 4);
        }
        count += 1;
        if (this.lossEvery > 0 && count % this.lossEvery === 0) continue;
        this.socket.send(Buffer.concat([header, payload]), Number(port), address, () => {});
      }
      left = left.subarray(whole);
    });
  }

  async stop() {
    if (this.child.killed) return;
    this.child.kill('SIGKILL');
    await this.exited;
    this.socket.close();
  }
}
