"""Who may use which route: tests/api/routes.yaml says so, and each line is tried with a request of each person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import AsyncClient, Response
from sqlalchemy import select

from content.media import Media
from content.revisions import Entry, Revision
from content.synonyms import Synonym
from core.db import Database
from core.yaml_files import load_yaml
from staff.actors import Actor, Role
from tests.desk import Clock, add_person, make_desk, sign_in, visitor

TABLE: dict[str, Any] = load_yaml(Path(__file__).parent / "routes.yaml")
NOBODY = "nobody"
PICTURE = "3f9a" * 8
PEOPLE: dict[str, tuple[Role, str | None]] = {
    "editor": (Role.EDITOR, None), "translator:jv": (Role.TRANSLATOR, "jv"), "translator:su": (Role.TRANSLATOR, "su"),
    "verifier:jv": (Role.VERIFIER, "jv"), "verifier:su": (Role.VERIFIER, "su"), "registrar": (Role.REGISTRAR, None),
    "outreach": (Role.OUTREACH, None), "administrator": (Role.ADMINISTRATOR, None),
}  # fmt: skip
SLUGS = {
    "articles": "passport-held", "facts": "ae-wage-claim-time", "contacts": "id-kp2mi-callcentre",
    "topics": "protection", "enter": "courses", "programmes": "courses",
    "forms": "course-interest", "sources": "the-sun-my-passports",
}  # fmt: skip
ASKS_AGAIN = ("POST /sign-in", "POST /sign-in/code", "POST /prove")  # 403: wrong, but one may try
DOCUMENTED = dict[str, Any]()  # what the OpenAPI document says of each path of every desk: half a second's work
TAKES_AWAY = ("/retract", "/retire")  # tried last: what is gone is told before who may
ENDS_SESSIONS = ("/sign-out", "/account/password", "/account/sessions/end")


@dataclass
class Desk:
    app: FastAPI
    database: Database
    clock: Clock
    people: dict[str, Actor]
    known: dict[str, str]
    tokens: dict[str, str]


@pytest.fixture
async def desk(stocked: Database) -> Desk:
    clock = Clock()
    async with stocked.session() as session:
        people = {
            name: await add_person(
                session, name.replace(":", "."), role, now=clock(), languages=(language,) if language else ()
            )
            for name, (role, language) in PEOPLE.items()
        }
        spare = await add_person(session, "spare", Role.EDITOR, now=clock())
        article = select(Revision.id).join(Entry, Entry.id == Revision.entry_id)
        article = article.where(Entry.slug == SLUGS["articles"], Revision.language == "jv")
        session.add(picture_row(by=spare, now=clock()))
        known = {
            "key": PICTURE, "language": "jv", "revision_id": str((await session.scalars(article)).one()),
            "account_id": spare.account_id, "grant_id": str(spare.grants[0].id), "token_id": "1", "link_id": "1",
            "synonym_id": str((await session.scalars(select(Synonym.id).limit(1))).one()), "session_id": "0" * 32,
            "token": "x", "registration_id": "0" * 32, "index": "0", "name": "overdue",
        }  # fmt: skip
    return Desk(make_desk(stocked, clock), stocked, clock, people, known, {})


def picture_row(*, by: Actor, now: datetime) -> Media:
    return Media(
        key=PICTURE, sha256="5a" * 32, kind="picture", mime_type="image/png", language="*", alt="Paspor", width=2,
        height=2, size_bytes=79, created_at=now, created_by=by.account_id,
    )  # fmt: skip


def routes_of(app: FastAPI) -> list[str]:
    """Return "METHOD /path" of every route of the app."""
    contexts = iter_route_contexts(app.routes)
    return [f"{method} {route.path}" for route in contexts for method in sorted(route.methods or ())]


def path_of(line: str, known: dict[str, str]) -> str:
    """Fill the path of a line in with what is there."""
    path = line.split()[1]
    before = path.split("/{slug}")[0].split("/")[-1]
    return path.format(**known, slug=SLUGS.get(before, ""))


def example_of(app: FastAPI, line: str) -> Any:
    """Return the example body of a route of the JSON API."""
    DOCUMENTED.update(DOCUMENTED or app.openapi()["paths"])
    method, path = line.split()
    operation = DOCUMENTED.get(path, {}).get(method.lower(), {})
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    return next((example["value"] for example in content.get("examples", {}).values()), None)


async def ask(
    desk: Desk, client: AsyncClient, line: str, *, extra: Mapping[str, str] | None = None, etag: str = '"1"'
) -> Response:
    """Send the request of a line. `extra`: further fields of its form, which go before those of the line."""
    told = TABLE[line]
    form, query = (told.get("form"), told.get("query")) if isinstance(told, dict) else (None, None)
    fields = {**(form or {}), **(extra or {})}
    headers = {"if-match": etag} if " /v1/" in line else {}
    return await client.request(
        line.split(maxsplit=1)[0], path_of(line, desk.known), params=query, headers=headers, data=fields or None,
        json=None if form else example_of(desk.app, line),
    )  # fmt: skip


def is_let_in(answer: Response, line: str) -> bool:
    """Tell whether somebody may: what she asked for may still be wrong."""
    leads_to_sign_in = answer.headers.get("location", "").startswith("/sign-in?")
    if answer.status_code == 403 and line in ASKS_AGAIN:
        return 'type="password"' in answer.text or 'name="code"' in answer.text
    return answer.status_code not in (401, 403) and not leads_to_sign_in


def has_wrong_shape(answer: Response) -> bool:
    """Tell whether the table sends what the route does not take: then nobody's role was looked at."""
    sentence = "Some fields are not filled in as they should be."
    return answer.status_code == 422 and (sentence in answer.text or '"wrong-shape"' in answer.text)


def may(name: str, line: str) -> bool:
    told = TABLE[line]
    who = (told["who"] if isinstance(told, dict) else told).split()
    return who == ["anybody"] or (name != NOBODY and (who == ["staff"] or name in who))


def test_every_route_stands_in_the_table_and_no_other(desk: Desk) -> None:
    routes = set(routes_of(desk.app))
    assert routes - set(TABLE) == set(), "not in routes.yaml yet"
    assert set(TABLE) - routes == set(), "in routes.yaml, but gone"
    unknown = {word for line in TABLE for word in _who(line)} - {"anybody", "staff", *PEOPLE}
    assert not unknown


def _who(line: str) -> list[str]:
    told = TABLE[line]
    return str(told["who"] if isinstance(told, dict) else told).split()


async def token_of(desk: Desk, name: str) -> str:
    """Return the session of a person, a new one where the last one was ended."""
    if name == NOBODY:
        return ""
    if name not in desk.tokens:
        async with desk.database.session() as session:
            desk.tokens[name] = await sign_in(session, desk.people[name], now=desk.clock())
    return desk.tokens[name]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # who may is never asked of a database
@pytest.mark.parametrize("name", [NOBODY, *PEOPLE])
async def test_everybody_may_do_what_the_table_says_and_nothing_else(desk: Desk, name: str) -> None:
    found = {}
    for line in sorted(TABLE, key=lambda line: line.endswith(TAKES_AWAY)):
        async with visitor(desk.app, await token_of(desk, name)) as client:
            answer = await ask(desk, client, line)
        if line.split()[1] in ENDS_SESSIONS:
            desk.tokens.pop(name, None)
        assert not has_wrong_shape(answer), (line, answer.text)
        assert answer.status_code < 500, (line, answer.text)
        found[line] = is_let_in(answer, line)

    assert found == {line: may(name, line) for line in TABLE}
