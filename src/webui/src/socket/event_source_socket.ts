// SPDX-License-Identifier: MIT
import type { SocketLike } from './client';

// The part of the browser's EventSource that is used.
export interface EventSourceLike {
  onmessage: ((event: { data: unknown }) => void) | null;
  onerror: (() => void) | null;
  addEventListener(type: 'open' | 'close', listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

export interface EventSourceWays {
  readonly listen: () => EventSourceLike;
  // Whether the server took the message.
  readonly post: (stream: string, text: string) => Promise<boolean>;
}

function field(data: unknown, name: string): unknown {
  try {
    const value: unknown = JSON.parse(String(data));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
  } catch {
    return undefined;
  }
}

// What a WebSocket does, by server-sent events and one POST after the other (docs/protocol.md): for networks whose proxies
// block WebSockets.
export class EventSourceSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  private readonly source: EventSourceLike;
  private stream: string | null = null;
  private readonly waiting: string[] = [];
  private posting = false;
  private ended = false;

  constructor(private readonly ways: EventSourceWays) {
    this.source = ways.listen();
    // The browser has an event of this name, too, without data: ours names the stream.
    this.source.addEventListener('open', (event) => {
      const stream = field(event.data, 'stream');
      if (typeof stream !== 'string' || this.stream !== null) return;
      this.stream = stream;
      this.onopen?.();
    });
    this.source.addEventListener('close', (event) => {
      const code = field(event.data, 'code');
      this.end(typeof code === 'number' ? code : 1006);
    });
    this.source.onmessage = (event) => this.onmessage?.(event);
    // A browser would open another stream by itself, which is another session.
    this.source.onerror = () => this.end(1006);
  }

  send(text: string): void {
    if (this.ended) return;
    this.waiting.push(text);
    void this.flush();
  }

  close(): void {
    this.ended = true;
    this.source.close();
  }

  // In order: the next goes when the one before it has arrived.
  private async flush(): Promise<void> {
    if (this.posting || this.stream === null) return;
    this.posting = true;
    for (let text = this.waiting.shift(); text !== undefined && !this.ended; text = this.waiting.shift()) {
      const taken = await this.ways.post(this.stream, text).catch(() => false);
      if (!taken) this.end(1006);
    }
    this.posting = false;
  }

  private end(code: number): void {
    if (this.ended) return;
    this.close();
    this.onclose?.({ code });
  }
}
