"""The audit log: who did what, newest first, with filters, and as a file. For administrators."""

import json
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response, StreamingResponse

from api.deps import By, DeskWords, Now, Parts, Session, SignedIn
from api.services import Services
from api.web import audit_subjects, audit_words, csv_files
from api.web.audit_subjects import Subject
from api.web.pages import PAGE_ROWS, page
from core.clock import WIB
from core.i18n import Words
from staff import audit
from staff.accounts import StaffAccount
from staff.actors import SYSTEM, Actor, Role
from staff.audit import AuditEntry

routes = APIRouter(include_in_schema=False)
EXPORTED_AT_ONCE = 1000
MOST_PEOPLE = 1000
HEADINGS = ("id", "at", "person", "name", "action", "subject", "details", "sealed as", "seal")
Filter = Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")]
Day = Annotated[str, Query(max_length=10)]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries are asked for; days are those of Jakarta, and what is no day limits nothing."""

    actor: Filter = ""
    action: Filter = ""
    subject: Filter = ""
    since: Day = ""
    until: Day = ""

    def chosen(self) -> dict[str, str]:
        """Return the filters by the names that the page gives them."""
        return {
            "actor": self.actor, "action": self.action, "subject": self.subject, "since": self.since,
            "until": self.until,
        }  # fmt: skip

    async def subjects(self, session: AsyncSession, people: Mapping[str, str], words: Words) -> list[str] | None:
        """Return the codes of what entries are to be about; None where that was not asked."""
        typed = self.subject.strip()
        return await audit_subjects.codes_of(session, typed, people, words) if typed else None

    async def entries(
        self, session: AsyncSession, *, by: Actor, subjects: Collection[str] | None, before: int | None, limit: int
    ) -> list[AuditEntry]:
        """Return the entries that fit, the newest first."""
        last = _day(self.until)
        return await audit.listed(
            session, by=by, actor_id=self.actor, action=self.action, subjects=subjects, since=_day(self.since),
            until=last + timedelta(days=1) if last else None, before=before, limit=limit,
        )  # fmt: skip


def _day(written: str) -> datetime | None:
    """Return the beginning of a day in Jakarta; None for what is no day of a calendar in use."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    is_usual = date(1900, 1, 1) <= found <= date(9000, 1, 1)
    return datetime(found.year, found.month, found.day, tzinfo=WIB) if is_usual else None


Asked = Annotated[Filters, Depends()]


@routes.get("/audit")
async def show(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, asked: Asked,
    before: Annotated[int, Query(ge=0, le=2**53)] = 0,
) -> Response:  # fmt: skip
    """Show a page of the log."""
    by.require(Role.ADMINISTRATOR)
    people = await _people(session)
    subjects = await asked.subjects(session, people, words)
    rows = await asked.entries(session, by=by, subjects=subjects, before=before or None, limit=PAGE_ROWS + 1)
    about = await audit_subjects.named(session, {asked.subject, *(row.subject for row in rows)}, people, words)
    return page(
        request, "audit.html", words, visitor,
        rows=[_shown(row, about[row.subject], words) for row in rows[:PAGE_ROWS]],
        last=rows[PAGE_ROWS - 1].id if len(rows) > PAGE_ROWS else 0, before=before, chosen=asked.chosen(),
        people=people, actions=audit_words.actions(words), about=about[asked.subject].told,
    )  # fmt: skip


async def _people(session: AsyncSession) -> dict[str, str]:
    """Return the names of those who can have done something, by account."""
    found = select(StaffAccount.id, StaffAccount.name).order_by(StaffAccount.name).limit(MOST_PEOPLE)
    return {row.id: row.name for row in await session.execute(found)} | {SYSTEM.account_id: SYSTEM.name}


def _shown(row: AuditEntry, about: Subject, words: Words) -> dict[str, Any]:
    details = json.dumps(row.details, ensure_ascii=False, indent=1) if row.details else ""
    return {"row": row, "told": audit_words.told(row.action, row.details, words), "about": about, "details": details}


@routes.post("/audit.csv")
async def export(parts: Parts, by: By, session: Session, words: DeskWords, now: Now, asked: Asked) -> Response:
    """Give all that the filters leave as a file; that it was given is noted first."""
    await audit.note_export(session, filters=asked.chosen(), by=by, now=now)
    subjects = await asked.subjects(session, await _people(session), words)
    headers = {"content-disposition": f'attachment; filename="bekal-audit-{now.date()}.csv"'}
    return StreamingResponse(_lines(parts, by, asked, subjects), media_type="text/csv; charset=utf-8", headers=headers)


async def _lines(parts: Services, by: Actor, asked: Filters, subjects: Collection[str] | None) -> AsyncIterator[str]:
    """Read the log piece by piece, none of which holds a lock or a connection while a slow line is waited for."""
    yield csv_files.written([HEADINGS])
    before: int | None = None
    while True:
        async with parts.database.reading_session() as session:
            rows = await asked.entries(session, by=by, subjects=subjects, before=before, limit=EXPORTED_AT_ONCE)
            written = csv_files.written(map(_cells, rows))
        if written:
            yield written
        if len(rows) < EXPORTED_AT_ONCE:
            return
        before = rows[-1].id


def _cells(row: AuditEntry) -> tuple[object, ...]:
    details = json.dumps(row.details, ensure_ascii=False, sort_keys=True)
    return (
        row.id, row.at.isoformat(), row.actor_id, row.actor_name, row.action, row.subject, details, row.sealed_number,
        row.seal,
    )  # fmt: skip
