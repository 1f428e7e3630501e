// SPDX-License-Identifier: MIT
import type { SocketLike } from './client';

const failuresBeforeOther = 2;

// How the hub is reached: by WebSocket, and by the other way once that has failed to open a few times in a row while it
// never worked in this network. The other way is kept while it works.
export class WayToHub {
  private failures = 0;
  private worked = false;

  constructor(
    private readonly webSocket: () => SocketLike,
    private readonly other: () => SocketLike,
  ) {}

  open(): SocketLike {
    if (this.worked || this.failures < failuresBeforeOther) return this.watched(this.webSocket());
    // The next time, WebSockets get another chance: the network may have changed.
    this.failures -= 1;
    return this.other();
  }

  // What worked in the network before may not in this one.
  networkChanged(): void {
    this.worked = false;
    this.failures = 0;
  }

  // Sees how the opening ends, and hands everything on.
  private watched(socket: SocketLike): SocketLike {
    let opened = false;
    const outer: SocketLike = {
      onopen: null,
      onmessage: null,
      onclose: null,
      send: (text) => socket.send(text),
      close: (code) => socket.close(code),
    };
    socket.onopen = () => {
      opened = this.worked = true;
      outer.onopen?.();
    };
    socket.onmessage = (event) => outer.onmessage?.(event);
    socket.onclose = (event) => {
      if (!opened) this.failures += 1;
      outer.onclose?.(event);
    };
    return outer;
  }
}
