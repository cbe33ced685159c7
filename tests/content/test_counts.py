"""Counts add up whoever writes them, hold nobody, and are told so that nobody is found in them."""

import asyncio
from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from content import counts, unanswered
from content.counts import Count, DailyCount, What
from content.desk import figures, search_words
from content.desk.figures import Table
from content.desk.rules import WrongState
from content.synonyms import Synonym
from content.unanswered import AskedInVain, UnansweredWord
from core.db import Database
from staff.actors import Role
from tests.desk import add_person
from tests.harness import VAULT

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
TODAY = NOW.date()
MONTH = figures.period(TODAY)


def read(
    article: str = "wages-unpaid", *, language: str = "id", country: str = "", stage: str = "", day: date = TODAY
) -> Count:
    return Count(day, What.READ, article, language, country, stage)


async def count(database: Database, **numbers: int) -> None:
    """Count reads by their language, and searches, contacts … by what they are called."""
    counted = {
        Count(TODAY, name, "", "id", "", "") if name in set(What) else read(language=name): number
        for name, number in numbers.items()
    }
    async with database.writing() as connection:
        await counts.add(connection, counted)


async def told(database: Database, table: Table, language: str = "") -> dict[str, tuple[int | None, ...]]:
    async with database.reading_session() as session:
        rows = (await figures.of_tables(session, [table], MONTH, language=language))[table]
    return {row.key: row.numbers for row in rows}


async def ask(database: Database, *words: str, day: date = TODAY, language: str = "id") -> None:
    async with database.writing() as connection:
        await unanswered.note(connection, [AskedInVain(day, language, word) for word in words], VAULT)


async def words_held(database: Database) -> list[tuple[str | None, int]]:
    async with database.reading() as connection:
        rows = await connection.execute(select(UnansweredWord.word, UnansweredWord.days))
        return [(row.word, row.days) for row in rows]


async def test_what_several_workers_count_at_once_adds_up(database: Database) -> None:
    places = ["HK", "MY", "SA", "TW"]

    async def work(first: int) -> None:
        for number in range(5):
            counted = Counter({read(country=place): 1 for place in places[first:] + places[:first]})
            async with database.writing() as connection:
                await counts.add(connection, counted | Counter({read(): number}))

    await asyncio.gather(*map(work, range(4)))

    async with database.reading() as connection:
        rows = await connection.execute(select(DailyCount.country, DailyCount.number))
        assert {row.country: row.number for row in rows} == dict.fromkeys(places, 20) | {"": 40}


def test_a_count_has_no_place_for_a_person_or_a_time_of_the_day() -> None:
    held = {column.name for column in DailyCount.__table__.columns}
    assert held == {"day", "what", "subject", "language", "country", "stage", "number"}
    assert {column.name for column in UnansweredWord.__table__.columns} == {
        "key", "language", "word", "days", "last_day",
    }  # fmt: skip


async def test_one_to_four_are_only_told_as_few_and_others_to_the_nearest_five(database: Database) -> None:
    await count(database, id=102, en=5, jv=4, su=1)

    assert await told(database, Table.LANGUAGES) == {"id": (100,), "en": (5,), "jv": (None,), "su": (None,)}


async def test_no_filter_and_no_total_gives_a_small_number_away(database: Database) -> None:
    await count(database, id=98, jv=3)

    [(everybody, _)] = (await told(database, Table.TOPICS)).values()
    [(without, _)] = (await told(database, Table.TOPICS, language="id")).values()

    assert (everybody, without) == (100, 100)


async def test_days_without_anything_are_told_as_nothing_and_stand_in_their_order(database: Database) -> None:
    await count(database, id=10, search=20, search_none=3, contacts=7)

    days, searches = await told(database, Table.DAYS), await told(database, Table.SEARCHES)

    assert list(days) == [(TODAY - timedelta(days=back)).isoformat() for back in reversed(range(30))]
    assert (days["2026-11-24"], days["2026-11-25"]) == ((0, 0), (10, 5))
    assert searches["2026-11-25"] == (20, None)
    assert await told(database, Table.CONTACTS) == {"": (5,)}


async def test_reads_belong_to_the_topic_in_which_the_article_stands_now(stocked: Database) -> None:
    async with stocked.writing() as connection:
        opened = Count(TODAY, What.TOPIC, "health", "id", "", "")
        await counts.add(connection, {read(): 20, read("washing-hands"): 5, read("gone"): 7, opened: 10})

    assert await told(stocked, Table.TOPICS) == {"protection": (20, 0), "health": (5, 10), "": (5, 0)}


async def test_votes_are_told_as_a_share_where_there_are_enough(database: Database) -> None:
    async with database.writing() as connection:
        for article, yes, no in (("liked", 17, 4), ("new", 3, 1)):
            await counts.add(
                connection,
                {
                    Count(TODAY, What.HELPFUL, article, "id", "", ""): yes,
                    Count(TODAY, What.NOT_HELPFUL, article, "en", "", ""): no,
                },
            )

    assert await told(database, Table.VOTES) == {"liked": (20, 80), "new": (None, None)}


def test_a_period_is_one_day_to_a_year() -> None:
    assert figures.period(TODAY, days=7).since == date(2026, 11, 19)
    assert len(figures.period(TODAY, days=366).days) == 366
    assert figures.period(TODAY, since=TODAY, until=TODAY).days == (TODAY,)
    for since in (TODAY + timedelta(days=1), TODAY - timedelta(days=366)):
        with pytest.raises(WrongState):
            figures.period(TODAY, since=since)


async def test_counts_are_kept_for_three_years(database: Database) -> None:
    async with database.writing() as connection:
        await counts.add(connection, {read(day=TODAY - timedelta(days=back)): 1 for back in (0, 1096, 1097)})
    async with database.session() as session:
        await counts.forget_old(session, now=NOW)
        left = (await session.execute(select(func.min(DailyCount.day), func.count()))).one()

    assert tuple(left) == (TODAY - timedelta(days=1096), 2)


def test_only_words_of_letters_that_ask_for_something_are_counted() -> None:
    assert unanswered.words_in("Saya mau arisan 50 juta yang di KL, arisan!") == ("arisan", "juta")
    assert unanswered.words_in("ab12 081234567890 x@y.id " + "q" * 41) == ()
    assert len(unanswered.words_in("satu dua tiga empat lima enam tujuh delapan rendang arisan kursi meja")) <= 6


async def test_a_word_stands_in_clear_only_after_five_different_days(database: Database) -> None:
    for back in (9, 8, 8, 5, 1):
        await ask(database, "arisan", "arisan", day=TODAY - timedelta(days=back))
    assert await words_held(database) == [(None, 4)]
    async with database.reading() as connection:
        row = (await connection.execute(select(UnansweredWord))).one()
    assert "arisan" not in str(row)

    await ask(database, "arisan", day=TODAY - timedelta(days=3))  # a worker whose clock lags
    assert await words_held(database) == [(None, 4)]
    await ask(database, "arisan")

    assert await words_held(database) == [("arisan", 5)]


async def test_the_most_asked_words_come_first_and_those_with_a_meaning_no_more(database: Database) -> None:
    for back in range(7):
        day = TODAY - timedelta(days=back)
        await ask(database, *("arisan", "rendang", "siti")[: 3 if back < 4 else 2 if back < 6 else 1], day=day)
    for back in reversed(range(7)):
        day = TODAY + timedelta(days=7 - back)
        await ask(database, *("arisan", "rendang")[: 2 if back < 6 else 1], day=day)

    async with database.session() as session:
        editor = await add_person(session, "sri", Role.EDITOR, now=NOW)
        rows, number = await search_words.unanswered(session, by=editor)
        assert [(row.word, number) for row in rows] == [("arisan", 2), ("rendang", 2)]
        session.add(Synonym(language="jv", word="arisan", meanings=["tabungan"], origin="desk"))
        session.add(Synonym(language="id", word="rendang", meanings=["masakan"], origin="desk"))
        await session.flush()
        rows, number = await search_words.unanswered(session, by=editor)

    assert [(row.word, number) for row in rows] == [("arisan", 1)]


async def test_words_that_nobody_asks_for_are_forgotten_after_90_days(database: Database) -> None:
    await ask(database, "lama", day=TODAY - timedelta(days=91))
    await ask(database, "baru", day=TODAY - timedelta(days=90))

    async with database.session() as session:
        await unanswered.forget_old(session, now=NOW)

    assert len(await words_held(database)) == 1


def test_numbers_are_told_to_the_nearest_five() -> None:
    assert [figures.rounded(number) for number in (0, 1, 4, 5, 7, 8, 12, 13)] == [0, None, None, 5, 5, 10, 10, 15]
