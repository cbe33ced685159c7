"""The desk in a test: its real app over HTTP on a real database, and people who have signed in to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import httpx2
from fastapi import FastAPI
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.app import create_app
from api.deps import COOKIE
from api.services import BotState, Services
from content.bodies import references_in
from content.cache import CatalogueCache
from content.desk import approving, drafting, reading
from content.revisions import Entry, EntryKind, Publication, Revision
from core.clock import utc_now
from core.db import Database
from core.i18n import LANGUAGES
from core.settings import Settings
from staff import accounts, sessions
from staff.accounts import StaffAccount
from staff.actors import Actor, Role
from staff.grants import WITH_LANGUAGE, RoleGrant
from staff.sessions import Waits
from tests.harness import DATA, SEALS, VAULT

LOOK = Path(__file__).resolve().parents[1] / "simulator" / "static"
ORIGIN = {"sec-fetch-site": "same-origin"}


@dataclass
class Clock:
    """A clock that a test sets."""

    now: datetime = field(default_factory=utc_now)

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


def make_services(database: Database, clock: Clock, *, allows_demo: bool = False) -> Services:
    return Services(
        database=database, vault=VAULT, seals=SEALS, clock=clock, look=LOOK, public_url="http://desk.test",
        catalogue=CatalogueCache(clock=clock, show_unverified=True, seals=SEALS), allows_demo=allows_demo,
        is_secure=False, settings=Settings(show_unverified=False, data_dir=DATA),
        bot_state=lambda: BotState(outbox_age_seconds=0, updates_by="polling"),
    )  # fmt: skip


def make_desk(database: Database, clock: Clock, *, allows_demo: bool = False) -> FastAPI:
    return create_app(make_services(database, clock, allows_demo=allows_demo))


@asynccontextmanager
async def visitor(app: FastAPI, token: str = "") -> AsyncIterator[httpx2.AsyncClient]:
    """A browser at the desk; with a session's token it has signed in."""
    cookies = {COOKIE: token} if token else {}
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx2.AsyncClient(
        transport=transport, base_url="http://desk.test", headers=ORIGIN, cookies=cookies
    ) as client:
        yield client


async def add_person(
    session: AsyncSession, name: str, *roles: Role, now: datetime, languages: tuple[str, ...] = tuple(LANGUAGES)
) -> Actor:
    """Add a person of the staff with roles, given two days ago by nobody who writes; she has just proved herself."""
    account = await accounts.add(session, email=f"{name}@desk.test", name=name.title(), language="en", now=now)
    for role in roles:
        for language in languages if role in WITH_LANGUAGE else (None,):
            session.add(
                RoleGrant(
                    account_id=account.id, role=role, language=language, granted_by="system",
                    granted_at=now - timedelta(days=2),
                )
            )  # fmt: skip
    await session.flush()
    return await sessions.actor_of(session, account, proved_at=now)


async def rewrite_at_desk(
    database: Database, which: ColumnElement[bool], *, now: datetime, body: str = "", title: str = ""
) -> None:
    """Put other texts in the place of live ones as the desk does: an editor writes, a verifier approves."""
    async with database.session() as session:
        editor = await find_or_add(session, "editor", Role.EDITOR, now=now)
        verifier = await find_or_add(session, "verifier", Role.VERIFIER, now=now)
        live = select(Revision).join(Publication, Publication.revision_id == Revision.id)
        live = live.where(Publication.published_until.is_(None), which).order_by(Revision.id)
        for old in list(await session.scalars(live)):
            entry, _ = await reading.get(session, old.id)
            exact = await reading.exact(session, entry, old)
            new = replace(exact, body=body or exact.body, title=title or exact.title)
            newest = await reading.newest(session, entry_id=entry.id, language=old.language)
            saved = await drafting.save(
                session, entry=entry, language=old.language, exact=new, base_id=newest.id if newest else None,
                by=editor, now=now, source_ids=await reading.source_ids(session, old.id), evidence=old.evidence,
            )  # fmt: skip
            await drafting.submit(session, revision_id=saved.id, by=editor, now=now)
            await approving.approve(
                session, revision_id=saved.id, text_hash=saved.text_hash, by=verifier, now=now, seals=SEALS
            )


async def approve_live(database: Database, which: ColumnElement[bool], *, now: datetime) -> None:
    """Let a verifier approve live texts as they are."""
    async with database.session() as session:
        verifier = await find_or_add(session, "verifier", Role.VERIFIER, now=now)
        live = select(Revision).join(Publication, Publication.revision_id == Revision.id)
        for row in list(await session.scalars(live.where(Publication.published_until.is_(None), which))):
            await approving.approve(
                session, revision_id=row.id, text_hash=row.text_hash, by=verifier, now=now, seals=SEALS
            )


async def approve_article(database: Database, slug: str, *, now: datetime) -> None:
    """Let a verifier approve the live texts of an article, and all that they show of facts and contacts."""
    async with database.reading_session() as session:
        entry = await reading.entry(session, EntryKind.ARTICLE, slug)
        bodies = await session.scalars(select(Revision.body).where(Revision.entry_id == entry.id))
        shown = {reference.slug for body in bodies for reference in references_in(body)}
        entries = list(await session.scalars(select(Entry.id).where(Entry.slug.in_({slug, *shown}))))
    await approve_live(database, Revision.entry_id.in_(entries), now=now)


async def find_or_add(session: AsyncSession, name: str, *roles: Role, now: datetime) -> Actor:
    """Return a person of the staff, adding her where she is not there yet."""
    account = await accounts.find_by_email(session, f"{name}@desk.test")
    if account is None:
        return await add_person(session, name, *roles, now=now)
    return await sessions.actor_of(session, account, proved_at=now)


async def sign_in(session: AsyncSession, actor: Actor, *, now: datetime) -> str:
    """Open a session for a person, as signing in would; return its token."""
    account = await session.get_one(StaffAccount, actor.account_id)
    return await sessions.open_for(session, account=account, waits_for=Waits.NOTHING, device="test", now=now)
