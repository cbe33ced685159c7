"""Signing in at the desk, through the real app.

Longer than a file should be: the ways in and their limits share one visitor.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from httpx2 import AsyncClient, Response

from api import proving
from api.app import create_app
from api.origin import SAFE
from core.db import Database
from staff import api_tokens, codes, invitations, passwords, sessions, team
from staff.accounts import StaffAccount
from staff.actors import Actor, Role
from tests.desk import Clock, add_person, make_desk, make_services, sign_in, visitor
from tests.harness import VAULT
from tests.proofs import PASSWORD, asks, prove


@pytest.fixture(scope="module")
def password_hash() -> str:
    return passwords.hashed(PASSWORD)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(database: Database, clock: Clock) -> FastAPI:
    return make_desk(database, clock)


@pytest.fixture
async def browser(desk: FastAPI) -> AsyncIterator[AsyncClient]:
    async with visitor(desk) as client:
        yield client


@pytest.fixture
async def sri(database: Database, clock: Clock, password_hash: str) -> Actor:
    async with database.session() as session:
        actor = await add_person(session, "sri", Role.ADMINISTRATOR, now=clock())
        (await session.get_one(StaffAccount, actor.account_id)).password_hash = password_hash
        return actor


async def give(browser: AsyncClient, password: str = PASSWORD, email: str = "sri@desk.test", **more: str) -> Response:
    return await browser.post("/sign-in", data={"email": email, "password": password, **more})


async def test_the_right_password_opens_the_desk(browser: AsyncClient, sri: Actor) -> None:
    answer = await give(browser, email=" SRI@desk.test ")

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert (await browser.get("/")).status_code == 200


@pytest.mark.parametrize(("email", "password"), [("sri@desk.test", "wrong"), ("nobody@desk.test", PASSWORD)])
async def test_nothing_tells_a_wrong_password_from_an_unknown_address(
    browser: AsyncClient, sri: Actor, email: str, password: str
) -> None:
    answer = await give(browser, password, email)

    assert answer.status_code == 403
    assert "E-mail and password do not belong together" in answer.text or "kata sandi" in answer.text
    assert PASSWORD not in answer.text


async def test_an_unknown_address_costs_a_check_as_a_known_one_does(
    browser: AsyncClient, sri: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    against, real = list[str](), passwords._HASHES.verify

    def counted(password: str, stored: str) -> bool:
        against.append(stored)
        return real(password, stored)

    monkeypatch.setattr(passwords, "_HASHES", SimpleNamespace(verify=counted, hash=passwords._HASHES.hash))
    for email in ("sri@desk.test", "nobody@desk.test", "not an address"):
        await give(browser, "wrong", email)

    parameters = [stored.rsplit("$", 2)[0] for stored in against]
    assert parameters == [parameters[0]] * 3
    assert parameters[0].startswith("$argon2id$")


async def test_no_session_is_opened_by_a_password_that_was_replaced_while_it_was_checked(
    database: Database, browser: AsyncClient, sri: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = proving.matches

    async def slow(*asked: Any) -> bool:
        is_right = await real(*asked)
        async with database.session() as session:
            await invitations.invite_again(session, account_id=sri.account_id, by=sri, now=clock())
        return is_right

    monkeypatch.setattr(proving, "matches", slow)
    assert (await give(browser)).status_code == 403
    assert (await browser.get("/")).headers["location"].startswith("/sign-in")


async def test_over_https_the_cookie_belongs_to_this_host_alone(database: Database, clock: Clock, sri: Actor) -> None:
    secure = create_app(replace(make_services(database, clock), is_secure=True))
    async with visitor(secure) as browser:
        cookie = (await give(browser)).headers["set-cookie"]
    assert cookie.startswith("__Host-bekal_desk=")
    assert {"Secure", "HttpOnly", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "domain" not in cookie.lower()


@pytest.mark.parametrize(
    ("database_url", "guesses"),
    [("sqlite", 200), *(pytest.param(name, 1000, marks=pytest.mark.deep) for name in ("sqlite", "postgres"))],
    indirect=["database_url"],
)
async def test_of_many_guesses_ten_are_checked_and_others_feel_nothing(
    database: Database,
    desk: FastAPI,
    sri: Actor,
    clock: Clock,
    password_hash: str,
    guesses: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with database.session() as session:
        budi = await add_person(session, "budi", Role.EDITOR, now=clock())
        (await session.get_one(StaffAccount, budi.account_id)).password_hash = password_hash
    checked, real = list[str](), passwords.matches

    def counted(password: str, stored: str | None) -> bool:
        checked.append(password)
        return real(password, stored)

    monkeypatch.setattr(passwords, "matches", counted)
    async with visitor(desk) as browser, visitor(desk) as other:
        for start in range(0, guesses, 50):
            tried = (give(browser, f"guess {n}") for n in range(start, start + 50))
            *_, answer = await asyncio.gather(*tried, give(other, email="budi@desk.test"))
            assert answer.status_code == 303, "others feel nothing"
            clock.move(minutes=14 * 50 / guesses)
        assert len([password for password in checked if password != PASSWORD]) == 10
        assert (await give(browser)).status_code == 403, "not even the right one is checked now"
        clock.move(minutes=15)
        assert (await give(browser)).status_code == 303


async def test_an_address_is_stopped_after_a_hundred_tries(database: Database, clock: Clock) -> None:
    from staff import attempts

    async with database.session() as session:
        for number in range(100):
            await attempts.claim(session, email=f"a{number}@desk.test", address="10.0.0.1", now=clock())
        with pytest.raises(attempts.TooManyTries):
            await attempts.claim(session, email="fresh@desk.test", address="10.0.0.1", now=clock())
        await attempts.claim(session, email="fresh@desk.test", address="10.0.0.2", now=clock())


async def test_a_code_counts_once_and_a_recovery_code_too(
    database: Database, browser: AsyncClient, sri: Actor, clock: Clock
) -> None:
    secret = codes.new_secret()
    async with database.session() as session:
        account = await session.get_one(StaffAccount, sri.account_id)
        code = pyotp.TOTP(secret).at(clock() - timedelta(minutes=5))
        spare = await codes.enrol(
            session, account=account, secret=secret, code=code, vault=VAULT, now=clock() - timedelta(minutes=5)
        )
    answer = await give(browser, next="/articles")
    assert answer.headers["location"] == "/sign-in/code?next=/articles"
    assert (await browser.get("/")).headers["location"].startswith("/sign-in/code")

    code = pyotp.TOTP(secret).at(clock())
    assert (await browser.post("/sign-in/code", data={"code": "000000"})).status_code == 403
    assert (await browser.post("/sign-in/code", data={"code": code, "next": "/articles"})).headers[
        "location"
    ] == "/articles"
    assert (await browser.get("/")).status_code == 200
    await browser.post("/sign-out")
    await give(browser)
    assert (await browser.post("/sign-in/code", data={"code": code})).status_code == 403, "a code counts once"
    assert (await browser.post("/sign-in/code", data={"code": spare[0].upper()})).status_code == 303
    await browser.post("/sign-out")
    await give(browser)
    assert (await browser.post("/sign-in/code", data={"code": spare[0]})).status_code == 403


async def test_where_everybody_needs_a_code_one_is_set_up_first(
    database: Database, browser: AsyncClient, sri: Actor, clock: Clock
) -> None:
    async with database.session() as session:
        await team.require_code(session, is_required=True, by=sri, now=clock())

    assert (await give(browser)).headers["location"] == "/account/code"
    assert (await browser.get("/articles")).headers["location"] == "/account/code"
    secret = codes.new_secret()
    shown = await browser.post("/account/code", data={"secret": secret, "code": pyotp.TOTP(secret).at(clock())})
    assert shown.text.count("<li><code>") == 10
    assert (await browser.get("/articles")).status_code == 200


@pytest.mark.parametrize(("idle_minutes", "times", "is_open"), [(110, 1, True), (121, 1, False), (110, 7, False)])
async def test_a_session_ends_when_it_is_idle_or_old(
    database: Database, desk: FastAPI, sri: Actor, clock: Clock, idle_minutes: int, times: int, is_open: bool
) -> None:
    async with database.session() as session:
        token = await sign_in(session, sri, now=clock())
    async with visitor(desk, token) as browser:
        for _ in range(times):
            clock.move(minutes=idle_minutes)
            answer = await browser.get("/")
    assert (answer.status_code == 200) is is_open


async def test_an_ended_session_is_dead_at_once_on_another_worker(
    database: Database, database_url: str, sri: Actor, clock: Clock
) -> None:
    async with database.session() as session:
        token = await sign_in(session, sri, now=clock())
    elsewhere = Database(database_url)
    async with visitor(make_desk(elsewhere, clock), token) as browser:
        assert (await browser.get("/")).status_code == 200
        async with database.session() as session:
            await sessions.end(session, account_id=sri.account_id, now=clock())
        assert (await browser.get("/")).headers["location"] == "/sign-in?next=/"
    await elsewhere.close()


async def test_one_session_ends_and_the_others_go_on(
    database: Database, desk: FastAPI, sri: Actor, clock: Clock
) -> None:
    async with database.session() as session:
        first, second = [await sign_in(session, sri, now=clock()) for _ in range(2)]
        found = await sessions.find(session, token=first, may_be_demo=False, now=clock())
        assert found
        await sessions.end(session, account_id=sri.account_id, session_id=found.session.id, now=clock())
    for token, is_open in ((first, False), (second, True)):
        async with visitor(desk, token) as browser:
            assert ((await browser.get("/")).status_code == 200) is is_open


async def test_one_may_end_all_sessions_but_this_one(
    database: Database, desk: FastAPI, sri: Actor, clock: Clock
) -> None:
    async with database.session() as session:
        this, other = [await sign_in(session, sri, now=clock()) for _ in range(2)]
    async with visitor(desk, this) as browser, visitor(desk, other) as elsewhere:
        assert (await browser.post("/account/sessions/end")).headers["location"] == "/account"
        assert (await browser.get("/account")).status_code == 200
        assert (await elsewhere.get("/account")).status_code == 303


async def test_who_finds_an_open_desk_cannot_put_her_own_app_to_it(
    database: Database, desk: FastAPI, sri: Actor, clock: Clock
) -> None:
    async with database.session() as session:
        token = await sign_in(session, sri, now=clock())
    clock.move(minutes=6)
    secret = codes.new_secret()
    async with visitor(desk, token) as browser:
        asked = [
            await browser.get("/account/code"),
            await browser.post("/account/code", data={"secret": secret, "code": pyotp.TOTP(secret).at(clock())}),
        ]
    assert asked[0].headers["location"] == "/prove?next=/account/code"
    assert asks(asked[1])
    async with database.session() as session:
        assert (await session.get_one(StaffAccount, sri.account_id)).totp_secret is None


async def test_a_new_link_ends_password_sessions_and_tokens(
    database: Database, desk: FastAPI, sri: Actor, clock: Clock, password_hash: str
) -> None:
    async with database.session() as session:
        budi = await add_person(session, "budi", Role.EDITOR, now=clock())
        (await session.get_one(StaffAccount, budi.account_id)).password_hash = password_hash
        signed_in = await sign_in(session, budi, now=clock())
        token = await api_tokens.make(
            session, name="x", scopes=frozenset({Role.EDITOR}), expires_at=clock() + timedelta(days=1), by=budi,
            now=clock(),
        )  # fmt: skip
    bearer = {"authorization": f"Bearer {token}"}
    async with visitor(desk) as program, visitor(desk, signed_in) as browser:
        assert (await program.get("/v1/account", headers=bearer)).status_code == 200
        async with database.session() as session:
            await invitations.invite_again(session, account_id=budi.account_id, by=sri, now=clock())
        assert (await program.get("/v1/account", headers=bearer)).status_code == 401
        assert (await browser.get("/")).headers["location"].startswith("/sign-in")
        assert (await give(program, email="budi@desk.test")).status_code == 403


async def test_two_administrators_cannot_end_each_other_at_once(
    database: Database, database_url: str, sri: Actor, clock: Clock
) -> None:
    async with database.session() as session:
        budi = await add_person(session, "budi", Role.ADMINISTRATOR, now=clock())
    elsewhere = Database(database_url)

    async def end(where: Database, by: Actor, whom: Actor) -> None:
        async with where.session() as session:
            await team.disable(session, account_id=whom.account_id, by=by, now=clock())

    ended = await asyncio.gather(end(database, sri, budi), end(elsewhere, budi, sri), return_exceptions=True)
    await elsewhere.close()

    assert sorted(type(outcome).__name__ for outcome in ended) == ["LastAdministrator", "NoneType"]


async def test_an_api_token_opens_no_page(database: Database, desk: FastAPI, sri: Actor, clock: Clock) -> None:
    async with database.session() as session:
        token = await api_tokens.make(
            session, name="x", scopes=frozenset({Role.ADMINISTRATOR}), expires_at=clock() + timedelta(days=1), by=sri,
            now=clock(),
        )  # fmt: skip
    async with visitor(desk) as browser:
        browser.headers["authorization"] = f"Bearer {token}"
        assert (await browser.get("/account")).headers["location"].startswith("/sign-in")


async def test_demo_accounts_are_nobody_where_a_real_token_is_set(
    database: Database, clock: Clock, password_hash: str
) -> None:
    from staff import setting_up

    async with database.session() as session:
        await setting_up.add_demo(session, password_hash=password_hash, now=clock())
    for allowed, status in ((False, 403), (True, 303)):
        async with visitor(make_desk(database, clock, allows_demo=allowed)) as browser:
            assert (await give(browser, email="editor@demo.bekal.example")).status_code == status


async def test_what_counts_asks_again_after_five_minutes(
    stocked: Database, desk: FastAPI, clock: Clock, password_hash: str
) -> None:
    async with stocked.session() as session:
        ani = await add_person(session, "ani", Role.VERIFIER, now=clock())
        (await session.get_one(StaffAccount, ani.account_id)).password_hash = password_hash
        token = await sign_in(session, ani, now=clock())
    async with visitor(desk, token) as browser:
        page = await browser.get("/review")
        action = page.text.split('action="/review/')[1].split('"')[0]
        text_hash = page.text.split('name="text_hash" value="')[1].split('"')[0]
        clock.move(minutes=6)
        asked = await browser.post(f"/review/{action}", data={"text_hash": text_hash})
        done = await prove(browser, asked)
        assert parse_qs(urlsplit(done.headers["location"]).query)["after"] == [action.split("/")[0]]


async def test_a_page_that_asks_first_is_reached_after_the_proof(desk: FastAPI, sri: Actor, clock: Clock) -> None:
    async with visitor(desk) as browser:
        await give(browser)
        clock.move(minutes=6)
        asked = await browser.get("/account/code")
        assert asked.headers["location"] == "/prove?next=/account/code"
        proved = await browser.post("/prove", data={"password": PASSWORD, "next": "/account/code"})
        assert proved.headers["location"] == "/account/code"
        assert (await browser.get("/account/code")).status_code == 200


async def test_an_invitation_works_once_for_three_days(
    database: Database, browser: AsyncClient, sri: Actor, clock: Clock
) -> None:
    async with database.session() as session:
        account, token = await invitations.invite(
            session, email="dewi@desk.test", name="Dewi", language="id", by=sri, now=clock()
        )
    weak = await browser.post(f"/invitation/{token}", data={"password": "password1234"})
    assert weak.status_code == 422
    answer = await browser.post(f"/invitation/{token}", data={"password": "sawah di lereng gunung"})
    assert answer.headers["location"] == "/"
    assert (await browser.get(f"/invitation/{token}")).status_code == 410
    async with database.session() as session:
        replaced = await invitations.make_link(session, account_id=account.id, now=clock())
        fresh = await invitations.make_link(session, account_id=account.id, now=clock())
    assert (await browser.get(f"/invitation/{replaced}")).status_code == 410
    assert (await browser.get(f"/invitation/{fresh}")).status_code == 200
    async with database.session() as session:
        late = await invitations.make_link(session, account_id=account.id, now=clock() - timedelta(days=3))
    assert (await browser.get(f"/invitation/{late}")).status_code == 410


@pytest.mark.parametrize(
    "weak", ["short", "password1234", "123456789012", "sri@desk.test", "aaaaaaaaaaaaaaaa", "x" * 201]
)
def test_weak_passwords_are_refused(weak: str) -> None:
    with pytest.raises(passwords.WeakPassword):
        passwords.check(weak, email="sri@desk.test", name="Sri")


@pytest.mark.parametrize(
    "next_page",
    ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "x", "//[", "/\n/evil.test"],
)
async def test_signing_in_leads_nowhere_else(browser: AsyncClient, sri: Actor, next_page: str) -> None:
    assert (await give(browser, next=next_page)).headers["location"] == "/"


def all_routes(router: Any) -> list[tuple[str, str]]:
    """Return method and path of every route, those of included routers too."""
    found = []
    for route in router.routes:
        if isinstance(route, APIRoute):
            found += [(method, route.path) for method in route.methods or ()]
        elif (included := getattr(route, "original_router", None)) is not None:
            found += all_routes(included)
    return found


async def test_no_unsafe_route_takes_a_request_from_elsewhere(
    database: Database, desk: FastAPI, sri: Actor, clock: Clock
) -> None:
    async with database.session() as session:
        token = await sign_in(session, sri, now=clock())
    unsafe = [(method, path) for method, path in all_routes(desk.router) if method not in SAFE]
    assert len(unsafe) > 10
    foreign: list[dict[str, str]] = [
        {}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.test"},
        {"origin": "null"}, {"origin": "http://["}, {"origin": "http://desk.test.evil.test"},
        {"sec-fetch-site": "none", "origin": "http://desk.test"}, {"authorization": "Bearer x"},
    ]  # fmt: skip
    async with visitor(desk, token) as browser:
        del browser.headers["sec-fetch-site"]
        for method, path in unsafe:
            for headers in foreign:
                answer = await browser.request(method, path, headers=headers)
                assert (answer.status_code, answer.json()["code"]) == (403, "other-origin"), (method, path, headers)


async def test_the_language_chosen_before_signing_in_stays_once(
    browser: AsyncClient, sri: Actor, database: Database
) -> None:
    form = {"email": "sri@desk.test", "password": PASSWORD}

    async def spoken() -> str:
        async with database.session() as session:
            return (await session.get_one(StaffAccount, sri.account_id)).language

    assert await spoken() == "en"
    await browser.post("/language", data={"language": "id"})
    await browser.post("/sign-in", data=form)
    assert await spoken() == "id"
    async with database.session() as session:
        (await session.get_one(StaffAccount, sri.account_id)).language = "en"
    await browser.post("/sign-in", data=form)
    assert await spoken() == "en", "somebody else may have chosen"
