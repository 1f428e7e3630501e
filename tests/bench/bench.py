#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds Grandstand against what Debian packages, side by side in one run, and prints ratios: scripts/bench [test ...]

Tests: channels (against ffmpeg -c copy -f hls), origin (against nginx), held (blocking reloads), growth (cost by channels, bit rate and
viewers), fanout (against Nchan), rooms (against Nchan and the least that the kernel asks: ws_floor), idle (bytes per socket).
The server under test is pinned to core 0, load to core 1. Everything stays on loopback; figures are medians of --rounds.
"""
import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

from harness import *  # noqa: F403


# --- channels: CPU and memory of passing television through ------------------------------------------------------------

def make_film(path, seconds, kilobits):
    """Television of a constant bit rate, with a key frame every two seconds."""
    video = max(kilobits - 160, 100)
    size = "1280x720" if kilobits >= 2000 else "480x270"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25", "-f", "lavfi", "-i", "sine=sample_rate=48000",
                    "-t", str(seconds), "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-b:v", f"{video}k", "-minrate", f"{video}k", "-maxrate", f"{video}k",
                    "-bufsize", f"{video}k", "-x264-params", "nal-hrd=cbr", "-c:a", "aac", "-b:a", "96k", "-f", "mpegts", str(path)], check=True)
    return path.stat().st_size * 8 / seconds / 1e6


def send_film(film, ports):
    """In datagrams to all ports, paced by ffmpeg."""
    outputs = []
    for port in ports:
        outputs += ["-map", "0", "-c", "copy", "-f", "mpegts", f"udp://127.0.0.1:{port}?pkt_size=1316"]
    return subprocess.Popen(LOAD + ["ffmpeg", "-v", "error", "-nostdin", "-re", "-stream_loop", "-1", "-i", str(film)] + outputs)


def udp_lineup(ports):
    return "channels:\n" + "".join(f"  - {{id: c{i}, name: c{i}, number: {i + 1}, feed: 'udp://127.0.0.1:{p}'}}\n" for i, p in enumerate(ports))


def warn_of_missing(daemon, count):
    live = sum(c["state"] == "live" for c in json.load(urllib.request.urlopen(f"http://127.0.0.1:{daemon.port}/api/v1/channels"))["channels"])
    if live != count:
        print(f"  only {live} of {count} channels are live", file=sys.stderr)


def measure_channels(daemon, count, seconds):
    """ms of CPU per stream-second, and MB resident per channel."""
    time.sleep(12)  # past probing and the first segments
    before, start = cpu_seconds(daemon), time.monotonic()
    time.sleep(seconds)
    used = (cpu_seconds(daemon) - before) / (time.monotonic() - start)
    return used * 1000 / count, resident_bytes(daemon) / count / 1e6


def bench_channels(work, args):
    count, seconds = args.channels, args.seconds
    film = work / "film.ts"
    rate = make_film(film, seconds * 2 + 40, 2900)
    ports = free_ports(count)
    results = {}
    for label, containers in (("grandstand, fMP4 and TS", "[fmp4, ts]"), ("grandstand, TS only", "[ts]")):
        daemon = Daemon(work, udp_lineup(ports), f"hls: {{containers: {containers}}}\n").start()
        sender = send_film(film, ports)
        results[label] = measure_channels(daemon.pids(), count, seconds)
        warn_of_missing(daemon, count)
        sender.kill(), sender.wait(), daemon.stop()

    directory = pathlib.Path(tempfile.mkdtemp(dir=work))
    peers = [subprocess.Popen(SERVER + ["ffmpeg", "-v", "quiet", "-nostdin", "-i", f"udp://127.0.0.1:{p}?fifo_size=100000&overrun_nonfatal=1", "-c", "copy", "-f", "hls", "-hls_time", "2",
                                        "-hls_list_size", "15", "-hls_flags", "delete_segments", str(directory / f"{i}.m3u8")]) for i, p in enumerate(ports)]
    sender = send_film(film, ports)
    results["ffmpeg -c copy -f hls"] = measure_channels([p.pid for p in peers], count, seconds)
    for process in [sender] + peers:
        process.kill(), process.wait()

    print(f"\nchannels: {count} of {rate:.1f} Mbit/s, UDP to HLS")
    base = results["ffmpeg -c copy -f hls"]
    for label, (cpu, memory) in results.items():
        print(f"  {label:28} {cpu:7.2f} ms CPU per stream-second ({cpu / base[0]:.2f} x ffmpeg)  {memory:6.1f} MB per channel")


# --- origin: playlists and segments --------------------------------------------------------------------------------------

def bench_origin(work, args):
    film = work / "origin.ts"
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=25", "-t", "30", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50",
                    "-b:v", "4M", "-minrate", "4M", "-maxrate", "4M", "-bufsize", "4M", "-x264-params", "nal-hrd=cbr", str(film)], check=True)
    daemon = Daemon(work, f"channels:\n  - {{id: c, name: c, number: 1, feed: 'file:{film}'}}\n", "hls: {window: 600s}\n").start()
    base = f"http://127.0.0.1:{daemon.port}/live/c"
    segments = []
    while len(segments) < 3:
        time.sleep(1)
        try:
            text = urllib.request.urlopen(f"{base}/fmp4/media.m3u8").read().decode()
            segments = [line for line in text.splitlines() if line and not line.startswith("#")]
        except urllib.error.HTTPError:
            pass
    root = pathlib.Path(tempfile.mkdtemp(dir=work))
    root.chmod(0o755)
    (root / "media.m3u8").write_text(text)
    (root / "segment.m4s").write_bytes(urllib.request.urlopen(f"{base}/fmp4/{segments[1]}").read())
    nginx = Nginx(work, lambda n: f"server {{ listen 127.0.0.1:{n.port}; root {root}; }}")

    units = {"KB": 1e3, "MB": 1e6, "GB": 1e9}

    def load(server, url, connections, per_byte):
        """CPU: microseconds per request, or milliseconds per GB; by bytes where requests are long, since those under way at the end count, too."""
        rates = []
        for _ in range(args.rounds):
            before = cpu_seconds(server.pids())
            out = subprocess.run(LOAD + ["wrk", "-t1", f"-c{connections}", f"-d{args.seconds // 2}s", url], capture_output=True, text=True, check=True).stdout
            used = cpu_seconds(server.pids()) - before
            words = next(line for line in out.splitlines() if "requests in" in line).replace(",", " ").split()
            rates.append(used / (float(words[4][:-2]) * units[words[4][-2:]]) * 1e15 if per_byte else used / int(words[0]) * 1e6)
        return statistics.median(rates)

    size = (root / "segment.m4s").stat().st_size >> 10
    print("\norigin: CPU with sockets kept alive")
    for label, path, file, connections, per_byte in (("playlist, per request", "fmp4/media.m3u8", "media.m3u8", 50, False),
                                                     (f"segments of {size} KiB, per GB", f"fmp4/{segments[1]}", "segment.m4s", 50, True),
                                                     ("the same, 1,000 connections", f"fmp4/{segments[1]}", "segment.m4s", 1000, True)):
        a = load(daemon, f"{base}/{path}", connections, per_byte)
        b = load(nginx, f"http://127.0.0.1:{nginx.port}/{file}", connections, per_byte)
        unit = "ms" if per_byte else "us"
        print(f"  {label:32} grandstand {a / (1e3 if per_byte else 1):8.1f} {unit}   nginx {b / (1e3 if per_byte else 1):8.1f} {unit}   ratio {a / b:.2f}")
    nginx.stop(), daemon.stop()


# --- blocking reloads, and how cost grows ---------------------------------------------------------------------------------

def hls_load(server, players, seconds, *options):
    """Low-latency players at the first channel: what they saw, and the server's CPU."""
    process = subprocess.Popen(LOAD + [str(PROJECT / "build/bench/hls_load"), "--port", str(server.port), "--playlist", "/live/c0/fmp4/media.m3u8",
                                       "--players", str(players), "--seconds", str(seconds), *options], stdout=subprocess.PIPE, text=True)
    if process.stdout.readline() != "START\n":
        sys.exit("the load client failed")
    before = cpu_seconds(server.pids())
    process.stdout.readline()
    used = cpu_seconds(server.pids()) - before
    result = json.loads(process.stdout.readline())
    process.wait()
    result["cpu"] = used / seconds
    return result


def one_channel(work, kilobits):
    film = work / f"one-{kilobits}.ts"
    make_film(film, 60, kilobits)
    port = free_port()
    daemon = Daemon(work, udp_lineup([port])).start()
    sender = send_film(film, [port])
    time.sleep(8)
    return daemon, sender


def bench_held(work, args):
    daemon, sender = one_channel(work, 2900)
    print("\nheld: blocking reloads; how long after the first of a version's answers the others came")
    for players in (100, 1000, 5000):
        rounds = [hls_load(daemon, players, args.seconds // 2, "--playlist-only") for _ in range(args.rounds)]
        of = lambda key: statistics.median(r[key] for r in rounds)
        print(f"  {players:5} players   p50 {of('p50_ms'):6.2f} ms   p99 {of('p99_ms'):6.2f} ms   {of('reloads') / (args.seconds // 2):7.0f} answers/s, {of('cpu') * 1e6 / max(of('reloads') / (args.seconds // 2), 1):6.1f} us CPU each   errors {of('errors'):.0f}")
    sender.kill(), sender.wait(), daemon.stop()


def bench_growth(work, args):
    print("\ngrowth: CPU of one core and memory")
    print("  channels of 1 Mbit/s, fMP4 parts and TS")
    film = work / "small.ts"
    make_film(film, 60, 1000)
    for count in (10, 50, 100, 200):
        ports = free_ports(count)
        daemon = Daemon(work, udp_lineup(ports)).start()
        sender = send_film(film, ports)
        cpu, memory = measure_channels(daemon.pids(), count, args.seconds)
        warn_of_missing(daemon, count)
        sender.kill(), sender.wait(), daemon.stop()
        print(f"    {count:4} channels   {cpu * count / 10:6.1f} % of a core   {cpu:6.2f} ms per stream-second   {memory:6.1f} MB per channel")
    print("  bit rate, 10 channels")
    for kilobits in (1000, 3000, 6000, 12000):
        film = work / f"rate-{kilobits}.ts"
        rate = make_film(film, 40, kilobits)
        ports = free_ports(10)
        daemon = Daemon(work, udp_lineup(ports)).start()
        sender = send_film(film, ports)
        cpu, memory = measure_channels(daemon.pids(), 10, args.seconds)
        warn_of_missing(daemon, 10)
        sender.kill(), sender.wait(), daemon.stop()
        print(f"    {rate:4.1f} Mbit/s   {cpu:6.2f} ms per stream-second, {cpu / rate:5.2f} per Mbit   {memory:6.1f} MB per channel")
    print("  low-latency players of one channel of 1 Mbit/s, who reload and fetch each part")
    daemon, sender = one_channel(work, 1000)
    for players in (1, 100, 500, 1000, 2000):
        seen = hls_load(daemon, players, args.seconds // 2)
        print(f"    {players:5} players   {seen['cpu'] * 100:6.1f} % of a core, {seen['cpu'] * 1e6 / players:6.1f} us a player and second   {seen['bytes'] * 8 / (args.seconds // 2) / 1e6:7.1f} Mbit/s   errors {seen['errors']}")
    sender.kill(), sender.wait(), daemon.stop()


# --- fan-out and idle sockets --------------------------------------------------------------------------------------------

def ws_load(server, seconds, *options):
    process = subprocess.Popen(LOAD + [str(PROJECT / "build/bench/ws_load"), "--seconds", str(seconds), *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    if process.stdout.readline() != "READY\n":
        sys.exit("the load client failed")
    process.stdin.write("go\n")
    process.stdin.flush()
    process.stdout.readline()
    alone, all_of_it = server.pids(), family(server.process.pid)
    before = cpu_seconds(alone), cpu_seconds(all_of_it)
    process.stdout.readline()
    used = cpu_seconds(alone) - before[0], cpu_seconds(all_of_it) - before[1]
    result = json.loads(process.stdout.readline())
    process.wait()
    result["per_cpu_second"], result["per_cpu_second_with_database"] = (result["deliveries"] / max(seconds, 0.01) for seconds in used)
    return result


def our_options(daemon, token, sockets, rooms=1):
    hello = json.dumps({"id": 1, "type": "hello"})
    join = json.dumps({"id": 2, "type": "join", "room": "channel:r@R"})
    return ["--port", str(daemon.port), "--path", "/ws", "--protocol", "grandstand.v1.json", "--sockets", str(sockets), "--rooms", str(rooms), "--greet", hello, "--greet", join,
            "--publisher-greet", json.dumps({"id": 1, "type": "hello", "token": token}), "--publisher-greet", join,
            "--message", '{"id":@N,"type":"command","room":"channel:r@R","name":"chat.send","key":"k@N","body":{"text":"t=@T; ' + "x" * 60 + '"}}']


def nchan_options(nginx, sockets, rooms=1):
    return ["--port", str(nginx.port), "--path", "/sub/r@R", "--sockets", str(sockets), "--rooms", str(rooms), "--post", "/pub/r@R", "--message", "t=@T; " + "x" * 94]


def start_daemon(work, rooms=1):
    daemon = Daemon(work, rooms_lineup(rooms))
    daemon.moderator()
    return daemon.start()


def start_nchan(work):
    return Nginx(work, lambda n: f"""nchan_max_reserved_memory 256M; server {{ listen 127.0.0.1:{n.port} backlog=8192;
      location ~ /pub/(\\w+)$ {{ nchan_publisher; nchan_channel_id $1; nchan_message_buffer_length 50; }}
      location ~ /sub/(\\w+)$ {{ nchan_subscriber websocket; nchan_channel_id $1; }} }}""")


def bench_fanout(work, args):
    daemon, nginx = start_daemon(work), start_nchan(work)
    token = daemon.token()
    print("\nfan-out: deliveries per CPU second of the server (thousands), p99 from publish to delivery")
    for sockets, rate in ((1000, 10), (1000, 100), (5000, 10), (5000, 100)):
        publishers = str(max(1, rate // 5))
        rounds = {"grandstand": [], "nchan": []}
        for _ in range(args.rounds):
            rounds["grandstand"].append(ws_load(daemon, args.seconds // 2, "--rate", str(rate), "--publishers", publishers, *our_options(daemon, token, sockets)))
            rounds["nchan"].append(ws_load(nginx, args.seconds // 2, "--rate", str(rate), "--publishers", publishers, *nchan_options(nginx, sockets)))
        median = {name: {key: statistics.median(r[key] for r in results) for key in ("per_cpu_second", "p99_ms", "deliveries")} for name, results in rounds.items()}
        ours, theirs = median["grandstand"], median["nchan"]
        print(f"  {sockets:5} sockets, {rate:3}/s   grandstand {ours['per_cpu_second'] / 1e3:7.0f} ({ours['p99_ms']:6.1f} ms)   nchan {theirs['per_cpu_second'] / 1e3:7.0f} ({theirs['p99_ms']:6.1f} ms)"
              f"   ratio {ours['per_cpu_second'] / theirs['per_cpu_second']:.2f}   delivered {ours['deliveries'] / (sockets * rate * (args.seconds // 2)):.1%}, {theirs['deliveries'] / (sockets * rate * (args.seconds // 2)):.1%}")
    nginx.stop(), daemon.stop()


OUR_EVENT, OUR_REPLY = 278, 98  # bytes of what a message becomes for everybody, and of the answer to who sent it (docs/protocol.md)


class Floor:
    """ws_floor: what no server can be below."""

    def __init__(self, tick_ms, reply_bytes):
        self.port = free_port()
        self.process = subprocess.Popen(SERVER + [str(PROJECT / "build/bench/ws_floor"), str(self.port), str(tick_ms), str(reply_bytes)])
        time.sleep(0.3)

    def pids(self):
        return [self.process.pid]

    def stop(self):
        self.process.kill(), self.process.wait()


def bench_rooms(work, args):
    print("\nrooms: deliveries per CPU second of the server (thousands), p99 from publish to delivery; of ours with PostgreSQL, which stores every message, and without")
    sockets = 5000
    for label, rooms, rate, publishers in (("one of 5,000, 100/s", 1, 100, 20), ("one of 5,000, 10/s", 1, 10, 2), ("100 of 50, 1,000/s in all", 100, 1000, 100)):
        print("  " + label)
        floors = {"floor, one write each": (0, 0, 94), "floor, every 50 ms": (50, 0, 94), "floor, our bytes": (0, OUR_REPLY, OUR_EVENT - len("t=; ") - 19)}  # 19 digits of time
        rounds = {name: [] for name in (*floors, "grandstand", "nchan")}
        for _ in range(args.rounds):
            for name, results in rounds.items():
                if name == "grandstand":
                    server = start_daemon(work, rooms)
                    options = our_options(server, server.token(), sockets, rooms)
                elif name == "nchan":
                    server = start_nchan(work)
                    options = nchan_options(server, sockets, rooms)
                else:
                    tick_ms, reply_bytes, padding = floors[name]
                    server = Floor(tick_ms, reply_bytes)
                    options = ["--port", str(server.port), "--path", "/sub/@R", "--publisher-path", "/pub/@R", "--sockets", str(sockets), "--rooms", str(rooms), "--message", "t=@T; " + "x" * padding]
                results.append(ws_load(server, args.seconds // 2, "--rate", str(rate), "--publishers", str(publishers), *options))
                server.stop()
        median = {name: {key: statistics.median(r[key] for r in results) for key in results[0]} for name, results in rounds.items()}
        floor = median["floor, one write each"]["per_cpu_second"]
        for name, seen in median.items():
            both = (seen["per_cpu_second_with_database"], seen["per_cpu_second"])
            shown = "   ".join(f"{value / 1e3:7.0f} ({value / floor:5.2f} x floor)" for value in (both if name == "grandstand" else both[1:]))
            print(f"    {name:22} {shown}   p99 {seen['p99_ms']:7.1f} ms   delivered {seen['deliveries'] * rooms / (seen['sent'] * sockets):.0%}")


def bench_idle(work, args):
    daemon, nginx = start_daemon(work), start_nchan(work)
    sockets = 5000
    print("\nidle WebSockets: resident bytes of the server for each")
    for name, server, options in (("grandstand", daemon, our_options(daemon, daemon.token(), sockets)), ("nchan", nginx, nchan_options(nginx, sockets))):
        before = resident_bytes(server.pids())
        process = subprocess.Popen(LOAD + [str(PROJECT / "build/bench/ws_load"), "--rate", "0", "--publishers", "0", *options], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process.stdout.readline()
        time.sleep(3)
        print(f"  {name:12} {(resident_bytes(server.pids()) - before) / sockets:8.0f}")
        process.kill(), process.wait()
    nginx.stop(), daemon.stop()


def main():
    tests = {"channels": bench_channels, "origin": bench_origin, "held": bench_held, "growth": bench_growth, "fanout": bench_fanout, "rooms": bench_rooms, "idle": bench_idle}
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("tests", nargs="*", help=", ".join(tests) + " (all)")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=20, help="of each measurement")
    parser.add_argument("--channels", type=int, default=20)
    args = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp(prefix="grandstand-bench-"))
    work.chmod(0o755)
    try:
        for name in args.tests or tests:
            tests[name](work, args)
    finally:
        shutil.rmtree(work, ignore_errors=True)


main()
