"""Where the link check may connect to, against requests that are forged through a link (SSRF).

An address is read here, resolved by us, and the address that was found is the one connected to: client.py.
"""

import re
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from yarl import URL

from content.links import MOST_LETTERS

PORTS = {"https": 443, "http": 80}
NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{0,61}[a-z0-9]")
# What ends in a number is an address of IPv4 to many programs, however it is written: 127.1, 0x7f.1, 2130706433.
# https://url.spec.whatwg.org/#ends-in-a-number-checker
ENDS_IN_A_NUMBER = re.compile(r"(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)$")
# Names that mean this machine or this network: RFC 6761, 6762, 8375, 9476, ICANN's .internal, and common habits.
INSIDE = frozenset(
    {
        "alt", "arpa", "corp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost", "onion",
        "private",
    }
)  # fmt: skip
# https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry. Python's is_global knows
# most of them; not all of them in each of its versions, and not those that carry an address of IPv4 inside.
NOT_PUBLIC_4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24",
            "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        ),
    )
)  # fmt: skip
UNICAST_6 = ip_network("2000::/3")  # nothing else of IPv6 is given to anybody: not ::1, ::ffff:0:0/96, 64:ff9b::/96 …
NOT_PUBLIC_6 = tuple(
    map(IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))  # Teredo and more, examples, 6to4
)


class Unsafe(Exception):  # noqa: N818  it names what an address is
    """The link check does not connect there. `reason` is "private", "not-https" or "wrong-address"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_public(written: str) -> bool:
    """Tell whether an IP address, in its usual form, belongs to the public internet."""
    try:
        address = ip_address(written)
    except ValueError:
        return False
    if not address.is_global or address.is_multicast or "%" in written:  # with %, one of this machine's networks
        return False
    if address.version == 4:  # noqa: PLR2004  the version of IP
        return not any(address in network for network in NOT_PUBLIC_4)
    return address in UNICAST_6 and not any(address in network for network in NOT_PUBLIC_6)


def read(written: str) -> URL:
    """Return an address as one that may be asked; raise Unsafe.

    Names are resolved later, and what they resolve to is looked at then.
    """
    if len(written) > MOST_LETTERS or any(letter <= " " or letter == "\\" for letter in written):
        raise Unsafe("wrong-address")
    try:
        url = URL(written)
        host, port = (url.raw_host or "").lower(), url.port
    except ValueError:
        raise Unsafe("wrong-address") from None
    if url.scheme not in PORTS:
        raise Unsafe("not-https")
    if url.raw_user is not None or url.raw_password is not None or port != PORTS[url.scheme]:
        raise Unsafe("wrong-address")
    _check_host(host)
    return url.with_fragment(None)


def _check_host(host: str) -> None:
    """Raise Unsafe for a host that is no public address and no name that may be resolved."""
    if ":" in host or ENDS_IN_A_NUMBER.search(host.rstrip(".")):
        if not is_public(host):  # also what is no address in its usual form: it is not guessed at
            raise Unsafe("private")
        return
    name = host.removesuffix(".")
    labels = name.split(".")
    if labels[-1] in INSIDE or len(labels) == 1:
        raise Unsafe("private")
    if not NAME.fullmatch(name):
        raise Unsafe("wrong-address")
