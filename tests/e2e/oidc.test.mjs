// SPDX-License-Identifier: MIT
// Signing in by a real OpenID Connect provider (oidc-provider): account by issuer and subject, replays and foreign browsers refused, new keys
// found, and logging out there closes the sockets here.
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { Provider } from 'oidc-provider';
import { WebSocket } from 'ws';
import { Daemon, eventually, freePort } from './lib/daemon.mjs';

let daemon, identity, issuer, port;
const providerSessions = []; // what the provider calls its sessions with people

const newKey = (kid) => ({ ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' });

// A provider on `port`, whose sign-in page takes any name.
async function startProvider(daemonUrl, key) {
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'tv',
        client_secret: 'secret: with % signs',
        redirect_uris: [`${daemonUrl}/api/v1/providers/corp/callback`],
        backchannel_logout_uri: `${daemonUrl}/api/v1/providers/corp/logout`,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [key] },
    cookies: { keys: ['only for this test'] },
    claims: { openid: ['sub'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    pkce: { required: () => true, methods: ['S256'] },
  });
  provider.on('authorization.success', ({ oidc: { session } }) => providerSessions.push({ name: session.accountId, sid: session.sidFor('tv') }));
  const server = http.createServer(provider.callback());
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { provider, stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))) };
}

// As much of a browser as redirects, cookies and forms need.
class Visitor {
  cookies = new Map(); // by host and name; paths do not matter here

  async ask(url, options = {}) {
    const { host } = new URL(url);
    const cookie = [...this.cookies].filter(([key]) => key.startsWith(`${host} `)).map(([key, value]) => `${key.split(' ')[1]}=${value}`);
    const response = await fetch(url, { ...options, redirect: 'manual', headers: { ...options.headers, Cookie: cookie.join('; ') } });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(`${host} ${name}`, value);
    }
    return response;
  }

  // From the button on our page to where our server is asked to take over.
  async comeBackFromProvider(name) {
    let url = `${daemon.url}/api/v1/providers/corp/sign_in?return=/guide`;
    for (let step = 0; step < 12; ++step) {
      if (url.includes('/callback?')) return url;
      let response = await this.ask(url);
      if (url.includes('/interaction/') && response.status === 200) {
        const prompt = /name="prompt" value="(\w+)"/.exec(await response.text())[1];
        const form = new URLSearchParams(prompt === 'login' ? { prompt, login: name, password: 'any' } : { prompt });
        response = await this.ask(url, { method: 'POST', body: form });
      }
      assert.ok([302, 303].includes(response.status), `${url}: ${response.status} ${await response.clone().text()}`);
      url = new URL(response.headers.get('location'), url).href;
    }
    throw new Error('the provider sends the browser in circles');
  }

  async signIn(name) {
    return this.ask(await this.comeBackFromProvider(name));
  }

  async me() {
    return (await (await this.ask(`${daemon.url}/api/v1/me`)).json()).user;
  }
}

before(async () => {
  port = await freePort();
  issuer = `http://127.0.0.1:${port}`;
  daemon = await Daemon.start({
    channels: 'channels: []\n',
    extra: `identity:\n  oidc: [{id: corp, title: Corporation, issuer: "${issuer}", client_id: tv, client_secret: "secret: with % signs"}]\n`,
  });
  identity = await startProvider(daemon.url, newKey('first'));
});
after(async () => {
  await identity?.stop();
  await daemon?.stop();
});

test('whoever signs in by the provider has one account, by issuer and subject', async () => {
  const ada = new Visitor();
  const entered = await ada.signIn('ada');
  assert.equal(entered.status, 302, await entered.clone().text());
  assert.equal(entered.headers.get('location'), '/guide');
  const first = await ada.me();
  assert.equal(first.name, 'ada');
  const again = new Visitor();
  await again.signIn('ada');
  assert.equal((await again.me()).id, first.id);
  const other = new Visitor();
  await other.signIn('аda'); // looks the same, is somebody else
  const stranger = await other.me();
  assert.notEqual(stranger.id, first.id);
  assert.notEqual(stranger.name, 'аda');
});

test('an answer counts in the browser that asked, and once', async () => {
  const ada = new Visitor();
  const answer = await ada.comeBackFromProvider('ada');
  const elsewhere = await new Visitor().ask(answer);
  assert.equal(elsewhere.status, 400);
  assert.match((await elsewhere.json()).detail, /not begun in this browser/);
  const kept = ada.cookies.get(`${new URL(daemon.url).host} gs_provider`);
  assert.equal((await ada.ask(answer)).status, 302);
  assert.equal((await ada.ask(answer)).status, 400, 'the cookie is gone');
  ada.cookies.set(`${new URL(daemon.url).host} gs_provider`, kept);
  const replayed = await ada.ask(answer);
  assert.equal(replayed.status, 401);
  assert.match((await replayed.json()).detail, /invalid_grant/);
});

test('nobody is sent to another site, and other providers are not there', async () => {
  for (const path of ['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)']) {
    const response = await new Visitor().ask(`${daemon.url}/api/v1/providers/corp/sign_in?return=${encodeURIComponent(path)}`);
    assert.equal(response.status, 400, path);
  }
  assert.equal((await new Visitor().ask(`${daemon.url}/api/v1/providers/nobody/sign_in`)).status, 404);
});

test('logging out at the provider closes the sockets here', async () => {
  const ada = new Visitor();
  await ada.signIn('grace');
  const cookie = `grandstand_session=${ada.cookies.get(`${new URL(daemon.url).host} grandstand_session`)}`;
  const socket = new WebSocket(`${daemon.url.replace('http', 'ws')}/ws`, 'grandstand.v1.json', { headers: { Cookie: cookie } });
  const closed = new Promise((resolve) => socket.on('close', resolve));
  const welcome = await new Promise((resolve, reject) => {
    socket.on('open', () => socket.send('{"id":1,"type":"hello"}'));
    socket.on('message', (text) => resolve(JSON.parse(text)));
    socket.on('error', reject);
  });
  assert.equal(welcome.user.name, 'grace');
  const client = await identity.provider.Client.find('tv');
  await client.backchannelLogout('grace', 'no matter which');
  assert.equal(await ada.me().then((user) => user?.name), 'grace', 'another session of the provider');
  const { sid } = providerSessions.findLast(({ name }) => name === 'grace');
  await client.backchannelLogout('grace', sid);
  assert.equal(await closed, 4001);
  assert.equal(await ada.me(), null);
  const forged = await fetch(`${daemon.url}/api/v1/providers/corp/logout`, { method: 'POST', body: new URLSearchParams({ logout_token: 'eyJhbGciOiJub25lIn0.e30.' }) });
  assert.equal(forged.status, 400);
});

test('new keys of the provider are found', async () => {
  await identity.stop();
  identity = await startProvider(daemon.url, newKey('second'));
  // Keys are looked for at most every few seconds.
  await eventually('a sign-in with the new key', async () => {
    const ada = new Visitor();
    return (await ada.signIn('ada')).status === 302 && (await ada.me())?.name === 'ada';
  });
});
