"""The one address of a page: without tracking parameters, fragment, default port or chance spelling."""

import re
from urllib.parse import parse_qsl, quote, urlsplit

from w3lib.url import safe_url_string

from spiders.facts import Source

# Parameters that say where a reader came from, never which page it is.
TRACKING = frozenset(
    "fbclid gclid dclid gbraid wbraid yclid msclkid igshid twclid mc_cid mc_eid n_media n_query n_rank n_ad n_keyword "
    "sid ntype iid cloc rtn ref referer referrer refer kakao_from plink cooper outurl spm _ga _gl".split()
)
TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "hsa_", "at_medium", "at_campaign")
# The AMP and print forms of the papers that this program serves, and what their readers searched for, are no pages.
_NDSOFT = ((r"(/news/article)(?:View|ViewAmp|Print)\.html\?(?:.*&)?(idxno=\d+).*", r"\1View.html?\2"),)
PORTS = {"http": 80, "https": 443}
ESCAPE = re.compile(r"%[0-9a-fA-F]{2}")


def canonical_url(url: str, source: Source | None = None) -> str:
    """`url` as it is stored: the same for every spelling of the same page.

    With `source`, its rewrites apply, its scheme is used and only its identifying parameters are kept (if it names
    any). Without, the scheme and every parameter that is not a known tracking one stay, in their order.
    Raises ValueError when it is no http(s) address with a host.
    """
    url = safe_url_string(url.strip()).partition("#")[0]
    for pattern, replacement in source.rewrites if source else _NDSOFT:
        url = re.sub(pattern, replacement, url)
    parts = urlsplit(url)
    scheme, host = parts.scheme.lower(), (parts.hostname or "").rstrip(".")
    if scheme not in PORTS or not host:
        raise ValueError(f"{url!r} is no http address")
    if source is not None and parts.port in (None, PORTS[scheme]):
        scheme = urlsplit(source.homepage).scheme
    port = "" if parts.port in (None, PORTS.get(parts.scheme.lower())) else f":{parts.port}"
    if ":" in host:
        host = f"[{host}]"
    path = ESCAPE.sub(lambda m: m.group().upper(), parts.path) or "/"
    query = "&".join(
        f"{quote(name, safe='')}={quote(value, safe='/:,@')}" for name, value in _identifying(parts.query, source)
    )
    return f"{scheme}://{host}{port}{path}" + (f"?{query}" if query else "")


def host_of(url: str) -> str:
    """The host of `url` in lower case, with its port when that is not the scheme's default; "" when there is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    host = (parts.hostname or "").rstrip(".")
    return host if port in (None, PORTS.get(parts.scheme.lower())) else f"{host}:{port}"


def _identifying(query: str, source: Source | None) -> list[tuple[str, str]]:
    given = parse_qsl(query, keep_blank_values=True)
    if source is not None and source.identity:
        values = dict(reversed(given))  # of a repeated parameter the first counts
        return [(name, values[name]) for name in source.identity if name in values]
    return [
        (name, value)
        for name, value in given
        if name.lower() not in TRACKING and not name.lower().startswith(TRACKING_PREFIXES)
    ]
