"""Settings and health: what an administrator should know of this installation. Secrets are never shown."""

import platform
import sqlite3
from typing import Any

from fastapi import APIRouter, Request
from sqlalchemy import func, select
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn
from api.web.pages import page
from content.versions import ContentVersion
from core.i18n import Words
from staff import sealing
from staff.actors import Role
from staff.audit import AuditEntry

routes = APIRouter(include_in_schema=False)
OUTBOX_TOO_OLD_SECONDS = 120


@routes.get("/health")
async def show(
    request: Request, parts: Parts, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live, now: Now
) -> Response:
    """Show how the installation does, what is not well first."""
    by.require(Role.ADMINISTRATOR)
    chain = await sealing.prove(session, vault=parts.vault, now=now)
    entries = (await session.execute(select(func.count()).select_from(AuditEntry))).scalar_one()
    version = (await session.execute(select(ContentVersion.number))).scalar_one_or_none()
    state = parts.bot_state()
    _ = words.gettext
    rows = [
        (chain.broken_at is None, _("Audit log"), _chain(chain, words)),
        (not live.shelf.altered, _("Texts altered in the database"), words.number(len(live.shelf.altered))),
        (
            state.outbox_age_seconds <= OUTBOX_TOO_OLD_SECONDS, _("Oldest unsent message"),
            _("{seconds} seconds").format(seconds=words.number(round(state.outbox_age_seconds))),
        ),
        (state.webhook_error is None, _("Updates come by"), f"{state.updates_by} {state.webhook_error or ''}".strip()),
        (True, _("Database"), parts.database.url.get_backend_name()),
        (True, _("Address of the desk"), parts.public_url),
        (parts.is_secure or parts.allows_demo, _("Reached by https"), _("yes") if parts.is_secure else _("no")),
        (True, _("Articles that readers can open"), words.number(len(live.articles))),
        (True, _("Contacts that may be shown"), words.number(len(live.contacts))),
        (True, _("Version of the content"), words.number(version or 0)),
        (True, _("Entries of the audit log"), words.number(entries)),
        (True, "Python, SQLite", f"{platform.python_version()}, {sqlite3.sqlite_version}"),
    ]  # fmt: skip
    return page(request, "health.html", words, visitor, rows=sorted(rows, key=lambda row: row[0]))


def _chain(report: Any, words: Words) -> str:
    _ = words.gettext
    if report.broken_at is not None:
        return _("The chain breaks at entry {number}.").format(number=report.broken_at)
    if report.late:
        return _("{count} entries wait for their seal.").format(count=words.number(report.late))
    return _("One unbroken chain.")
