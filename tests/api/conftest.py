"""The desk on a database with the shipped content, and scripts of an editor, a verifier and an administrator."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient

from core.db import Database
from staff.actors import Role
from tests.api.desk_api import add_with_token, bearer
from tests.api.registrars import Office, opened
from tests.desk import Clock, make_desk


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def app(stocked: Database, clock: Clock) -> FastAPI:
    return make_desk(stocked, clock)


@pytest.fixture
async def editor(stocked: Database, app: FastAPI, clock: Clock) -> AsyncIterator[AsyncClient]:
    token = await add_with_token(stocked, clock, "sri", Role.EDITOR, Role.VERIFIER)
    async with bearer(app, token) as client:
        yield client


@pytest.fixture
async def verifier(stocked: Database, app: FastAPI, clock: Clock) -> AsyncIterator[AsyncClient]:
    token = await add_with_token(stocked, clock, "ani", Role.VERIFIER)
    async with bearer(app, token) as client:
        yield client


@pytest.fixture
async def administrator(stocked: Database, app: FastAPI, clock: Clock) -> AsyncIterator[AsyncClient]:
    token = await add_with_token(stocked, clock, "rini", Role.ADMINISTRATOR)
    async with bearer(app, token) as client:
        yield client


@pytest.fixture
async def office(stocked: Database) -> AsyncIterator[Office]:
    async with opened(stocked) as office:
        yield office
