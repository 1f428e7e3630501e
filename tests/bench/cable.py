# SPDX-License-Identifier: MIT
"""A cable between this network namespace and another, with delay, jitter and loss: for kernels without tc's netem.

cable.py NEAR SPACE FAR [--delay MS] [--jitter MS] [--loss PERCENT]     (as root)

Makes the device NEAR here and FAR in the namespace SPACE and carries packets between them. Each way takes a normally distributed time of
DELAY +- JITTER and keeps the order, as most paths do. Prints "ready" when the devices are there, and ends with its standard input.
"""

import argparse
import collections
import fcntl
import os
import random
import select
import struct
import subprocess
import time

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
PACKET = 2048  # above any MTU used here


def device(name):
    file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(file, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    return file


class Way:
    """Packets from one end to the other, each with the time when it is to arrive."""

    def __init__(self, source, target, options):
        self.source, self.target, self.options = source, target, options
        self.under_way = collections.deque()

    def take(self):
        while True:
            try:
                packet = os.read(self.source, PACKET)
            except BlockingIOError:
                return
            if random.random() * 100 < self.options.loss:
                continue
            arrives = time.monotonic() + max(0.0, random.gauss(self.options.delay, self.options.jitter)) / 1000
            if self.under_way:
                arrives = max(arrives, self.under_way[-1][0])
            self.under_way.append((arrives, packet))

    def deliver(self, now):
        while self.under_way and self.under_way[0][0] <= now:
            try:
                os.write(self.target, self.under_way.popleft()[1])
            except OSError:
                pass  # the other end is not up: lost

    def due(self):
        return self.under_way[0][0] if self.under_way else None


def main():
    parser = argparse.ArgumentParser()
    for name in ("near", "space", "far"):
        parser.add_argument(name)
    for name in ("delay", "jitter", "loss"):
        parser.add_argument("--" + name, type=float, default=0.0)
    options = parser.parse_args()
    near, far = device(options.near), device(options.far)
    subprocess.run(["ip", "link", "set", options.far, "netns", options.space], check=True)
    ways = [Way(near, far, options), Way(far, near, options)]
    print("ready", flush=True)
    while True:
        dues = [way.due() for way in ways if way.due() is not None]
        wait = max(0.0, min(dues) - time.monotonic()) if dues else None
        readable, _, _ = select.select([0, near, far], [], [], wait)
        if 0 in readable and not os.read(0, 1):
            return
        for way in ways:
            if way.source in readable:
                way.take()
            way.deliver(time.monotonic())


main()
