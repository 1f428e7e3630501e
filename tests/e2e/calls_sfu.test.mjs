// SPDX-License-Identifier: MIT
// A call of eight through a real Janus, which dies meanwhile. In a network namespace of its own, where nothing else uses Janus's ports and there is
// an interface beside loopback.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { at } from './lib/browser.mjs';
import { Callers, enter, goesOnReceiving, launchCallers, lineup, linked, receives, told } from './lib/callers.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { JanusServer } from './lib/janus_server.mjs';
import { addInterface, cannot, inNamespace } from './lib/networks.mjs';

const names = ['Ada', 'Bob', 'Cid', 'Dot', 'Eve', 'Fay', 'Gus', 'Hal'];
const inMesh = 4;
const phone = { width: 390, height: 844 };
const mediaAddress = '10.98.0.1';
let janus;
let daemon;
let browser;
let callers;
let pages;

const all = (what) => Promise.all(pages.map(what));
const goOn = () => all((page) => goesOnReceiving(page, pages.length - 1));
const seatsInJanus = (count) => eventually(`${count} seats in Janus`, async () => (await daemon.metric('grandstand_sfu_seats')) === count);

async function eightMeet() {
  callers = new Callers(daemon, browser, { small: true });
  pages = [await callers.found(names[0])];
  // Two at a time: a page that opens is work for one core.
  for (let next = 1; next < names.length; next += 2) pages.push(...(await Promise.all(names.slice(next, next + 2).map((name) => callers.come(name, phone)))));
  const times = [];
  for (const [others, page] of pages.entries()) times.push(await enter(page, { others }));
  await all((page) => linked(page, pages.length - 1));
  await goOn();
  console.log(`in the call, seeing and hearing all, in a mesh: ${told(times.slice(1, inMesh))}; through Janus: ${told(times.slice(inMesh))}`);
  await seatsInJanus(pages.length);
  // One connection to give and one to get, and no others.
  for (const page of pages) assert.equal((await page.evaluate(() => window.received())).pairs.length, 2);
}

async function oneLeaves() {
  const gone = pages.pop();
  const connections = await all((page) => page.evaluate(() => window.connections.length));
  await at(gone, 'call-leave').click();
  await all((page) => linked(page, pages.length - 1));
  await goOn();
  await seatsInJanus(pages.length);
  assert.deepEqual(await all((page) => page.evaluate(() => window.connections.length)), connections, 'nobody has connected anew');
  pages.push(gone);
  console.log(`back in the call: ${told([await enter(gone, { others: pages.length - 1 })])}`);
  await goOn();
}

async function janusDies() {
  const before = await all((page) => page.evaluate(() => window.connections.length));
  await janus.kill();
  await eventually('the daemon to notice', async () => (await daemon.metric('grandstand_sfu_reachable')) === 0);
  const since = Date.now();
  await janus.launch();
  const times = await Promise.all(pages.map(async (page, index) => {
    await eventually(`${page.name} to let go of what led to the dead Janus`,
      () => page.evaluate((count) => window.connections.slice(0, count).every(({ connectionState }) => connectionState === 'closed'), before[index]), 90);
    await linked(page, pages.length - 1);
    await receives(page, pages.length - 1);
    return Date.now() - since;
  }));
  console.log(`seeing and hearing all again after Janus was started again: ${told(times)}`);
  await goOn();
  await seatsInJanus(pages.length);
  assert.deepEqual(callers.faults, []);
}

if (!process.env.GRANDSTAND_IN_NAMESPACE) {
  test('a call of eight goes through Janus and outlives it', { skip: cannot() }, () => {
    assert.equal(inNamespace(fileURLToPath(import.meta.url), { GRANDSTAND_IN_NAMESPACE: '1' }), 0);
  });
} else {
  before(async () => {
    addInterface('media', `${mediaAddress}/24`);
    janus = await JanusServer.start(mediaAddress);
    daemon = await Daemon.start({ channels: lineup, extra: janus.config });
    browser = await launchCallers(['--use-fake-device-for-media-stream=fps=5']);
    await eventually('the daemon to find Janus', async () => (await daemon.metric('grandstand_sfu_reachable')) === 1);
  });
  after(async () => {
    await browser?.close();
    await daemon?.dispose();
    await janus?.dispose();
  });

  test('eight see and hear each other through Janus', eightMeet);
  test('one leaves and nobody else notices, and who comes back sees and hears all', oneLeaves);
  test('when Janus is killed and started again, all eight see and hear each other again by themselves', janusDies);
}
