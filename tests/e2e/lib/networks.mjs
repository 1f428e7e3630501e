// SPDX-License-Identifier: MIT
// Networks of this test's own: a namespace for each node, with a cable each to its viewers and the other nodes, to NATS and to PostgreSQL. A
// cable can be pulled: nothing arrives any more, and nobody is told. Runs as root in a namespace of its own (inNamespace()).
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';

export const kinds = ['peers', 'nats', 'database'];
const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] });
const prefix = (parent) => `gs${parent}-`;

export class Networks {
  // What this process offers is at `host(kind)`.
  constructor(names) {
    this.names = names;
    ip('link', 'set', 'lo', 'up');
    kinds.forEach((kind, k) => {
      ip('link', 'add', `br-${kind}`, 'type', 'bridge');
      ip('addr', 'add', `10.99.${k}.1/24`, 'dev', `br-${kind}`);
      ip('link', 'set', `br-${kind}`, 'up');
    });
    names.forEach((name, n) => {
      const space = this.space(name);
      ip('netns', 'add', space);
      ip('-n', space, 'link', 'set', 'lo', 'up');
      kinds.forEach((kind, k) => {
        const [here, there] = [`v${n}${k}`, `to-${kind}`];
        ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', space);
        ip('link', 'set', here, 'master', `br-${kind}`, 'up');
        ip('-n', space, 'addr', 'add', `10.99.${k}.${n + 11}/24`, 'dev', there);
        ip('-n', space, 'link', 'set', there, 'up');
      });
    });
  }

  space(name) {
    return `${prefix(process.ppid)}${name}`;
  }
  host(kind) {
    return `10.99.${kinds.indexOf(kind)}.1`;
  }
  address(name) {
    return `10.99.0.${this.names.indexOf(name) + 11}`;
  }
  command(name, binary) {
    return ['ip', 'netns', 'exec', this.space(name), binary];
  }

  set(name, kind, way) {
    ip('link', 'set', `v${this.names.indexOf(name)}${kinds.indexOf(kind)}`, way);
  }
  cut(name, ...which) {
    for (const kind of which) this.set(name, kind, 'down');
  }
  heal(name) {
    for (const kind of kinds) this.set(name, kind, 'up');
  }
}

// Loopback, and an interface beside it that has an address and leads nowhere.
export function addInterface(name, address) {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', name, 'type', 'veth', 'peer', 'name', `${name}-end`);
  ip('addr', 'add', address, 'dev', name);
  for (const end of [name, `${name}-end`]) ip('link', 'set', end, 'up');
}

// A way by TCP to a PostgreSQL that listens on a socket in the file system only.
export async function offerPostgres(host, socket) {
  const connections = new Set();
  const server = net.createServer((near) => {
    const far = net.connect(socket);
    for (const [one, other] of [[near, far], [far, near]]) {
      connections.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        connections.delete(one);
        other.destroy();
      });
    }
  });
  await new Promise((resolve) => server.listen(0, host, resolve));
  return {
    port: server.address().port,
    stop: () => {
      for (const one of connections) one.destroy();
      server.close();
    },
  };
}

// Why it cannot be done here; nothing when it can.
export function cannot() {
  if (process.getuid() !== 0) return 'namespaces can be made by root only';
  const probe = `${prefix(process.pid)}probe`;
  const tried = spawnSync('unshare', ['-n', 'sh', '-ec', `ip link add probe type bridge; ip link add near type veth peer name far
    ip netns add ${probe}; trap 'ip netns del ${probe}' EXIT; ip netns exec ${probe} true`], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : `namespaces cannot be made here: ${(tried.stderr ?? String(tried.error)).trim()}`;
}

// Runs the test file in a network namespace of its own, and takes its nodes' namespaces away afterwards.
export function inNamespace(file, environment) {
  const { status } = spawnSync('unshare', ['-n', process.execPath, '--test-reporter=spec', file], {
    stdio: 'inherit',
    env: { ...process.env, ...environment, NODE_TEST_CONTEXT: undefined },
  });
  for (const space of fs.existsSync('/run/netns') ? fs.readdirSync('/run/netns') : []) {
    if (space.startsWith(prefix(process.pid))) ip('netns', 'del', space);
  }
  return status;
}
