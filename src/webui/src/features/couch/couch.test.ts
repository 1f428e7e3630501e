// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { Couch, type Asked } from './couch';
import type { RoomEvent } from '../../socket/protocol';

const state = { page: 'watch', channel: 'news', party: null, title: 'News', playing: true, position: 5, volume: 60, muted: false };
const screen = { screen: 'screen-one', name: 'Living room', state };
const event = (kind: string, body: unknown): RoomEvent => ({ room: 'couch:account:1', kind, position: null, serverTime: 0, mediaTime: null, user: null, body });

function make() {
  const sent: unknown[] = [];
  const couch = new Couch({ send: (name: string, body: unknown) => (sent.push([name, body]), Promise.resolve({ position: null, stored: false })) } as never);
  const asked: Asked[] = [];
  couch.onAsked = (one) => asked.push(one);
  return { couch, sent, asked };
}

describe('Couch', () => {
  it('knows the screens from joining and from what is told', () => {
    const { couch } = make();
    couch.personal({ screens: [screen] });
    expect(couch.screens.value).toEqual([screen]);
    couch.event(event('couch.screens', { screens: [] }));
    expect(couch.screens.value).toEqual([]);
  });

  it('leaves out what does not fit', () => {
    const { couch } = make();
    couch.personal({ screens: [screen, { screen: 7, state }, { screen: 'x', state: { page: 'admin' } }, null] });
    expect(couch.screens.value).toEqual([screen]);
    couch.personal(undefined);
    expect(couch.screens.value).toEqual([]);
  });

  it('hears what is asked, and nothing else', () => {
    const { couch, asked } = make();
    couch.event(event('couch.pressed', { screen: 's', key: 'up' }));
    couch.event(event('couch.pressed', { screen: 's', key: 'explode' }));
    couch.event(event('couch.opened', { screen: 's', path: '/guide' }));
    couch.event(event('couch.typed', { screen: 's', text: 'Go', final: true }));
    couch.event(event('couch.typed', 'Go'));
    expect(asked).toEqual([
      { name: 'press', screen: 's', key: 'up' },
      { name: 'open', screen: 's', path: '/guide' },
      { name: 'type', screen: 's', text: 'Go', final: true },
    ]);
  });

  it('asks as the protocol has it', async () => {
    const { couch, sent } = make();
    await couch.ask({ name: 'press', screen: 's', key: 'mute' });
    await couch.ask({ name: 'type', screen: 's', text: '', final: false });
    expect(sent).toEqual([
      ['couch.press', { screen: 's', key: 'mute' }],
      ['couch.type', { screen: 's', text: '', final: false }],
    ]);
  });
});
