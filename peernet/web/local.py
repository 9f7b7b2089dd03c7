"""Whether a request comes from this very machine, on a site that is meant for it alone."""

from ipaddress import ip_address

from flask import request

from peernet.settings import current

# Any of these says that somebody stands between: what looks near may come from far.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def is_from_this_machine() -> bool:
    """True on a loopback public address, asked from loopback without a proxy in between."""
    if not current().is_local or any(name in request.headers for name in _FORWARDED):
        return False
    try:
        return ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
