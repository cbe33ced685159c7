"""The board: where each of a person's own texts stands, what is planned, and what somebody without a role is told."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import datetime, timedelta

import pytest
from httpx2 import AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession

from content import votes
from content.desk import drafting, work
from content.unanswered import UnansweredWord
from core.db import Database
from staff.actors import Actor
from tests.content.desk.test_two_people import NOW, People, approve, people, submit, write
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.harness import FEW

__all__ = ("people",)
BOX = re.compile(r'<section class="card".*?</section>', re.DOTALL)
NOTE = re.compile(r'<a href="([^"]+)">([^<]*)</a> <small[^>]*>([^<]*)</small>')
Browsers = Callable[..., AbstractAsyncContextManager[AsyncClient]]
YEARS_LATER = NOW + timedelta(days=999)  # every text is to be checked again by then


@pytest.fixture
def browser_of(stocked: Database) -> Browsers:
    @asynccontextmanager
    async def opened(actor: Actor, now: datetime = NOW) -> AsyncIterator[AsyncClient]:
        async with stocked.session() as session:
            token = await sign_in(session, actor, now=now)
        async with visitor(make_desk(stocked, Clock(now)), token) as browser:
            yield browser

    return opened


async def notes(browser: AsyncClient, title: str) -> list[str]:
    """Return the titles of a box with what stands beside each; nothing where the board has no such box."""
    for box in BOX.findall((await browser.get("/")).text):
        if f">{title}</h2>" in box:
            return [f"{name}: {note}" for _, name, note in NOTE.findall(box)]
    return []


async def mine(browser: AsyncClient) -> list[str]:
    return await notes(browser, "My drafts and what I handed in")


async def test_the_writer_sees_where_her_text_stands_at_every_step(
    stocked: Database, people: People, browser_of: Browsers
) -> None:
    async with browser_of(people.sri) as sri:
        async with stocked.session() as session:
            first = await write(session, people.sri, title="Milik Sri")
        assert await mine(sri) == ["Milik Sri: passport-held · Bahasa Indonesia · draft"]
        async with stocked.session() as session:
            await submit(session, first, people.sri)
        assert await mine(sri) == ["Milik Sri: passport-held · Bahasa Indonesia · in review"]
        async with stocked.session() as session:
            await give_back(session, first.id, people.ani)
        assert await mine(sri) == ["Milik Sri: passport-held · Bahasa Indonesia · given back"]
        async with stocked.session() as session:
            second = await write(session, people.sri, title="Lebih baik")
        assert await mine(sri) == ["Lebih baik: passport-held · Bahasa Indonesia · given back"]
        async with stocked.session() as session:
            await submit(session, second, people.sri)
            await approve(session, second, people.ani)
        assert await mine(sri) == []
        async with stocked.session() as session:
            await write(session, people.sri, title="Sesudah terbit")
        assert await mine(sri) == ["Sesudah terbit: passport-held · Bahasa Indonesia · draft"]


async def give_back(session: AsyncSession, revision_id: int, by: Actor) -> None:
    await drafting.give_back(session, revision_id=revision_id, reason="The fee is wrong.", by=by, now=NOW)


async def test_who_takes_her_own_text_back_is_not_told_that_it_was_given_back(
    stocked: Database, people: People, browser_of: Browsers
) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Milik Sri")
        await submit(session, revision, people.sri)
        await give_back(session, revision.id, people.sri)

    async with browser_of(people.sri) as sri:
        assert await mine(sri) == ["Milik Sri: passport-held · Bahasa Indonesia · draft"]


async def test_a_planned_text_is_told_to_its_writer_and_to_verifiers_by_its_day_in_jakarta(
    stocked: Database, people: People, browser_of: Browsers
) -> None:
    late = datetime(NOW.year, NOW.month, NOW.day, 20, tzinfo=NOW.tzinfo) + timedelta(days=9)  # the next day there
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Mulai nanti")
        await submit(session, revision, people.sri)
        await approve(session, revision, people.ani, live_from=late)
        await write(session, people.sri, title="Sesudahnya")

    told = f"{(late + timedelta(days=1)):%-d %B %Y}"
    planned = f"Mulai nanti: passport-held · Bahasa Indonesia · planned for {told}"
    async with browser_of(people.sri) as sri, browser_of(people.ani) as ani, browser_of(people.budi) as budi:
        assert await mine(sri) == ["Sesudahnya: passport-held · Bahasa Indonesia · draft", planned]
        assert await notes(ani, "Approved for a later moment") == [planned]
        assert planned not in await mine(budi)


async def test_what_did_not_help_is_told_by_title_and_language_and_a_reason_is_no_second_vote(
    stocked: Database, people: People, browser_of: Browsers
) -> None:
    days_ago = {"no": 1, "hard": 1, "wrong": 2, "yes": 3}
    given = {
        ("wages-unpaid", "jv"): ["no", "hard", "no", "wrong", "no", "hard", "yes"],
        ("passport-held", "id"): ["no"],
    }
    given |= {("washing-hands", "id"): ["no", "hard", "yes"], ("gone", "id"): ["no"]}
    async with stocked.session() as session:
        for (article, language), answers in given.items():
            for answer in answers:
                day = NOW.date() - timedelta(days=days_ago[answer])
                await votes.give(session, article=article, language=language, answer=answer, today=day)
        long_ago = NOW.date() - work.VOTES_OF
        await votes.give(session, article="passport-held", language="en", answer="no", today=long_ago)

    async with browser_of(people.sri) as sri:
        assert await notes(sri, "Readers were not helped") == [
            "Gaji ora dibayar: Basa Jawa · 3 not helpful, 1 helpful · hard to understand: 2"
            " · something in it is not right: 1",
            "Paspor ditahan majikan: Bahasa Indonesia · 1 not helpful, 0 helpful",
        ]


PAGED = {"planned", "mine", "overdue", "native-reader", "unhelpful", "unanswered"}


async def fill_every_box(session: AsyncSession, people: People) -> None:
    """Let more wait in each box than the board shows."""
    later = NOW + timedelta(days=9)
    for slug in sorted(FEW)[:6]:
        revision = await write(session, people.sri, slug=slug, title=f"Rencana {slug}")
        await submit(session, revision, people.sri)
        await approve(session, revision, people.ani, live_from=later)
        await votes.give(session, article=slug, language="id", answer="no", today=YEARS_LATER.date())
    words = [f"kata{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(60)]
    asked = {"language": "id", "days": 9, "last_day": NOW.date()}
    session.add_all(UnansweredWord(key=word, word=word, **asked) for word in words)


async def test_every_box_that_shows_a_few_leads_to_all_of_it(
    stocked: Database, people: People, browser_of: Browsers
) -> None:
    async with stocked.session() as session:
        await fill_every_box(session, people)

    async with browser_of(people.sri, YEARS_LATER) as sri:
        board = (await sri.get("/")).text
        boxes = {found[1]: box for box in BOX.findall(board) if (found := re.search(r'href="/todo/([^"]+)"', box))}
        assert set(boxes) == PAGED
        for name, box in boxes.items():
            count = re.search(r'<span class="badge[^>]*>([\d,]+)</span>', box)
            assert count
            rows, number, more = [], 1, True
            while more:
                page = (await sri.get(f"/todo/{name}?page={number}")).text
                rows += NOTE.findall(page)
                number, more = number + 1, f"?page={number + 1}" in page
            assert len(rows) == len(set(rows)) == int(count[1].replace(",", "")), name
            assert rows[:5] == NOTE.findall(box), name
        assert len(rows) == 60, "more than a page holds"


async def test_a_box_that_shows_all_of_it_leads_nowhere_and_no_page_is_another_roles(
    stocked: Database, people: People, browser_of: Browsers
) -> None:
    async with stocked.session() as session:
        await write(session, people.sri, title="Milik Sri")

    async with browser_of(people.sri) as sri, browser_of(people.wati) as wati:
        assert "/todo/mine" not in (await sri.get("/")).text
        assert "Milik Sri" in (await sri.get("/todo/mine")).text
        assert "Nothing waits here." in (await wati.get("/todo/mine")).text
        found = {name: (await wati.get(f"/todo/{name}")).status_code for name in sorted({*PAGED, "review", "gone"})}
        assert found == dict.fromkeys(PAGED - {"mine"}, 403) | {"mine": 200, "review": 404, "gone": 404}


async def test_who_has_no_role_is_told_whom_to_ask(stocked: Database, people: People, browser_of: Browsers) -> None:
    async with stocked.session() as session:
        dewi = await add_person(session, "dewi", now=NOW)
    told = "An administrator has to give you a role"

    async with browser_of(dewi) as without, browser_of(people.sri) as sri:
        assert told in (await without.get("/")).text
        assert told not in (await sri.get("/")).text
