// SPDX-License-Identifier: MIT
// A Janus of its own: the videoroom, asked over HTTP on loopback. Its media needs an interface beside that, for Janus gives out no address of loopback.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { eventually, freePort } from './daemon.mjs';

const apiSecret = 'north';
const adminKey = 'south';

// All plugins or transports of the package but the one of that name.
function others(folder, but) {
  const places = fs.readdirSync('/usr/lib').map((base) => path.join('/usr/lib', base, 'janus', folder)).filter((place) => fs.existsSync(place));
  return places.flatMap((place) => fs.readdirSync(place)).filter((name) => name.endsWith('.so') && !name.includes(but)).join();
}

export class JanusServer {
  // `address`: the only one that media goes by.
  static async start(address) {
    const server = new JanusServer();
    server.port = await freePort();
    server.directory = fs.mkdtempSync(path.join(os.tmpdir(), 'grandstand-janus-'));
    const write = (name, text) => fs.writeFileSync(path.join(server.directory, name), text);
    write('janus.jcfg', `general: { api_secret = "${apiSecret}" }\nmedia: { rtp_port_range = "20000-20199" }\nnat: { ice_enforce_list = "${address}" }\n` +
      `plugins: { disable = "${others('plugins', 'videoroom')}" }\ntransports: { disable = "${others('transports', 'http')}" }\n`);
    write('janus.transport.http.jcfg', `general: { base_path = "/janus" http = true ip = "127.0.0.1" port = ${server.port} }\nadmin: { admin_http = false }\n`);
    write('janus.plugin.videoroom.jcfg', `general: { admin_key = "${adminKey}" }\n`);
    await server.launch();
    return server;
  }

  async launch() {
    const log = fs.openSync(path.join(this.directory, 'log'), 'a');
    this.child = spawn('janus', ['-F', this.directory, '-o'], { stdio: ['ignore', log, log] });
    fs.closeSync(log);
    this.exited = new Promise((resolve) => this.child.once('exit', resolve));
    await eventually('Janus', async () => (await fetch(`${this.url}/info`)).ok, 20);
  }

  get url() {
    return `http://127.0.0.1:${this.port}/janus`;
  }

  // What the daemon has to know of it.
  get config() {
    return `calls:\n  janus: "${this.url}"\n  janus_api_secret: ${apiSecret}\n  janus_admin_key: ${adminKey}\n`;
  }

  async kill() {
    this.child.kill('SIGKILL');
    return this.exited;
  }

  async dispose() {
    await this.kill();
    fs.rmSync(this.directory, { recursive: true, force: true });
  }
}
