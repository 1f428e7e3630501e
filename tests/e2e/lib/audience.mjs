// SPDX-License-Identifier: MIT
// Many players of one channel, each with a connection of its own: they reload media playlists and fetch what those list,
// again and again, and hold the channel to what it once said and sent.
import { createHash } from 'node:crypto';
import http from 'node:http';

const reloadMs = 1000;

export class Audience {
  // `playlists`: paths of media playlists, for the players in turn.
  static start(daemon, playlists, players) {
    const audience = new Audience();
    Object.assign(audience, { daemon, playlists, faults: new Set(), requests: 0, meanings: new Map(), bodies: new Map() });
    audience.players = Array.from({ length: players }, (_, i) => audience.play(playlists[i % playlists.length], i));
    return audience;
  }

  async stop() {
    this.stopping = true;
    await Promise.all(this.players);
    return this;
  }

  // How many segments were fetched at least so many times.
  fetched(times) {
    return [...this.bodies.values()].filter(({ count }) => count >= times).length;
  }

  // Fetches all that is listed now; the media sequences by playlist.
  async fetchAll() {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const first = new Map();
    for (const path of this.playlists) {
      const { media, uris } = await this.reload(agent, path, { sequence: -1 });
      first.set(path, media);
      for (const uri of uris) await this.fetch(agent, path, uri);
    }
    agent.destroy();
    return first;
  }

  async play(path, number) {
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const player = { sequence: -1 };
    const have = new Set();
    await pause((number * 37) % reloadMs);
    while (!this.stopping) {
      const began = Date.now();
      const { uris } = await this.reload(agent, path, player);
      const fresh = uris.filter((uri) => !have.has(uri));
      if (uris.length > 0) fresh.push(uris[(number + this.requests) % uris.length]); // one again, of whatever age
      for (const uri of fresh) {
        if (this.stopping) break;
        await this.fetch(agent, path, uri);
        have.add(uri);
      }
      await pause(Math.max(0, reloadMs - (Date.now() - began)));
    }
    agent.destroy();
  }

  async reload(agent, path, player) {
    const { status, body } = await this.get(agent, path);
    if (status !== 200) return { uris: [] };
    const text = String(body);
    const media = Number(/#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(text)[1]);
    if (media < player.sequence) this.faults.add(`${path}: EXT-X-MEDIA-SEQUENCE fell from ${player.sequence} to ${media}`);
    const listed = [...text.matchAll(/#EXTINF:([\d.]+),[^\n]*\n([^#\n]+)/g)];
    if (player.end !== undefined && media > player.end) this.faults.add(`${path}: ${player.end} to ${media} were never listed`);
    player.sequence = media;
    player.end = media + listed.length;
    const uris = listed.map(([, duration, uri], i) => {
      const key = `${path} ${media + i}`;
      const meaning = `${duration} ${uri}`;
      const known = this.meanings.get(key) ?? meaning;
      if (known !== meaning) this.faults.add(`${key} was ${known} and is ${meaning}`);
      this.meanings.set(key, known);
      return uri;
    });
    return { media, uris };
  }

  async fetch(agent, path, uri) {
    const target = new URL(uri, `http://channel${path}`).pathname;
    const { status, body } = await this.get(agent, target);
    if (status !== 200) return;
    const digest = createHash('sha1').update(body).digest('base64');
    const known = this.bodies.get(target);
    if (!known) this.bodies.set(target, { digest, count: 1 });
    else if (known.digest !== digest) this.faults.add(`${target} changed`);
    else known.count += 1;
  }

  async get(agent, path) {
    this.requests += 1;
    try {
      const answer = await new Promise((resolve, reject) => {
        const request = http.get(this.daemon.url + path, { agent }, (response) => {
          const pieces = [];
          response.on('data', (piece) => pieces.push(piece));
          response.on('end', () => resolve({ status: response.statusCode, body: Buffer.concat(pieces) }));
          response.on('error', reject);
        });
        request.on('error', reject);
      });
      if (answer.status !== 200) this.faults.add(`${path}: status ${answer.status}`);
      return answer;
    } catch (error) {
      this.faults.add(`${path}: ${error.message}`);
      return { status: 0, body: Buffer.alloc(0) };
    }
  }
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
