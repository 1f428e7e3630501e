#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Puts a release build under the loads that a room must stand, and fails when it does not: scripts/load [test ...]

  cuts    1,000 of the viewers' connections are cut at random under 50 messages a second: nobody misses an event or has one twice
  slow    1 % of 10,000 viewers read 1 KB a second: they are closed and come back, the others' p99 stays as it is without them
  storm   20,000 viewers are cut off at once and come back within 30 s, spread by chance, without a question to the database
  drain   the daemon stops: 5,000 viewers are told when to come back, do so spread over that time, and find the next one

Everything stays on loopback. Fewer viewers take part where descriptors do not suffice (ulimit -n); --scale makes everything smaller.
"""
import argparse
import atexit
import json
import pathlib
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

from harness import *  # noqa: F403

failures = []


def check(holds, what):
    print(f"  {'held' if holds else 'FAILED'}: {what}")
    if not holds:
        failures.append(what)


class Viewers:
    """One process of room_load; `seen` is what it reports."""

    def __init__(self, daemon, token, **options):
        words = [str(PROJECT / "build/bench/room_load"), "--port", str(daemon.port), "--token", token]
        for name, value in options.items():
            words += ["--" + name.replace("_", "-"), str(value)]
        self.process = subprocess.Popen(LOAD + words, stdout=subprocess.PIPE, text=True)
        atexit.register(self.process.kill)

    def ready(self):
        if self.process.stdout.readline() != "READY\n":
            sys.exit("the viewers could not join")
        return self

    def seen(self):
        line = self.process.stdout.readline()
        if line == "END\n":
            line = self.process.stdout.readline()
        self.process.wait()
        return json.loads(line)


def series(daemon, name):
    """The sum of a metric over its labels."""
    page = urllib.request.urlopen(f"http://127.0.0.1:{daemon.port}/metrics").read().decode()
    return sum(float(line.rsplit(" ", 1)[1]) for line in page.splitlines() if line.startswith(name) and line[len(name)] in "{ ")


def start(work, rooms=1, extra=""):
    daemon = Daemon(work, rooms_lineup(rooms), extra)
    daemon.moderator()
    daemon.start()
    return daemon, daemon.token()


def fitting(count):
    """As many viewers as the daemon has descriptors for."""
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    fits = min(count, limit - 400)
    if fits < count:
        print(f"  {fits} viewers instead of {count}: no more descriptors (ulimit -Hn {limit})")
    return fits


def whole(seen):
    check(seen["gaps"] == 0 and seen["doubles"] == 0 and seen["behind"] == 0 and seen["in"] == seen["clients"],
          f"every viewer has every event once: {seen['delivered']} live, {seen['resumed']} resumed, {seen['gaps']} gaps, {seen['doubles']} doubles, {seen['behind']} behind")


def load_cuts(work, args):
    print("\ncuts: connections cut at random under 50 messages a second")
    daemon, token = start(work)
    cuts = max(10, int(1000 * args.scale))
    seen = Viewers(daemon, token, clients=max(20, int(1000 * args.scale)), publishers=5, rate=50, seconds=20, cuts_per_second=cuts / 20 * 1.1).ready().seen()
    print(f"  {seen['cuts']} cut, {seen['joins'] - seen['clients']} came back, {seen['recovered']} resumed, {seen['fresh']} started over; joined again within p50 {seen['join_p50_ms']:.1f} ms, p99 {seen['join_p99_ms']:.1f} ms")
    whole(seen)
    check(seen["cuts"] >= cuts, f"at least {cuts} cuts")
    check(seen["recovered"] + seen["fresh"] >= seen["cuts"], "everybody came back, resumed or started over with the room's snapshot")
    daemon.stop()


def load_slow(work, args):
    print("\nslow: 1 % of the viewers read 1 KB a second")
    viewers = fitting(int(10_000 * args.scale))
    common = dict(clients=viewers, publishers=4, rate=10, seconds=30, characters=470, wide=1)
    p99 = {"without": [], "with": []}
    for _ in range(args.rounds):
        for name, slow in (("without", 0), ("with", max(1, viewers // 100))):
            daemon, token = start(work)
            load = Viewers(daemon, token, slow=slow, **common).ready()
            before = resident_bytes(daemon.pids(), media=False)
            peak = [before]
            watching = threading.Event()

            def watch():
                while not watching.wait(0.5):
                    peak[0] = max(peak[0], resident_bytes(daemon.pids(), media=False))

            thread = threading.Thread(target=watch)
            thread.start()
            seen = load.seen()
            watching.set()
            thread.join()
            p99[name].append(seen["p99_ms"])
            if slow:
                closed = series(daemon, 'grandstand_websocket_closed_total{reason="too_slow"}')
                print(f"  {slow} slow: {closed:.0f} closed as too slow, codes {seen['closes']}, {seen['recovered']} resumed, {seen['fresh']} started over; resident grew by {(peak[0] - before) / 1e6:.1f} MB")
                check(closed >= slow, "every slow reader was closed")
                check(peak[0] - before < slow * (256 << 10) + (32 << 20), "memory stays below the queues' bound")
            whole(seen)
            daemon.stop()
    with_slow, without = statistics.median(p99["with"]), statistics.median(p99["without"])
    print(f"  p99 of the others {with_slow:.1f} ms, without slow readers {without:.1f} ms: ratio {with_slow / without:.2f}")
    check(with_slow <= without * 1.1 + 5, "the others do not notice")


def load_storm(work, args):
    print("\nstorm: all viewers are cut off at once and come back")
    viewers = fitting(int(20_000 * args.scale)) // 2 * 2
    daemon, token = start(work, rooms=20)
    # Two processes, since one has no more descriptors than the daemon.
    halves = [Viewers(daemon, token, clients=viewers // 2, rooms=20, publishers=20, rate=20, seconds=60, storm_within=30, guests=1) for _ in range(2)]
    for half in halves:
        half.ready()
    queries, cpu = series(daemon, "grandstand_database_queries_total"), cpu_seconds(daemon.pids())
    all_seen = [half.seen() for half in halves]
    used = cpu_seconds(daemon.pids()) - cpu
    for seen in all_seen:
        print(f"  {seen['clients']} viewers: {seen['recovered']} resumed, {seen['fresh']} started over, {seen['refused']} attempts refused; from connecting to joined p50 {seen['join_p50_ms']:.1f} ms, p99 {seen['join_p99_ms']:.1f} ms, "
              f"all back after {seen['last_back_s']:.1f} s")
        whole(seen)
        check(seen["fresh"] == 0, "everybody resumed from the room's memory")
    joined = sum(seen["recovered"] for seen in all_seen)
    print(f"  daemon: {used:.1f} s CPU in that minute, {used / max(joined, 1) * 1e6:.0f} us for each return (the live events included); resident {resident_bytes(daemon.pids(), media=False) / 1e6:.0f} MB")
    daemon.stop()


def load_drain(work, args):
    print("\ndrain: the daemon stops and another takes its place")
    daemon, token = start(work, extra="hub: {drain_within: 5s}\n")
    viewers = max(50, int(5_000 * args.scale))
    load = Viewers(daemon, token, clients=viewers, publishers=2, rate=10, seconds=25).ready()
    time.sleep(5)
    began = time.monotonic()
    daemon.stop()
    stopped = time.monotonic() - began
    daemon.start()
    seen = load.seen()
    print(f"  stopped within {stopped:.1f} s; {seen['drained']} were told, closes {seen['closes']}, {seen['refused']} attempts in vain; {seen['fresh']} joined the next daemon, p99 {seen['join_p99_ms']:.1f} ms")
    check(seen["drained"] >= viewers, "everybody was told when to come back")
    check(seen["in"] == seen["clients"] and seen["gaps"] == 0 and seen["doubles"] == 0, "everybody is in the room again")
    daemon.stop()


def main():
    tests = {"cuts": load_cuts, "slow": load_slow, "storm": load_storm, "drain": load_drain}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", help=", ".join(tests) + " (all)")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1, help="of the numbers of viewers and cuts")
    args = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="grandstand-load-"))
    work.chmod(0o755)
    try:
        for name in args.tests or tests:
            tests[name](work, args)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    sys.exit(1 if failures else 0)


main()
