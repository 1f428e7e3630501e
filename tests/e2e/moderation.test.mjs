// SPDX-License-Identifier: MIT
// A moderator at work: two pages, one of them the moderators' view, and a client on the socket.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { assertAccessible } from './lib/accessibility.mjs';
import { launchBrowser, openPage } from './lib/browser.mjs';
import { Daemon, eventually } from './lib/daemon.mjs';
import { HubClient } from './lib/hub_client.mjs';

const room = 'channel:quiet';
let daemon, browser, moderator, viewer, token;
const clients = [];
const shots = process.env.GRANDSTAND_SCREENSHOTS;
const shoot = async (page, name) => shots && (await page.screenshot({ path: `${shots}/${name}.png` }));

const open = async (options) => {
  const client = await HubClient.open(daemon, options);
  clients.push(client);
  return client;
};

async function openRoom(viewport) {
  const page = await openPage(browser, `${daemon.url}/watch/quiet`, { viewport });
  await page.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached' });
  return page;
}
const shows = (page, text) => eventually(`the chat to show "${text}"`, async () => (await page.locator('[data-testid=chat-log]').textContent()).includes(text), 40);
const waits = (count) => eventually(`${count} in the queue`, async () => (await moderator.locator('[data-testid=queue-item]').count()) === count, 40);

before(async () => {
  daemon = await Daemon.start({ channels: 'channels:\n  - {id: quiet, name: Quiet, number: 1, feed: {url: "rtmp://publish", stream_key: k}}\n' });
  daemon.addUser('Maria', 'moderator', 'moderators password');
  token = (await daemon.signIn('Maria', 'moderators password')).token;
  browser = await launchBrowser();
  moderator = await openRoom({ width: 1440, height: 900 });
  await moderator.evaluate(async () => {
    const answer = await fetch('/api/v1/sessions', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name: 'Maria', password: 'moderators password' }) });
    if (!answer.ok) throw new Error(`sign-in: ${answer.status}`);
  });
  await moderator.reload();
  viewer = await openRoom({ width: 390, height: 844 });
});
after(async () => {
  for (const client of clients) client.close();
  await browser?.close();
  await daemon?.dispose();
});

test('a moderator works the queue with one hand, and everybody sees what was allowed', async () => {
  await moderator.click('[data-testid=moderate]');
  await moderator.click('[data-tab=rules]');
  const words = moderator.locator('[data-testid=moderation-rules] form').first();
  await words.locator('input').fill('maybe*');
  await words.locator('button').click();
  await moderator.getByText('maybe*', { exact: true }).waitFor();
  const ada = await open({ name: 'Ada' });
  const bob = await open({ name: 'Bob' });
  await ada.join(room);
  await bob.join(room);
  assert.equal((await ada.say(room, 'm4yb3 a good one')).held, true);
  assert.equal((await bob.say(room, 'ｍａｙｂｅ a bad one')).held, true);
  assert.equal((await bob.say(room, 'maybe one more')).held, true);
  await moderator.click('[data-tab=queue]');
  await waits(3);
  await shoot(moderator, 'moderator-queue');
  await assertAccessible(moderator, 'the moderators\' view');
  await moderator.keyboard.press('a');
  await shows(viewer, 'm4yb3 a good one');
  await waits(2);
  await moderator.keyboard.press('j');
  await moderator.keyboard.press('k');
  await moderator.keyboard.press('r');
  await waits(1);
  await bob.event('the rejection', (event) => event.kind === 'house_rules.notice' && event.body.decision === 'rejected');
  await moderator.keyboard.press('t');
  await waits(0);
  await bob.event('the timeout', (event) => event.kind === 'moderation.notice' && event.body.sanction === 'timeout');
  const refused = await bob.say(room, 'what did I do');
  assert.equal(refused.error.code, 'rate_limited');
  assert.ok(refused.error.retry_after_ms > 500_000);
  assert.equal(ada.events.filter((event) => event.body?.text?.includes('bad one')).length, 0);
  await moderator.click('[data-tab=people]');
  await moderator.locator('[data-testid=sanction]').waitFor();
  await shoot(moderator, 'moderator-people');
  await moderator.locator('[data-testid=sanction] button').click();
  await eventually('the sanction to be lifted', async () => (await moderator.locator('[data-testid=sanction]').count()) === 0);
  assert.equal((await bob.say(room, 'thank you')).ok, true);
  await moderator.click('[data-tab=log]');
  await eventually('the log', async () => /timeout lifted/.test(await moderator.locator('[data-testid=moderation-log]').textContent()));
  await shoot(moderator, 'moderator-log');
  assert.deepEqual(moderator.faults, []);
});

test('the queue has the keyboard from the moment that it is seen', async () => {
  await moderator.click('[data-tab=log]');
  await moderator.locator('[data-testid=moderation-log]').waitFor();
  const hasKeys = await moderator.evaluate(() => {
    const seen = new Promise((resolve) => {
      new MutationObserver((_changes, observer) => {
        const queue = document.querySelector('[data-testid=moderation-queue]');
        if (!queue) return;
        observer.disconnect();
        resolve(document.activeElement === queue);
      }).observe(document.body, { childList: true, subtree: true });
    });
    document.querySelector('[data-tab=queue]').click();
    return seen;
  });
  assert.ok(hasKeys);
});

test('a key that is held down decides about one person alone', async () => {
  const guests = [];
  for (const name of ['Ina', 'Jan', 'Kai']) {
    const guest = await open({ name });
    guests.push(guest);
    await guest.join(room);
    assert.equal((await guest.say(room, `maybe ${name}`)).held, true);
  }
  await moderator.click('[data-tab=queue]');
  await waits(3);
  await moderator.keyboard.down('b');
  await waits(2);
  for (let i = 0; i < 20; ++i) await moderator.keyboard.down('b');
  await moderator.keyboard.up('b');
  await guests[0].event('the ban', (event) => event.kind === 'moderation.notice' && event.body.sanction === 'ban');
  for (const guest of guests.slice(1)) assert.equal((await guest.say(room, 'maybe once more')).held, true);
  await waits(4);
  for (let left = 3; left >= 0; --left) {
    await moderator.keyboard.press('r');
    await waits(left);
  }
  assert.deepEqual(moderator.faults, []);
});

test('moderators read what was said, and not what a report makes of it', async () => {
  const bo = await open({ name: 'Bo' });
  const evi = await open({ name: 'Evi' });
  await bo.join(room);
  await evi.join(room);
  const said = await bo.say(room, 'see you at the match');
  const own = await evi.say(room, 'a terrible insult');
  const idOf = ({ epoch, offset }) => `${epoch}:${offset}`;
  const report = async (text, more) => assert.equal((await evi.command(room, 'moderation.report', { user: bo.welcome.user.id, text, reason: 'rude', ...more })).ok, true);
  await report('an invented insult', { message: idOf(said) });
  await moderator.click('[data-tab=reports]');
  const reports = moderator.locator('[data-testid=moderation-reports]');
  await reports.getByText('see you at the match').waitFor();
  assert.ok(!(await reports.textContent()).includes('an invented insult'));
  await report('a terrible insult', { message: idOf(own) }); // which somebody else said
  await report('a threat, some days ago', {});
  const claims = reports.getByText('as the reporter tells it');
  await eventually('two claims', async () => (await claims.count()) === 2);
  const row = viewer.locator(`[data-message-id="${idOf(said)}"]`);
  await row.focus();
  await viewer.locator('[data-testid=action-report]').click();
  await viewer.locator('[data-testid=report-reason]').fill('not nice');
  await shoot(viewer, 'report-phone');
  await assertAccessible(viewer, 'the report of a message');
  await viewer.locator('[data-testid=report-send]').click();
  await viewer.getByText('Your report was sent to the moderators.').waitFor();
  await viewer.keyboard.press('Escape');
  await eventually('the report of the viewer', async () => (await reports.getByText('see you at the match').count()) === 2);
  await eventually('its words to be found', async () => (await claims.count()) === 2);
  await shoot(moderator, 'moderator-reports');
  await assertAccessible(moderator, 'the reports');
  assert.deepEqual([...moderator.faults, ...viewer.faults], []);
});

test('modes change with one click and everybody is told', async () => {
  await moderator.click('[data-tab=rules]');
  await shoot(moderator, 'moderator-rules');
  await moderator.getByRole('group', { name: 'Emotes only' }).getByRole('button', { name: 'On', exact: true }).click();
  await viewer.locator('[data-testid=room-modes]').getByText('Emotes only').waitFor();
  const cleo = await open({ name: 'Cleo' });
  assert.equal((await cleo.join(room)).snapshots.house_rules.modes.emotes, 1);
  assert.equal((await cleo.say(room, 'words')).error.code, 'forbidden');
  assert.equal((await cleo.say(room, '\u{1F44F} \u{1F44B}')).ok, true);
  await moderator.getByRole('group', { name: 'Emotes only' }).getByRole('button', { name: 'Off', exact: true }).click();
  await eventually('the mode to end', async () => (await viewer.locator('[data-testid=room-modes]').count()) === 0);
});

test('what the delay holds back is seen by moderators at once and by a hundred who come not before its time', async () => {
  const maria = await open({ token });
  const dan = await open({ name: 'Dan' });
  assert.ok((await maria.join(room)).personal.house_rules);
  await dan.join(room);
  assert.equal((await maria.command(room, 'house_rules.set_mode', { mode: 'delay', value: 6 })).ok, true);
  const said = await dan.say(room, 'pending words');
  assert.equal(said.held, true);
  const delayed = await maria.event('the delayed message', (event) => event.kind === 'house_rules.delayed' && event.body.text === 'pending words');
  const due = Date.now() + delayed.body.release_in_ms - 1_000;
  let seen = 0;
  const newcomer = await open({ name: 'Eve' });
  for (let i = 0; i < 100 && Date.now() < due; ++i) {
    const joined = await newcomer.join(room, i % 2 === 0 ? undefined : { epoch: 'unknown', offset: 0 });
    const page = i % 10 === 0 ? await (await daemon.get(`/api/v1/rooms/${encodeURIComponent(room)}/chat/history?limit=100`)).text() : '';
    if (Date.now() >= due) break;
    assert.ok(!JSON.stringify(joined).includes('pending words') && !page.includes('pending words'));
    ++seen;
  }
  assert.ok(seen > 0);
  await dan.event('the message', (event) => event.kind === 'chat.message' && event.body.text === 'pending words', 20);
  await maria.command(room, 'house_rules.set_mode', { mode: 'delay', value: 0 });
});

test('a shadow-banned account sees its own words on every device, and nobody else does', async () => {
  await daemon.post('/api/v1/accounts', { name: 'Troll', password: 'troll password' });
  const session = await daemon.signIn('Troll', 'troll password');
  const maria = await open({ token });
  const witness = await open({ name: 'Wit' });
  const first = await open({ token: session.token });
  for (const client of [maria, witness, first]) await client.join(room);
  assert.equal((await maria.command(room, 'moderation.shadow', { user: session.user.id, reason: 'troll' })).ok, true);
  const said = await first.say(room, 'nobody hears this');
  assert.equal(said.ok, true);
  assert.equal(said.stored, true);
  await first.event('its own message', (event) => event.body?.text === 'nobody hears this');
  await maria.event('it for moderators', (event) => event.kind === 'moderation.shadowed');
  const second = await open({ token: session.token });
  const joined = await second.join(room);
  assert.equal(joined.personal.moderation.own[0].body.text, 'nobody hears this');
  await witness.say(room, 'quiet here');
  await witness.event('the next message', (event) => event.body?.text === 'quiet here');
  assert.equal(witness.events.filter((event) => event.body?.text === 'nobody hears this').length, 0);
});

test('decisions outlive a crash of the daemon', async () => {
  const maria = await open({ token });
  await maria.join(room);
  await daemon.post('/api/v1/accounts', { name: 'Spammer', password: 'spammer password' });
  const session = await daemon.signIn('Spammer', 'spammer password');
  const spammer = await open({ token: session.token });
  await spammer.join(room);
  await spammer.say(room, 'buy buy buy');
  assert.equal((await maria.command(room, 'moderation.ban', { user: session.user.id, reason: 'spam', erase: true })).ok, true);
  assert.equal((await maria.command(room, 'house_rules.set_mode', { mode: 'slow', value: 30 })).ok, true);
  const guest = await open({ name: 'Gil' });
  await guest.join(room);
  assert.equal((await guest.say(room, 'maybe later')).held, true);
  await maria.event('the held message', (event) => event.kind === 'house_rules.held' && event.body.text === 'maybe later');
  await daemon.kill();
  await daemon.launch();
  const again = await open({ token });
  const joined = await again.join(room);
  assert.ok(joined.personal.moderation.sanctions.some((one) => one.scope === 'ban' && one.subject === session.user.id));
  assert.equal(joined.snapshots.house_rules.modes.slow, 30);
  const held = joined.personal.house_rules.held.find((one) => one.text === 'maybe later');
  assert.equal((await again.command(room, 'house_rules.release', { held: held.subject })).ok, true);
  await again.event('the released message', (event) => event.kind === 'chat.message' && event.body.text === 'maybe later');
  const banned = await open({ token: session.token });
  await banned.join(room);
  assert.equal((await banned.say(room, 'me again')).error.code, 'forbidden');
  const asBanned = (target, body) => daemon.json(target, { method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${session.token}` }, body: JSON.stringify(body) });
  const { bot } = await asBanned('/api/v1/bots', { name: 'Mouthpiece' });
  const mouthpiece = await open({ token: (await asBanned(`/api/v1/bots/${bot.id}/tokens`, { name: 'chat', scopes: ['chat'] })).token });
  await mouthpiece.join(room);
  assert.equal((await mouthpiece.say(room, 'me, by a bot')).error.code, 'forbidden');
  await again.join(room);
});

test('the view fits a phone', async () => {
  await moderator.setViewportSize({ width: 390, height: 844 });
  const guest = await open({ name: 'Hal' });
  await guest.join(room);
  assert.equal((await guest.say(room, 'maybe from a phone')).held, true);
  await moderator.waitForSelector('[data-testid=connection-status][data-state=online]', { state: 'attached' });
  if ((await moderator.locator('[data-testid=moderator-panel]').count()) === 0) await moderator.click('[data-testid=moderate]');
  await moderator.click('[data-tab=queue]');
  const item = moderator.locator('[data-testid=queue-item]', { hasText: 'maybe from a phone' });
  await item.waitFor();
  await shoot(moderator, 'moderator-phone');
  await assertAccessible(moderator, 'the moderators\' view on a phone');
  await item.locator('[data-action=ban]').click();
  await guest.event('the ban', (event) => event.kind === 'moderation.notice' && event.body.sanction === 'ban');
  await moderator.click('[data-tab=rules]');
  await shoot(moderator, 'moderator-phone-rules');
  assert.equal(await moderator.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
});
