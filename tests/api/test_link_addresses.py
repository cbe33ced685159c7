"""The link check connects to public addresses only (SSRF), asks politely, and tells what it found.

Every connection is noted: where a test says that nothing was connected to, no socket was.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from api.link_check.addresses import is_public
from api.link_check.client import PublicResolver
from content.desk.link_checking import Answer
from content.links import LinkState
from tests.api.web_stand_in import PUBLIC, Names, Web, standing_in

PRIVATE_HOSTS = (
    # this machine, in every spelling
    "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "127.255.255.254", "2130706433", "0x7f000001", "0x7f.0.0.1",
    "0x7F.1", "017700000001", "0177.0.0.1", "0177.1", "127.0.0.01", "127.0.0.0x1", "0", "0.0.0.0", "0x0",
    "%31%32%37.0.0.1", "127%2e0%2e0%2e1", "１２７.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "٢.0.0.1",
    "[::1]", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]",
    "localhost", "LOCALHOST", "localhost.", "foo.localhost", "%6c%6f%63%61%6c%68%6f%73%74", "ⓛocalhost",
    "localhost.localdomain",
    # this network
    "10.0.0.1", "0xa000001", "172.16.0.1", "172.31.255.255", "192.168.1.1", "192.168.257", "3232235777", "100.64.0.1",
    "[fc00::1]", "[fd12:3456::1]", "[fe80::1]", "[fe80::1%25eth0]", "[fec0::1]", "printer.local", "db.internal",
    "metadata.google.internal", "intranet", "router.lan", "nas.home", "x.home.arpa", "git.corp",
    # what clouds tell a machine about itself
    "169.254.169.254", "169.254.169.254.", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376", "[::ffff:a9fe:a9fe]",
    "[fd00:ec2::254]", "169.254.170.2", "100.100.100.200", "192.0.0.192",
    # addresses of IPv4 inside those of IPv6: NAT64, 6to4, Teredo
    "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    # nobody's and everybody's
    "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.88.99.1", "224.0.0.1", "239.255.255.250",
    "240.0.0.1", "255.255.255.255", "[ff02::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[2001:20::1]",
)  # fmt: skip
WRONG_ADDRESSES = (
    "https://user:secret@good.example/", "https://good.example@127.0.0.1/", "https://good.example:secret@127.0.0.1/",
    "https://127.0.0.1:443@good.example/", "https://good.example\\@127.0.0.1/", "https:\\\\127.0.0.1/",
    "https://good.example:8443/", "https://good.example:22/", "https://good.example:80/", "http://good.example:443/",
    "https://good.example:0/", "https://good.example:70000/", "https://good.example:x/", "https:///", "https://",
    "https:127.0.0.1", "//127.0.0.1/", "/etc/passwd", "file:///etc/passwd", "ftp://good.example/", "gopher://127.0.0.1/",
    "data:text/html,x", "javascript:alert(1)", "unix:///run/docker.sock", "https://good.example/\r\nHost: inside",
    "https://good.example /", "\thttps://127.0.0.1/", "https://[::1", "https://[127.0.0.1]/", "https://good_.-.example/",
    "https://good..example/", "https://.example/", "https://good.example../", "https://good.example/" + "x" * 2000, "",
)  # fmt: skip
PUBLIC_ADDRESSES = ("93.184.215.14", "1.1.1.1", "192.0.1.1", "2606:4700:4700::1111", "2a00:1450::1")


@pytest.fixture
async def web(tmp_path: Path) -> AsyncIterator[Web]:
    async with standing_in(tmp_path) as web:
        yield web


def test_the_list_is_long() -> None:
    assert len(set(PRIVATE_HOSTS)) == len(PRIVATE_HOSTS) > 80
    assert len(set(WRONG_ADDRESSES)) == len(WRONG_ADDRESSES) > 30


async def test_no_private_address_is_ever_connected_to(web: Web) -> None:
    async with web.client() as client:
        for host in PRIVATE_HOSTS:
            for scheme in ("https", "http"):
                answer = await client.check(f"{scheme}://{host}/")
                assert (host, answer.state) == (host, LinkState.REFUSED)
    assert web.connected == []


async def test_no_wrong_address_is_ever_connected_to(web: Web) -> None:
    async with web.client() as client:
        for address in WRONG_ADDRESSES:
            assert (address, (await client.check(address)).state) == (address, LinkState.REFUSED)
    assert web.connected == []


async def test_no_redirect_leads_to_a_private_or_wrong_address(web: Web) -> None:
    with_a_host = [address for address in WRONG_ADDRESSES if "://" in address.rstrip("/") and "\n" not in address]
    targets = [f"{'https' if number % 4 else 'http'}://{host}/" for number, host in enumerate(PRIVATE_HOSTS)]
    targets = [*filter(str.isascii, targets), *with_a_host, "//127.0.0.1/", "//localhost/x", "//10.0.0.1"]
    async with web.client() as client:
        for number, target in enumerate(targets):
            web.pages["good.example/"] = ((301, 302, 303, 307, 308)[number % 5], {"Location": target})
            assert (target, (await client.check("https://good.example/")).state) == (target, LinkState.REFUSED)
    assert set(web.connected) == {(PUBLIC, 443)}
    assert {asked[1] for asked in web.asked} == {"good.example"}


async def test_no_name_leads_to_a_private_address(web: Web) -> None:
    bare = [host.strip("[]") for host in PRIVATE_HOSTS]
    private = [host for host in bare if host.count(".") == 3 or "::" in host]
    for address in private:
        async with web.client(evil_example=[[address]]) as client:
            answer = await client.check("https://evil.example/")
            assert (address, answer) == (address, Answer(LinkState.REFUSED, "private"))
    assert len(private) > 40
    assert web.connected == []


async def test_of_a_names_addresses_only_the_public_ones_are_connected_to(web: Web) -> None:
    mixed = ["127.0.0.1", "10.0.0.1", "::1", PUBLIC, "169.254.169.254", "::ffff:127.0.0.1"]
    async with web.client(both_example=[mixed]) as client:
        assert (await client.check("https://both.example/")).state is LinkState.OK
    assert web.connected == [(PUBLIC, 443)]


async def test_a_name_that_changes_its_address_meanwhile_gains_nothing(web: Web) -> None:
    """DNS rebinding: each connection goes to the address that was looked at for it."""
    web.pages["rebound.example/"] = (404, {})  # so that it is asked a second time
    async with web.client(rebound_example=[[PUBLIC], ["127.0.0.1"]]) as client:
        answer = await client.check("https://rebound.example/")
    assert answer == Answer(LinkState.REFUSED, "private")
    assert web.connected == [(PUBLIC, 443)]


async def test_the_resolver_gives_what_it_looked_at() -> None:
    resolver = PublicResolver(Names({"a.example": [[PUBLIC, "127.0.0.1"], ["127.0.0.1"]]}))
    assert [found["host"] for found in await resolver.resolve("a.example", 443)] == [PUBLIC]
    with pytest.raises(OSError, match=r"a\.example"):
        await resolver.resolve("a.example", 443)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_public_addresses_are_public(address: str) -> None:
    assert is_public(address)
    assert not is_public(f"{address}%eth0")


@pytest.mark.parametrize(
    ("pages", "state", "reason", "status", "final"),
    [
        ({}, LinkState.OK, "", 200, None),
        ({"/": (204, {})}, LinkState.OK, "", 204, None),
        ({"/": (404, {})}, LinkState.GONE, "", 404, None),
        ({"/": (410, {})}, LinkState.GONE, "", 410, None),
        ({"/": (500, {})}, LinkState.FAILING, "", 500, None),
        ({"/": (403, {})}, LinkState.UNCLEAR, "", 403, None),
        ({"/": (999, {})}, LinkState.UNCLEAR, "", 999, None),
        ({"/": (302, {})}, LinkState.UNCLEAR, "", 302, None),
        ({"/": (301, {"Location": "/new page"})}, LinkState.MOVED, "", 200, "https://good.example/new%20page"),
        ({"/": (302, {"Location": "/now"})}, LinkState.OK, "", 200, "https://good.example/now"),
        ({"/": (308, {"Location": "/a"}), "/a": (302, {"Location": "/b"})}, LinkState.MOVED, "", 200,
         "https://good.example/a"),
        ({"/": (301, {"Location": "/a"}), "/a": (404, {})}, LinkState.GONE, "", 404, "https://good.example/a"),
        ({"/": (301, {"Location": "/"})}, LinkState.FAILING, "redirects", 301, None),
        ({"/": (301, {"Location": "http://good.example/x"})}, LinkState.REFUSED, "not-https", 200,
         "http://good.example/x"),
    ],
)  # fmt: skip
async def test_what_a_server_says_is_told(
    web: Web,
    pages: dict[str, tuple[int, dict[str, str]]],
    state: LinkState,
    reason: str,
    status: int,
    final: str | None,
) -> None:
    web.pages |= {f"good.example{path}": page for path, page in pages.items()}
    async with web.client() as client:
        assert await client.check("https://good.example/") == Answer(state, reason, status, final)


async def test_plain_http_counts_as_moved_where_it_leads_to_https(web: Web) -> None:
    async with web.client() as client:
        web.pages["plain.example/"] = (200, {})
        assert (await client.check("http://plain.example/")).reason == "not-https"
        web.pages["up.example/"] = (302, {"Location": "https://good.example/"})
        answer = await client.check("http://up.example/")
    assert answer == Answer(LinkState.MOVED, "", 200, "https://good.example/")


async def test_what_does_not_answer_is_unreachable(web: Web) -> None:
    async with web.client(nobody_example=[[]]) as client:
        assert await client.check("https://nobody.example/") == Answer(LinkState.UNREACHABLE, "name")
        assert await client.check("https://other.example/") == Answer(LinkState.UNREACHABLE, "certificate")
        web.ports[80] = 1  # nobody listens there
        assert await client.check("http://good.example/") == Answer(LinkState.UNREACHABLE, "connection")


async def test_a_server_that_knows_no_head_is_asked_by_get_and_told_who_asks(web: Web) -> None:
    web.pages["good.example/"] = lambda asked: (405 if asked[0] == "HEAD" else 200, {"Set-Cookie": "a=b"})
    async with web.client() as client:
        assert (await client.check("https://good.example/")).state is LinkState.OK
        await client.check("https://good.example/")
    assert [asked[0] for asked in web.asked] == ["HEAD", "GET", "HEAD", "GET"]
    headers = web.asked[1][3]
    assert headers["user-agent"].startswith("bekal/")
    assert "(link check; +https://bekal.example)" in headers["user-agent"]
    assert headers["range"] == "bytes=0-16383"
    assert not any("cookie" in asked[3] or "authorization" in asked[3] for asked in web.asked)


async def test_a_host_is_asked_once_at_a_time_and_not_again_at_once(web: Web) -> None:
    async with web.client(apart_seconds=0.05) as client:
        await asyncio.gather(*(client.check(f"https://good.example/{number}") for number in range(4)))
    waits = [later - before for before, later in zip(web.at, web.at[1:], strict=False)]
    assert len(waits) == 3
    assert min(waits) >= 0.045
