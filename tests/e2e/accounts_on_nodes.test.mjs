// SPDX-License-Identifier: MIT
// Two daemons, one PostgreSQL, one NATS: an account is the same on both, and what changes on one counts on the other at once.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually } from './lib/daemon.mjs';
import { HubClient } from './lib/hub_client.mjs';
import { Nodes } from './lib/nodes.mjs';

const password = 'correct horse';
const lineup = 'channels:\n  - {id: news, name: News, number: 1, feed: {url: "rtmp://publish", stream_key: k}}\n';
const room = 'channel:news';
let nodes;
let one;
let two;
let root; // an administrator

before(async () => {
  nodes = await Nodes.start({ channels: lineup, names: ['one', 'two'] });
  ({ one, two } = nodes.running);
  one.addUser('Root', 'admin', password);
  root = await signIn(one, 'Root');
});
after(() => nodes?.dispose());

async function call(node, method, target, token, body) {
  const headers = { 'Content-Type': 'application/json', ...(token ? { Authorization: `Bearer ${token}` } : {}) };
  const response = await node.get(target, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) });
  const text = await response.text();
  assert.ok(response.ok, `${method} ${target}: ${response.status} ${text}`);
  return text ? JSON.parse(text) : null;
}
const register = (node, name) => call(node, 'POST', '/api/v1/accounts', null, { name, password });
const signIn = (node, name) => node.signIn(name, password);
const me = async (node, token) => (await call(node, 'GET', '/api/v1/me', token)).user;

test('a session from one node is good on the other, and so is a guest', async () => {
  const { user, token } = await register(one, 'Ada');
  assert.equal((await me(two, token)).id, user.id);
  const client = await HubClient.open(two, { token });
  assert.equal(client.welcome.user.id, user.id);
  await client.close();
});

test('a session that is ended on one node closes its sockets on the other', async () => {
  const { token } = await signIn(one, 'Ada');
  const other = await signIn(one, 'Ada');
  const client = await HubClient.open(two, { token });
  const kept = await HubClient.open(two, { token: other.token });
  await call(one, 'DELETE', '/api/v1/sessions', other.token);
  assert.equal((await client.closed).code, 4001);
  assert.equal(await me(two, token), null, 'and nobody takes it for somebody who was here a moment ago');
  assert.equal((await me(two, other.token)).name, 'Ada');
  assert.equal(kept.socket.readyState, kept.socket.OPEN);
  await kept.close();
});

test('whoever is disabled on one node is out on the other at once', async () => {
  const { user, token } = await register(two, 'Mallory');
  const client = await HubClient.open(two, { token });
  const target = `/api/v1/accounts/${encodeURIComponent(user.id)}/disabled`;
  await call(one, 'PUT', target, root.token, {});
  assert.equal((await client.closed).code, 4403);
  assert.equal(await me(two, token), null);
  const refused = await two.post('/api/v1/sessions', { name: 'Mallory', password });
  assert.equal(refused.status, 403);
  await call(one, 'DELETE', target, root.token);
  await signIn(two, 'Mallory');
});

test('a role and a name that change on one node count for who is connected to the other', async () => {
  const { user, token } = await register(two, 'Bob');
  const client = await HubClient.open(two, { token });
  await eventually('Bob in the room', async () => (await client.join(room)).ok, 15);
  await call(one, 'PUT', `/api/v1/channels/news/roles/${encodeURIComponent(user.id)}`, root.token, { role: 'moderator' });
  await client.event('his new standing', (event) => event.kind === 'room.standing' && event.body.role === 'moderator');
  assert.equal((await me(two, token)).channels.news.role, 'moderator');
  await call(one, 'PUT', '/api/v1/me/name', token, { name: 'Robert' });
  await eventually('his new name', () => client.messages.find((message) => message.user?.name === 'Robert'));
  assert.equal((await me(two, token)).name, 'Robert');
  await client.close();
});
