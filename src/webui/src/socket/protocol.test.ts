// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import { decodeFrame, decodeJoined } from './protocol';

describe('decodeFrame', () => {
  it('reads a batch of events and leaves out what is none', () => {
    const frame = decodeFrame(
      '{"events":[{"room":"channel:news","epoch":"k3x9","offset":1194,"kind":"chat.message","server_time":5,"media_time":3,"user":{"id":"guest:k","name":"Ada","role":"guest"},"body":{"text":"Goal!"}},{"kind":7},null]}',
    );
    expect(frame).toEqual({
      type: 'events',
      events: [
        {
          room: 'channel:news',
          kind: 'chat.message',
          position: { epoch: 'k3x9', offset: 1194 },
          serverTime: 5,
          mediaTime: 3,
          user: { id: 'guest:k', name: 'Ada', role: 'guest' },
          body: { text: 'Goal!' },
        },
      ],
    });
  });

  it('reads a refusal with its waiting time', () => {
    const frame = decodeFrame('{"id":8,"ok":false,"error":{"code":"rate_limited","message":"Too fast.","retry_after_ms":1200}}');
    expect(frame).toMatchObject({ type: 'reply', id: 8, refusal: { code: 'rate_limited', message: 'Too fast.', retryAfterMs: 1200 } });
  });

  it('reads a drain', () => {
    expect(decodeFrame('{"type":"drain","reconnect_within_ms":5000}')).toEqual({ type: 'drain', withinMs: 5000 });
  });

  it('drops what it does not understand', () => {
    for (const text of ['', 'nonsense', '[]', '42', 'null', '{"type":"later"}', '{"id":"x","ok":true}']) expect(decodeFrame(text)).toBeNull();
  });
});

describe('decodeJoined', () => {
  it('needs a room and a position', () => {
    expect(decodeJoined({ room: 'channel:news' })).toBeNull();
    expect(decodeJoined({ room: 'channel:news', epoch: 'k', offset: 1 })).toMatchObject({ recovered: false, events: [], snapshots: {} });
  });
});
