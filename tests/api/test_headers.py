"""Every answer tells the browser to load and run nothing but what we serve: pages, errors, files, the phone page."""

import aiohttp
import pytest

from core.db import Database
from simulator.server import running
from simulator.simulator import Simulator
from staff.actors import Role
from tests.api.test_routes_table import SLUGS, TABLE
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.processes import TOKEN

GETS = [line.split()[1] for line in TABLE if line.startswith("GET ")]
OTHERS = ("/static/desk.css", "/static/no-such.css", "/no-such-page", "/%00")


def rules_of(policy: str) -> dict[str, list[str]]:
    """Return what each part of a Content-Security-Policy allows."""
    parts = [part.split() for part in policy.split(";")]
    return {name: allowed for name, *allowed in parts}


def assert_strict(policy: str, where: str) -> None:
    rules = rules_of(policy)
    assert rules["default-src"] in (["'none'"], ["'self'"]), where
    assert rules.get("script-src", ["'self'"]) == ["'self'"], where
    assert rules.get("style-src", ["'self'"]) == ["'self'"], where
    assert rules["base-uri"] == ["'none'"], where
    allowed = {each for rule in rules.values() for each in rule}
    assert allowed <= {"'none'", "'self'", "data:", "blob:"}, where  # nothing inline, no eval, no other site


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # a header is never asked of a database
async def test_every_page_has_a_strict_policy(stocked: Database) -> None:
    clock = Clock()
    async with stocked.session() as session:
        actor = await add_person(session, "ani", Role.ADMINISTRATOR, Role.EDITOR, Role.REGISTRAR, now=clock())
        token = await sign_in(session, actor, now=clock())
    app, statuses = make_desk(stocked, clock), set[int]()
    visits = [(token, route) for route in (*GETS, *OTHERS)] + [("", "/"), ("", "/sign-in"), ("", "/v1/staff")]
    for signed_in_as, route in visits:
        before = route.split("/{slug}", maxsplit=1)[0].rpartition("/")[2]
        async with visitor(app, signed_in_as) as client:
            answer = await client.get(route.format_map(Ends(slug=SLUGS.get(before, "x"))))
        statuses.add(answer.status_code)
        assert_strict(answer.headers["content-security-policy"], route)
    assert {200, 303, 401, 404} <= statuses


class Ends(dict[str, str]):
    """What a route's address ends with: a number where nothing is said."""

    def __missing__(self, name: str) -> str:
        return "id" if name == "language" else "1"


async def test_the_phone_page_has_a_strict_policy() -> None:
    async with running(Simulator(token=TOKEN)) as stand_in, aiohttp.ClientSession() as http:
        for path in ("/phone", "/phone/static/phone.css", "/phone/no-such-page"):
            async with http.get(f"{stand_in.url}{path}") as answer:
                assert_strict(answer.headers["content-security-policy"], path)
