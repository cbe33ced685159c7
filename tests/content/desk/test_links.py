"""Links of live content: which there are and where, when each is asked, and when one counts as broken."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import fingerprints, going_live, link_checking, link_finding, links, sources
from content.desk.link_checking import Answer, Due
from content.desk.links import Order
from content.desk.rules import NotThere
from content.links import LinkCheck, LinkState
from content.pack_shapes import SourceModel
from content.revisions import ALL_LANGUAGES, Entry, EntryKind, Revision
from core.db import Database
from staff.actors import NotAllowed, Role
from staff.audit import AuditEntry
from tests.desk import add_person, rewrite_at_desk

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
DAY = timedelta(days=1)
SOURCE_URL = "https://www.thesun.my/passports-of-ours"
OK, GONE, DOWN = Answer(LinkState.OK, "", 200), Answer(LinkState.GONE, "", 404), Answer(LinkState.UNREACHABLE, "name")


async def survey(database: Database, *, now: datetime = NOW) -> bool:
    """Collect the links if the content has changed, as the job does; tell whether it had."""
    async with database.reading_session() as session:
        if not await link_finding.is_out_of_date(session):
            return False
        found = await link_finding.find(session)
    async with database.session() as session:
        await link_finding.keep(session, found, now=now)
    return True


async def urls(database: Database, search: str = "") -> dict[str, tuple[str, ...]]:
    """Return the links with the names of what uses each."""
    async with database.reading_session() as session:
        rows = await links.listed_after(session, search=search, limit=1000)
        return {row.link.url: tuple(dict.fromkeys(place.slug for place in row.places)) for row in rows}


async def link(session: AsyncSession, url: str) -> LinkCheck:
    return (await session.scalars(select(LinkCheck).where(LinkCheck.url == url))).one()


async def add_links(database: Database, *addresses: str) -> None:
    """Put links there that no content has."""
    async with database.session() as session:
        session.add_all(link_finding._new(address, NOW) for address in addresses)


async def claim(database: Database, now: datetime, *, limit: int = 8) -> list[Due]:
    async with database.session() as session:
        return await link_checking.claim(session, now=now, limit=limit)


async def answer(database: Database, given: Answer, now: datetime) -> LinkCheck:
    """Claim the only link, note an answer and return the link."""
    dues = await claim(database, now)
    assert len(dues) == 1
    async with database.session() as session:
        await link_checking.note(session, [(dues[0], given)], now=now)
        return await session.get_one(LinkCheck, dues[0].link_id)


async def test_every_address_that_live_content_shows_or_cites_is_found(stocked: Database) -> None:
    body = 'Baca <a href="https://bp2mi.go.id/a?b=1&amp;c=2">ini</a> atau https://bp2mi.go.id/x.\n'
    async with stocked.session() as session:
        entry = (await session.scalars(select(Entry.id).where(Entry.slug == "passport-held"))).one()
    await rewrite_at_desk(stocked, (Revision.entry_id == entry) & (Revision.language == "id"), now=NOW, body=body)
    assert await survey(stocked)
    found = await urls(stocked)
    assert found["https://bp2mi.go.id/a?b=1&c=2"] == ("passport-held",)
    assert found["https://bp2mi.go.id/x"] == ("passport-held",)
    assert "id-bp3mi-aceh" in found["https://bp2mi.go.id"]
    assert set(await urls(stocked, "222health")) == {
        "https://222health.com/public-health-safety/public-health/75798.html"
    }
    assert all(url.startswith("https://") and places for url, places in found.items())
    assert len(found) > 100


async def test_links_are_collected_again_only_when_live_content_has_changed(stocked: Database) -> None:
    assert await survey(stocked)
    assert not await survey(stocked)
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=NOW)
        said = SourceModel(title="T", publisher="P", url=SOURCE_URL, confidence="high")
        seen = fingerprints.of_source(await sources.get(session, "the-sun-my-passports"))
        await sources.change(session, slug="the-sun-my-passports", said=said, seen=seen, by=sri, now=NOW)
    before = await urls(stocked)
    assert await survey(stocked)
    after = await urls(stocked)
    assert set(after) - set(before) == {SOURCE_URL}
    assert len(set(before) - set(after)) == 1


async def test_what_is_live_no_more_leaves_no_link_and_what_stays_keeps_what_was_found(stocked: Database) -> None:
    await survey(stocked)
    async with stocked.session() as session:
        kept = await link(session, "https://bp2mi.go.id")
        due = Due(kept.id, kept.url)
        await link_checking.note(session, [(due, GONE)], now=NOW)
        sri = await add_person(session, "sri", Role.EDITOR, now=NOW)
        await going_live.retract(
            session, kind=EntryKind.CONTACT, slug="id-bp3mi-aceh", language=ALL_LANGUAGES, reason="salah", by=sri,
            now=NOW,
        )  # fmt: skip
    await survey(stocked)
    found = await urls(stocked)
    assert "https://bp2mi.go.id/berita-detail" not in " ".join(
        url for url, places in found.items() if "id-bp3mi-aceh" in places
    )
    assert "id-bp3mi-aceh" not in found["https://bp2mi.go.id"]
    async with stocked.session() as session:
        assert (await link(session, "https://bp2mi.go.id")).state == LinkState.GONE


async def test_two_processes_that_collect_at_once_keep_each_link_once(stocked: Database) -> None:
    async with stocked.reading_session() as session:
        found = await link_finding.find(session)
    for _ in range(2):
        async with stocked.session() as session:
            await link_finding.keep(session, found, now=NOW)
    assert len(await urls(stocked)) == len({use.url for use in found.uses})


async def test_a_host_is_in_a_batch_once_and_rests_afterwards(database: Database) -> None:
    await add_links(database, "https://a.example/1", "https://a.example/2", "https://b.example/", "https://c.example/")
    dues = await claim(database, NOW, limit=3)
    assert sorted(due.url for due in dues) == ["https://a.example/1", "https://b.example/", "https://c.example/"]
    async with database.session() as session:
        await link_checking.note(session, [(due, OK) for due in dues], now=NOW)
    assert await claim(database, NOW + timedelta(seconds=4)) == []
    assert [due.url for due in await claim(database, NOW + timedelta(seconds=6))] == ["https://a.example/2"]


async def test_one_process_asks_at_a_time_until_its_lease_is_over(database: Database) -> None:
    await add_links(database, "https://a.example/", "https://b.example/")
    assert len(await claim(database, NOW, limit=1)) == 1
    assert await claim(database, NOW + timedelta(minutes=4)) == []
    assert len(await claim(database, NOW + timedelta(minutes=6))) == 2


async def test_a_link_that_answers_is_asked_once_a_week(database: Database) -> None:
    await add_links(database, "https://a.example/")
    row = await answer(database, Answer(LinkState.MOVED, "", 200, "https://a.example/new"), NOW)
    assert (row.state, row.final_url, row.is_broken) == ("moved", "https://a.example/new", False)
    assert await claim(database, NOW + 6 * DAY) == []
    assert len(await claim(database, NOW + 7 * DAY)) == 1


async def test_a_page_that_is_gone_is_broken_at_once_and_asked_daily_until_it_is_back(database: Database) -> None:
    await add_links(database, "https://a.example/")
    assert (await answer(database, GONE, NOW)).is_broken
    assert await claim(database, NOW + DAY / 2) == []
    row = await answer(database, OK, NOW + DAY)
    assert (row.is_broken, row.failing_since, row.failed_days) == (False, None, 0)


async def test_a_server_that_is_away_is_broken_on_the_third_day_in_a_row(database: Database) -> None:
    await add_links(database, "https://a.example/")
    failing = Answer(LinkState.FAILING, "", 503)
    assert not (await answer(database, DOWN, NOW)).is_broken
    async with database.session() as session:  # asked again on the same day: that counts once
        row = await link(session, "https://a.example/")
        await link_checking.note(session, [(Due(row.id, row.url), DOWN)], now=NOW + timedelta(hours=1))
        assert row.failed_days == 1
    assert not (await answer(database, failing, NOW + 2 * DAY)).is_broken
    row = await answer(database, DOWN, NOW + 3 * DAY)
    assert (row.is_broken, row.failed_days, row.failing_since) == (True, 3, NOW)


@pytest.mark.parametrize("state", [LinkState.UNCLEAR, LinkState.REFUSED, LinkState.MOVED])
async def test_what_may_well_be_there_never_counts_as_broken(database: Database, state: LinkState) -> None:
    await add_links(database, "https://a.example/")
    for week in range(4):
        assert not (await answer(database, Answer(state), NOW + week * 7 * DAY)).is_broken


async def test_an_editor_has_a_link_checked_at_once_and_others_do_not(database: Database) -> None:
    await add_links(database, "https://a.example/")
    row = await answer(database, OK, NOW)
    later = NOW + timedelta(minutes=1)
    async with database.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=NOW)
        ani = await add_person(session, "ani", Role.VERIFIER, now=NOW)
        with pytest.raises(NotAllowed):
            await links.check_again(session, link_id=row.id, by=ani, now=later)
        with pytest.raises(NotThere):
            await links.check_again(session, link_id=row.id + 1, by=sri, now=later)
        await links.check_again(session, link_id=row.id, by=sri, now=later)
        entries = list(await session.scalars(select(AuditEntry).where(AuditEntry.action == "link.check")))
    assert [(entry.subject, entry.details) for entry in entries] == [
        (f"link:{row.id}", {"url": "https://a.example/"})
    ]  # fmt: skip
    assert [due.link_id for due in await claim(database, later)] == [row.id]


async def test_a_list_is_filtered_sorted_and_counted(database: Database) -> None:
    await add_links(database, "https://a.example/", "https://b.example/50%_off", "https://c.example/")
    async with database.session() as session:
        for url, given in (("https://c.example/", GONE), ("https://b.example/50%_off", OK)):
            row = await link(session, url)
            await link_checking.note(session, [(Due(row.id, row.url), given)], now=NOW)
    async with database.reading_session() as session:
        rows, count = await links.listed(session, limit=2)
        assert (rows[0].link.host, len(rows), count) == ("c.example", 2, 3)
        rows, _ = await links.listed(session, order=Order.SINCE)
        assert [row.link.host for row in rows] == ["c.example", "a.example", "b.example"]
        rows, _ = await links.listed(session, order=Order.CHECKED, descending=True)
        assert rows[-1].link.host == "a.example"
        rows, count = await links.listed(session, state=links.BROKEN)
        assert ([row.link.host for row in rows], count) == (["c.example"], 1)
        assert (await links.listed(session, state="new"))[1] == 1
        assert (await links.listed(session, search="50%_OFF"))[1] == 1
        assert (await links.listed(session, search="5_%"))[1] == 0


async def test_what_waits_for_more_than_a_day_is_told(database: Database) -> None:
    await add_links(database, "https://a.example/", "https://b.example/")
    async with database.reading_session() as session:
        assert await link_checking.progress(session, now=NOW + DAY) == link_checking.Progress(None, 0)
        assert (await link_checking.progress(session, now=NOW + 2 * DAY)).late == 2
