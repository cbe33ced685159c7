"""What is live in a test's database, loaded by the product once a process and given again to the next test.

A load takes a tenth of a second, and most tests never change a text. It is loaded anew as soon as anything of the
content was written by the engine that conftest.py leads to each test's copy, or the version is not that of what was
copied, and always by every other engine.
"""

import re
from copy import copy
from datetime import date
from typing import Any

from sqlalchemy import URL, Engine, event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from content import cache
from content.catalogue import Catalogue, load_catalogue
from content.seals import Seals
from content.versions import current_version
from core.db import Base

READERS_DO = {"content.counts", "content.unanswered", "content.votes"}  # no part of what is live
BESIDE = {"revision_source", "role_grant", "staff_account"}  # no classes of content: of the last two, who reads a form
_held: dict[tuple[object, ...], Catalogue] = {}
_versions: dict[str, int] = {}  # of the content, by template
_copied_from: dict[URL, str] = {}  # by the address of an engine: the template of the database that it is led to


async def begin(engine: AsyncEngine, template: str) -> None:
    """Tell from what the database was copied to which an engine is led, before anything is written to it."""
    _copied_from[engine.sync_engine.url] = template
    if template not in _versions:
        async with engine.connect() as connection:
            _versions[template] = await current_version(connection)
        await engine.dispose()  # a test may ask that nobody works with its database


def watch(engine: Engine) -> None:
    """Notice whatever writes to the content by an engine."""
    mappers = [each for each in Base.registry.mappers if each.class_.__module__.startswith("content.")]
    names = {each.local_table.description for each in mappers if each.class_.__module__ not in READERS_DO} | BESIDE
    of_content = re.compile(rf"\b({'|'.join(sorted(names))})\b")

    @event.listens_for(engine, "before_cursor_execute")
    def notice(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if engine.url in _copied_from and not statement.startswith("SELECT") and of_content.search(statement):
            del _copied_from[engine.url]


async def load_once(connection: AsyncConnection, *, today: date, show_unverified: bool, seals: Seals) -> Catalogue:
    """Return what `load_catalogue` does; of a copy in which nothing was written, what it returned for another copy."""
    url = connection.sync_engine.url
    template = _copied_from.get(url)
    is_as_copied = template is not None and await current_version(connection) == _versions[template]
    key = (template, today, show_unverified, *vars(seals).values())
    held = _held.get(key) if is_as_copied else None
    if held is None:
        loaded = await load_catalogue(connection, today=today, show_unverified=show_unverified, seals=seals)
        if is_as_copied and _copied_from.get(url) == template:  # and nothing was written meanwhile
            _held[key] = loaded
        return loaded
    given = copy(held)
    given._replies = {}
    return given


vars(cache)["load_catalogue"] = load_once
