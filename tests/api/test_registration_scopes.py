"""Which registrations each of the staff meets, and at which door: registration_scopes.yaml says so, cell by cell.

What is not hers is told as what is not there, is counted nowhere, and stays as it is. The everyday run tries every door
for each account with a registration that it sees or with one that it does not, by turns; the deep one with all of them.
Longer than a file should be: every door of one table is tried here.
"""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from httpx2 import AsyncClient, Response
from sqlalchemy import func, select, update

from content.desk import fingerprints
from core.db import Base, Database
from core.yaml_files import load_yaml
from registrations import provinces, wishes
from registrations.notices import Notice, Reached
from registrations.registrations import Registration, Status
from registrations.wishes import Kind
from staff.actors import Role
from staff.grants import RoleGrant
from tests.api.desk_api import make_token
from tests.api.registrars import JAVA, LOMBOK, Office
from tests.api.test_routes_table import routes_of
from tests.desk import add_person, find_or_add, sign_in, visitor
from tests.registrations.exports import add_registration
from tests.registrations.forms import QUESTIONS

TABLE: dict[str, Any] = load_yaml(Path(__file__).parent / "registration_scopes.yaml")
EVERYTHING, NOBODY = "everything", "nobody"
NAMES = ("Siti Melati", "Siti Kenanga", "Siti Cempaka", "Siti Mawar", "Siti Anggrek", "Siti Teratai")
ASKED = ("consent", "name", "province", "phone")
FORM = [{**each, "required": each["code"] != "province"} for each in QUESTIONS if each["code"] in ASKED]


@dataclass(frozen=True)
class Account:
    """One of the staff. `sees` is None for who is no registrar."""

    grants: tuple[Mapping[str, Any], ...]
    sees: frozenset[str] | None = None
    programmes: frozenset[str] = frozenset()

    @property
    def has_role(self) -> bool:
        return any("is_over" not in grant for grant in self.grants)


@dataclass(frozen=True)
class Door:
    """One request of the table, and what comes of it."""

    line: str
    needs: str = "registration"
    form: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    json: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    has_list: bool = False
    gets: int = 200
    refused: int = 404
    elsewhere: int = 0
    shows: str = ""
    offers: str = ""

    @property
    def template(self) -> str:
        """Return all that is sent, with {words} that tell of a registration."""
        sent = (self.query, self.form, self.json, self.headers, {"list": "{province}"} if self.has_list else {})
        return " ".join((self.line, *(part for each in sent for part in parts_of(each))))

    @property
    def is_for_scripts(self) -> bool:
        return "/v1/" in self.line

    @property
    def changes_it(self) -> bool:
        return self.line.startswith("POST") and "{registration_id}" in self.template


def parts_of(sent: Any, name: str = "") -> Iterator[str]:
    """Give each value that is sent, beside its name."""
    if isinstance(sent, Mapping):
        for key, value in sent.items():
            yield from parts_of(value, key)
    elif isinstance(sent, list):
        for each in sent:
            yield from parts_of(each, name)
    else:
        yield f"{name}={sent}"


def filled(sent: Any, words: Mapping[str, str]) -> Any:
    """Return what is sent with its {words} filled in."""
    if isinstance(sent, Mapping):
        return {key: filled(value, words) for key, value in sent.items()}
    if isinstance(sent, list):
        return [filled(each, words) for each in sent]
    return sent.format_map(words) if isinstance(sent, str) else sent


@dataclass(frozen=True)
class Someone:
    """A registration of the table."""

    key: str
    id: str = "0" * 32
    reference: str = "ABCDE-FGHJK"
    name: str = "Siti Nobody"
    phone: str = "+6281299999999"

    @property
    def programme(self) -> str:
        return self.key.partition("/")[0]

    @property
    def province(self) -> str:
        return self.key.partition("/")[2].strip("-")

    def words(self, carried: str = "") -> dict[str, str]:
        """Return what the {words} of the table mean."""
        return {
            "registration_id": self.id, "reference": self.reference, "name": self.name, "phone": self.phone,
            "ending": self.phone[-4:], "programme": self.programme, "slug": self.programme, "province": self.province,
            "province_name": provinces.all_names().get(self.province, ""), "carried": carried,
            "another_province": LOMBOK if self.province == JAVA else JAVA,
            "etag": f'"{fingerprints.of_standing(Status.ACCEPTED)}"',
        }  # fmt: skip


ACCOUNTS = {
    name: Account(
        tuple(told["grants"]), frozenset(told["sees"]) if "sees" in told else None,
        frozenset(told.get("programmes", ())),
    )
    for name, told in TABLE["accounts"].items()
}  # fmt: skip
REGISTRARS = {name: account for name, account in ACCOUNTS.items() if account.sees is not None}
DOORS = [Door(line, **told) for line, requests in TABLE["doors"].items() for told in requests]
UNKNOWN = Someone("tidak-ada/-")
WALKS = pytest.mark.parametrize(
    ("database_url", "is_whole"),
    [("sqlite", False), *(pytest.param(each, True, marks=pytest.mark.deep) for each in ("sqlite", "postgres"))],
    indirect=["database_url"],
)


@dataclass
class World:
    """A desk where everybody of the table has signed in, and has a script if she can; people have signed up."""

    office: Office
    browsers: dict[str, AsyncClient]
    scripts: dict[str, AsyncClient]
    account_ids: dict[str, str]
    people: list[Someone]

    async def another(self, someone: Someone) -> Someone:
        """Return another registration for the programme and in the province of one of the table, to be changed."""
        name = "Ratna Baru"
        async with self.office.database.session() as session:
            last = (await session.execute(select(func.max(Registration.number)))).scalar_one() or 0
            given = {"consent": "yes", "name": name, "province": someone.province, "phone": "+6281288888888"}
            row = await add_registration(
                session, last + 1, given=given, slug=someone.programme, province=someone.province or None,
                at=self.office.clock(),
            )  # fmt: skip
        await wants_attention(self.office, row.id)
        return replace(someone, id=row.id, reference=row.reference or "", name=name, phone=given["phone"])

    async def ask(self, name: str, door: Door, someone: Someone) -> Response:
        """Send a request of the table, about somebody."""
        words, client = someone.words(), (self.scripts if door.is_for_scripts else self.browsers)[name]
        if "{carried}" in door.template:
            words = someone.words(await self.carried(name if may(name, door, someone) else EVERYTHING, someone))
        files = {"file": ("list.xlsx", workbook(someone))} if door.has_list else None
        method, path = door.line.split()
        return await client.request(
            method, path.format_map(words), params=filled(door.query, words), data=filled(door.form, words) or None,
            json=filled(door.json, words) or None, headers=filled(door.headers, words), files=files,
        )  # fmt: skip

    async def carried(self, name: str, someone: Someone) -> str:
        """Return the list that this one of the staff has had checked, as its page carries it."""
        if someone is UNKNOWN:
            return "AAAA"
        [door] = [each for each in DOORS if each.has_list]
        found = re.search(r'name="carried" value="([^"]+)"', (await self.ask(name, door, someone)).text)
        assert found
        return found[1]

    def shown(self, answer: Response, sent: str, about: Someone) -> set[str]:
        """Return of whom an answer tells, by anything that was not sent."""
        return {
            one.key for one in (*self.people, about)
            if any(mark in answer.text and mark not in sent for mark in (one.id, one.reference, one.name, one.phone))
        }  # fmt: skip


def workbook(someone: Someone) -> bytes:
    """Return a list with one person, who lives where somebody else does."""
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as written:
        sheet = written.add_worksheet()
        rows = (ASKED, ("the questions",), ("ya", "Ratna", someone.words()["province_name"], "081277770000"))
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return made.getvalue()


async def wants_attention(office: Office, registration_id: str) -> None:
    """Let there be something to do for somebody: to call her, and to ask what she wishes."""
    async with office.database.session() as session:
        session.add(
            Notice(registration_id=registration_id, status=Status.ACCEPTED, reached=Reached.NO_CHAT, at=office.clock())
        )
        await wishes.ask(await session.connection(), registration_id, Kind.WITHDRAW, now=office.clock())


@pytest.fixture
async def world(office: Office) -> World:
    nobody = await office.stack.enter_async_context(visitor(office.app))
    world = World(office, {NOBODY: nobody}, {NOBODY: nobody}, {}, [])
    for slug in ("kelas", "lain"):
        await office.programme(slug, questions=FORM)
    for number, (key, name) in enumerate(zip(TABLE["registrations"], NAMES, strict=True)):
        someone = Someone(key, name=name, phone=f"+628123456780{number}")
        one = await office.person(
            slug=someone.programme, province=someone.province, name=someone.name, phone=someone.phone
        )
        await wants_attention(office, one)
        world.people.append(replace(someone, id=one, reference=(await office.row(one)).reference or ""))
    office.clock.move(minutes=1)  # whoever applies after these comes after them in every list
    for name, account in ACCOUNTS.items():
        await employ(world, name, account)
    return world


async def employ(world: World, name: str, account: Account) -> None:
    """Add one of the staff, signed in and with a token if her roles let her make one."""
    office, now = world.office, world.office.clock()
    async with office.database.session() as session:
        made = await add_person(session, name, now=now)
        for told in account.grants:
            scope = {key: value for key, value in told.items() if key != "is_over"}
            over = now if "is_over" in told else None
            session.add(
                RoleGrant(account_id=made.account_id, granted_by="system", granted_at=now, revoked_at=over, **scope)
            )
        await session.flush()
        actor = await find_or_add(session, name, now=now)
        signed_in = await sign_in(session, actor, now=now)
    world.account_ids[name] = made.account_id
    world.browsers[name] = await office.stack.enter_async_context(visitor(office.app, signed_in))
    world.scripts[name] = await office.stack.enter_async_context(visitor(office.app))
    if account.has_role:
        token = await make_token(office.database, actor, office.clock, exports_names=actor.has(Role.REGISTRAR))
        world.scripts[name].headers["authorization"] = f"Bearer {token}"


def tried_on(name: str, people: list[Someone]) -> list[Someone]:
    """Return one who is seen and one who is not, others for each registrar; for who is none, one will do."""
    if name not in REGISTRARS:
        return people[:1]
    seen = [one for one in people if one.key in sees(name)]
    unseen = [one for one in people if one not in seen]
    nth = list(REGISTRARS).index(name)
    return [group[nth % len(group)] for group in (seen, unseen) if group]


def cells(name: str, people: list[Someone], *, is_whole: bool) -> Iterator[tuple[Door, Someone]]:
    """Give every request of the table for everybody whom its words tell apart; {province}: only where there is one.

    Not whole: at each door one of two, by turns, which begin otherwise for the next account.
    """
    sent = set[str]()
    few, first = tried_on(name, people), list(ACCOUNTS).index(name) if name in ACCOUNTS else 0
    for number, door in enumerate(DOORS, first):
        tried = people if is_whole and name in REGISTRARS else few
        tried = [someone for someone in tried if someone.province or "{province}" not in door.template]
        if tried and not is_whole:
            tried = [tried[number % len(tried)]]
        for someone in tried:
            request = door.template.format_map(someone.words(carried=someone.key))
            if request not in sent:
                sent.add(request)
                yield door, someone


def sees(name: str) -> frozenset[str]:
    """Return the registrations that one of the staff sees."""
    return ACCOUNTS[name].sees or frozenset() if name in REGISTRARS else frozenset()


def may(name: str, door: Door, someone: Someone) -> bool:
    """Tell whether the table lets one of the staff through a door."""
    if name not in REGISTRARS:
        return False
    if door.needs == "programme":
        return someone.programme in REGISTRARS[name].programmes
    return door.needs == "nothing" or someone.key in sees(name)


def status(name: str, door: Door, someone: Someone) -> int:
    """Return the status that the table promises."""
    if name not in REGISTRARS:
        is_known = name != NOBODY and (ACCOUNTS[name].has_role or not door.is_for_scripts)
        return 403 if is_known else 401 if door.is_for_scripts else 303
    if may(name, door, someone):
        return door.gets
    return door.elsewhere if door.elsewhere and someone.programme not in REGISTRARS[name].programmes else door.refused


def is_refused(name: str, door: Door, someone: Someone) -> bool:
    """Tell whether somebody gets nothing at a door: a page that only tells of nobody is something."""
    gets_nothing = door.changes_it or status(name, door, someone) >= 400
    return not may(name, door, someone) and (name not in REGISTRARS or gets_nothing)


def shows(name: str, door: Door, someone: Someone) -> frozenset[str]:
    """Return of whom the answer to a request tells."""
    of_programme = frozenset(key for key in sees(name) if key.startswith(f"{someone.programme}/"))
    return {"all": sees(name), "programme": of_programme, "it": sees(name) & {someone.key}}[door.shows]


async def everything_held(database: Database) -> dict[str, list[str]]:
    """Return every row of every table, but for the looks: that somebody had a list of her own checked is noted."""
    async with database.reading() as connection:
        held = {
            table.name: sorted(repr(tuple(row)) for row in await connection.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }
    return held | {"audit_entry": [row for row in held["audit_entry"] if "'registration.find'" not in row]}


def test_every_door_of_registrations_stands_in_the_table_and_every_role(office: Office) -> None:
    doors = {route for route in routes_of(office.app) if "registration" in route or "attendance" in route}
    assert doors - set(TABLE["doors"]) == set(), "not in registration_scopes.yaml yet"
    assert set(TABLE["doors"]) - doors == set(), "in registration_scopes.yaml, but gone"
    assert {grant["role"] for account in ACCOUNTS.values() for grant in account.grants} == set(Role)


@WALKS
async def test_what_is_not_hers_is_told_as_not_there_and_stays_as_it_is(world: World, is_whole: bool) -> None:
    before, found, promised = await everything_held(world.office.database), {}, {}
    nothing = dict[tuple[str, str], str]()  # what is told of what is not there at all
    for name in (NOBODY, *ACCOUNTS):
        for door, someone in cells(name, world.people, is_whole=is_whole):
            if not is_refused(name, door, someone):
                continue
            request = door.template.format_map(someone.words(someone.key))
            answer = await world.ask(name, door, someone)
            wanted = promised[name, request] = status(name, door, someone)
            found[name, request] = answer.status_code
            assert wanted != 303 or answer.headers["location"].startswith("/sign-in"), request
            assert world.shown(answer, request, someone) <= sees(name), (name, request)
            if wanted in (200, 404):
                if (name, door.template) not in nothing:
                    nothing[name, door.template] = (await world.ask(name, door, UNKNOWN)).text
                assert answer.text.replace(someone.id, UNKNOWN.id) == nothing[name, door.template], (name, request)

    assert found == promised
    assert await everything_held(world.office.database) == before


@WALKS
async def test_what_is_hers_is_there_and_nothing_else(world: World, is_whole: bool) -> None:
    found, promised = {}, {}
    for name in REGISTRARS:
        for door, someone in cells(name, world.people, is_whole=is_whole):
            if is_refused(name, door, someone):
                continue
            request = door.template.format_map(someone.words(someone.key))
            about = await world.another(someone) if door.changes_it else someone
            answer = await world.ask(name, door, about)
            promised[name, request], found[name, request] = status(name, door, someone), answer.status_code
            shown = world.shown(answer, request, about)
            assert shown == shows(name, door, someone) if door.shows else shown <= sees(name), (name, request)
            if door.offers:
                is_offered = door.offers.format_map(about.words()) in answer.text
                assert is_offered == may(name, door, someone), (name, request)

    assert found == promised


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who proved herself is never asked of a database
async def test_an_old_proof_does_nothing_and_does_not_tell_who_is_there(world: World) -> None:
    world.office.clock.move(minutes=6)
    doors = [door for door in DOORS if door.line.endswith(("/copy", "/erase"))]
    assert len(doors) == 4, "the pages and the JSON API"
    for name in REGISTRARS:
        for door in doors:
            method, path = door.line.split()
            for someone in tried_on(name, world.people):
                answer = await world.browsers[name].request(method, path.format_map(someone.words()))
                nothing = await world.browsers[name].request(method, path.format_map(UNKNOWN.words()))
                if someone.key in sees(name):
                    asks = '"proof-needed"' in answer.text or 'name="proof_given"' in answer.text
                    assert asks, (name, door.line, someone.key)
                else:
                    assert (answer.status_code, answer.text) == (404, nothing.text), (name, door.line, someone.key)
    for someone in world.people:
        assert (await world.office.row(someone.id)).reference == someone.reference
    assert await world.office.noted("registration.copy") == []


async def test_whom_one_may_not_see_is_counted_nowhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.web.registrations.PAGE_ROWS", 1)
    async with world.office.database.session() as session:
        await session.execute(update(Registration).values(status=Status.APPLIED))
    for name, account in REGISTRARS.items():
        client, count = world.browsers[name], len(sees(name))
        listed = re.search(r"Page 1 of (\d+)", (await client.get("/registrations")).text)
        assert (int(listed[1]) if listed else None) == (count if count > 1 else None), name
        board = re.search(r"Applications to decide on</h2><span[^>]*>(\d+)<", (await client.get("/")).text)
        assert board is not None
        assert int(board[1]) == count, name
        script = world.scripts[name]
        boxes = {box["name"]: box["count"] for box in (await script.get("/v1/board")).json()["boxes"]}
        assert boxes["applications"] == count, name
        rest = (await script.get("/v1/registrations", params={"limit": 1})).json()["next"]
        assert (rest is not None) == (count > 1), name
        for slug in account.programmes:
            file = await client.post("/registrations/export", data={"programme": slug, "language": "en"})
            told = re.search(r"Province: all\. (\d+) registrations?\.", file.text)
            assert told is not None
            assert int(told[1]) == sum(key.startswith(f"{slug}/") for key in sees(name)), (name, slug)


async def test_only_who_sees_somebody_can_be_given_her_to_look_after(world: World) -> None:
    for someone in world.people:
        page = (await world.browsers[EVERYTHING].get(f"/registrations/{someone.id}")).text
        offered = set(re.findall(r'<option value="([0-9a-f]{32})"', page))
        told = (await world.scripts[EVERYTHING].get(f"/v1/registrations/{someone.id}")).json()
        assert {each["account_id"] for each in told["colleagues"]} == offered
        for name, account_id in world.account_ids.items():
            is_seen = someone.key in sees(name)
            assert (account_id in offered) == is_seen, (name, someone.key)
            answer = await world.browsers[EVERYTHING].post(
                f"/registrations/{someone.id}/assign", data={"account": account_id}
            )
            assert answer.status_code == (303 if is_seen else 404), (name, someone.key)
