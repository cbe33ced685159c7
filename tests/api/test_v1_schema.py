"""Whatever is sent to the JSON API, its answers are those that its OpenAPI document promises: for each role, on both
databases. Names and revisions that are there stand in for half of the made-up ones, so that routes are not only missed.
"""

import asyncio
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation import GenerationMode
from schemathesis.python import asgi
from sqlalchemy import select

from content.revisions import Revision
from core.db import Database
from staff.actors import Role
from tests.api.desk_api import make_token
from tests.api.registrars import add_registration
from tests.desk import Clock, add_person, make_desk
from tests.registrations.forms import add_programme
from tests.reports import Report

SLUGS = {
    "articles": "passport-held", "facts": "ae-wage-claim-time", "contacts": "id-kp2mi-callcentre",
    "topics": "protection", "sources": "the-sun-my-passports", "programmes": "courses", "forms": "course-interest",
}  # fmt: skip
REGISTRATIONS = 20
NOBODY = "nobody"
ROLES = (NOBODY, *Role)
NOT_REFUSED_BY_SHAPE = ["2xx", "401", "403", "404", "409", "412", "422", "428"]
REFUSED = ["400", "401", "403", "404", "405", "409", "412", "413", "415", "422", "428"]


@schemathesis.check
def the_shape_was_right(ctx: Any, response: Any, case: Any) -> None:
    """What fits the document is never refused for its shape; only a rule of the domain may refuse it.

    If-Match is left out: in a deep run schemathesis also sends 0, which its pattern does not allow.
    """
    del ctx
    if case.meta and case.meta.generation.mode is GenerationMode.POSITIVE and response.status_code == 422:
        refused = [field for field in response.json().get("fields", []) if not field["field"].startswith("if-match")]
        assert not refused, (response.text, case.query, case.body)


def config(*, examples: int, is_deep: bool) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "headers": {"Sec-Fetch-Site": "same-origin"},
            "generation": {
                "max-examples": examples, "deterministic": True, "database": "none", "no-shrink": True,
                "with-security-parameters": False,
            },
            "phases": {
                "examples": {"enabled": is_deep}, "coverage": {"enabled": is_deep}, "stateful": {"enabled": is_deep},
            },
            "checks": {
                "positive_data_acceptance": {"expected-statuses": NOT_REFUSED_BY_SHAPE},
                "negative_data_rejection": {"expected-statuses": REFUSED},
            },
        }
    )  # fmt: skip


@dataclass
class Told:
    """What schemathesis tells of a run."""

    failures: list[str] = field(default_factory=list)
    operations: set[str] = field(default_factory=set)
    requests: int = 0


def run(app: FastAPI, there: "There", *, examples: int, is_deep: bool) -> Told:
    """Run schemathesis on the routes under /v1."""
    settings = config(examples=examples, is_deep=is_deep)
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app, config=settings).include(path_regex="^/v1/")
    tokens = itertools.cycle(there.tokens)

    @schema.hook
    def map_path_parameters(context: Any, path_parameters: Any) -> Any:
        return put_known(context.operation.path, path_parameters, there)

    @schema.auth(refresh_interval=None)
    class ByTurns:
        """The people whose tokens these are ask by turns."""

        def get(self, case: Any, ctx: Any) -> str:
            return next(tokens)

        def set(self, case: Any, data: str, ctx: Any) -> None:
            if data:
                case.headers["Authorization"] = f"Bearer {data}"

    told = Told()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            told.failures.append(str(getattr(event, "value", None) or getattr(event, "exception", event)))
        if isinstance(event, events.ScenarioFinished):
            told.operations |= {event.label} if event.label and event.recorder.interactions else set()
            told.requests += len(event.recorder.interactions)
            told.failures += [
                f"{event.label}: {check.name}: {check.failure_info.failure}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info
            ]
    return told


def operations_of(app: FastAPI) -> set[str]:
    """Return "METHOD /path" of every operation of the document under /v1."""
    paths = app.openapi()["paths"].items()
    return {f"{method.upper()} {path}" for path, methods in paths if path.startswith("/v1/") for method in methods}


def put_known(path: str, made_up: dict[str, Any], there: "There") -> dict[str, Any]:
    """Put what is there in place of every other made-up name: by its own letters, so that a run is the same again."""
    letters = sum(map(ord, str(made_up)))
    if not made_up or letters % 2:
        return made_up
    known = {
        "slug": SLUGS.get(path.split("/")[2]), "revision_id": there.revision_id, "account_id": there.account_id,
        "registration_id": there.registration_ids[letters // 2 % len(there.registration_ids)],
    }  # fmt: skip
    return {name: known.get(name) or value for name, value in made_up.items()}


@dataclass(frozen=True)
class There:
    """What is in the database: the tokens of those who ask, a revision, an account of somebody else, registrations."""

    tokens: tuple[str, ...]
    revision_id: int
    account_id: str
    registration_ids: tuple[str, ...]  # several: some are erased


async def prepare(url: str, roles: Sequence[str]) -> There:
    """Add somebody for each role; nobody has no token."""
    database, clock = Database(url), Clock()
    try:
        async with database.session() as session:
            people = {
                role: await add_person(session, role, Role(role), now=clock()) for role in roles if role != NOBODY
            }
            other = await add_person(session, "wati", Role.EDITOR, now=clock())
            await add_programme(session, opens_on=date(2020, 1, 1), admits="after_review")
            revision = (await session.scalars(select(Revision.id).where(Revision.language == "id").limit(1))).one()
        tokens = [await make_token(database, people[role], clock) if role in people else "" for role in roles]
        registrations = [await add_registration(database, clock) for _ in range(REGISTRATIONS)]
        return There(tuple(tokens), revision, other.account_id, tuple(registrations))
    finally:
        await database.close()


@pytest.fixture
def app_database(database_url: str, stocked: Database) -> Iterator[Database]:
    """The app's own connections: schemathesis runs it in an event loop that outlives the test."""
    database = Database(database_url)
    yield database
    asgi._get_portal().call(database.close)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the deep run takes both
def test_every_answer_is_one_that_the_document_promises(database_url: str, app_database: Database) -> None:
    there = asyncio.run(prepare(database_url, ROLES))

    told = run(make_desk(app_database, Clock()), there, examples=1, is_deep=False)

    assert not told.failures, "\n".join(told.failures)
    assert told.requests > 200


@pytest.mark.deep
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_one_that_the_document_promises_thousands_of_times(
    database_url: str, app_database: Database, role: str, report: Report
) -> None:
    there = asyncio.run(prepare(database_url, [role]))

    app = make_desk(app_database, Clock())

    told = run(app, there, examples=6, is_deep=True)

    report.note(operations=len(told.operations), requests=told.requests, failures=len(told.failures))
    assert not told.failures, "\n".join(told.failures)
    assert operations_of(app) <= told.operations
    assert told.requests > 1000
