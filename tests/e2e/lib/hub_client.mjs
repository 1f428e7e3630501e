// SPDX-License-Identifier: MIT
// A client of docs/protocol.md, as a newcomer would write it.
import crypto from 'node:crypto';
import WebSocket from 'ws';
import { eventually } from './daemon.mjs';

export class HubClient {
  static async open(daemon, { name, token } = {}) {
    const client = new HubClient();
    client.socket = new WebSocket(daemon.url.replace('http', 'ws') + '/ws', 'grandstand.v1.json');
    client.events = [];
    client.messages = [];
    client.replies = new Map();
    client.nextId = 1;
    client.closed = new Promise((resolve) => client.socket.once('close', (code, reason) => resolve({ code, reason: String(reason) })));
    client.socket.on('message', (text) => client.receive(JSON.parse(String(text))));
    await new Promise((resolve, reject) => {
      client.socket.once('open', resolve);
      client.socket.once('error', reject);
    });
    const hello = { type: 'hello' };
    if (token) hello.token = token;
    else if (name) hello.guest = { name, token: crypto.randomBytes(18).toString('base64url') };
    client.welcome = await client.ask(hello);
    return client;
  }

  receive(message) {
    this.messages.push(message);
    if (message.events) this.events.push(...message.events);
    if (message.id !== undefined) this.replies.get(message.id)?.(message);
  }

  ask(message) {
    const id = this.nextId++;
    const reply = new Promise((resolve) => this.replies.set(id, resolve));
    this.socket.send(JSON.stringify({ id, ...message }));
    return Promise.race([reply, this.closed.then(({ code }) => ({ ok: false, closed: code }))]);
  }

  join(room, since) {
    return this.ask({ type: 'join', room, ...(since ? { since } : {}) });
  }

  command(room, name, body, key = crypto.randomUUID()) {
    return this.ask({ type: 'command', room, name, key, body });
  }

  say(room, text, key = crypto.randomUUID()) {
    return this.ask({ type: 'command', room, name: 'chat.send', key, media_time: Date.now(), body: { text } });
  }

  event(what, test, seconds = 10) {
    return eventually(what, () => this.events.find(test), seconds);
  }

  close() {
    this.socket.close();
    return this.closed;
  }
}
