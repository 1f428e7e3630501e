// SPDX-License-Identifier: MIT
// A coturn of its own on loopback, with credentials that expire.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { eventually, freePort } from './daemon.mjs';

export class TurnServer {
  static async start(secret) {
    const server = new TurnServer();
    server.port = await freePort();
    server.directory = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-turn-'));
    const file = path.join(server.directory, 'turn.conf');
    fs.writeFileSync(file, [`listening-port=${server.port}`, 'listening-ip=127.0.0.1', 'relay-ip=127.0.0.1', 'allow-loopback-peers', 'realm=grandstand', 'use-auth-secret',
      `static-auth-secret=${secret}`, 'no-tls', 'no-dtls', 'no-cli', 'no-stdout-log', `log-file=${server.directory}/log`, 'simple-log', 'verbose', `pidfile=${server.directory}/pid`,
      `userdb=${server.directory}/turndb`, ''].join('\n'));
    server.child = spawn('turnserver', ['-c', file], { stdio: 'ignore' });
    await eventually('coturn', () => new Promise((resolve, reject) => {
      const socket = net.connect(server.port, '127.0.0.1', () => resolve(socket.end() && true));
      socket.on('error', reject);
    }), 20);
    return server;
  }

  get config() {
    return `turn:127.0.0.1:${this.port}?transport=udp`;
  }

  log() {
    return fs.readdirSync(this.directory).filter((name) => name.startsWith('log')).map((name) => fs.readFileSync(path.join(this.directory, name), 'utf8')).join('');
  }

  stop() {
    this.child.kill('SIGKILL');
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}
