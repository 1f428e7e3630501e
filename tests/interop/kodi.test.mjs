// SPDX-License-Identifier: MIT
// Kodi with PVR IPTV Simple: finds the channels of our M3U and the programmes of our XMLTV, and plays.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { Daemon, eventually, freePort } from '../e2e/lib/daemon.mjs';
import { makeFile } from '../e2e/lib/feeds.mjs';
import { Desktop } from './desktop.mjs';

const minute = 60_000;
let daemon;
let desktop;
let kodi;
let port;

const settings = (version, values) =>
  `<settings version="${version}">${Object.entries(values).map(([id, value]) => `<setting id="${id}">${value}</setting>`).join('')}</settings>`;
const xmltvTime = (at) => `${new Date(at).toISOString().replace(/[-:T]/g, '').slice(0, 14)} +0000`;

async function ask(method, params = {}) {
  const response = await fetch(`http://127.0.0.1:${port}/jsonrpc`, {
    method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

before(async () => {
  daemon = await Daemon.start({
    channels: 'channels:\n  - {id: film, name: Film, number: 1, group: Cinema, feed: "file:film.mp4"}\n  - {id: other, name: Other, number: 2, group: News, feed: "file:film.mp4"}\n',
    extra: 'guide: {sources: ["file:guide.xml"]}\n',
  });
  makeFile(path.join(daemon.directory, 'film.mp4'), 20);
  const from = Date.now() - 30 * minute;
  fs.writeFileSync(path.join(daemon.directory, 'guide.xml'),
    `<?xml version="1.0" encoding="UTF-8"?>\n<tv>${[0, 1, 2].map((index) => `<programme start="${xmltvTime(from + index * 60 * minute)}" stop="${xmltvTime(from + (index + 1) * 60 * minute)}" ` +
      `channel="film"><title>Programme ${index}</title><desc>What it is about.</desc></programme>`).join('\n')}</tv>\n`);
  await daemon.channelState('film', 'live', 60);
  await eventually('the guide', async () => /Programme 1/.test(await (await daemon.get('/epg.xml')).text()), 120);

  desktop = await Desktop.open(path.join(daemon.directory, 'desktop'));
  port = await freePort();
  const userdata = path.join(desktop.home, '.kodi/userdata');
  fs.mkdirSync(path.join(userdata, 'addon_data/pvr.iptvsimple'), { recursive: true });
  fs.writeFileSync(path.join(userdata, 'guisettings.xml'),
    settings(2, { 'services.webserver': true, 'services.webserverport': port, 'services.webserverauthentication': false, 'services.zeroconf': false }));
  fs.writeFileSync(path.join(userdata, 'addon_data/pvr.iptvsimple/settings.xml'), settings(2, {
    m3uPathType: 1, m3uUrl: `${daemon.url}/playlist.m3u?container=ts`, m3uCache: false, epgPathType: 1, epgUrl: `${daemon.url}/epg.xml`, epgCache: false,
  }));
  kodi = desktop.run('kodi', ['--standalone']);
  await eventually('Kodi to answer', async () => (await ask('JSONRPC.Ping')) === 'pong', 90);
  for (const addonid of ['inputstream.ffmpegdirect', 'inputstream.adaptive', 'pvr.iptvsimple']) await ask('Addons.SetAddonEnabled', { addonid, enabled: true }).catch(() => {});
});
after(async () => {
  const log = desktop && path.join(desktop.home, '.kodi/temp/kodi.log');
  if (process.env.INTEROP_LOG && log && fs.existsSync(log)) fs.copyFileSync(log, process.env.INTEROP_LOG);
  await desktop?.close();
  await daemon?.dispose();
});

let channels;

test('it finds the channels of the M3U with name, number and group', async () => {
  channels = await eventually('channels', async () => {
    const list = (await ask('PVR.GetChannels', { channelgroupid: 'alltv', properties: ['channelnumber'] })).channels;
    return list?.length === 2 && list;
  }, 60);
  assert.deepEqual(channels.map(({ label, channelnumber }) => [label, channelnumber]), [['Film', 1], ['Other', 2]]);
  const { channelgroups } = await ask('PVR.GetChannelGroups', { channeltype: 'tv' });
  for (const name of ['Cinema', 'News']) assert.ok(channelgroups.some(({ label }) => label === name), JSON.stringify(channelgroups));
});

test('it finds the programmes of the guide', async () => {
  const broadcasts = await eventually('programmes', async () => {
    const list = (await ask('PVR.GetBroadcasts', { channelid: channels[0].channelid, properties: ['title', 'starttime', 'plot'] })).broadcasts;
    return list?.length >= 3 && list;
  }, 60);
  assert.deepEqual(broadcasts.map(({ title }) => title), ['Programme 0', 'Programme 1', 'Programme 2']);
  assert.equal(broadcasts[1].plot, 'What it is about.');
});

test('it plays a channel', async () => {
  await ask('Player.Open', { item: { channelid: channels[0].channelid } });
  const player = await eventually('a player', async () => (await ask('Player.GetActivePlayers'))[0], 30);
  const seen = () => ask('Player.GetProperties', { playerid: player.playerid, properties: ['time', 'speed', 'currentvideostream', 'currentaudiostream'] });
  const streams = await eventually('picture and sound', async () => {
    const properties = await seen();
    return properties.currentvideostream?.width > 0 && properties.currentaudiostream?.channels > 0 && properties;
  }, 30);
  assert.equal(streams.currentvideostream.codec, 'h264');
  assert.equal(streams.currentvideostream.width, 640);
  assert.equal(streams.currentaudiostream.codec.replace('_latm', ''), 'aac');
  const seconds = ({ time }) => time.hours * 3600 + time.minutes * 60 + time.seconds;
  const before = seconds(await seen());
  await eventually('the picture to move on', async () => seconds(await seen()) >= before + 3, 20);
  assert.equal((await seen()).speed, 1);
});
