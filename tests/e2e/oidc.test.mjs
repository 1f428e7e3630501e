// SPDX-License-Identifier: MIT
// Signing in by a real OpenID Connect provider (oidc-provider): account by issuer and subject, replays and foreign browsers refused, new keys
// found, and logging out there closes the sockets here.
import assert from 'node:assert/strict';
import { createPrivateKey, createSign, generateKeyPairSync, randomUUID } from 'node:crypto';
import http from 'node:http';
import { after, before, test } from 'node:test';
import { Provider } from 'oidc-provider';
import { WebSocket } from 'ws';
import { launchBrowser } from './lib/browser.mjs';
import { Daemon, eventually, freePort } from './lib/daemon.mjs';

let daemon, identity, issuer, port;
let looksForKeys = 0;
const signingKey = newKey('first');
const providerSessions = []; // what the provider calls its sessions with people

function newKey(kid) {
  return { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}

// A token as the provider makes them; `claims` over those of a right logout token.
function logoutToken(claims, key = signingKey) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const body = { iss: issuer, aud: 'tv', iat: Math.floor(Date.now() / 1000), jti: randomUUID(), events, ...claims };
  const signed = `${encode({ alg: 'RS256', kid: key.kid })}.${encode(body)}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(createPrivateKey({ key, format: 'jwk' })).toString('base64url')}`;
}
const sendLogout = (token) => fetch(`${daemon.url}/api/v1/providers/corp/logout`, { method: 'POST', body: new URLSearchParams({ logout_token: token }) });

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
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, preferred_username: id }) }),
    features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
    pkce: { required: () => true, methods: ['S256'] },
  });
  provider.on('authorization.success', ({ oidc: { session } }) => providerSessions.push({ name: session.accountId, sid: session.sidFor('tv') }));
  const handle = provider.callback();
  const server = http.createServer((request, response) => {
    if (request.url === '/jwks') looksForKeys += 1;
    handle(request, response);
  });
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { provider, stop: () => new Promise((resolve) => (server.closeAllConnections(), server.close(resolve))) };
}

// Debian's Node 18 gives them as one text.
const setCookies = (headers) => headers.getSetCookie?.() ?? (headers.get('set-cookie') ?? '').split(/, (?=[^;,=\s]+=)/).filter(Boolean);

// As much of a browser as redirects, cookies and forms need.
class Visitor {
  static count = 0;
  cookies; // by host and name; paths do not matter here
  address = `203.0.113.${++Visitor.count}`; // attempts are limited by it

  constructor(cookies = new Map()) {
    this.cookies = new Map(cookies);
  }

  async ask(url, options = {}) {
    const { host } = new URL(url);
    const cookie = [...this.cookies].filter(([key]) => key.startsWith(`${host} `)).map(([key, value]) => `${key.split(' ')[1]}=${value}`);
    const response = await fetch(url, { ...options, redirect: 'manual', headers: { 'X-Forwarded-For': this.address, ...options.headers, Cookie: cookie.join('; ') } });
    for (const line of setCookies(response.headers)) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      this.cookies.set(`${host} ${name}`, value);
    }
    return response;
  }

  cookie(name) {
    return this.cookies.get(`${new URL(daemon.url).host} ${name}`);
  }

  // Asks our API as our own page does.
  call(method, path, body = {}) {
    const headers = { 'Content-Type': 'application/json', Origin: daemon.url };
    return this.ask(daemon.url + path, { method, headers, body: JSON.stringify(body) });
  }

  // From the button on our page to where our server is asked to take over.
  async comeBackFromProvider(name, start = `${daemon.url}/api/v1/providers/corp/sign_in?return=/guide`) {
    let url = start;
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
  identity = await startProvider(daemon.url, signingKey);
});
after(async () => {
  await identity?.stop();
  await daemon?.dispose();
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
  const page = await new Visitor().ask(answer, { headers: { Accept: 'text/html' } });
  assert.match(await page.text(), /<h1>Signing in did not work<\/h1>.*not begun in this browser/);
  const kept = ada.cookie('gs_provider');
  assert.equal((await ada.ask(answer)).status, 302);
  assert.equal((await ada.ask(answer)).status, 400, 'the cookie is gone');
  ada.cookies.set(`${new URL(daemon.url).host} gs_provider`, kept);
  const replayed = await ada.ask(answer);
  assert.equal(replayed.status, 401);
  assert.match((await replayed.json()).detail, /invalid_grant/);
});

test('an answer under another state, of another provider or to another address is refused', async () => {
  const ada = new Visitor();
  const answer = new URL(await ada.comeBackFromProvider('ada'));
  for (const [name, value] of [['state', 'x'], ['iss', 'https://evil.example']]) {
    const forged = new URL(answer);
    forged.searchParams.set(name, value);
    assert.equal((await new Visitor(ada.cookies).ask(forged.href)).status, 400, name);
  }
  const elsewhere = await new Visitor(ada.cookies).ask(answer.href.replace('/corp/', '/shop/'));
  assert.equal(elsewhere.status, 400, 'begun with another provider');
  const denied = new URL(answer);
  denied.searchParams.set('error', 'access_denied');
  assert.equal((await new Visitor(ada.cookies).ask(denied.href)).status, 403);
  // A code that was made for another sign-in: the verifier does not fit.
  const other = new URL(await new Visitor().comeBackFromProvider('grace'));
  answer.searchParams.set('code', other.searchParams.get('code'));
  assert.equal((await ada.ask(answer.href)).status, 401);
  assert.equal(await daemon.metric('grandstand_http_refused_total{reason="provider_state"}') >= 3, true);
});

test('signing in makes a new session, whatever was planted before', async () => {
  const mallory = new Visitor();
  assert.equal((await mallory.call('POST', '/api/v1/accounts', { name: 'Mallory', password: 'correct horse' })).status, 201);
  const planted = mallory.cookie('grandstand_session');
  const ada = new Visitor(mallory.cookies);
  await ada.signIn('ada');
  assert.notEqual(ada.cookie('grandstand_session'), planted);
  assert.equal((await ada.me()).name, 'ada');
  assert.equal((await mallory.me()).name, 'Mallory');
});

test('an account is connected by whoever is signed in to it, and by nothing else', async () => {
  const linus = new Visitor();
  assert.equal((await linus.call('POST', '/api/v1/accounts', { name: 'Linus', password: 'correct horse' })).status, 201);
  const { id } = await linus.me();
  const elsewhere = new Visitor();
  await elsewhere.signIn('linus');
  assert.notEqual((await elsewhere.me()).id, id, 'the same name is not the same person');
  const foreign = await linus.ask(`${daemon.url}/api/v1/me/providers/corp`, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json', Origin: 'https://evil.example' } });
  assert.equal(foreign.status, 403);
  const { url } = await (await linus.call('POST', '/api/v1/me/providers/corp')).json();
  const answer = await linus.comeBackFromProvider('torvalds', url);
  const thief = new Visitor(linus.cookies);
  await thief.call('POST', '/api/v1/sessions', { name: 'Mallory', password: 'correct horse' });
  assert.equal((await thief.ask(answer)).status, 403, 'somebody else has signed in since');
  assert.equal((await linus.ask(answer)).status, 302);
  const { providers } = await (await linus.ask(`${daemon.url}/api/v1/me/providers`)).json();
  assert.deepEqual(providers, [{ id: 'corp', title: 'Corporation', linked: true }]);
  const later = new Visitor();
  await later.signIn('torvalds');
  assert.equal((await later.me()).id, id);
  // The one who is called linus there, and signs in as torvalds this time.
  const greedy = new Visitor([...elsewhere.cookies].filter(([key]) => key.startsWith(new URL(daemon.url).host)));
  const { url: again } = await (await greedy.call('POST', '/api/v1/me/providers/corp')).json();
  assert.equal((await greedy.ask(await greedy.comeBackFromProvider('torvalds', again))).status, 409);
  assert.equal((await elsewhere.call('DELETE', '/api/v1/me/providers/corp')).status, 409, 'it is the only way in');
  assert.equal((await linus.call('DELETE', '/api/v1/me/providers/corp')).status, 204);
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
});

test('logout tokens that are forged, for others or used before end nothing', async () => {
  const ada = new Visitor();
  await ada.signIn('ada');
  const wrong = [
    'eyJhbGciOiJub25lIn0.e30.',
    logoutToken({ sub: 'ada' }, newKey('first')),
    logoutToken({ sub: 'ada', aud: 'shop' }),
    logoutToken({ sub: 'ada', iss: 'https://evil.example' }),
    logoutToken({ sub: 'ada', nonce: 'x' }),
    logoutToken({ sub: 'ada', events: {} }),
    logoutToken({ sub: 'ada', iat: Math.floor(Date.now() / 1000) - 3600 }),
  ];
  for (const token of wrong) assert.equal((await sendLogout(token)).status, 400);
  assert.equal((await ada.me()).name, 'ada');
  const right = logoutToken({ sub: 'ada' });
  assert.equal((await sendLogout(right)).status, 200);
  assert.equal(await ada.me(), null);
  await ada.signIn('ada');
  const replayed = await sendLogout(right);
  assert.equal(replayed.status, 400);
  assert.match((await replayed.json()).detail, /used before/);
  assert.equal((await ada.me()).name, 'ada');
});

test('tokens by unknown keys do not make us ask the provider again and again', async () => {
  const before = looksForKeys;
  const since = Date.now();
  const stranger = newKey('unknown');
  await Promise.all(Array.from({ length: 30 }, () => sendLogout(logoutToken({ sub: 'ada' }, stranger))));
  assert.ok(looksForKeys - before <= 1 + (Date.now() - since) / 5000, `${looksForKeys - before} times`);
});

test('new keys of the provider are found', async () => {
  // The last one has the id of the one before.
  for (const id of ['second', 'second']) {
    await identity.stop();
    identity = await startProvider(daemon.url, newKey(id));
    // Keys are looked for at most every few seconds.
    await eventually('a sign-in with the new key', async () => {
      const ada = new Visitor();
      return (await ada.signIn('ada')).status === 302 && (await ada.me())?.name === 'ada';
    });
  }
});

test('the button in the sign-in dialog leads to the provider and back', async () => {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ locale: 'en' });
    await page.goto(`${daemon.url}/`);
    await page.click('[data-testid=sign-in-button]');
    await page.click('[data-testid=provider-corp]');
    await page.fill('input[name=login]', 'heidi');
    await page.fill('input[name=password]', 'any');
    await page.click('button[type=submit]');
    await page.waitForSelector('input[name=prompt][value=consent]', { state: 'attached' });
    await page.click('button[type=submit]');
    await page.waitForURL((url) => url.origin === daemon.url);
    await page.waitForFunction(() => document.querySelector('[data-testid=account]')?.textContent.includes('heidi'));
  } finally {
    await browser.close();
  }
});
