// SPDX-License-Identifier: MIT
// A feed that carries a guide of its own: FFmpeg's MPEG-TS with EIT present/following sections (ETSI EN 300 468) put between
// its packets.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';

const packetBytes = 188;
const packetsPerDatagram = 7;
const eitPid = 0x12;
const eitEveryMs = 250;

// CRC of MPEG-2 sections (ISO 13818-1 annex A).
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; ++bit) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}

const bcd = (value) => (Math.floor(value / 10) << 4) | value % 10;
const bcdTime = (seconds) => [bcd(Math.floor(seconds / 3600)), bcd(Math.floor(seconds / 60) % 60), bcd(seconds % 60)];

function event({ id, start, seconds, title, text }) {
  const day = Math.floor(start / 86_400_000);
  const utf8 = (value) => [0x15, ...Buffer.from(value)];
  const texts = [...Buffer.from('eng'), utf8(title).length, ...utf8(title), utf8(text).length, ...utf8(text)];
  const descriptors = [0x4d, texts.length, ...texts, 0x54, 2, 0x20, 0]; // short event; content: news
  return [id >> 8, id & 255, (day + 40587) >> 8, (day + 40587) & 255, ...bcdTime(Math.floor(start / 1000) % 86_400), ...bcdTime(seconds),
    0x80 | (descriptors.length >> 8), descriptors.length & 255, ...descriptors];
}

// One section of the present/following table of this very stream; section 0 has the present event, 1 the following.
function eitSection(service, version, section, body) {
  const rest = [service >> 8, service & 255, 0xc1 | (version << 1), section, 1, 0, 1, 0, 1, 1, 0x4e, ...body];
  const length = rest.length + 4;
  const bytes = [0x4e, 0xf0 | (length >> 8), length & 255, ...rest];
  const crc = crc32(bytes);
  return Buffer.from([...bytes, crc >>> 24, (crc >> 16) & 255, (crc >> 8) & 255, crc & 255]);
}

// `events`: [{start, seconds, title, text}], the present and the following; may be replaced while it runs.
export class EventFeed {
  constructor(group, events) {
    const [address, port] = group.split(':');
    this.events = events;
    this.version = 0;
    this.continuity = 0;
    this.socket = dgram.createSocket('udp4');
    this.socket.bind(0, '127.0.0.1', () => this.socket.setMulticastInterface('127.0.0.1'));
    this.child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25',
      '-f', 'lavfi', '-i', 'sine=frequency=440:beep_factor=3:sample_rate=48000', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p',
      '-g', '25', '-b:v', '600k', '-c:a', 'aac', '-b:a', '96k', '-f', 'mpegts', 'pipe:1'], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    let left = Buffer.alloc(0);
    let due = 0;
    this.child.stdout.on('data', (data) => {
      left = Buffer.concat([left, data]);
      const packets = [];
      for (; left.length >= packetBytes; left = left.subarray(packetBytes)) packets.push(left.subarray(0, packetBytes));
      if (Date.now() >= due) {
        due = Date.now() + eitEveryMs;
        packets.unshift(...this.eitPackets());
      }
      for (let at = 0; at < packets.length; at += packetsPerDatagram) {
        this.socket.send(Buffer.concat(packets.slice(at, at + packetsPerDatagram)), Number(port), address, () => {});
      }
    });
  }

  announce(events) {
    this.events = events;
    this.version = (this.version + 1) % 32;
  }

  eitPackets() {
    return this.events.flatMap((one, section) => {
      let bytes = Buffer.concat([Buffer.from([0]), eitSection(1, this.version, section, event({ id: section + 1, ...one }))]);
      const packets = [];
      for (let first = true; bytes.length > 0; first = false) {
        const packet = Buffer.alloc(packetBytes, 0xff);
        packet.set([0x47, (first ? 0x40 : 0) | (eitPid >> 8), eitPid & 255, 0x10 | this.continuity]);
        this.continuity = (this.continuity + 1) % 16;
        packet.set(bytes.subarray(0, packetBytes - 4), 4);
        bytes = bytes.subarray(packetBytes - 4);
        packets.push(packet);
      }
      return packets;
    });
  }

  async stop() {
    this.child.kill('SIGKILL');
    await this.exited;
    this.socket.close();
  }
}
