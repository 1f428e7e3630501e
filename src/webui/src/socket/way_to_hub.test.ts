// SPDX-License-Identifier: MIT
import { describe, expect, it } from 'vitest';
import type { SocketLike } from './client';
import { EventSourceSocket, type EventSourceLike } from './event_source_socket';
import { WayToHub } from './way_to_hub';

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  send(): void {}
  close(): void {}
}

describe('WayToHub', () => {
  const make = () => {
    const web: FakeSocket[] = [];
    const other: FakeSocket[] = [];
    const opened = (list: FakeSocket[]) => () => {
      list.push(new FakeSocket());
      return list[list.length - 1]!;
    };
    return { web, other, way: new WayToHub(opened(web), opened(other)) };
  };

  it('goes the other way when WebSockets never opened', () => {
    const { web, other, way } = make();
    for (let i = 0; i < 2; i += 1) {
      way.open();
      web[i]!.onclose?.({ code: 1006 });
    }
    way.open();
    expect([web.length, other.length]).toEqual([2, 1]);
    way.open();
    expect([web.length, other.length]).toEqual([3, 1]);
  });

  it('stays with WebSockets once one has opened', () => {
    const { web, other, way } = make();
    way.open();
    web[0]!.onopen?.();
    for (let i = 0; i < 4; i += 1) {
      web[i]!.onclose?.({ code: 1006 });
      way.open();
    }
    expect([web.length, other.length]).toEqual([5, 0]);
  });

  it('finds out anew in another network', () => {
    const { web, other, way } = make();
    way.open();
    web[0]!.onopen?.();
    way.networkChanged();
    for (let i = 1; i < 3; i += 1) {
      way.open();
      web[i]!.onclose?.({ code: 1006 });
    }
    way.open();
    expect([web.length, other.length]).toEqual([3, 1]);
  });

  it('does not count a socket that is closed after it was open', () => {
    const { web, way } = make();
    const socket = way.open();
    let code = 0;
    socket.onclose = (event) => (code = event.code);
    web[0]!.onopen?.();
    web[0]!.onclose?.({ code: 4008 });
    expect(code).toBe(4008);
  });
});

class FakeSource implements EventSourceLike {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly listeners = new Map<string, (event: { data?: unknown }) => void>();
  closed = false;
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void {
    this.listeners.set(type, listener);
  }
  close(): void {
    this.closed = true;
  }
}

describe('EventSourceSocket', () => {
  const make = () => {
    const source = new FakeSource();
    const posts: { stream: string; text: string; answer: (taken: boolean) => void }[] = [];
    const socket = new EventSourceSocket({
      listen: () => source,
      post: (stream, text) => new Promise((answer) => posts.push({ stream, text, answer })),
    });
    const codes: number[] = [];
    socket.onclose = (event) => codes.push(event.code);
    return { source, posts, socket, codes };
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve));

  it('is open when the server has named the stream, not before', () => {
    const { source, socket } = make();
    let opened = 0;
    socket.onopen = () => (opened += 1);
    source.listeners.get('open')!({});
    expect(opened).toBe(0);
    source.listeners.get('open')!({ data: '{"stream":"0-abc"}' });
    expect(opened).toBe(1);
  });

  it('posts one message after the other', async () => {
    const { source, posts, socket } = make();
    source.listeners.get('open')!({ data: '{"stream":"0-abc"}' });
    socket.send('one');
    socket.send('two');
    expect(posts.map((post) => post.text)).toEqual(['one']);
    posts[0]!.answer(true);
    await settled();
    expect(posts.map((post) => [post.stream, post.text])).toEqual([['0-abc', 'one'], ['0-abc', 'two']]);
  });

  it('ends with the code that the server gives', () => {
    const { source, codes } = make();
    source.listeners.get('close')!({ data: '{"code":4029,"reason":"too many messages"}' });
    expect(codes).toEqual([4029]);
    expect(source.closed).toBe(true);
  });

  it('ends when the stream is gone or a message is not taken', async () => {
    const gone = make();
    gone.source.onerror!();
    expect(gone.codes).toEqual([1006]);
    const refused = make();
    refused.source.listeners.get('open')!({ data: '{"stream":"0-abc"}' });
    refused.socket.send('one');
    refused.posts[0]!.answer(false);
    await settled();
    expect(refused.codes).toEqual([1006]);
  });
});
