"""What Telegram takes for an address on a button.

After TDLib's LinkManager::check_link and parse_url, with one rule of our own: an address without its scheme is refused.
"""

import re

SCHEME = re.compile(r"([^:/?#@\[\]]*)://")
TELEGRAM = re.compile(r"tg:(?://)?", re.IGNORECASE)
HOST = re.compile(r"(?:[a-z0-9.\-_!$,~*'();&+=]|%[0-9a-f]{2}|[^\x00-\x7f])+")
TELEGRAM_HOST = re.compile(r"[A-Za-z0-9_-]+")
LARGEST_PORT = 65535


def check_link(address: str) -> str | None:
    """Return what is wrong with an address, in Telegram's words, or None."""
    telegram = TELEGRAM.match(address)
    if telegram is not None:
        return _check_telegram(address[telegram.end() :])
    scheme = SCHEME.match(address)
    if scheme is not None and scheme.group(1).lower() not in {"http", "https"}:
        return "Unsupported URL protocol"
    place = re.split(r"[/?#]", address[scheme.end() if scheme else 0 :], maxsplit=1)[0]
    problem, host = _host_of(place)
    if problem is None and (scheme is None or "." not in host):
        return "Wrong HTTP URL"
    return problem


def _check_telegram(rest: str) -> str | None:
    place = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if not place:
        return "URL host is empty"
    if SCHEME.match(rest) or "@" in place or ":" in place:
        return "Wrong tg URL"
    return None if TELEGRAM_HOST.fullmatch(place) else "Unallowed characters in URL host"


def _host_of(place: str) -> tuple[str | None, str]:
    """Return what is wrong with [user@]host[:port], or None, and the host."""
    host, colon, port = place.rpartition(":") if re.search(r":[^\]@]*$", place) else (place, "", "")
    if colon and not (port.isascii() and port.isdecimal() and 0 < int(port) <= LARGEST_PORT):
        return "Wrong port number specified in the URL", host
    host = host.rpartition("@")[2].lower()
    if not host:
        return "URL host is empty", host
    return (None if HOST.fullmatch(host) else "Wrong URL host"), host
