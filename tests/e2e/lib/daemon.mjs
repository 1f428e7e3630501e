// SPDX-License-Identifier: MIT
// Starts the real daemon in a directory of its own, with its private PostgreSQL, and stops it again.
import { execFileSync, spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');
export const binary = process.env.GRANDSTAND_BINARY ?? path.join(project, 'build/dev/src/grandstand');

export async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// Asks `question` every `pauseMs` until it gives something true; the answer, or an error that says what was waited for.
export async function eventually(what, question, seconds = 30, pauseMs = 100) {
  const end = Date.now() + seconds * 1000;
  let last;
  while (Date.now() < end) {
    try {
      const answer = await question();
      if (answer) return answer;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
  throw new Error(`waited ${seconds} s in vain for: ${what}${last ? ` (${last.message})` : ''}`);
}

export class Daemon {
  // `channels`: the lineup as YAML text; `extra`: further lines of grandstand.yaml, `http`: one more of its part http; `command`: runs the binary, its last word;
  // `host`: the address that it listens on.
  static async start({ channels, extra = '', http = '', ports = {}, command = [binary], host = '127.0.0.1' }) {
    const daemon = new Daemon();
    daemon.command = command;
    daemon.host = host;
    // Below the system's temporary directory, which the unprivileged PostgreSQL may enter.
    daemon.directory = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-e2e-'));
    fs.chmodSync(daemon.directory, 0o755);
    daemon.httpPort = ports.http ?? (await freePort());
    daemon.rtmpPort = ports.rtmp ?? (await freePort());
    daemon.configFile = path.join(daemon.directory, 'grandstand.yaml');
    daemon.lineupFile = path.join(daemon.directory, 'channels.yaml');
    fs.writeFileSync(
      daemon.configFile,
      `data_directory: data\nchannels_file: channels.yaml\nhttp:\n  address: ${host}\n  port: ${daemon.httpPort}\n${http && `  ${http}\n`}` +
        `rtmp:\n  address: ${host}\n  port: ${daemon.rtmpPort}\n${extra}`,
    );
    fs.writeFileSync(daemon.lineupFile, channels);
    await daemon.launch();
    return daemon;
  }

  async launch() {
    this.log = '';
    this.child = spawn(this.command[0], [...this.command.slice(1), 'serve', '--config', this.configFile], { cwd: this.directory, stdio: ['ignore', 'pipe', 'pipe'] });
    this.exited = new Promise((resolve) => this.child.once('exit', (code, signal) => resolve({ code, signal })));
    let open = false;
    this.child.stdout.on('data', (data) => {
      if (String(data).includes('Grandstand is open')) open = true;
    });
    this.child.stderr.on('data', (data) => {
      this.log += data;
    });
    let gone;
    this.exited.then((how) => (gone = how));
    await eventually('the daemon to open', () => {
      if (gone) throw new Error('it ended');
      return open;
    }, 60).catch((error) => {
      throw new Error(`${error.message}\n${this.log}`);
    });
  }

  get url() {
    return `http://${this.host}:${this.httpPort}`;
  }

  async get(target, options) {
    return fetch(this.url + target, options);
  }

  async json(target, options) {
    const response = await this.get(target, options);
    return response.json();
  }

  async post(target, body) {
    return this.get(target, { method: 'POST', headers: { 'Content-Type': 'application/json', Origin: this.url }, body: JSON.stringify(body) });
  }

  // As an operator does, while the daemon runs.
  addUser(name, role, password) {
    execFileSync(binary, ['user', 'add', name, role, '--config', this.configFile], { input: `${password}\n`, cwd: this.directory });
  }

  // The session: its token and user.
  async signIn(name, password) {
    const response = await this.post('/api/v1/sessions', { name, password });
    if (!response.ok) throw new Error(`${name} cannot sign in: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async metric(name) {
    const page = await (await this.get('/metrics')).text();
    return page.split('\n').filter((line) => line.startsWith(name) && /[ {,}]/.test(line[name.length] ?? ' '))
      .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  async channelState(id, state, seconds = 40) {
    return eventually(`channel ${id} to be ${state}`, async () => {
      const { channels } = await this.json('/api/v1/channels');
      const channel = channels.find((entry) => entry.id === id);
      if (channel?.state === state) return channel;
      throw new Error(`it is ${JSON.stringify(channel)}`);
    }, seconds);
  }

  // FFmpeg 5.1 cannot follow fMP4 from one encoding to another: not from the slate, which a slow start leaves in the list.
  async inOneEncoding(id) {
    return eventually(`${id} in one encoding`, async () => {
      const maps = (await (await this.get(`/live/${id}/fmp4/media.m3u8`)).text()).matchAll(/#EXT-X-MAP:URI="(.*?)"/g);
      return new Set(Array.from(maps, ([, uri]) => uri)).size === 1;
    }, 60);
  }

  signal(name) {
    this.child.kill(name);
  }

  async kill() {
    this.child.kill('SIGKILL');
    return this.exited;
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM');
    const how = await this.exited;
    return how;
  }

  async dispose() {
    await this.stop();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}
