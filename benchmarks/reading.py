"""How fast is reading: a ready-made page of peernet's server, beside a bare Flask view and a static file server.

    python benchmarks/reading.py [--seconds 3] [--rounds 3] [--connections 64]

All send the same bytes, from one process, to one client over kept connections on the loopback. The client is
Python too and shares the machine, so what a server costs is told best by its own processor time for a request.
peernet's server is measured as it is where nginx is installed, which then reads the page from its file, and without
it, when the front answers in Python. The static file server is nginx as well, told no more than to send files; where
it is not installed, granian's own (written in Rust; no Python is run for a file).
The bars, beside that nginx alone: peernet's server gives at least 0.90 of its answers, 99 of 100 within 10 ms, and
nginx over a folder as ``peernet site export`` writes it as many as of a single file (0.95, since rounds differ by as
much). Both cores must be free for it: with other work beside, whoever takes less of one comes first, and the client
is not busy. ``open_file_cache`` is off everywhere, as it is unless one turns it on: from it, what was withdrawn would
be read on.
"""

import argparse
import os
import random
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server import Server

from peernet.pages import Copy, Store
from peernet.server import Front, serve
from peernet.settings import Settings
from peernet.web import security

HOST = "127.0.0.1"
NAME = "page.html.gz"
NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 10000000;
  client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
  uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
  map $uri $page {{ default $uri/index.html; ~/$ "${{uri}}index.html"; "~\\.[a-z0-9]+$" $uri; }}
  server {{
    listen {host}:{port}; root {folder};
    location /site/ {{
      rewrite ^ $page break; error_page 404 = @missing;
      gzip_static on; types {{ text/html html; }} add_header Cache-Control "no-cache";
    }}
    location @missing {{ if (-f $document_root/gone$uri) {{ return 410; }} return 404; }}
  }}
}}
"""
FRONT, PYTHON = "ready-made page, peernet", "ready-made page, peernet without nginx"
NGINX_FILE, EXPORT = "static file, nginx", "exported site, nginx"
# What peernet's server and an exported site give at least of nginx's answers with one file; ms for 99 of 100.
LEAST, EXPORTED, P99 = 0.90, 0.95, 10.0


@dataclass
class Measured:
    """One round: answers a second, latencies in ms, and processor time in µs an answer (None where unknown)."""

    rate: float
    median: float
    p99: float
    server_cpu: float | None
    client_busy: float


def a_material() -> bytes:
    """HTML of about the size and the compressibility of a learning material."""
    chance = random.Random(2026)
    words = ["".join(chance.choices("etaoinshrdlucmfwyp", k=chance.randint(2, 9))) for _ in range(1500)]
    weights = [1 / (place + 3) for place in range(len(words))]
    paragraphs = (" ".join(chance.choices(words, weights, k=90)) for _ in range(40))
    body = "\n".join(f"<p>{paragraph}.</p>" for paragraph in paragraphs)
    return f"<!doctype html><html lang=en><title>A material</title><main>{body}</main></html>".encode()


def front(settings: Settings) -> Front:
    """peernet's front with one page in its store; nothing behind it."""
    store = Store(settings.data / "pages")
    store.open()
    store.show_at(settings.data / "shown")  # before the page comes, so that it is kept as files
    copy = Copy.of(a_material(), path="/page", content_type="text/html; charset=utf-8", depends=("material:1",))
    store.keep(copy, is_current=lambda: True)
    nothing = Flask("nothing")
    return Front(nothing.wsgi_app, settings=settings, store=store, headers=security.headers(settings))


def bare_flask(settings: Settings) -> Flask:
    """A Flask application of one view that gives the same bytes."""
    app = Flask("bare")
    body = (settings.data.parent / NAME).read_bytes()
    kind = {"Content-Encoding": "gzip", "Cache-Control": "no-cache"}
    app.get("/page")(lambda: Response(body, content_type="text/html; charset=utf-8", headers=kind))
    return app


def serve_static(settings: Settings) -> None:
    """granian's static files."""
    server = Server(
        "nothing",
        address=HOST,
        port=settings.server.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        websockets=False,
        blocking_threads=settings.server.threads,
        static_path_route=["/static"],
        static_path_mount=[settings.data.parent],
        log_level=LogLevels.error,
    )
    server.serve(target_loader=lambda: Flask("nothing").wsgi_app, wrap_loader=False)


def run_server(what: str, port: int, folder: Path) -> None:
    """Be one of the servers, in a process of its own."""
    nginx = "auto" if what == "front" else "off"
    settings = Settings(data=folder / what, server={"port": port, "threads": 64, "nginx": nginx})
    settings.data.mkdir(exist_ok=True)
    if what == "static":
        serve_static(settings)
    else:
        serve(settings, bare_flask if what == "flask" else front)


@contextmanager
def started(command: list[str], port: int) -> Iterator[int]:
    """A server as a process that accepts connections; stopped at the end."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _turn in range(200):
            with suppress(OSError), socket.create_connection((HOST, port), 1):
                break
            time.sleep(0.05)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def processor_time(process: int) -> float | None:
    """Seconds that a process and its children have used, from Linux' /proc."""
    total, family = 0.0, {process}
    try:
        for entry in sorted(int(found.name) for found in Path("/proc").iterdir() if found.name.isdigit()):
            with suppress(OSError):
                fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
                if entry in family or int(fields[1]) in family:
                    family.add(entry)
                    total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    except OSError:
        return None
    return total


def first_answer(port: int, request: bytes) -> bytes:
    """One whole answer, whose length all others have: what comes until the server waits for the next question."""
    with socket.create_connection((HOST, port), 5) as connection:
        connection.sendall(request)
        answer = connection.recv(65536)
        connection.settimeout(0.3)
        with suppress(TimeoutError):
            while more := connection.recv(65536):
                answer += more
    assert answer.startswith(b"HTTP/1.1 200 "), answer[:200]
    return answer


def load(port: int, path: str, process: int, *, connections: int, seconds: float) -> Measured:
    """Ask over all connections, each again as soon as it was answered."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    length = len(first_answer(port, request))
    watch = selectors.DefaultSelector()
    for _number in range(connections):
        connection = socket.create_connection((HOST, port), 5)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        watch.register(connection, selectors.EVENT_READ, [0, time.perf_counter()])
        connection.sendall(request)
    used, own, began = processor_time(process), time.process_time(), time.perf_counter()
    taken = _exchange(watch, request, length, began + seconds)
    elapsed, busy = time.perf_counter() - began, time.process_time() - own
    used_later = processor_time(process)
    for key in list(watch.get_map().values()):
        key.fileobj.close()
    watch.close()
    cpu = None if used is None or used_later is None else (used_later - used) / len(taken) * 1e6
    cuts = statistics.quantiles(taken, n=100)
    return Measured(len(taken) / elapsed, cuts[49] * 1e3, cuts[98] * 1e3, cpu, busy / elapsed)


def _exchange(watch: selectors.BaseSelector, request: bytes, length: int, until: float) -> list[float]:
    taken: list[float] = []
    while (now := time.perf_counter()) < until:
        for key, _events in watch.select(1):
            state = key.data
            state[0] += len(key.fileobj.recv(65536))
            if state[0] >= length:
                now = time.perf_counter()
                taken.append(now - state[1])
                state[:] = 0, now
                key.fileobj.send(request)
    return taken


def contestants(folder: Path) -> dict[str, tuple[list[str], int, str]]:
    """Command, port and path of each server."""
    ports = [free_port() for _ in range(4)]
    own = [sys.executable, __file__, "--folder", str(folder)]
    commands = {
        FRONT: ([*own, "--serve", "front", "--port", str(ports[0])], ports[0], "/page"),
        PYTHON: ([*own, "--serve", "python", "--port", str(ports[3])], ports[3], "/page"),
        "bare Flask view": ([*own, "--serve", "flask", "--port", str(ports[1])], ports[1], "/page"),
    }
    if nginx := shutil.which("nginx"):
        config = folder / "nginx.conf"
        config.write_text(NGINX.format(folder=folder, host=HOST, port=ports[2]))
        command = [nginx, "-c", str(config), "-p", str(folder)]
        commands |= {NGINX_FILE: (command, ports[2], f"/{NAME}"), EXPORT: (command, ports[2], "/site/page")}
    else:
        command = [*own, "--serve", "static", "--port", str(ports[2])]
        commands["static file, granian (no nginx here)"] = (command, ports[2], f"/static/{NAME}")
    return commands


def measure(options: argparse.Namespace, folder: Path) -> dict[str, list[Measured]]:
    """All rounds; in each, one server after the other is started, warmed, measured and stopped."""
    found: dict[str, list[Measured]] = {}
    for turn in range(options.rounds):
        for name, (command, port, path) in contestants(folder).items():
            print(f"round {turn + 1} of {options.rounds}: {name}", file=sys.stderr)
            with started(command, port) as process:
                wait_until_ready(port, path)
                load(port, path, process, connections=options.connections, seconds=0.5)
                one = load(port, path, process, connections=options.connections, seconds=options.seconds)
                found.setdefault(name, []).append(one)
    return found


def wait_until_ready(port: int, path: str) -> None:
    """Until the web process behind the socket answers."""
    request = f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    for _turn in range(100):
        with suppress(OSError):
            first_answer(port, request)
            return
        time.sleep(0.1)
    raise SystemExit(f"Nothing answers on port {port}")


def middle(rounds: list[Measured], field: str) -> float:
    """The median of the rounds."""
    values = [getattr(one, field) for one in rounds if getattr(one, field) is not None]
    return statistics.median(values) if values else float("nan")


def ratio(found: dict[str, list[Measured]], name: str, other: str) -> float:
    """How many times as many answers as another, as the median of the rounds: both stood side by side in each."""
    return statistics.median(one.rate / beside.rate for one, beside in zip(found[name], found[other], strict=True))


def report(found: dict[str, list[Measured]], size: int, options: argparse.Namespace) -> None:
    """Medians of the rounds, and the front's ratios to the others."""
    print(
        f"{size} bytes an answer, {options.connections} connections, {options.rounds} x {options.seconds:g} s, medians"
    )
    print(f"{'':42}{'answers/s':>10}{'p50 ms':>8}{'p99 ms':>8}{'server µs':>11}{'client busy':>13}")
    for name, rounds in found.items():
        print(
            f"{name:42}{middle(rounds, 'rate'):10,.0f}{middle(rounds, 'median'):8.2f}{middle(rounds, 'p99'):8.2f}"
            f"{middle(rounds, 'server_cpu'):11.1f}{middle(rounds, 'client_busy'):13.0%}"
        )
    for name in list(found)[1:]:
        cost = middle(found[name], "server_cpu") / middle(found[FRONT], "server_cpu")
        rate = ratio(found, FRONT, name)
        print(f"peernet against {name}: {rate:.2f} x the answers, {cost:.2f} x the answers for the same processor time")


def missed(found: dict[str, list[Measured]]) -> list[str]:
    """The bars that were not reached."""
    said = [] if middle(found[FRONT], "p99") < P99 else [f"99 of 100 answers of peernet within {P99:g} ms"]
    if NGINX_FILE in found:
        for name, least in ((FRONT, LEAST), (EXPORT, EXPORTED)):
            got = ratio(found, name, NGINX_FILE)
            print(f"{name}: {got:.2f} x the answers of nginx (bar {least:.2f})")
            said += [name] if got < least else []
    return said


def write(folder: Path) -> int:
    """The page as a file, and in a folder as an exported site has it; gives its size, compressed."""
    copy = Copy.of(a_material(), path="/page", content_type="text/html")
    page = folder / "site/page"
    page.mkdir(parents=True)
    (page / "index.html").write_bytes(copy.body)
    for file in (folder / NAME, page / "index.html.gz"):
        file.write_bytes(copy.compressed)
    return len(copy.compressed)


def main() -> int:
    """Measure and print, or be one of the servers; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=64)
    for hidden in ("--serve", "--port", "--folder"):
        parser.add_argument(hidden, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        run_server(options.serve, int(options.port), Path(options.folder))
        return 0
    with tempfile.TemporaryDirectory(prefix="peernet-bench-") as folder:
        Path(folder).chmod(0o711)  # where nginx is started by root, its worker is nobody
        size = write(Path(folder))
        found = measure(options, Path(folder))
    report(found, size, options)
    return int(bool(missed(found)))


if __name__ == "__main__":
    sys.exit(main())
