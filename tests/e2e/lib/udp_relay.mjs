// SPDX-License-Identifier: MIT
// A network between a sender and the daemon that may lose, double and reorder datagrams.
import dgram from 'node:dgram';

// Forwards what comes to a port of its own to 127.0.0.1:`target`; `trouble(count)` says for each datagram: 'drop', 'twice',
// 'later' (behind the next one) or nothing.
export class UdpRelay {
  static async start(target, trouble = () => undefined) {
    const relay = new UdpRelay();
    relay.trouble = trouble;
    relay.socket = dgram.createSocket('udp4');
    relay.out = dgram.createSocket('udp4');
    let count = 0;
    let held;
    const send = (message) => relay.out.send(message, target, '127.0.0.1');
    relay.socket.on('message', (message) => {
      const what = relay.trouble(count++);
      if (what === 'drop') return;
      if (what === 'later' && !held) {
        held = message;
        return;
      }
      send(message);
      if (what === 'twice') send(message);
      if (held) send(held);
      held = undefined;
    });
    await new Promise((resolve) => relay.socket.bind(0, '127.0.0.1', resolve));
    relay.port = relay.socket.address().port;
    return relay;
  }

  stop() {
    this.socket.close();
    this.out.close();
  }
}
