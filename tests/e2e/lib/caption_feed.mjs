// SPDX-License-Identifier: MIT
// A feed with texts and cues: FFmpeg's pictures and sound in MPEG-TS, to which teletext subtitles (ETSI EN 300 706), CEA-608
// captions in the pictures (ATSC A/53) and SCTE-35 cues are added packet by packet, because FFmpeg writes none of them.
// Each picture carries the time of its making as blocks (clock_feed.mjs); each text is the time of the picture that it
// belongs to.
import { spawn } from 'node:child_process';
import dgram from 'node:dgram';
import { clockPicture, pictureFormat } from './clock_feed.mjs';

const packetBytes = 188;
const packetsPerDatagram = 7;
const videoPid = 0x100;
const pmtPid = 0x1000;
const teletextPid = 0x200;
const splicePid = 0x201;
const teletextPage = 150;
const frameTicks = 3600;
const textEveryFrames = 75;

export function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte << 24;
    for (let bit = 0; bit < 8; ++bit) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  }
  return crc >>> 0;
}
const sealed = (bytes) => {
  const crc = crc32(bytes);
  return Buffer.from([...bytes, crc >>> 24, (crc >> 16) & 255, (crc >> 8) & 255, crc & 255]);
};

const oddParity = (seven) => {
  let ones = 0;
  for (let bit = 0; bit < 7; ++bit) ones += (seven >> bit) & 1;
  return seven | (ones % 2 === 0 ? 0x80 : 0);
};
const reversed = (byte) => {
  let out = 0;
  for (let bit = 0; bit < 8; ++bit) out |= ((byte >> bit) & 1) << (7 - bit);
  return out;
};

// The page with one row, or none, as the payload of a PES packet; the header of another page ends it.
function teletextPes(page, row) {
  const hamming = (nibble) => reversed([0x15, 0x02, 0x49, 0x5e, 0x64, 0x73, 0x38, 0x2f, 0xd0, 0xc7, 0x8c, 0x9b, 0xa1, 0xb6, 0xfd, 0xea][nibble & 15]);
  const text = (characters) => [...characters].map((c) => reversed(oddParity(c.charCodeAt(0) & 0x7f)));
  const magazine = Math.floor(page / 100) % 8;
  const unit = (packet, rest) => [0x03, 0x2c, 0xe7 + packet % 16, 0xe4, hamming(magazine | ((packet & 1) << 3)), hamming(packet >> 1), ...rest];
  const header = (number) => unit(0, [number % 10, Math.floor(number / 10) % 10, 0, 8, 0, 8, 1, 1].map(hamming).concat(text(' '.repeat(32))));
  const units = [...header(page)];
  if (row !== null) units.push(...unit(20, text(`\x0b\x0b${row}\x0a\x0a`.padEnd(40, ' '))));
  units.push(...header(page - page % 100));
  while ((units.length / 46) % 4 !== 3) units.push(0xff, 0x2c, ...new Array(44).fill(0xff));
  return Buffer.from([0x10, ...units]);
}

function pesPacket(streamId, pts, payload) {
  const time = [0x21 | (Number(pts / (2n ** 30n)) << 1), Number((pts >> 22n) & 255n), Number((pts >> 14n) & 254n) | 1, Number((pts >> 7n) & 255n), Number((pts << 1n) & 254n) | 1];
  // Teletext has a PES header of 45 bytes, so that its data units fill whole packets.
  const fields = [...time, ...new Array(0x24 - time.length).fill(0xff)];
  const length = payload.length + fields.length + 3;
  return Buffer.from([0, 0, 1, streamId, length >> 8, length & 255, 0x84, 0x80, fields.length, ...fields, ...payload]);
}

// Pop-on captions of the first field, one pair of bytes for each picture: loads `text`, then shows it.
function* popOn(text) {
  for (const pair of [[0x14, 0x20], [0x14, 0x2e], [0x14, 0x70]]) yield pair;
  for (let i = 0; i < text.length; i += 2) yield [text.charCodeAt(i), i + 1 < text.length ? text.charCodeAt(i + 1) : 0];
  yield [0x14, 0x2f];
}
export const popOnFrames = (text) => 3 + Math.ceil(text.length / 2) + 1;

function captionSei(pair) {
  const triplet = [0xfc, oddParity(pair[0]), oddParity(pair[1])];
  const payload = [0xb5, 0, 0x31, ...Buffer.from('GA94'), 3, 0xc1, 0xff, ...triplet, 0xff];
  return Buffer.from([0, 0, 0, 1, 6, 4, payload.length, ...payload, 0x80]);
}

// SCTE 35 9.7.3: leaves the programme at `pts` for `duration` ticks, or returns to it.
function spliceInsert({ id, out, pts, duration }) {
  const time = (value, flags) => [flags | Number(value >> 32n), ...[24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 255n))];
  const insert = [id >>> 24, (id >> 16) & 255, (id >> 8) & 255, id & 255, 0x7f, (out ? 0x80 : 0) | 0x40 | (duration ? 0x20 : 0) | 0x0f,
    ...time(pts & (2n ** 33n - 1n), 0xfe), ...(duration ? time(duration, 0xfe) : []), 0, 1, 0, 0];
  return spliceSection(5, insert, []);
}

// SCTE 35 9.7.4 with one segmentation_descriptor (10.3.3).
function timeSignal({ id, type, pts, duration }) {
  const value = pts & (2n ** 33n - 1n);
  const command = [0xfe | Number(value >> 32n), ...[24n, 16n, 8n, 0n].map((shift) => Number((value >> shift) & 255n))];
  const length = duration ? [0, ...[24n, 16n, 8n, 0n].map((shift) => Number((duration >> shift) & 255n))] : [];
  const body = [...Buffer.from('CUEI'), id >>> 24, (id >> 16) & 255, (id >> 8) & 255, id & 255, 0x7f, 0x80 | (duration ? 0x40 : 0) | 0x3f, ...length, 0, 0, type, 1, 1];
  return spliceSection(6, command, [2, body.length, ...body]);
}

function spliceSection(type, command, descriptors) {
  const body = [0, 0, 0, 0, 0, 0, 0, 0xff, 0xf0 | (command.length >> 8), command.length & 255, type, ...command, descriptors.length >> 8, descriptors.length & 255, ...descriptors];
  const length = body.length + 4;
  return sealed([0xfc, 0x30 | (length >> 8), length & 255, ...body]);
}

// `teletext`, `captions`: which texts it has; `splices`: whether the programme has a stream of cues.
export class CaptionFeed {
  // To one group, or the same to several.
  constructor(groups, { teletext = true, captions = true, splices = true } = {}) {
    const places = [groups].flat().map((group) => group.split(':'));
    Object.assign(this, { teletext, captions, splices, made: [], frame: 0, pairs: [], counters: new Map(), first: null });
    this.socket = dgram.createSocket('udp4');
    this.socket.bind(0, '127.0.0.1', () => this.socket.setMulticastInterface('127.0.0.1'));
    this.send = (packets) => {
      for (let at = 0; at < packets.length; at += packetsPerDatagram) {
        const datagram = Buffer.concat(packets.slice(at, at + packetsPerDatagram));
        for (const [address, port] of places) this.socket.send(datagram, Number(port), address, () => {});
      }
    };
    this.child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', ...pictureFormat, '-i', 'pipe:0',
      '-f', 'lavfi', '-re', '-i', 'sine=frequency=440:sample_rate=48000',
      '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-pix_fmt', 'yuv420p', '-g', '25', '-b:v', '500k', '-x264-params', 'sliced-threads=0:threads=1',
      '-c:a', 'aac', '-b:a', '64k', '-flush_packets', '1', '-muxdelay', '0', '-muxpreload', '0',
      '-f', 'mpegts', '-mpegts_start_pid', String(videoPid), '-mpegts_pmt_start_pid', String(pmtPid), 'pipe:1'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.stdin.on('error', () => {});
    this.feedPictures();
    this.pictureParts = [];
    let left = Buffer.alloc(0);
    this.child.stdout.on('data', (data) => {
      left = Buffer.concat([left, data]);
      const packets = [];
      for (; left.length >= packetBytes; left = left.subarray(packetBytes)) packets.push(...this.edit(left.subarray(0, packetBytes)));
      this.send(packets);
    });
  }

  feedPictures() {
    const began = performance.now();
    let sent = 0;
    this.timer = setInterval(() => {
      for (; began + sent * 40 <= performance.now(); sent += 1) {
        const now = Date.now();
        this.made.push(now);
        this.child.stdin.write(clockPicture(now));
      }
    }, 5);
  }

  edit(packet) {
    const pid = ((packet[1] & 0x1f) << 8) | packet[2];
    const start = (packet[1] & 0x40) !== 0;
    if (pid === pmtPid) return this.sectionPackets(pmtPid, this.pmt(packet));
    if (pid !== videoPid) return [Buffer.from(packet)];
    const packets = [];
    if (start && this.pictureParts.length > 0) packets.push(...this.finishPicture());
    this.pictureParts.push(Buffer.from(packet));
    return packets;
  }

  // FFmpeg's map of the programme with our streams added.
  pmt(packet) {
    const at = packet[4] + 5;
    const length = ((packet[at + 1] & 15) << 8) | packet[at + 2];
    const section = [...packet.subarray(at, at + 3 + length - 4)];
    const add = (type, pid, descriptors) => section.push(type, 0xe0 | (pid >> 8), pid & 255, 0xf0, descriptors.length, ...descriptors);
    if (this.teletext) add(6, teletextPid, [0x56, 5, ...Buffer.from('ger'), (2 << 3) | (Math.floor(teletextPage / 100) % 8), 0x50]);
    if (this.splices) add(0x86, splicePid, []);
    const total = section.length - 3 + 4;
    section[1] = 0xb0 | (total >> 8);
    section[2] = total & 255;
    return sealed(section);
  }

  counter(pid) {
    const value = this.counters.get(pid) ?? 0;
    this.counters.set(pid, (value + 1) % 16);
    return value;
  }

  sectionPackets(pid, section) {
    return this.split(pid, Buffer.concat([Buffer.from([0]), section]), null, true);
  }

  // Bytes in packets; the first one keeps the adaptation field given.
  split(pid, bytes, adaptation, padded = false) {
    const packets = [];
    for (let at = 0, first = true; at < bytes.length; first = false) {
      let field = first && adaptation ? adaptation : Buffer.alloc(0);
      const room = packetBytes - 4 - field.length;
      let count = Math.min(room, bytes.length - at);
      const missing = padded ? 0 : room - count;
      if (missing > 0) {
        if (field.length === 0) field = missing === 1 ? Buffer.from([0]) : Buffer.concat([Buffer.from([missing - 1, 0]), Buffer.alloc(missing - 2, 0xff)]);
        else field = Buffer.concat([Buffer.from([field[0] + missing]), field.subarray(1), Buffer.alloc(missing, 0xff)]);
      }
      const packet = Buffer.alloc(packetBytes, 0xff);
      packet.set([0x47, (first ? 0x40 : 0) | (pid >> 8), pid & 255, (field.length > 0 ? 0x30 : 0x10) | this.counter(pid)]);
      packet.set(field, 4);
      packet.set(bytes.subarray(at, at + count), 4 + field.length);
      packets.push(packet);
      at += count;
    }
    return packets;
  }

  finishPicture() {
    const parts = this.pictureParts.splice(0);
    let adaptation = null;
    const bytes = Buffer.concat(parts.map((packet, i) => {
      const length = packet[3] & 0x20 ? packet[4] + 1 : 0;
      if (i === 0 && length > 1) {
        // Flags and clock, without the stuffing.
        const size = 2 + (packet[5] & 0x10 ? 6 : 0);
        adaptation = Buffer.from(packet.subarray(4, 4 + size));
        adaptation[0] = size - 1;
      }
      return packet.subarray(4 + length);
    }));
    const head = 9 + bytes[8];
    const pts = ((BigInt(bytes[9]) >> 1n) & 7n) << 30n | BigInt(bytes[10]) << 22n | (BigInt(bytes[11]) >> 1n) << 15n | BigInt(bytes[12]) << 7n | BigInt(bytes[13]) >> 1n;
    this.pts = pts;
    const made = this.made[this.frame];
    const packets = [];
    let picture = bytes;
    if (this.captions) picture = this.withCaptions(bytes, head);
    packets.push(...this.split(videoPid, picture, adaptation));
    if (this.teletext && this.frame % 5 === 0) {
      const shown = this.frame % textEveryFrames === 0 ? [`TXT ${made}`] : this.frame % textEveryFrames === 50 ? [null] : [];
      for (const row of shown.length > 0 ? shown : []) packets.push(...this.split(teletextPid, pesPacket(0xbd, pts, teletextPes(teletextPage, row)), null));
    }
    this.frame += 1;
    return packets;
  }

  // The caption that is complete with this picture names the picture's time.
  withCaptions(bytes, head) {
    const example = `CC ${this.made[0]}`;
    if (this.pairs.length === 0 && this.frame % textEveryFrames === 10) {
      const shownAt = this.made[this.frame] + (popOnFrames(example) - 1) * 40;
      this.pairs = [...popOn(`CC ${shownAt}`)];
    }
    const sei = captionSei(this.pairs.shift() ?? [0, 0]);
    // Behind the access unit delimiter and parameter sets, before the first slice.
    for (let at = head; at + 4 < bytes.length; ++at) {
      if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== 1) continue;
      const type = bytes[at + 3] & 31;
      if (type !== 1 && type !== 5) continue;
      const cut = bytes[at - 1] === 0 ? at - 1 : at;
      return Buffer.concat([bytes.subarray(0, cut), sei, bytes.subarray(cut)]);
    }
    return bytes;
  }

  // Cues `seconds` from the latest picture; gives the section as the playlist is to name it.
  splice({ id, out, seconds, duration }) {
    const section = spliceInsert({ id, out, pts: this.pts + BigInt(Math.round(seconds * 90_000)), duration: duration ? BigInt(duration * 90_000) : undefined });
    this.send(this.sectionPackets(splicePid, section));
    return `0x${section.toString('hex').toUpperCase()}`;
  }
  signal({ id, type, seconds, duration }) {
    const section = timeSignal({ id, type, pts: this.pts + BigInt(Math.round(seconds * 90_000)), duration: duration ? BigInt(duration * 90_000) : undefined });
    this.send(this.sectionPackets(splicePid, section));
    return `0x${section.toString('hex').toUpperCase()}`;
  }

  // The time of the picture that is `seconds` after the latest one.
  timeAt(seconds) {
    return this.made[this.frame - 1] + seconds * 1000;
  }

  async stop() {
    clearInterval(this.timer);
    this.child.kill('SIGKILL');
    await this.exited;
    this.socket.close();
  }
}
