"""Random walks of registrars and their scripts: what is opened, also for an export, is what the audit log says."""

import re
from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.programmes import Programme
from core.crypto import Vault
from registrations.desk.opening import Purpose
from registrations.registrations import Registration, Status
from staff.audit import AuditEntry
from staff.grants import RoleGrant
from tests.api.registrars import JAVA, LOMBOK, Office
from tests.harness import VAULT
from tests.proofs import asks, prove, set_password
from tests.registrations.forms import SLUG
from tests.reports import Report

SEED = 20261126
STEPS_A_WALK = 8
SHARE_PROVEN = 0.7
SHOWS = ("registration.read", "registration.correct", "registration.copy")
EXPORT = "registration.export"
NAMED = "registration.export with names"
TELLING = {"name", "phone", "wish"}  # questions whose answers tell who somebody is
Step = tuple[str, str, dict[str, str]]


class Watched(Vault):
    """A vault that notes of which registrations it opened anything, and the answers to which questions."""

    def __init__(self) -> None:
        super().__init__([bytes(32)])
        self.__dict__.update(VAULT.__dict__)
        self.opened, self.questions = set[str](), set[str]()

    def open(self, sealed: bytes, *, place: str) -> bytes:
        kind, registration_id, what = (*place.split(":", 2), "", "")[:3]
        if kind in {"answer", "registration_note"}:
            self.opened.add(registration_id)
        if kind == "answer":
            self.questions.add(what)
        return super().open(sealed, place=place)

    def forget(self) -> None:
        self.opened.clear()
        self.questions.clear()


@pytest.fixture
def vault(office: Office) -> Watched:
    watched = Watched()
    office.app.state.services = replace(office.app.state.services, vault=watched)
    return watched


async def walk(office: Office, vault: Watched, count: int) -> tuple[Counter[str], int]:
    """Let registrars of different scopes walk so many times; return how much was opened by action, and the steps."""
    dice = Random(SEED)
    await office.programme(admits="after_review", places=50)
    ids = [await office.person(province=dice.choice((JAVA, LOMBOK)), name=f"Siti {n}") for n in range(8)]
    people = [office.browser, await office.registrar("dewi", province=LOMBOK), await office.registrar("yuni")]
    people += [await office.script("skrip"), await office.script("skrip-lombok", province=LOMBOK)]
    await set_password(office.database, "rini")  # the others prove nothing
    opened, steps = Counter[str](), 0
    for _ in range(count):
        office.clock.move(minutes=dice.choice((0, 0, 0, 6)))
        who = dice.choice(people)
        for _ in range(dice.randrange(1, STEPS_A_WALK)):
            vault.forget()
            before = await newest(office)
            await step(dice, who, dice.choice(ids))
            opened, steps = opened + await told(office, vault, before), steps + 1
    return opened, steps


async def newest(office: Office) -> int:
    async with office.database.reading_session() as session:
        return await session.scalar(select(func.max(AuditEntry.id))) or 0


async def told(office: Office, vault: Watched, after: int) -> Counter[str]:
    """Compare what was opened since an entry with the entries behind it; return how much that was, by action."""
    noted: dict[str, set[str]] = {}
    async with office.database.reading_session() as session:
        newer = select(AuditEntry).where(AuditEntry.id > after, AuditEntry.action.in_((*SHOWS, EXPORT)))
        for entry in await session.scalars(newer):
            if entry.action != EXPORT:
                noted.setdefault(entry.action, set()).add(entry.subject.removeprefix("registration:"))
                continue
            noted[NAMED if entry.details["is_identified"] else EXPORT] = taken = await exported(session, entry)
            assert entry.details["count"] == len(taken)
            assert entry.details["is_identified"] or not vault.questions & TELLING, "no names"
    assert vault.opened == set().union(*noted.values()), "each that was opened is noted, and none else"
    return Counter({action: len(subjects) for action, subjects in noted.items()})


async def exported(session: AsyncSession, entry: AuditEntry) -> set[str]:
    """Return which registrations an entry says were exported: those of its filters that its actor looks after."""
    scope = select(RoleGrant.province).where(RoleGrant.account_id == entry.actor_id)
    limits = {province for province in (await session.scalar(scope), entry.details.get("province")) if province}
    which = select(Registration.id, Registration.province).join(Programme, Programme.id == Registration.programme_id)
    which = which.where(Programme.slug == entry.subject.removeprefix("programme:"), Registration.number.is_not(None))
    if "status" in entry.details:
        which = which.where(Registration.status == entry.details["status"])
    return {found for found, province in await session.execute(which) if limits <= {province}}


def at_desk(dice: Random, one: str) -> tuple[Step, ...]:
    """Return what a browser may do, right or wrong."""
    here = f"/registrations/{one}"
    purpose = dice.choice((*Purpose, "curiosity", ""))
    export = {"kind": dice.choice(("csv", "xlsx")), "identified": dice.choice(("yes", "no")), **filters(dice)}
    return (
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
        ("POST", "/registrations/export", export), ("POST", "/registrations/export", export),
    )  # fmt: skip


def by_script(dice: Random, one: str) -> tuple[Step, ...]:
    """Return what a script may do, right or wrong."""
    here = f"/registrations/{one}"
    export = {"format": dice.choice(("csv", "xlsx")), "identified": dice.choice(("true", "false")), **filters(dice)}
    return (
        ("GET", here, {}), ("POST", f"{here}/answers", {"purpose": dice.choice((*Purpose, "curiosity"))}),
        ("GET", "/registrations/export", export),
    )  # fmt: skip


def filters(dice: Random) -> dict[str, str]:
    return {
        "programme": dice.choice((SLUG, SLUG, "courses")), "province": dice.choice(("", "", JAVA, LOMBOK)),
        "status": dice.choice(("", "", Status.APPLIED, Status.ACCEPTED)),
    }  # fmt: skip


async def step(dice: Random, who: AsyncClient, one: str) -> Response:
    """Do one thing, right or wrong; who is asked whether it is she may prove it."""
    is_script = "authorization" in who.headers
    method, path, sent = dice.choice((by_script if is_script else at_desk)(dice, one))
    if method == "GET":
        answer = await who.get(path, params=sent)
    elif is_script:
        answer = await who.post(path, json=sent)
    else:
        answer = await who.post(path, data=sent)
    assert answer.status_code < 500, (method, path, sent)
    if answer.status_code == 403 or re.search("Confirm that it is you", answer.text):
        assert "Siti" not in answer.text
    if asks(answer) and dice.random() < SHARE_PROVEN:
        answer = await prove(who, answer)
        assert answer.status_code < 500, (method, path, sent)
    return answer


async def test_in_40_walks_what_is_opened_is_what_the_log_says(office: Office, vault: Watched) -> None:
    opened, _steps = await walk(office, vault, 40)
    assert set(opened) == {*SHOWS, EXPORT, NAMED}


@pytest.mark.deep
async def test_in_500_walks_what_is_opened_is_what_the_log_says(office: Office, vault: Watched, report: Report) -> None:
    opened, steps = await walk(office, vault, 500)
    assert set(opened) == {*SHOWS, EXPORT, NAMED}
    exported = opened[EXPORT] + opened[NAMED]
    report.note(walks=500, steps=steps, opened=opened.total(), in_exports=exported, without_a_line=0)
