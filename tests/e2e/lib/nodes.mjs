// SPDX-License-Identifier: MIT
// Several daemons with one PostgreSQL and one NATS server: one audience, one lineup.
import fs from 'node:fs';
import path from 'node:path';
import { Daemon, binary, eventually, freePort } from './daemon.mjs';
import { NatsServer } from './nats_server.mjs';
import { offerPostgres } from './networks.mjs';

export class Nodes {
  // `channels`: the lineup of all; `extra`: further lines of grandstand.yaml; `networks`: each node has one of its own.
  static async start({ channels, extra = '', names = ['one', 'two', 'three'], prepare = () => {}, networks, settling = '2s' }) {
    const nodes = new Nodes();
    Object.assign(nodes, { channels, extra, networks, settling, running: {} });
    nodes.keeper = await Daemon.start({ channels: 'channels: []\n' }); // has the PostgreSQL that all share
    await prepare(nodes.keeper.directory);
    nodes.nats = await NatsServer.start(networks?.host('nats'));
    if (networks) nodes.postgres = await offerPostgres(networks.host('database'), path.join(nodes.sockets, '.s.PGSQL.5432'));
    await Promise.all(names.map((name) => nodes.add(name)));
    return nodes;
  }

  get sockets() {
    return path.join(this.keeper.directory, 'data/postgres/run');
  }

  get databaseUrl() {
    if (this.networks) return `postgresql://grandstand@${this.networks.host('database')}:${this.postgres.port}/postgres?sslmode=disable`;
    return `postgresql:///postgres?host=${encodeURIComponent(this.sockets)}&user=grandstand`;
  }

  async add(name) {
    const http = await freePort();
    const host = this.networks?.address(name) ?? '127.0.0.1';
    this.running[name] = await Daemon.start({
      channels: typeof this.channels === 'function' ? this.channels(this.keeper.directory) : this.channels,
      host,
      ports: { http },
      ...(this.networks ? { command: this.networks.command(name, binary) } : {}),
      extra: `database:\n  url: "${this.databaseUrl}"\n` +
        `cluster:\n  nats_url: "${this.nats.url}"\n  node: ${name}\n  address: "http://${host}:${http}"\n  settling: ${this.settling}\n${this.extra}`,
    });
    return this.running[name];
  }

  // The processes of the PostgreSQL, all of them.
  signalPostgres(signal) {
    const master = Number(fs.readFileSync(path.join(this.keeper.directory, 'data/postgres/cluster/postmaster.pid'), 'utf8').split('\n')[0]);
    const children = fs.readFileSync(`/proc/${master}/task/${master}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
    for (const pid of [master, ...children]) process.kill(pid, signal);
  }

  get names() {
    return Object.keys(this.running);
  }

  // How many rooms or channels each node owns.
  async owned(kind, name) {
    return this.running[name].metric(`grandstand_cluster_leases{kind="${kind}"`);
  }

  async shares(kind) {
    return Object.fromEntries(await Promise.all(this.names.map(async (name) => [name, await this.owned(kind, name)])));
  }

  async settled(kind, count, seconds = 30) {
    return eventually(`${count} ${kind}s to have their owners`, async () => {
      const shares = await this.shares(kind);
      if (Object.values(shares).reduce((sum, one) => sum + one, 0) === count) return shares;
      throw new Error(JSON.stringify(shares));
    }, seconds, 50);
  }

  // The node that packages the channel: who answers for itself, and does not send us on.
  async ownerOf(id) {
    return eventually(`a node to run ${id}`, async () => {
      for (const name of this.names) {
        const response = await this.running[name].get(`/live/${id}/index.m3u8`, { headers: { 'x-grandstand-hop': '1' } });
        if (response.status === 200) return name;
      }
      return null;
    }, 30);
  }

  async dispose() {
    this.nats?.signal('SIGCONT');
    for (const node of Object.values(this.running)) node.signal('SIGCONT');
    await Promise.all(Object.values(this.running).map((node) => node.dispose()));
    this.nats?.stop();
    this.postgres?.stop();
    await this.keeper?.dispose();
  }
}
