"""How often a stranger may try: counted before any hashing, in memory or, for several processes, in Redis.

Where Redis does not answer, each process counts for itself until it does.
"""

import hashlib
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter

from peernet import clock
from peernet.settings import Settings, current
from peernet.settings.tree import Limits
from peernet.web.request import viewer

View = Callable[..., Any]
Choice = Callable[[Limits], str]


def network_address() -> str:
    """Who sends, for counting: an IPv4 address, or the /64 of an IPv6 one, of which a single household has all."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return "unknown"
    return str(IPv6Network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)


limiter = Limiter(key_func=network_address, in_memory_fallback_enabled=True, key_prefix="peernet")


def per_network(choice: Choice, scope: str) -> Callable[[View], View]:
    """Limit the POSTs of one network address to views of the same ``scope``."""
    return limiter.shared_limit(lambda: choice(current().limits), scope=scope, methods=["POST"])


def per_account(choice: Choice, scope: str) -> Callable[[View], View]:
    """Limit the POSTs about one address for mail (the field ``email``), whether it has an account or not."""
    return limiter.shared_limit(
        lambda: choice(current().limits), scope=f"{scope}-account", key_func=_account_named, methods=["POST"]
    )


def per_person(choice: Choice, scope: str) -> Callable[[View], View]:
    """Limit the POSTs of the person who is signed in."""
    return limiter.shared_limit(
        lambda: choice(current().limits), scope=f"{scope}-person", key_func=_person, methods=["POST"]
    )


def per_link(choice: Choice, scope: str, methods: Sequence[str] = ("GET", "HEAD")) -> Callable[[View], View]:
    """Limit how often one link is followed, by whomever: programs fetch by the clock, from many addresses."""
    return limiter.shared_limit(
        lambda: choice(current().limits), scope=f"{scope}-link", key_func=_link, methods=list(methods)
    )


def install(app: Flask, settings: Settings) -> None:
    """Count in this application, and say in a 429 when to come back."""
    app.config.update(
        RATELIMIT_ENABLED=settings.limits.enabled, RATELIMIT_STORAGE_URI=settings.redis.url or "memory://"
    )
    limiter.init_app(app)
    app.after_request(_say_when)


def _account_named() -> str:
    # A hash, so that nothing typed rests in the store of the counts.
    typed = request.form.get("email", "").strip().casefold()
    return hashlib.sha256(typed.encode("utf-8", "replace")).hexdigest()


def _person() -> str:
    return str(viewer().person_id)


def _link() -> str:
    return hashlib.sha256(request.path.encode("utf-8", "replace")).hexdigest()


def _say_when(response: Response) -> Response:
    breached = limiter.current_limit if response.status_code == 429 else None
    if breached is not None:
        response.headers["Retry-After"] = str(max(1, int(breached.reset_at - clock.now().timestamp())))
    return response
