// SPDX-License-Identifier: MIT
// The nginx edge that we ship, before a daemon.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http2 from 'node:http2';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, freePort } from './daemon.mjs';

const project = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

export class Edge {
  static async start(daemon) {
    const edge = new Edge();
    const port = await freePort();
    edge.url = `https://localhost:${port}`;
    const directory = path.join(daemon.directory, 'edge');
    fs.mkdirSync(directory);
    const made = spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
      '-keyout', path.join(directory, 'edge.key'), '-out', path.join(directory, 'edge.crt')]);
    assert.equal(made.status, 0, String(made.stderr));
    const shipped = fs.readFileSync(path.join(project, 'config/nginx-edge.conf'), 'utf8');
    const site = shipped
      .replace('127.0.0.1:8080', `127.0.0.1:${daemon.httpPort}`)
      .replace('listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2;`)
      .replace(/ *listen \[::\]:443.*\n/, '')
      .replaceAll('/etc/grandstand/', `${directory}/`)
      .replaceAll('/var/cache/nginx/grandstand', path.join(directory, 'cache'));
    fs.writeFileSync(path.join(directory, 'nginx.conf'), `daemon off;\nworker_processes 1;\npid ${directory}/pid;\nerror_log stderr warn;\n${process.getuid() === 0 ? 'user root;\n' : ''}events {}\n` +
      `http {\naccess_log off;\nclient_body_temp_path ${directory}/body;\nproxy_temp_path ${directory}/proxy;\nfastcgi_temp_path ${directory}/f;\nuwsgi_temp_path ${directory}/u;\nscgi_temp_path ${directory}/s;\n${site}\n}\n`);
    edge.child = spawn('nginx', ['-p', directory, '-c', path.join(directory, 'nginx.conf')], { stdio: ['ignore', 'ignore', 'pipe'] });
    edge.errors = '';
    edge.child.stderr.on('data', (data) => (edge.errors += data));
    await eventually('the edge to open', () => {
      if (edge.child.exitCode !== null) throw new Error(edge.errors);
      return edge.connect();
    });
    return edge;
  }

  connect() {
    return new Promise((resolve) => {
      const attempt = http2.connect(this.url, { rejectUnauthorized: false });
      attempt.once('connect', () => ((this.session = attempt), resolve(true)));
      attempt.once('error', () => resolve(false));
    });
  }

  async get(target, headers = {}) {
    if (this.session.destroyed || this.session.closed) await this.connect();
    return new Promise((resolve, reject) => {
      const stream = this.session.request({ ':path': target, ...headers });
      const chunks = [];
      let head;
      stream.on('response', (value) => (head = value));
      stream.on('data', (data) => chunks.push(data));
      stream.on('end', () => resolve({ status: head[':status'], headers: head, body: Buffer.concat(chunks) }));
      stream.on('error', reject);
    });
  }

  async stop() {
    this.session?.destroy();
    if (this.child.exitCode !== null) return;
    this.child.kill('SIGTERM');
    await new Promise((resolve) => this.child.once('exit', resolve));
  }
}
