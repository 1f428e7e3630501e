// SPDX-License-Identifier: MIT
// The programme guide: what streams and XMLTV say of it, and the pages that show it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Daemon, eventually } from './lib/daemon.mjs';
import { EventFeed } from './lib/event_feed.mjs';

const group = '239.255.77.9:15021';
const minute = 60_000;
let daemon;
let feed;

before(async () => {
  daemon = await Daemon.start({
    channels: `channels:\n  - {id: air, name: Air, number: 1, feed: {url: "udp://${group}", interface: 127.0.0.1}}\n`,
  });
  const hour = Math.floor(Date.now() / minute) * minute - 20 * minute;
  feed = new EventFeed(group, [
    { start: hour, seconds: 3600, title: 'On the air', text: 'Carried by the stream.' },
    { start: hour + 60 * minute, seconds: 1800, title: 'Comes after', text: '' },
  ]);
});
after(async () => {
  await feed?.stop();
  await daemon?.dispose();
});

test('the present and the following event of a stream are in the guide', async () => {
  const channel = await eventually('the events', async () => {
    const { channels } = await daemon.json('/api/v1/guide/now');
    return channels[0]?.next && channels[0];
  }, 60);
  assert.equal(channel.channel, 'air');
  assert.equal(channel.now.title, 'On the air');
  assert.equal(channel.now.description, 'Carried by the stream.');
  assert.equal(channel.now.source, 'eit');
  assert.deepEqual(channel.now.categories, ['News']);
  assert.equal(channel.next.title, 'Comes after');
  assert.equal(channel.next.start, channel.now.stop);
  await eventually('them in the XMLTV document', async () => /<title[^>]*>On the air<\/title>/.test(await (await daemon.get('/epg.xml')).text()));
});
