// SPDX-License-Identifier: MIT
// Several daemons with one PostgreSQL and one NATS server: one audience, one lineup.
import path from 'node:path';
import { Daemon, eventually, freePort } from './daemon.mjs';
import { NatsServer } from './nats_server.mjs';

export class Nodes {
  // `channels`: the lineup of all; `extra`: further lines of grandstand.yaml.
  static async start({ channels, extra = '', names = ['one', 'two', 'three'], prepare = () => {} }) {
    const nodes = new Nodes();
    Object.assign(nodes, { channels, extra, running: {} });
    nodes.keeper = await Daemon.start({ channels: 'channels: []\n' }); // has the PostgreSQL that all share
    await prepare(nodes.keeper.directory);
    nodes.nats = await NatsServer.start();
    await Promise.all(names.map((name) => nodes.add(name)));
    return nodes;
  }

  async add(name) {
    const sockets = path.join(this.keeper.directory, 'data/postgres/run');
    const http = await freePort();
    const channels = typeof this.channels === 'function' ? this.channels(this.keeper.directory) : this.channels;
    this.running[name] = await Daemon.start({
      channels,
      ports: { http },
      extra: `database:\n  url: "postgresql:///postgres?host=${encodeURIComponent(sockets)}&user=grandstand"\n` +
        `cluster:\n  nats_url: "${this.nats.url}"\n  node: ${name}\n  address: "http://127.0.0.1:${http}"\n${this.extra}`,
    });
    return this.running[name];
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
    await this.keeper?.dispose();
  }
}
