"""Where a visitor comes from, as tries are counted: one address, or one household of IPv6."""

import ipaddress
import time

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest


def network_of(request: HttpRequest) -> str:
    """As `network` tells it."""
    return network(request.META.get("REMOTE_ADDR", ""), request.headers.get("X-Forwarded-For", ""))


def network(connected: str, forwarded_for: str) -> str:
    """The address that the last proxy we trust saw, or the /64 that an IPv6 address lies in; empty if unknown.

    `connected`: the address at the other end of the connection; `forwarded_for`: the header X-Forwarded-For.
    """
    forwarded = [part.strip() for part in forwarded_for.split(",") if part.strip()]
    proxies = settings.TRUSTED_PROXY_COUNT
    seen = forwarded[-proxies] if 0 < proxies <= len(forwarded) else connected
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address):
        return str(address.ipv4_mapped or ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def is_loopback(connected: str) -> bool:
    """Whether a visitor who connects from this address sits at this machine. With a proxy before us nobody does."""
    try:
        return settings.TRUSTED_PROXY_COUNT == 0 and ipaddress.ip_address(connected).is_loopback
    except ValueError:
        return False


def too_many(request: HttpRequest, what: str, *, most: int, seconds: int) -> bool:
    """Count one try; True when this network has had more of them in that time than is reasonable.

    Two at the very same moment may count as one: this keeps a crowd away, and money does not hang on it.
    """
    span = int(time.time()) // seconds
    key = f"tries:{what}:{network_of(request)}:{span}"
    if cache.add(key, 1, seconds):
        return False
    try:
        return cache.incr(key) > most
    except ValueError:
        # It ran out, or was culled, between the two.
        return False
