"""Settings and health: what an administrator should know of this installation. Secrets are never shown."""

import platform
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from sqlalchemy import func, select, table, text
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn
from api.health import OUTBOX_TOO_OLD_SECONDS
from api.services import Services
from api.web import moments
from api.web.pages import page
from content.catalogue import Catalogue
from content.desk import link_checking
from content.loading import count_not_verified
from core.db import Database
from core.i18n import Words
from core.settings import told
from core.version import version
from registrations import removing, scopes
from staff import sealing
from staff.actors import Role
from staff.audit import AuditEntry
from staff.sealing import ChainReport

routes = APIRouter(include_in_schema=False)
PARKED = table("parked_update")  # the bot's: its module is not for the desk, its table is
PROVED_UNASKED = 5000  # entries: proving them takes a moment, more of them longer


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at: its name, which never changes, and in words what it is and how it is."""

    name: str
    is_well: bool
    what: str
    told: str


@dataclass(frozen=True, slots=True)
class Condition:
    """How an installation does. `sealed`: entries of the audit log; `is_proved`: their chain was looked at."""

    looks: list[Look]
    sealed: int
    is_proved: bool
    versions: dict[str, str]


@routes.get("/health")
async def show(
    request: Request, parts: Parts, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live,
    now: Now, prove: bool = False,
) -> Response:  # fmt: skip
    """Show how the installation does, what is not well first. A long chain is proved where that is asked for."""
    by.require(Role.ADMINISTRATOR)
    found = await look(parts, session, live, words, now, prove=prove)
    return page(
        request, "health.html", words, visitor, looks=sorted(found.looks, key=lambda look: look.is_well),
        sealed=found.sealed, is_proved=found.is_proved, settings=told(parts.settings), versions=found.versions,
    )  # fmt: skip


async def look(
    parts: Services, session: AsyncSession, live: Catalogue, words: Words, now: datetime, *, prove: bool
) -> Condition:
    """Return how the installation does, for page and JSON API alike. `prove`: a long chain too."""
    sealed = (await session.execute(select(func.max(AuditEntry.sealed_number)))).scalar_one() or 0
    is_proved = prove or sealed <= PROVED_UNASKED
    looks = [
        *_of_bot(parts, words), *_of_content(parts, live, words),
        await _parked(session, words), await _links(parts, session, now, words), await _kept(session, now, words),
        await _unseen(session, words),
        *([await _chain(parts, now, words)] if is_proved else []),
    ]  # fmt: skip
    versions = {"Bekal": version(), "Python": platform.python_version(), **await _database(session, parts.database)}
    return Condition(looks, sealed, is_proved, versions)


def _of_bot(parts: Services, words: Words) -> list[Look]:
    _, state = words.gettext, parts.bot_state()
    seconds = round(state.outbox_age_seconds)
    # Translators: how Bekal gets what readers write: it asks Telegram for it again and again (long polling).
    ways = {"polling": _("asking Telegram (polling)"), "webhook": _("calls from Telegram (webhook)")}
    way = f"{ways.get(state.updates_by, state.updates_by)} {state.webhook_error or ''}".strip()
    without = _("no, which is enough for a trial on this computer") if parts.allows_demo else _("no")
    return [
        Look(
            "outbox", state.outbox_age_seconds <= OUTBOX_TOO_OLD_SECONDS, _("Oldest unsent message"),
            words.ngettext("{count} second", "{count} seconds", seconds).format(count=words.number(seconds)),
        ),
        Look("updates", state.webhook_error is None, _("Telegram's updates come by"), way),
        Look(
            "https", parts.is_secure or parts.allows_demo, _("The desk is reached by https"),
            _("yes") if parts.is_secure else without,
        ),
    ]  # fmt: skip


def _of_content(parts: Services, live: Catalogue, words: Words) -> list[Look]:
    _ = words.gettext
    altered, forged = len(live.shelf.altered), len(live.shelf.forged)
    hidden = count_not_verified(live.articles, live.shelf)
    is_shown = bool(parts.settings.show_unverified)
    values = {"count": words.number(hidden), "all": words.number(len(live.articles))}
    of_all = _("{count} of {all}").format(**values)
    what = _("Articles that nobody has verified") if is_shown else _("Articles hidden because nobody has verified them")
    return [
        Look(
            "altered",
            not altered,
            _("Live texts that were altered in the database and are not shown"),
            words.number(altered),
        ),
        Look("forged", not forged, _("Live texts with an approval that Bekal did not make"), words.number(forged)),
        Look("unverified", is_shown or not hidden, what, of_all),
        Look("contacts", True, _("Contacts that may be shown"), words.number(len(live.contacts))),
        Look("content", True, _("Version of the content"), words.number(live.version)),
    ]


async def _kept(session: AsyncSession, now: datetime, words: Words) -> Look:
    late = await removing.count_late(session, now=now)
    return Look("kept", not late, words.gettext("Registrations kept longer than they may be"), words.number(late))


async def _unseen(session: AsyncSession, words: Words) -> Look:
    count = await scopes.count_unseen(session)
    what = words.gettext("Registrations that wait and that no registrar sees")
    return Look("unseen", not count, what, words.number(count))


async def _parked(session: AsyncSession, words: Words) -> Look:
    count = (await session.execute(select(func.count()).select_from(PARKED))).scalar_one()
    return Look(
        "parked",
        not count,
        words.gettext("Messages to the bot that a bug kept from being answered"),
        words.number(count),
    )


async def _links(parts: Services, session: AsyncSession, now: datetime, words: Words) -> Look:
    _, what = words.gettext, words.gettext("Links were last checked")
    if not parts.settings.checks_links:
        return Look("links", True, what, _("switched off"))
    found = await link_checking.progress(session, now=now)
    at = moments.told(found.last_at, words) if found.last_at else _("not yet")
    if not found.late:
        return Look("links", True, what, at)
    late = words.ngettext("{count} link waits too long", "{count} links wait too long", found.late)
    return Look("links", False, what, f"{at}; {late.format(count=words.number(found.late))}")


async def _chain(parts: Services, now: datetime, words: Words) -> Look:
    async with parts.database.reading_session() as session:
        report = await sealing.prove(session, vault=parts.vault, now=now)
    return Look(
        "audit", report.broken_at is None and not report.late, words.gettext("Audit log"), _told_of(report, words)
    )


def _told_of(report: ChainReport, words: Words) -> str:
    _ = words.gettext
    if report.broken_at is not None:
        return _("The chain breaks at entry {number}.").format(number=report.broken_at)
    if report.late:
        return _("{count} entries wait for their seal.").format(count=words.number(len(report.late)))
    return _("One unbroken chain.")


async def _database(session: AsyncSession, database: Database) -> dict[str, str]:
    """Return the kind of database and its version."""
    kind, asked = ("SQLite", "SELECT sqlite_version()") if database.is_sqlite else ("PostgreSQL", "SHOW server_version")
    return {kind: str((await session.execute(text(asked))).scalar_one())}
