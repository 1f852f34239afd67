"""One file from one address: every name is looked up once, and only what was looked at is connected to."""

import socket
import ssl
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from threading import Thread
from time import monotonic
from typing import Final, Literal
from urllib.parse import SplitResult, urljoin

from lineage.engine.fields import shown
from lineage.fetching.addresses import HOSTS, LONGEST_REDIRECT, REDIRECT_HOSTS, checked, is_public
from lineage.fetching.connection import Connection
from lineage.fetching.errors import FetchFailed, FetchRefused
from lineage.formats.proposals import FormatError
from lineage.formats.safetensors import LARGEST_HEADER, header_of

MOST_REDIRECTS: Final = 3
_MOVED: Final = frozenset({301, 302, 303, 307, 308})
_LATER: Final = frozenset({408, 425, 429})


def resolve(host: str) -> Sequence[str]:
    """Every address of a host, in the order in which they are to be tried."""
    found = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How to get there. What is not given is the strictest; a test gives its own server's."""

    resolve: Callable[[str], Sequence[str]] = resolve
    may_connect: Callable[[str], bool] = is_public
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    port: int = 443
    redirect_hosts: Collection[str] = REDIRECT_HOSTS
    most_redirects: int = MOST_REDIRECTS


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was read. `covers` is `header` for a file of weights: of that only the beginning is read."""

    data: bytes
    final_url: str
    content_type: str
    covers: Literal["file", "header"] = "file"


def fetch(
    url: str,
    *,
    hosts: Collection[str] = HOSTS,
    most_bytes: int = 2_000_000,
    timeout: float = 15.0,
    way: Way | None = None,
) -> Fetched:
    """What lies at an address of one of `hosts`, at most `most_bytes` long, within `timeout` seconds for all of it.

    Of a `.safetensors` only the header is read, whatever its size. Raises FetchRefused and FetchFailed.
    """
    way = way or Way()
    deadline = monotonic() + timeout
    parts = checked(url, hosts)
    header = parts.path.endswith(".safetensors")
    for _ in range(way.most_redirects + 1):
        with _connected(parts.netloc, way, deadline) as connection, _asked(connection, parts, header) as response:
            onward = _onward(response, parts)
            if onward is None:
                data = _header(connection, response) if header else _body(connection, response, most_bytes)
                # The address of a store of files carries a permission in its query that is nobody else's business.
                seen = parts if parts.netloc in hosts else parts._replace(query="")
                kind = shown(response.headers.get_content_type())
                return Fetched(data, seen.geturl(), kind, "header" if header else "file")
        parts = checked(onward, {*hosts, *way.redirect_hosts}, LONGEST_REDIRECT)
    raise FetchRefused("the address sends on to others more than {most} times", most=way.most_redirects)


def _connected(host: str, way: Way, deadline: float) -> Connection:
    """A connection to the first address of a host that answers. All of them must be public, or none is tried."""
    addresses = _looked_up(host, way, deadline)
    if not addresses or not all(way.may_connect(address) for address in addresses):
        says = "the host '{host}' leads to an address that is not on the public internet, so it is not read"
        raise FetchRefused(says, host=host)
    for address in addresses[:4]:
        connection = Connection(host, address, way.port, way.trust, deadline)
        try:
            connection.connect()
        except ssl.SSLCertVerificationError:
            raise FetchFailed("the certificate of '{host}' is not good, so it is not read", host=host) from None
        except OSError:
            continue
        return connection
    raise FetchFailed("the host '{host}' does not answer; try again later", host=host)


def _looked_up(host: str, way: Way, deadline: float) -> Sequence[str]:
    """The system's own look-up knows no limit of time: a thread waits for it, and nobody else does any longer."""
    found: Future[Sequence[str]] = Future()

    def look_up() -> None:
        try:
            found.set_result(way.resolve(host))
        except Exception as error:
            found.set_exception(error)

    Thread(target=look_up, daemon=True).start()
    try:
        return found.result(max(0.05, deadline - monotonic()))
    except TimeoutError:
        raise FetchFailed("the host '{host}' took too long; try again later", host=host) from None
    except OSError:
        raise FetchFailed("the host '{host}' is not found; try again later", host=host) from None


def _asked(connection: Connection, parts: SplitResult, header: bool) -> HTTPResponse:
    """The answer of the host, as far as its head. Of a file of weights only the beginning is asked for."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "Host": parts.netloc,
        "User-Agent": "Genseki (reads model cards and metadata that somebody asked for)",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    } | ({"Range": f"bytes=0-{LARGEST_HEADER + 7}"} if header else {})
    try:
        connection.request("GET", target, headers=headers)
        return connection.getresponse()
    except (OSError, HTTPException, ValueError):
        raise connection.failure() from None


def _onward(response: HTTPResponse, parts: SplitResult) -> str | None:
    """Where an answer sends on to, or None for one that holds what was asked for."""
    status = response.status
    if status in _MOVED:
        try:
            return urljoin(parts.geturl(), response.headers.get("Location") or "")
        except ValueError:
            raise FetchRefused("this is no address that can be read") from None
    if status in (401, 403):
        raise FetchFailed("this is not open to everybody; save the file and upload it instead", again=False)
    if status in (404, 410):
        raise FetchFailed("nothing lies at this address", again=False)
    from_start = status == 206 and (response.headers.get("Content-Range") or "").startswith("bytes 0-")
    if status != 200 and not from_start:
        says = "the host answered with the error {status}; try again later"
        raise FetchFailed(says, status=str(status), again=status >= 500 or status in _LATER)
    if response.headers.get("Content-Encoding", "identity").strip().lower() != "identity":
        raise FetchRefused("the host sent it compressed, though asked not to; save the file and upload it instead")
    return None


def _header(connection: Connection, response: HTTPResponse) -> bytes:
    """The header of a file of weights. What follows it is never asked for: the connection ends here."""
    try:
        data = header_of(response)
    except FormatError as error:
        raise FetchRefused(error.template, **error.values) from None
    except (OSError, HTTPException, ValueError):
        raise connection.failure() from None
    if connection.is_late:
        raise connection.failure()
    return data


def _body(connection: Connection, response: HTTPResponse, most: int) -> bytes:
    stated = response.length
    if (stated or 0) > most:
        raise FetchRefused("this has more than {most} bytes; give a smaller part of it", most=most)
    data = bytearray()
    try:
        while part := response.read1(65_536):
            data += part
            if len(data) > most:
                raise FetchRefused("this has more than {most} bytes; give a smaller part of it", most=most)
    except (OSError, HTTPException, ValueError):
        raise connection.failure() from None
    if connection.is_late or (stated is not None and len(data) < stated):
        raise connection.failure()
    return bytes(data)
