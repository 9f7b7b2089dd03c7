"""nginx before the web processes: it reads ready-made pages from their files and passes everything else on.

It is no cache. It looks for the file of a page at each question, so a page that a commit removed is gone for it in the
same moment. It takes only what it would answer as the front does (a plain GET or HEAD of a page in HTML, without a
query, from a reader who takes a coding that the page is held in); the rest reaches the front by a socket that nobody
else can open, with the reader's address beside it. Nothing is logged, since addresses hold secrets.
"""

import ctypes
import grp
import logging
import os
import pwd
import re
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from fcntl import LOCK_EX, LOCK_NB, flock
from functools import partial
from pathlib import Path
from threading import Event, Thread

from peernet import i18n
from peernet.i18n import gettext as _
from peernet.pages import codings
from peernet.pages.plain import ENDINGS
from peernet.server import sizing
from peernet.settings import Settings
from peernet.web import security

_log = logging.getLogger(__name__)
# Where systems keep it that leave it out of the path of people without rights.
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/sbin", "/opt/homebrew/bin")
# The header in which the front is told who asks.
PEER = "X-Peernet-Peer"
# Seconds: for what is under way when it is to end, and before one that died is started again.
_LAST_WORDS, _PAUSE = 5, 1.0
# Seconds between two parts of what a reader sends.
_PATIENCE = 20
# Between two looks at whether a web process listens.
_LOOK = 0.02
_CONNECTIONS = 1024
# How the folders are named, and the file in them that is locked for as long as one is used.
_FOLDER, _HELD = "peernet-", "held"
# What today's browsers send as Accept-Encoding: with TLS, without, and what many programs do.
_COMMON = ("gzip, deflate, br, zstd", "gzip, deflate, br", "gzip, deflate", "gzip")
_PR_SET_PDEATHSIG = 1
_CONFIGURATION = """
{user}
worker_processes 1;
worker_rlimit_nofile {files};
worker_shutdown_timeout {last_words}s;
daemon off;
pid {folder}/nginx.pid;
error_log stderr emerg;
events {{ worker_connections {connections}; }}
http {{
  access_log off;
  log_not_found off;
  server_tokens off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/answers;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  default_type text/html;

  map "$request_method$http_if_match$http_if_unmodified_since$http_range$args" $is_plain {{
    GET ""; HEAD ""; default "/.not";
  }}
  # What browsers say comes first, since that needs no pattern; a weight or a star needs more than one.
  map $http_accept_encoding $coding {{ default ""; {common} ~[=*] ""; {codings} }}
  map $coding $ending {{ default ".none"; {endings} }}
  # What is large is passed on as it comes, since it may be refused unread. What is small arrives whole: a slow line
  # keeps none of our processes waiting.
  map "$http_transfer_encoding$content_length" $way {{ default @large; "" @front; "~^[0-9]{{1,6}}$" @front; }}
  map $http_x_request_id $id {{ default ""; "~^[A-Za-z0-9._-]{{8,64}}$" $http_x_request_id; }}

  upstream front {{ server unix:{folder}/front.sock; }}

  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header {peer} $remote_addr;
  proxy_set_header Connection "";
  proxy_max_temp_file_size 16m;
  proxy_read_timeout 300s;
  client_max_body_size 0;
  client_body_timeout {patience}s;

  server {{
    listen {listen} default_server{both};
    server_name _;
    client_max_body_size 1m;
    location / {{ {on} }}
    {busy}
  }}
  server {{
    listen {listen};
    server_name {names};
    if_modified_since off;
    max_ranges 0;
    root {folder}/pages;
    recursive_error_pages on;
    location / {{
      charset utf-8;
      # Of what is as small as a page, a copy is cheaper.
      sendfile off;
      output_buffers 1 128k;
      rewrite ^ $uri$is_plain$ending break;
      error_page 403 404 405 = $way;
      {headers}
    }}
    location @front {{ {on} }}
    location @large {{ {on} proxy_request_buffering off; }}
    {busy}
  }}
}}
"""
_ON = "proxy_pass http://front$request_uri; error_page 502 504 = @busy;"
_BUSY = """location @busy {{
      default_type "text/plain; charset=utf-8";
      add_header Retry-After 5 always; add_header Cache-Control no-store always; {headers}
      return 503 "{said}";
    }}"""


class NotUsable(RuntimeError):
    """nginx is not here, or refuses what it is told; the message says why."""


def is_wanted(settings: Settings) -> bool:
    """Whether nginx is to stand before the web processes, if it can."""
    return settings.server.nginx != "off" and not settings.development and sys.platform == "linux"


def program() -> str | None:
    """Where nginx is; None if it is not installed."""
    return shutil.which("nginx", path=os.pathsep.join([os.environ.get("PATH", os.defpath), *_PLACES]))


class Nginx:
    """nginx in a folder of its own, ended with this process however that ends. Raises NotUsable."""

    def __init__(self, settings: Settings) -> None:
        found = program()
        if found is None:
            raise NotUsable("nginx is not installed")
        _sweep()
        self.folder = Path(tempfile.mkdtemp(prefix=_FOLDER))
        new = self.folder / f"{_HELD}.new"
        self._held = new.open("wb")
        flock(self._held, LOCK_EX)
        new.rename(self.folder / _HELD)  # So nobody sees it who could lock it first.
        self.socket = self.folder / "front.sock"
        self.pages = self.folder / "pages"
        file = self.folder / "nginx.conf"
        file.write_text(configuration(settings, self.folder))
        self._command = [found, "-e", "stderr", "-p", str(self.folder), "-c", str(file)]
        self._stopping = Event()
        self.has_failed = False
        self._process: subprocess.Popen[bytes] | None = None
        self._try()

    def start(self) -> None:
        """Let it listen as soon as a web process does, and keep it running."""
        Thread(target=self._run, name="run-nginx", daemon=True).start()

    def stop(self) -> None:
        """Let it send what it has, and end it."""
        self._stopping.set()
        for request, seconds in ((signal.SIGQUIT, _LAST_WORDS + 1), (signal.SIGKILL, _LAST_WORDS)):
            if self._process is not None and self._process.poll() is None:
                with suppress(subprocess.TimeoutExpired):
                    self._process.send_signal(request)
                    self._process.wait(seconds)
        self._remove()

    def _remove(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self._held.close()

    def _try(self) -> None:
        tried = subprocess.run(  # noqa: S603 - the program is looked for where systems keep it
            [*self._command, "-t"], capture_output=True, text=True, check=False
        )
        if tried.returncode:
            self._remove()
            raise NotUsable(tried.stderr.strip())

    def _run(self) -> None:
        while not self._is_answered():
            if self._stopping.wait(_LOOK):
                return
        # The system ends it with the thread that started it, and that one stays.
        while not self._stopping.is_set():
            self._process = subprocess.Popen(  # noqa: S603
                self._command, preexec_fn=_with_parent(), start_new_session=True
            )
            code = self._process.wait()
            with suppress(ProcessLookupError):  # The processes of one that was killed would listen on.
                os.killpg(self._process.pid, signal.SIGKILL)
            if self._stopping.wait(_PAUSE):
                return
            if code == 1:  # It said why: it cannot listen.
                self.has_failed = True
                os.kill(os.getpid(), signal.SIGTERM)
                return
            _log.error("nginx ended with %s and is started again", code)

    def _is_answered(self) -> bool:
        with socket.socket(socket.AF_UNIX) as tried:
            return tried.connect_ex(str(self.socket)) == 0


def _sweep() -> None:
    """Remove the folders of servers that were killed: nobody holds them any more."""
    for held in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*/{_HELD}"):
        with suppress(OSError):
            # Nothing of another person's folder is opened, which could keep us waiting, nor behind a link.
            if held.parent.lstat().st_uid != os.geteuid() or held.parent.is_symlink():
                continue
            with held.open("rb") as file:
                flock(file, LOCK_EX | LOCK_NB)
                shutil.rmtree(held.parent, ignore_errors=True)


def configuration(settings: Settings, folder: Path) -> str:
    """What nginx is told. ``folder`` has the socket of the web processes, and a link to the files of ready-made pages
    as soon as they may be read."""
    host = f"[{settings.server.host}]" if ":" in settings.server.host else settings.server.host
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    # What is passed on takes two of them, and so does each stream for as long as it lasts.
    wanted = 2 * (_CONNECTIONS + sizing.streams(settings) * settings.server.processes)
    files = 2 * wanted if hard == resource.RLIM_INFINITY else min(2 * wanted, hard)
    guards = _headers(security.headers(settings))
    read = [("Cache-Control", "no-cache"), ("Vary", "Accept-Encoding"), ("Last-Modified", "")]
    with i18n.use_language(settings.network.language):
        said = _("The site is very busy. Please try again in a few seconds.")
    return _CONFIGURATION.format(
        user=_user(),
        files=files,
        connections=min(wanted, files),
        last_words=_LAST_WORDS,
        patience=_PATIENCE,
        folder=folder,
        listen=f"{host}:{settings.server.port}",
        # As without nginx, "::" is every address, those of version 4 as well.
        both=" ipv6only=off" if host.startswith("[") else "",
        names=" ".join(_quoted(name) for name in sorted(set(settings.hosts_allowed))),
        common=" ".join(f'"{said}" {_best(said)};' for said in _COMMON),
        codings=" ".join(rf'"~*\b{coding}\b" {coding};' for coding in codings.installed()),
        endings=" ".join(f"{coding} {ENDINGS[coding]};" for coding in codings.installed()),
        peer=PEER,
        on=_ON,
        headers=_headers(read) + guards + "add_header Content-Encoding $coding; add_header X-Request-Id $id;",
        busy=_BUSY.format(headers=guards.replace('";', '" always;'), said=_escaped(said)),
    )


def _best(accepted: str) -> str:
    return next(coding for coding in codings.preferred(accepted) if coding in codings.installed())


def _headers(named: Iterable[tuple[str, str]]) -> str:
    return " ".join(f"add_header {name} {_quoted(value)};" for name, value in named) + " "


def _quoted(value: str) -> str:
    return f'"{_escaped(value)}"'


def _escaped(value: str) -> str:
    """Between quotes; a dollar would begin a variable, for which nginx has no escape, and none of ours has one."""
    return re.sub(r'(["\\])', r"\\\1", value.replace("$", ""))


def _user() -> str:
    """The line that lets its processes read what is ours, where it would give up the rights of root."""
    if os.geteuid():
        return ""
    return f"user {pwd.getpwuid(os.geteuid()).pw_name} {grp.getgrgid(os.getegid()).gr_name};"


def _with_parent() -> "partial[int]":
    """To be called in the new process: SIGTERM as soon as the one that started it is gone (prctl(2))."""
    return partial(ctypes.CDLL(None).prctl, _PR_SET_PDEATHSIG, signal.SIGTERM)
