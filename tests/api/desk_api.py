"""What the tests of the JSON API share: people with tokens, and a client that speaks for one of them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx2
from fastapi import FastAPI

from core.db import Database
from staff import api_tokens
from staff.actors import Actor, Role
from tests.desk import Clock, add_person


async def make_token(database: Database, actor: Actor, clock: Clock, *scopes: Role, exports_names: bool = False) -> str:
    """Make an API token for a person, with all her roles or some."""
    roles = frozenset(scopes) or frozenset(grant.role for grant in actor.grants)
    async with database.session() as session:
        return await api_tokens.make(
            session, name="test", scopes=roles, expires_at=clock() + timedelta(days=30), by=actor, now=clock(),
            exports_names=exports_names,
        )  # fmt: skip


async def add_with_token(database: Database, clock: Clock, name: str, *roles: Role, **more: tuple[str, ...]) -> str:
    """Add a person and return a token of hers."""
    async with database.session() as session:
        actor = await add_person(session, name, *roles, now=clock(), **more)
    return await make_token(database, actor, clock)


@asynccontextmanager
async def bearer(app: FastAPI, token: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A script that calls the API with a token."""
    transport = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
    headers = {"authorization": f"Bearer {token}"} if token else {}
    async with httpx2.AsyncClient(transport=transport, base_url="http://desk.test/v1", headers=headers) as client:
        yield client
