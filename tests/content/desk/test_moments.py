"""Moments: what was planned meets what somebody else does meanwhile, and an end counts for one text alone."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from content.desk import fingerprints, going_live, reading, scheduling, sources
from content.desk.rules import WrongState
from content.pack_shapes import SourceModel
from content.revisions import EntryKind, Revision
from content.sources import Source
from core.db import Database
from staff.actors import Actor, Role
from tests.content.desk.test_two_people import NOW, SLUG, People, approve, load, people, submit, write
from tests.desk import add_person
from tests.harness import SEALS

__all__ = ("people",)
HOUR = timedelta(hours=1)
WAITS_FOR_A_LOCK = """
SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()
"""  # on this server other tests wait for theirs


async def planned(database: Database, writer: Actor, reader: Actor, *, title: str, **when: timedelta) -> Revision:
    async with database.session() as session:
        revision = await write(session, writer, title=title)
        await submit(session, revision, writer)
        await approve(session, revision, reader, **{name: NOW + after for name, after in when.items()})
        return revision


async def carry_out(database: Database, *, after: timedelta) -> int:
    async with database.session() as session:
        return await going_live.carry_out_due(session, seals=SEALS, now=NOW + after)


async def title(database: Database) -> str | None:
    article = (await load(database)).articles.get(SLUG)
    return article.texts["id"].title if article else None


async def a_lock_is_waited_for(database: Database) -> None:
    async with asyncio.timeout(30):
        while True:
            async with database.reading() as connection:
                if (await connection.execute(text(WAITS_FOR_A_LOCK))).scalar_one():
                    return
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # SQLite has one writer at a time
@pytest.mark.parametrize("meanwhile", ["retracted", "replaced"])
async def test_what_is_taken_back_while_its_moment_comes_does_not_become_live(
    stocked: Database, people: People, meanwhile: str
) -> None:
    await planned(stocked, people.sri, people.ani, title="Mulai nanti", live_from=HOUR)
    async with stocked.session() as session:
        if meanwhile == "retracted":
            told: dict[str, Any] = {
                "kind": EntryKind.ARTICLE,
                "slug": SLUG,
                "language": "id",
                "by": people.budi,
                "now": NOW,
            }
            await going_live.retract(session, **told, reason="salah")
        else:
            newer = await write(session, people.budi, title="Yang terakhir")
            await submit(session, newer, people.budi)
            await approve(session, newer, people.ani)
        job = asyncio.create_task(carry_out(stocked, after=2 * HOUR))
        await a_lock_is_waited_for(stocked)

    assert await job == 0
    assert await title(stocked) == (None if meanwhile == "retracted" else "Yang terakhir")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # SQLite has one writer at a time
async def test_nobody_changes_a_source_while_a_text_that_names_it_is_approved(
    stocked: Database, people: People
) -> None:
    async def rename(source: Source) -> None:
        said = SourceModel(title="Another report", publisher="P", url=source.url, confidence="high")
        async with stocked.session() as session:
            seen = fingerprints.of_source(source)
            await sources.change(session, slug=source.slug, said=said, seen=seen, by=people.budi, now=NOW)

    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Dengan sumber")
        await submit(session, revision, people.sri)
        named = await session.get_one(Source, (await reading.source_ids(session, revision.id))[0])
    async with stocked.session() as session:
        await approve(session, revision, people.ani)
        job = asyncio.create_task(rename(named))
        await a_lock_is_waited_for(stocked)

    with pytest.raises(WrongState):
        await job


async def test_an_end_counts_until_the_next_text_is_live(stocked: Database, people: People) -> None:
    await planned(stocked, people.sri, people.ani, title="Sampai besok", live_until=HOUR)
    await planned(stocked, people.sri, people.ani, title="Mulai lusa", live_from=3 * HOUR)

    await carry_out(stocked, after=2 * HOUR)
    assert await title(stocked) is None
    await carry_out(stocked, after=4 * HOUR)
    assert await title(stocked) == "Mulai lusa"


async def test_an_end_set_for_one_text_does_not_end_the_next(stocked: Database, people: People) -> None:
    await planned(stocked, people.sri, people.ani, title="Sampai lusa", live_until=3 * HOUR)
    await planned(stocked, people.sri, people.ani, title="Mulai besok", live_from=HOUR)

    await carry_out(stocked, after=2 * HOUR)
    await carry_out(stocked, after=4 * HOUR)

    assert await title(stocked) == "Mulai besok"


async def test_calling_a_beginning_off_leaves_the_end_of_what_readers_have(stocked: Database, people: People) -> None:
    await planned(stocked, people.sri, people.ani, title="Sampai besok", live_until=HOUR)
    await planned(stocked, people.sri, people.ani, title="Mulai lusa", live_from=3 * HOUR)
    async with stocked.session() as session:
        boss = await add_person(session, "boss", Role.ADMINISTRATOR, now=NOW)
        await scheduling.call_off(session, kind=EntryKind.ARTICLE, slug=SLUG, language="id", by=boss, now=NOW)

    await carry_out(stocked, after=2 * HOUR)

    assert await title(stocked) is None


async def test_what_is_live_already_is_approved_without_a_moment(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        live = await session.get_one(Revision, (await load(stocked)).shelf.revisions["article", SLUG]["id"].id)
        with pytest.raises(WrongState):
            await approve(session, live, people.ani, live_until=NOW + HOUR)
