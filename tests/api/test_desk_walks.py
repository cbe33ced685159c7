"""Random walks of registrars through the desk: what is opened is what the audit log says, at every step."""

import re
from dataclasses import replace
from random import Random

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import func, select

from core.crypto import Vault
from registrations.desk.opening import Purpose
from registrations.registrations import Status
from staff.audit import AuditEntry
from tests.api.registrars import JAVA, LOMBOK, Office
from tests.harness import VAULT
from tests.registrations.forms import SLUG
from tests.reports import Report

SEED = 20261126
STEPS_A_WALK = 8
SHOWS = ("registration.read", "registration.correct", "registration.copy")


class Watched(Vault):
    """A vault that notes of which registrations it opened anything."""

    def __init__(self) -> None:
        super().__init__([bytes(32)])
        self.__dict__.update(VAULT.__dict__)
        self.opened = set[str]()

    def open(self, sealed: bytes, *, place: str) -> bytes:
        kind, _, rest = place.partition(":")
        if kind in {"answer", "registration_note"}:
            self.opened.add(rest.partition(":")[0])
        return super().open(sealed, place=place)


@pytest.fixture
def vault(office: Office) -> Watched:
    watched = Watched()
    office.app.state.services = replace(office.app.state.services, vault=watched)
    return watched


async def walk(office: Office, vault: Watched, count: int) -> tuple[int, int]:
    """Walk so many times, by registrars of different scopes; return how much was opened, in how many steps."""
    dice = Random(SEED)
    await office.programme(admits="after_review", places=50)
    ids = [await office.person(province=dice.choice((JAVA, LOMBOK)), name=f"Siti {n}") for n in range(8)]
    people = [office.browser, await office.registrar("dewi", province=LOMBOK), await office.registrar("yuni")]
    opened = steps = 0
    for _ in range(count):
        office.clock.move(minutes=dice.choice((0, 0, 0, 6)))
        who = dice.choice(people)
        for _ in range(dice.randrange(1, STEPS_A_WALK)):
            vault.opened.clear()
            before = await newest(office)
            await step(dice, who, dice.choice(ids))
            noted = await subjects(office, before)
            assert vault.opened == noted, "each that was opened is noted, and none else"
            opened, steps = opened + len(noted), steps + 1
    return opened, steps


async def newest(office: Office) -> int:
    async with office.database.reading_session() as session:
        return await session.scalar(select(func.max(AuditEntry.id))) or 0


async def subjects(office: Office, after: int) -> set[str]:
    async with office.database.reading_session() as session:
        shown = select(AuditEntry.subject).where(AuditEntry.id > after, AuditEntry.action.in_(SHOWS))
        return {subject.removeprefix("registration:") for subject in await session.scalars(shown)}


async def step(dice: Random, who: AsyncClient, one: str) -> Response:
    """Do one thing, right or wrong."""
    here = f"/registrations/{one}"
    purpose = dice.choice((*Purpose, "curiosity", ""))
    steps: tuple[tuple[str, str, dict[str, str]], ...] = (
        ("GET", "/registrations", {}), ("GET", here, {}), ("GET", f"{here}/answers", {}),
        ("POST", "/registrations/find", {"typed": dice.choice(("siti", "siti 3", "7890"))}),
        ("POST", f"{here}/answers", {"purpose": purpose}), ("POST", f"{here}/answers", {"purpose": purpose}),
        ("POST", f"{here}/answers", {"purpose": "decide", "beside": dice.choice(("0" * 32, one))}),
        ("POST", f"{here}/notes", {"text": "a note"}), ("POST", f"{here}/copy", {}),
        ("POST", f"{here}/correct", {"question": "name", "typed": dice.choice(("Siti 3", " "))}),
        ("POST", f"{here}/correct", {"question": "birth-date", "typed": dice.choice(("1-1-1990", "x"))}),
        ("POST", "/registrations/attendance", {"programme": dice.choice((SLUG, "courses"))}),
        ("POST", here, {"seen": dice.choice(tuple(Status)), "status": dice.choice(tuple(Status))}),
        ("POST", f"{here}/assign", {"account": ""}), ("GET", "/audit", {}), ("GET", "/", {}),
    )  # fmt: skip
    method, path, form = dice.choice(steps)
    answer = await (who.get(path) if method == "GET" else who.post(path, data=form))
    assert answer.status_code < 500, (method, path, form)
    if answer.status_code == 403 or re.search("Confirm that it is you", answer.text):
        assert "Siti" not in answer.text
    return answer


async def test_in_40_walks_what_is_opened_is_what_the_log_says(office: Office, vault: Watched) -> None:
    opened, _steps = await walk(office, vault, 40)
    assert opened > 20


@pytest.mark.deep
async def test_in_500_walks_what_is_opened_is_what_the_log_says(office: Office, vault: Watched, report: Report) -> None:
    opened, steps = await walk(office, vault, 500)
    report.note(walks=500, steps=steps, opened=opened, without_a_line=0)
