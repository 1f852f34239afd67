"""Which addresses are read at all, and what stands behind the page that somebody copied the address of."""

import re
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

from lineage.engine.fields import shown
from lineage.fetching.errors import FetchRefused

HOSTS: Final = frozenset({"huggingface.co", "civitai.com", "raw.githubusercontent.com"})
"""Where somebody may send us."""

REDIRECT_HOSTS: Final = frozenset({".hf.co", "cdn-lfs.huggingface.co"})
"""Where those hosts may send us on to, apart from each other; a dot at the beginning means all hosts in a domain.
Hugging Face keeps large files on hosts of a domain of its own, which come and go: see its /.well-known/meta.json."""

LONGEST_URL: Final = 2_000
LONGEST_REDIRECT: Final = 8_000
"""Characters. An address of a store of files carries its own permission along, and is longer."""

_HOST = re.compile(r"[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,10}")
_PLAIN = re.compile(r"[!-\[\]-~]+")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_NO_OWNERS: Final = frozenset(
    {"api", "blog", "collections", "datasets", "docs", "join", "models", "organizations", "papers", "posts", "spaces"}
)


def checked(url: str, hosts: Collection[str], longest: int = LONGEST_URL) -> SplitResult:
    """The parts of an address that may be fetched. Raises FetchRefused.

    The host with all that stands beside it must be one of `hosts`, letter by letter, or a plain name in a domain of
    `hosts` (`.hf.co`): so there is no way to write a port, a user, a number or another spelling of a host.
    """
    if len(url) > longest or not _PLAIN.fullmatch(url):
        raise FetchRefused("this is no address: it is too long, or holds blanks or other characters that none has")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise FetchRefused("this is no address that can be read") from None
    if parts.scheme != "https":
        raise FetchRefused("only addresses that begin with https:// are fetched")
    if not _is_among(parts.netloc.lower(), hosts):
        says = "'{host}' is not one of the hosts that are read: {hosts}; save the file and upload it instead"
        raise FetchRefused(says, host=shown(parts.netloc), hosts=", ".join(sorted(hosts)))
    return parts._replace(netloc=parts.netloc.lower(), fragment="")


def _is_among(host: str, hosts: Collection[str]) -> bool:
    domains = tuple(known for known in hosts if known.startswith("."))
    if host in hosts:
        return host not in domains
    return host.endswith(domains) and _HOST.fullmatch(host) is not None


def is_public(address: str) -> bool:
    """Whether an address of IP belongs to the public internet, and to nobody's own network. An IPv4 address inside one
    of IPv6 counts as itself."""
    try:
        ip = _unwrapped(ip_address(address))
    except ValueError:
        return False
    own = ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast or ip.is_reserved or ip.is_unspecified
    return ip.is_global and not own and not (isinstance(ip, IPv6Address) and ip.is_site_local)


def _unwrapped(ip: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    if isinstance(ip, IPv4Address):
        return ip
    if ip in _NAT64:
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    inner = ip.teredo[1] if ip.teredo else ip.sixtofour
    return ip.ipv4_mapped or inner or ip


def raw_address(url: str) -> str:
    """The address of what can be read: a page of a model becomes its card or its JSON, a page of a file the file.
    Every other address stays as it is, but for characters that have to be written with %."""
    text = quote(url.strip(), safe="%/?:@!$&'()*+,;=-._~#[]")
    try:
        parts = urlsplit(text)
    except ValueError:
        return text
    steps = [step for step in parts.path.split("/") if step]
    host = {"hf.co": "huggingface.co"}.get(parts.netloc.lower(), parts.netloc.lower())
    if host == "huggingface.co" and steps:
        return _hugging_face(steps, text)
    if host == "civitai.com" and len(steps) > 1 and steps[0] == "models":
        return f"https://civitai.com/api/v1/models/{steps[1]}"
    if host == "github.com" and len(steps) > 1:
        owner, name, *rest = steps
        path = "/".join(rest[1:]) if len(rest) > 2 and rest[0] in ("blob", "raw") else "HEAD/README.md"
        return f"https://raw.githubusercontent.com/{owner}/{name}/{path}"
    return text


def _hugging_face(steps: list[str], url: str) -> str:
    if steps[0] in _NO_OWNERS:
        return url
    repository, rest = "/".join(steps[:2]), steps[2:]
    if len(rest) > 2 and rest[0] in ("blob", "raw", "resolve"):
        # Of a large file, `raw` gives but a note of where it is kept.
        how = "resolve" if rest[-1].endswith(".safetensors") else "raw"
        return f"https://huggingface.co/{repository}/{how}/{'/'.join(rest[1:])}"
    revision = rest[1] if len(rest) > 1 and rest[0] in ("tree", "commit") else "main"
    return f"https://huggingface.co/{repository}/raw/{revision}/README.md"
