"""Where a request comes from, as far as that can be known without believing what the sender wrote."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest

HOME_NETWORK = 64  # bits: with IPv6 one household has 2**64 addresses and may use a new one for every request


def client_address(request: HttpRequest) -> str:
    """The sender's address; "" when the web server does not know it (it listens on a socket file).

    Behind `TRUSTED_PROXIES` of our own, the last of them wrote the last address in X-Forwarded-For, the one before
    it the one before: whatever stands further left, the sender may have made up.
    """
    if settings.TRUSTED_PROXIES:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(hops) >= settings.TRUSTED_PROXIES and (address := _parsed(hops[-settings.TRUSTED_PROXIES])):
            return address
    return _parsed(request.META.get("REMOTE_ADDR", ""))


def client_of(request: HttpRequest) -> str:
    """What counts as one client: an IPv4 address, or an IPv6 network of a household. "" when it is not known."""
    address = client_address(request)
    if ":" not in address:
        return address
    return str(ipaddress.ip_network(f"{address}/{HOME_NETWORK}", strict=False))


def _parsed(text: str) -> str:
    """An address in its one spelling, without the port that some proxies add; "" for anything else."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
