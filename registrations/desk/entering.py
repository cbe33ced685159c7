"""Entering people by hand: a walk-in with a form on paper, or a list that somebody brings as a workbook."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import uuid4

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk.rules import NotThere
from content.programmes import Programme
from core.clock import today_at
from core.crypto import Vault
from core.errors import RuleBroken
from registrations import blind_index, forms, places, whole_forms
from registrations.answers import WrongAnswer
from registrations.desk.deciding import AllTaken
from registrations.forms import Asked
from registrations.registrations import Registration
from registrations.scopes import is_hers, may_see
from registrations.sign_up import province_of, require_fitting
from staff import audit
from staff.actors import Actor, NotAllowed, Role
from staff.audit import AuditEntry

MOST_ROWS = 300  # they are entered in one transaction, which on SQLite holds everybody else up


class WrongForm(RuleBroken):
    """Some answers of a form are wrong: `wrong` says which, by the codes of their questions."""

    def __init__(self, message: str, wrong: Mapping[str, RuleBroken]) -> None:
        super().__init__(message)
        self.wrong = wrong


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list: its number in the sheet, what was typed, what it means and what is wrong, by code.

    "" in `wrong`: with the whole row. `same`: the references of registrations with the same phone number; `also`: the
    numbers of other rows with it.
    """

    number: int
    typed: Mapping[str, str]
    given: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, RuleBroken] = field(default_factory=dict)
    same: tuple[str, ...] = ()
    also: tuple[int, ...] = ()


async def form_of(session: AsyncSession, slug: str, *, by: Actor) -> tuple[Programme, Asked]:
    """Return a programme of a registrar's with the form that it asks now, to look at; raise NotAllowed or NotThere."""
    by.require(Role.REGISTRAR)
    hers = select(Programme).where(Programme.slug == slug, is_hers(by), Programme.form.is_not(None))
    programme = (await session.scalars(hers)).one_or_none()
    if programme is None or programme.form is None:
        raise NotThere("This programme is not here any more.")
    return programme, await forms.current(session, programme.form)


def faults(
    programme: Programme, asked: Asked, typed: Mapping[str, str], *, by: Actor, now: datetime
) -> tuple[Mapping[str, str], Mapping[str, RuleBroken]]:
    """Return what a form says, and what is wrong with it by the codes of its questions ("": with the whole of it)."""
    found = whole_forms.read(asked, typed, today=today_at(now))
    if found.wrong:
        return found.given, found.wrong
    try:
        require_fitting(programme, asked, found.given, today_at(now))
        _require_hers(programme.slug, province_of(asked, found.given), by)
    except RuleBroken as broken:
        return found.given, {"": broken}
    return found.given, {}


def _require_hers(slug: str, province: str | None, by: Actor) -> None:
    """Raise NotAllowed for who would not see the registration that she enters: the rule of scopes.may_see."""
    grants = by.grants_of(Role.REGISTRAR)
    if not any(each.programme in {None, slug} and each.province in {None, province} for each in grants):
        raise NotAllowed("This person lives in a province that you do not look after.")


async def enter(
    session: AsyncSession, vault: Vault, *, slug: str, typed: Mapping[str, str], language: str, by: Actor,
    now: datetime, entry_id: str = "",
) -> Registration:  # fmt: skip
    """Enter somebody by what stands on her form; staff may, too, when sign-up by chat is over.

    `entry_id` is the same where a form is sent twice: then the one that was entered is returned. Raise WrongForm,
    AllTaken, AnswerFull and NotThere. Locks the programme.
    """
    programme, _looked_at = await form_of(session, slug, by=by)
    programme = await places.lock(session, programme.id)  # before the form: in the chat the programme comes first, too
    if entry_id and (entered := await session.get(Registration, entry_id)) is not None:
        return entered
    asked = await forms.newest(session, programme.form or "", now=now)
    given, wrong = faults(programme, asked, typed, by=by, now=now)
    if wrong:
        raise WrongForm("Some answers are not right yet: see below.", wrong)
    try:
        registration = await whole_forms.enter(
            session, vault, programme, asked, given, actor=by.account_id, language=language, now=now,
            registration_id=entry_id or uuid4().hex,
        )  # fmt: skip
    except places.ProgrammeFull as full:
        raise AllTaken("All places are taken.") from full
    subject = f"registration:{registration.id}"
    audit.record(session, by=by, action="registration.enter", subject=subject, now=now)
    await session.flush()
    return registration


async def check_all(
    session: AsyncSession, vault: Vault, *, slug: str, rows: Sequence[Row], by: Actor, now: datetime
) -> list[Row]:
    """Return the rows of a list with what they mean, and what is wrong with them; nobody is entered.

    In a list without a fault, whose number is here already is looked up: that is noted, without the numbers.
    """
    programme, asked = await form_of(session, slug, by=by)
    checked, seen = [], dict[tuple[tuple[str, str], ...], int]()
    for row in rows:
        given, wrong = faults(programme, asked, row.typed, by=by, now=now)
        number = seen.setdefault(tuple(sorted(given.items())), row.number)
        if number != row.number and not wrong:
            wrong = {"": WrongAnswer("Row {number} says the same.", number=number)}
        checked.append(replace(row, given=given, wrong=wrong))
    if any(row.wrong for row in checked):
        return checked
    return await _with_known(session, vault, programme, asked, checked, by=by, now=now)


async def _with_known(
    session: AsyncSession, vault: Vault, programme: Programme, asked: Asked, rows: Sequence[Row], *, by: Actor,
    now: datetime,
) -> list[Row]:  # fmt: skip
    """Return the rows with who has the same phone number, here or in another row; that it was looked up is noted."""
    codes = [question.code for question in asked.questions if question.type == "phone"]
    phones = {row.number: {row.given[code] for code in codes if row.given.get(code)} for row in rows}
    here = and_(Registration.programme_id == programme.id, may_see(by))
    known = await blind_index.references_of(session, vault, set[str]().union(*phones.values()), among=here)
    details = {"programme": programme.slug, "found": sum(map(len, known.values()))}
    audit.record(session, by=by, action="registration.find", subject="registrations:all", now=now, details=details)
    await session.flush()
    return [
        replace(
            row, same=tuple(dict.fromkeys(one for phone in phones[row.number] for one in known.get(phone, []))),
            also=tuple(other for other in phones if other != row.number and phones[other] & phones[row.number]),
        )
        for row in rows
    ]  # fmt: skip


async def enter_all(
    session: AsyncSession, vault: Vault, *, slug: str, rows: Sequence[Row], language: str, list_id: str, by: Actor,
    now: datetime,
) -> None:  # fmt: skip
    """Enter everybody of a list, in its order; nothing is done where it was entered before: `list_id` tells it.

    Raise WrongForm, AllTaken, AnswerFull or NotThere for the first who cannot be. Then the caller rolls back what was
    entered before: a list is entered whole or not at all.
    """
    programme, _looked_at = await form_of(session, slug, by=by)
    await places.lock(session, programme.id)
    subject = f"list:{list_id}"
    if (await session.scalars(select(AuditEntry.id).where(AuditEntry.subject == subject))).first() is not None:
        return
    for row in rows:
        await enter(session, vault, slug=slug, typed=row.typed, language=language, by=by, now=now)
    details = {"count": len(rows), "programme": slug}
    audit.record(session, by=by, action="registration.import", subject=subject, now=now, details=details)
    await session.flush()
