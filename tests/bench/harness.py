# SPDX-License-Identifier: MIT
"""Starts what is measured, the daemon and its peers, and reads what they cost."""
import atexit
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request

PROJECT = pathlib.Path(__file__).resolve().parent.parent.parent
TICKS = os.sysconf("SC_CLK_TCK")
SERVER, LOAD = ["taskset", "-c", "0"], ["taskset", "-c", "1"]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for s in held:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


def family(pid):
    """The process and its descendants."""
    found = [pid]
    for one in found:
        try:
            for task in os.listdir(f"/proc/{one}/task"):
                found += [int(c) for c in pathlib.Path(f"/proc/{one}/task/{task}/children").read_text().split()]
        except FileNotFoundError:
            pass
    return found


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        try:
            fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        except FileNotFoundError:
            pass
    return total / TICKS


def resident_bytes(pids, media=True):
    """Of the processes, with files in memory (memfd) whether they are mapped or not; without `media`: without those."""
    total = 0
    for pid in pids:
        for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            name, value = line.split()[:2]
            if name == "Pss:":
                total += int(value) * 1024
            if name == "Pss_Shmem:":
                total -= int(value) * 1024
        for descriptor in pathlib.Path(f"/proc/{pid}/fd").iterdir() if media else ():
            try:
                if os.readlink(descriptor).startswith("/memfd:"):
                    total += descriptor.stat().st_blocks * 512
            except FileNotFoundError:
                pass
    return total


class Daemon:
    """The release build with a private PostgreSQL in a temporary directory."""

    def __init__(self, work, channels="channels: []\n", extra=""):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="grandstand-", dir=work))
        self.work.chmod(0o755)
        self.port, rtmp = free_port(), free_port()
        self.binary = os.environ.get("GRANDSTAND_BINARY", str(PROJECT / "build/release/src/grandstand"))
        (self.work / "channels.yaml").write_text(channels)
        self.config = self.work / "grandstand.yaml"
        self.config.write_text(
            f"data_directory: data\nchannels_file: channels.yaml\nloops: 1\nlog: {{level: warning}}\n"
            f"http: {{address: 127.0.0.1, port: {self.port}, max_connections: 60000}}\nrtmp: {{address: 127.0.0.1, port: {rtmp}}}\n{extra}")

    def moderator(self):
        subprocess.run([self.binary, "user", "add", "Bench", "moderator", "--config", str(self.config)], input=b"bench-password\n",
                       check=True, stdout=subprocess.DEVNULL, cwd=self.work)

    def start(self):
        self.log = open(self.work / "log", "wb")
        self.process = subprocess.Popen(SERVER + [self.binary, "serve", "--config", str(self.config)], cwd=self.work,
                                        stdout=subprocess.PIPE, stderr=self.log)
        atexit.register(self.stop)  # when a measurement fails
        if b"open" not in self.process.stdout.readline():
            sys.exit((self.work / "log").read_text())
        return self

    def pids(self):
        return [self.process.pid]  # taskset execs

    def token(self):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v1/sessions", method="POST",
                                         data=json.dumps({"name": "Bench", "password": "bench-password"}).encode(),
                                         headers={"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{self.port}"})
        return json.load(urllib.request.urlopen(request))["token"]

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait()


class Nginx:
    def __init__(self, work, config):
        self.work = pathlib.Path(tempfile.mkdtemp(prefix="nginx-", dir=work))
        self.work.chmod(0o755)
        self.port = free_port()
        (self.work / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; worker_rlimit_nofile 65536; pid {self.work}/pid; error_log {self.work}/error.log;
include /etc/nginx/modules-enabled/*.conf;
events {{ worker_connections 30000; }}
http {{ access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; client_body_temp_path {self.work}/t1; proxy_temp_path {self.work}/t2;
  fastcgi_temp_path {self.work}/t3; uwsgi_temp_path {self.work}/t4; scgi_temp_path {self.work}/t5; types {{ video/mp4 m4s; application/vnd.apple.mpegurl m3u8; }}
  {config(self)} }}""")
        self.process = subprocess.Popen(SERVER + ["nginx", "-c", str(self.work / "nginx.conf")], stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                break
            except OSError:
                time.sleep(0.05)

    def pids(self):
        return family(self.process.pid)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def rooms_lineup(count):
    return "channels:\n" + "".join(f"  - {{id: r{i}, name: r{i}, number: {i + 1}, feed: {{url: 'rtmp://publish', stream_key: k}}, failover: {{slate: none}}}}\n" for i in range(count))
