// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { CommandRefused } from '../../socket/outbox';
import { FakeCall, settled, type FakeConnection, type Page } from './fake_call';

async function inCall(...names: string[]) {
  const call = new FakeCall();
  const pages: Page[] = [];
  for (const name of names) {
    const page = call.page(name);
    await page.calls.join(['audio', 'video']);
    await settled();
    pages.push(page);
  }
  return { call, pages };
}
const others = ({ calls }: Page) => calls.tiles.value.filter(({ own }) => !own);
const links = (page: Page) => others(page).map(({ link }) => link);
const seatOf = ({ calls }: Page) => calls.session.seat.value ?? '';
const commands = (call: FakeCall, name: string, command: string) => call.log.filter((one) => one.page === name && one.command === `calls.${command}`);
const sends = (end: FakeConnection) => end.getSenders().map(({ track }) => track?.kind ?? null);

describe('a mesh', () => {
  it('connects everybody with everybody, over one connection for each two', async () => {
    const { call, pages } = await inCall('Ada', 'Bob', 'Cid', 'Dot');
    for (const page of pages) expect(links(page)).toEqual(['connected', 'connected', 'connected']);
    expect(call.network.ends.size).toBe(12);
    for (const end of call.network.ends) expect(sends(end)).toEqual(['audio', 'video']);
    expect(others(pages[0]!)[0]!.receivers.audio?.track.kind).toBe('audio');
    expect(call.log.some(({ body }) => JSON.stringify(body).includes('usedtx=1'))).toBe(true);
  });

  it('gives way when both begin at once, so that there are no two connections', async () => {
    const call = new FakeCall();
    const pages = ['Ada', 'Bob', 'Cid'].map((name) => call.page(name));
    await Promise.all(pages.map(({ calls }) => calls.join(['audio'])));
    await settled();
    for (const page of pages) expect(links(page)).toEqual(['connected', 'connected']);
    expect(call.network.ends.size).toBe(6);
    for (const end of call.network.ends) expect(end.getTransceivers()).toHaveLength(2);
  });

  it('bounds what is sent, at both ends', async () => {
    const { call } = await inCall('Ada', 'Bob');
    const answering = [...call.network.ends].find((end) => end.localDescription?.type === 'answer');
    const most = answering?.getSenders().map((sender) => sender.getParameters().encodings[0]?.maxBitrate);
    expect(most).toEqual([32_000, 150_000]);
  });

  it('lets go of whoever leaves', async () => {
    const { call, pages } = await inCall('Ada', 'Bob', 'Cid');
    pages[1]!.calls.leave();
    await settled();
    expect(others(pages[0]!).map(({ seat }) => seat.user.name)).toEqual(['Cid']);
    expect(call.network.ends.size).toBe(2);
    expect(pages[1]!.devices.tracks.every(({ readyState }) => readyState === 'ended')).toBe(true);
  });

  it('restarts a connection that failed, and both ends come to the same one', async () => {
    const { call, pages } = await inCall('Ada', 'Bob');
    const ends = [...call.network.ends];
    for (const end of ends) end.become('failed');
    call.timers.advance(1);
    await settled();
    expect([...call.network.ends]).toEqual(ends);
    expect(ends.some((end) => end.localDescription?.sdp.includes('ice-ufrag:1'))).toBe(true);
    call.timers.advance(3_000);
    await settled();
    for (const page of pages) expect(links(page)).toEqual(['connected']);
  });

  it('tries a connection that works again without a word about it', async () => {
    const { call, pages } = await inCall('Ada', 'Bob');
    pages[0]!.calls.session.reconnect(seatOf(pages[1]!));
    await settled();
    call.timers.advance(60_000);
    await settled();
    for (const page of pages) expect(links(page)).toEqual(['connected']);
    expect(call.log.filter(({ body }) => JSON.stringify(body).includes('ice-ufrag:1'))).toHaveLength(1);
  });

  it('says that a connection fails, and connects when the network lets it', async () => {
    const call = new FakeCall();
    call.network.open = false;
    const pages = ['Ada', 'Bob'].map((name) => call.page(name));
    for (const { calls } of pages) await calls.join(['audio']);
    await settled();
    for (let turn = 0; turn < 40; turn += 1) {
      call.timers.advance(1_500);
      await settled();
    }
    for (const page of pages) expect(links(page)).toEqual(['failed']);
    call.network.open = true;
    pages[0]!.calls.session.reconnect(seatOf(pages[1]!));
    await settled();
    for (const page of pages) expect(links(page)).toEqual(['connected']);
  });

  it('makes up for an offer that was lost', async () => {
    const { call, pages } = await inCall('Ada');
    const bob = call.page('Bob');
    pages[0]!.online = false; // for Bob's offer
    await bob.calls.join(['audio']);
    await settled();
    expect(links(bob)).toEqual(['connecting']);
    pages[0]!.online = true;
    call.tellAll();
    for (let turn = 0; turn < 8; turn += 1) {
      call.timers.advance(2_000);
      await settled();
    }
    for (const page of [pages[0]!, bob]) expect(links(page)).toEqual(['connected']);
  });

  it('begins anew with a new generation', async () => {
    const { call, pages } = await inCall('Ada', 'Bob', 'Cid');
    const before = [...call.network.ends];
    call.generation += 1;
    call.tellAll();
    await settled();
    for (const page of pages) expect(links(page)).toEqual(['connected', 'connected']);
    expect(call.network.ends.size).toBe(6);
    for (const end of before) expect(end.connectionState).toBe('closed');
  });

  it('drops what is for another seat, of another generation, or broken', async () => {
    const { call, pages } = await inCall('Ada', 'Bob');
    const ends = new Set(call.network.ends);
    const to = seatOf(pages[0]!);
    const offer = { type: 'offer', sdp: 'a=fingerprint:x\r\n' };
    for (const body of [{ to: 's.9', from: 's.2', generation: 100, description: offer }, { to, from: 's.2', generation: 99, description: offer }, { to, from: 's.2', generation: 100, description: { type: 'rollback' } }, { to }]) {
      call.tell(pages[0]!, 'signal', body);
    }
    call.tell(pages[0]!, 'seats', { seats: [3, { seat: 4 }, null] });
    await settled();
    expect(pages[0]!.calls.session.state.value).toBe('in');
    call.tellAll();
    await settled();
    expect(ends.size).toBe(call.network.ends.size);
  });
});

describe('the way to the server', () => {
  it('keeps the seat that outlived an absence, and nobody notices', async () => {
    const { call, pages } = await inCall('Ada', 'Bob');
    const ends = [...call.network.ends];
    const seat = seatOf(pages[0]!);
    pages[0]!.online = false;
    call.timers.advance(10_500);
    pages[0]!.online = true;
    pages[0]!.calls.personal();
    await settled();
    expect(seatOf(pages[0]!)).toBe(seat);
    expect([...call.network.ends]).toEqual(ends);
  });

  it('enters again when the seat is gone', async () => {
    const { call, pages } = await inCall('Ada', 'Bob');
    pages[0]!.online = false;
    call.take(seatOf(pages[0]!));
    await settled();
    expect(others(pages[1]!)).toEqual([]);
    pages[0]!.online = true;
    pages[0]!.calls.reset(call.told());
    pages[0]!.calls.personal();
    await settled();
    for (const page of pages) expect(links(page)).toEqual(['connected']);
  });

  it('says every ten seconds that it is there, and takes the new credentials', async () => {
    const { call, pages } = await inCall('Ada', 'Bob');
    call.ice = { ice_servers: [{ urls: ['turn:two'], username: 'v', credential: 'd' }] };
    call.timers.advance(10_100);
    await settled();
    expect(commands(call, 'Ada', 'alive')).toHaveLength(1);
    for (const end of call.network.ends) expect(end.configuration.iceServers?.[0]?.urls).toEqual(['turn:two']);
    call.ice = {};
    call.timers.advance(10_100);
    await settled();
    expect([...call.network.ends][0]!.configuration.iceServers?.[0]?.urls).toEqual(['turn:two']);
    pages[0]!.calls.leave();
    await settled();
    call.timers.advance(60_000);
    expect(commands(call, 'Ada', 'alive')).toHaveLength(2);
  });

  it('tries to enter while the connection is away, with growing waits, and says why it is refused', async () => {
    const call = new FakeCall();
    const ada = call.page('Ada');
    ada.online = false;
    await ada.calls.join(['audio']);
    await settled();
    expect(ada.calls.session.state.value).toBe('entering');
    ada.online = true;
    call.timers.advance(1_100);
    await settled();
    expect(ada.calls.session.state.value).toBe('in');
  });
});

describe('what the others hear and see', () => {
  it('is nothing of who is muted, and they are told', async () => {
    const { call, pages } = await inCall('Ada', 'Bob');
    pages[0]!.calls.setMuted(true);
    await settled();
    expect(pages[0]!.devices.tracks.find(({ kind }) => kind === 'audio')?.enabled).toBe(false);
    expect(others(pages[1]!)[0]!.seat.audio).toBe(false);
    await pages[0]!.calls.setCamera(false);
    await settled();
    expect(others(pages[1]!)[0]!.seat.video).toBe(false);
    expect([...call.network.ends].filter((end) => sends(end)[1] === null)).toHaveLength(1);
    await pages[0]!.calls.setCamera(true);
    await settled();
    expect(others(pages[1]!)[0]!.seat.video).toBe(true);
    for (const end of call.network.ends) expect(sends(end)).toEqual(['audio', 'video']);
  });

  it('with push to talk is nothing but what is said while the key is held', async () => {
    const { pages } = await inCall('Ada', 'Bob');
    const { calls, devices } = pages[0]!;
    const audio = devices.tracks.find(({ kind }) => kind === 'audio');
    calls.setPushToTalk(true);
    await settled();
    expect([audio?.enabled, others(pages[1]!)[0]!.seat.audio]).toEqual([false, false]);
    calls.talking.value = true;
    await settled();
    expect([audio?.enabled, others(pages[1]!)[0]!.seat.audio]).toEqual([true, true]);
  });

  it('ends with the word of a host', async () => {
    const { pages } = await inCall('Ada', 'Bob');
    await pages[0]!.calls.mute(seatOf(pages[1]!));
    await settled();
    expect([pages[1]!.calls.muted.value, pages[1]!.calls.told.value]).toEqual([true, 'muted']);
    pages[1]!.calls.setMuted(false);
    expect(pages[1]!.calls.told.value).toBe(null);
    await pages[0]!.calls.dismiss(seatOf(pages[1]!));
    await settled();
    expect([pages[1]!.calls.session.state.value, pages[1]!.calls.told.value]).toEqual(['out', 'dismissed']);
    expect(pages[1]!.devices.tracks.every(({ readyState }) => readyState === 'ended')).toBe(true);
  });

  it('marks who speaks, and not who is muted', async () => {
    const { call, pages } = await inCall('Ada', 'Bob');
    const receiver = others(pages[0]!)[0]!.receivers.audio as unknown as { level: number };
    receiver.level = 0.3;
    pages[0]!.calls.tick();
    expect(pages[0]!.calls.othersSpeak.value).toBe(true);
    receiver.level = 0;
    call.timers.advance(600);
    pages[0]!.calls.tick();
    expect(pages[0]!.calls.othersSpeak.value).toBe(false);
    pages[1]!.calls.setMuted(true);
    await settled();
    receiver.level = 0.3;
    pages[0]!.calls.tick();
    expect(pages[0]!.calls.othersSpeak.value).toBe(false);
  });

  it('is not played on the other page of whom it comes from, which stands beside the first', async () => {
    const { pages } = await inCall('Ada', 'Ada', 'Bob');
    expect(others(pages[0]!).map(({ mine }) => mine)).toEqual([true, false]);
    const [again, bob] = others(pages[0]!).map(({ receivers }) => receivers.audio as unknown as { level: number });
    again!.level = 0.3;
    pages[0]!.calls.tick();
    expect(pages[0]!.calls.othersSpeak.value).toBe(false);
    bob!.level = 0.3;
    pages[0]!.calls.tick();
    expect(pages[0]!.calls.othersSpeak.value).toBe(true);
  });
});

describe('the SFU', () => {
  it('gets one offer of what we send and answers to what it offers, and says whose is what', async () => {
    const { call, pages } = await inCall('Ada', 'Bob');
    const said: Record<string, unknown>[] = [];
    call.toSfu = (_, body) => said.push(body);
    call.mode = 'sfu';
    call.generation += 1;
    call.tellAll();
    await settled();
    expect(said.filter(({ leg, description }) => leg === 'publish' && description)).toHaveLength(2);
    const generation = call.generation;
    const to = seatOf(pages[0]!);
    call.tell(pages[0]!, 'signal', { to, from: 'sfu', generation, leg: 'publish', description: { type: 'answer', sdp: 'a=fingerprint:sfu\r\n' } });
    call.tell(pages[0]!, 'signal', { to, from: 'sfu', generation, leg: 'watch', streams: [{ mid: '0', seat: seatOf(pages[1]!) }, { mid: '1', seat: seatOf(pages[1]!) }], description: { type: 'offer', sdp: 'a=fingerprint:sfu\r\n' } });
    await settled();
    expect(said.filter(({ leg, description }) => leg === 'watch' && description)).toHaveLength(1);
    expect(others(pages[0]!)[0]!.receivers.video?.track.kind).toBe('video');
    expect(pages[0]!.calls.tiles.value.find(({ own }) => own)?.receivers).toEqual({});
  });

  it('that is away is waited for, and when it is there but gives no answer one enters again', async () => {
    const { call, pages } = await inCall('Ada');
    const seat = seatOf(pages[0]!);
    const away = () => {
      throw new CommandRefused({ code: 'unavailable', message: '', retryAfterMs: null });
    };
    call.mode = 'sfu';
    call.generation += 1;
    call.toSfu = away;
    call.tellAll();
    for (let second = 0; second < 60; second += 1) {
      call.timers.advance(1_000);
      await settled();
    }
    expect([seatOf(pages[0]!), commands(call, 'Ada', 'enter').length]).toEqual([seat, 1]);
    call.toSfu = null;
    call.timers.advance(10_100);
    await settled();
    expect(commands(call, 'Ada', 'enter')).toHaveLength(2);
    expect(seatOf(pages[0]!)).not.toBe(seat);
  });

  it('that is back is joined anew without a word from us', async () => {
    const { call, pages } = await inCall('Ada');
    call.mode = 'sfu';
    call.generation += 1;
    call.toSfu = () => {
      throw new CommandRefused({ code: 'unavailable', message: '', retryAfterMs: null });
    };
    call.tellAll();
    await settled();
    call.timers.advance(16_000);
    await settled();
    const offers: unknown[] = [];
    call.toSfu = (_, body) => body['description'] && offers.push(body);
    call.generation += 1;
    call.tellAll();
    await settled();
    call.timers.advance(10_000);
    await settled();
    expect(offers).toHaveLength(1);
    expect([commands(call, 'Ada', 'enter').length, pages[0]!.calls.session.state.value]).toEqual([1, 'in']);
  });
});
