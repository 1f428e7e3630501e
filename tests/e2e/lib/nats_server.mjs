// SPDX-License-Identifier: MIT
// A nats-server of its own on this host.
import { spawn } from 'node:child_process';
import net from 'node:net';
import { eventually, freePort } from './daemon.mjs';

export class NatsServer {
  static async start() {
    const server = new NatsServer();
    server.port = await freePort();
    server.child = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(server.port)], { stdio: 'ignore' });
    await eventually('nats-server', () => new Promise((resolve, reject) => {
      const socket = net.connect(server.port, '127.0.0.1', () => resolve(socket.end() && true));
      socket.on('error', reject);
    }), 10);
    return server;
  }

  get url() {
    return `nats://127.0.0.1:${this.port}`;
  }

  signal(name) {
    this.child.kill(name);
  }

  stop() {
    this.child.kill('SIGKILL');
  }
}
