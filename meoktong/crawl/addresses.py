"""Which addresses may be connected to: public ones, whatever name or spelling led there.

The check sits in the reactor's resolver, so it sees the very address that is connected to: after redirects, for
decimal and IPv6 spellings, and for names that resolve to a private address.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Request
from scrapy.resolver import CachingHostnameResolver
from scrapy.utils.httpobj import urlparse_cached
from twisted.internet.base import ReactorBase
from twisted.internet.interfaces import IAddress, IHostResolution

from meoktong.errors import Rejected
from meoktong.models import Outcome


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet. IPv4 inside IPv6 is judged as the IPv4 address it is."""
    ip: IPv4Address | IPv6Address = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        ip = inner or ip
    return ip.is_global and not ip.is_multicast


class PublicResolver(CachingHostnameResolver):
    """Resolves names to public addresses only; a host with none does not resolve, and `refused` has what it had."""

    def __init__(self, reactor: ReactorBase, cache_size: int) -> None:
        super().__init__(reactor, cache_size)
        self.refused: dict[str, str] = {}

    def resolveHostName(  # noqa: N802  # Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """As the reactor's own resolver, less the addresses that are not public."""
        receiver: Any = _PublicOnly(resolutionReceiver, hostName, self.refused)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


class _PublicOnly:
    """Twisted's IResolutionReceiver, between the resolver and whoever asked."""

    def __init__(self, receiver: Any, host: str, refused: dict[str, str]) -> None:
        self._receiver = receiver
        self._host = host
        self._refused = refused
        self.resolutionBegan = receiver.resolutionBegan
        self.resolutionComplete = receiver.resolutionComplete

    def addressResolved(self, address: Any) -> None:  # noqa: N802  # Twisted's name
        if is_public(address.host):
            self._receiver.addressResolved(address)
        else:
            self._refused[self._host] = address.host


class PrivateAddressMiddleware:
    """Tells a host that the resolver refused from one that does not exist."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "PrivateAddressMiddleware":
        """Made by Scrapy."""
        return cls(crawler)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raise Rejected(PRIVATE_ADDRESS) in place of a failed look-up whose host has a private address."""
        from twisted.internet import reactor  # noqa: PLC0415  # importing it installs it; Scrapy chooses which one

        if not isinstance(exception, CannotResolveHostError):
            return
        host = urlparse_cached(request).hostname or ""
        address = getattr(reactor.nameResolver, "refused", {}).get(host)
        if address:
            raise Rejected(Outcome.PRIVATE_ADDRESS, f"{host} is at {address}; --allow-private permits it")
