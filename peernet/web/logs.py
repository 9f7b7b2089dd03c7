"""Logs: plain lines for people or JSON for machines, each with the id of the request that it belongs to.

Addresses that hold a token are logged as their pattern, never as they were asked for.
"""

import json
import logging
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from flask import Flask, Response, g, request

from peernet.settings import Settings
from peernet.web.rules import Rule, rule_of

request_id: ContextVar[str] = ContextVar("peernet_request_id", default="-")
_access = logging.getLogger("peernet.access")


class _Plain(logging.Formatter):
    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s", "%Y-%m-%dT%H:%M:%SZ")
        self.converter = time.gmtime

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802
        """The line without its trace. What somebody else wrote into it can neither begin a line nor colour one."""
        record.message = "".join(char if char.isprintable() else repr(char)[1:-1] for char in record.message)
        return super().formatMessage(record)


class _Json(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        """One JSON object on one line."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "request_id": getattr(record, "request_id", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def new_id() -> str:
    """An id for something that no request asked for."""
    return secrets.token_hex(8)


@contextmanager
def on_behalf_of(which: str) -> Iterator[None]:
    """Everything logged within the block belongs to the request ``which``."""
    token = request_id.set(which)
    try:
        yield
    finally:
        request_id.reset(token)


def configure(settings: Settings) -> None:
    """Send the logs of this process to standard error: peernet's from the configured level on, warnings of the rest."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json() if settings.log.format == "json" else _Plain())
    handler.addFilter(_add_request_id)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("peernet").setLevel(settings.log.level)


def install(app: Flask) -> None:
    """Log a line for each request that reaches Flask."""

    @app.before_request
    def _begin() -> None:
        g.began = time.perf_counter()
        request_id.set(request.environ.get("HTTP_X_REQUEST_ID", "-"))

    @app.after_request
    def _end(response: Response) -> Response:
        elapsed = time.perf_counter() - g.get("began", time.perf_counter())
        _access.info("%s %s %s %.0f ms", request.method, _path(app), response.status_code, elapsed * 1000)
        return response

    @app.teardown_request
    def _forget(_error: BaseException | None) -> None:
        request_id.set("-")


def _path(app: Flask) -> str:
    if request.endpoint is None or request.url_rule is None:
        return "(no such address)"
    return request.url_rule.rule if rule_of(app, request.endpoint) is Rule.LINK else request.path


def _add_request_id(record: logging.LogRecord) -> bool:
    record.request_id = request_id.get()
    return True
