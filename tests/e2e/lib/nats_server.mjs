// SPDX-License-Identifier: MIT
// A nats-server of its own on this host.
import { spawn } from 'node:child_process';
import net from 'node:net';
import { eventually, freePort } from './daemon.mjs';

export class NatsServer {
  static async start(host = '127.0.0.1') {
    const server = new NatsServer();
    server.host = host;
    server.port = await freePort();
    await server.launch();
    return server;
  }

  async launch() {
    this.child = spawn('nats-server', ['-a', this.host, '-p', String(this.port)], { stdio: 'ignore' });
    await eventually('nats-server', () => new Promise((resolve, reject) => {
      const socket = net.connect(this.port, this.host, () => resolve(socket.end() && true));
      socket.on('error', reject);
    }), 10);
  }

  get url() {
    return `nats://${this.host}:${this.port}`;
  }

  signal(name) {
    this.child.kill(name);
  }

  stop() {
    this.child.kill('SIGKILL');
  }
}
