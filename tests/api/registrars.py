"""A desk with registrars and people who have signed up, for the tests of their pages."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.db import Database
from registrations import places, sign_up
from registrations.people import Person, TelegramAccount
from registrations.registrations import Registration, Status
from staff.actors import Actor, Role
from staff.audit import AuditEntry
from staff.grants import RoleGrant
from tests.api.desk_api import bearer, make_token
from tests.desk import Clock, add_person, find_or_add, make_desk, sign_in, visitor
from tests.harness import VAULT
from tests.registrations.forms import GIVEN, SLUG, add_programme

JAVA, LOMBOK = "32", "52"


@dataclass
class Office:
    app: FastAPI
    database: Database
    clock: Clock
    stack: AsyncExitStack
    browser: AsyncClient

    async def registrar(self, name: str, **scope: str) -> AsyncClient:
        """Sign a registrar in who has the role for a programme, a province or all."""
        async with self.database.session() as session:
            actor = await add_registrar(session, name, now=self.clock(), **scope)
            token = await sign_in(session, actor, now=self.clock())
        return await self.stack.enter_async_context(visitor(self.app, token))

    async def script(self, name: str, **scope: str) -> AsyncClient:
        """Add such a registrar, and a script that calls the JSON API with a token of hers."""
        async with self.database.session() as session:
            actor = await add_registrar(session, name, now=self.clock(), **scope)
        token = await make_token(self.database, actor, self.clock)
        return await self.stack.enter_async_context(bearer(self.app, token))

    async def programme(self, slug: str = SLUG, **how: Any) -> None:
        async with self.database.session() as session:
            await add_programme(session, slug, opens_on=date(2020, 1, 1), **how)

    async def person(
        self, status: Status | None = None, *, slug: str = SLUG, province: str = JAVA, chat: int = 0, **given: str
    ) -> str:
        """Let somebody sign up; return the id of her registration. `status`: where she is put then."""
        return await add_registration(
            self.database, self.clock, status, slug=slug, province=province, chat=chat, **given
        )

    async def row(self, registration_id: str) -> Registration:
        async with self.database.session() as session:
            return await session.get_one(Registration, registration_id)

    async def rows(self, table: Any) -> list[Any]:
        async with self.database.session() as session:
            return list(await session.scalars(select(table).order_by(table.id)))

    async def noted(self, action: str) -> list[AuditEntry]:
        return [row for row in await self.rows(AuditEntry) if row.action == action]

    async def decide(self, registration_id: str, seen: Status, status: Status) -> Response:
        return await self.browser.post(f"/registrations/{registration_id}", data={"seen": seen, "status": status})


async def add_registrar(session: AsyncSession, name: str, *, now: datetime, **scope: str) -> Actor:
    """Add a registrar for a programme, a province or all."""
    actor = await add_person(session, name, now=now)
    session.add(
        RoleGrant(
            account_id=actor.account_id, role=Role.REGISTRAR, granted_by="system", granted_at=now, **scope
        )
    )  # fmt: skip
    await session.flush()
    return await find_or_add(session, name, now=now)


async def add_registration(
    database: Database, clock: Clock, status: Status | None = None, *, slug: str = SLUG, province: str = JAVA,
    chat: int = 0, **given: str,
) -> str:  # fmt: skip
    """Let somebody sign up; return the id of her registration. `status`: where she is put then."""
    async with database.session() as session:
        person, now = uuid4().hex, clock()
        session.add(Person(id=person, language="id", created_at=now))
        if chat:
            session.add(TelegramAccount(chat_id=chat, person_id=person))
        await session.flush()
        begun = await sign_up.begin(
            session, VAULT, person_id=person, language="id", slug=slug, is_for_another=False, now=now
        )
        hers = GIVEN | {"province": province, "regency": f"{province}.01"} | given
        for question in begun.asked.shown(hers):
            value = hers[question.code]
            begun = await sign_up.answer(session, VAULT, begun, question, value, language="id", now=now)
        await sign_up.send(session, VAULT, begun, now=now)
        if status is not None and begun.registration.status != status:
            places.note(session, begun.registration, status, actor="bekal", now=now)
        return begun.registration.id


@asynccontextmanager
async def opened(stocked: Database) -> AsyncIterator[Office]:
    """Open a desk with a registrar for everything."""
    clock = Clock()
    app = make_desk(stocked, clock)
    async with stocked.session() as session:
        token = await sign_in(session, await add_person(session, "rini", Role.REGISTRAR, now=clock()), now=clock())
    async with AsyncExitStack() as stack, visitor(app, token) as browser:
        yield Office(app, stocked, clock, stack, browser)
