"""The figures of the desk: what was read, looked for and found helpful, as sums in which nobody can be found.

Every number is rounded to the nearest five, and one to four are only told as few: so neither totals, nor two filters or
two periods, give a small number away by subtraction. docs/decisions/0007-figures.md
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sqlalchemy import RowMapping, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from content.articles import Article
from content.counts import DailyCount, What
from content.desk.rules import WrongState
from content.revisions import Entry, EntryKind
from content.topics import Topic

FEWEST = 5  # a smaller number is not told
STEP = 5
MOST_DAYS = 366
MOST_ROWS = 500
USUAL_DAYS = 30
PERCENT = 100


class Table(StrEnum):
    """What the figures are about, and by what they are told apart."""

    TOPICS = "topics"
    LANGUAGES = "languages"
    COUNTRIES = "countries"
    STAGES = "stages"
    DAYS = "days"
    VOTES = "votes"
    SEARCHES = "searches"
    CONTACTS = "contacts"


VOTES, SHARE = "votes", "helpful_percent"
BY_DAY = (Table.DAYS, Table.SEARCHES)
COUNTED: dict[Table, tuple[What, ...]] = {
    Table.TOPICS: (What.READ, What.TOPIC),
    Table.LANGUAGES: (What.READ,),
    Table.COUNTRIES: (What.READ,),
    Table.STAGES: (What.READ,),
    Table.DAYS: (What.READ, What.CONTACTS),
    Table.VOTES: (What.HELPFUL, What.NOT_HELPFUL),
    Table.SEARCHES: (What.SEARCH, What.SEARCH_NONE),
    Table.CONTACTS: (What.CONTACTS,),
}
KEYS: dict[Table, str] = {
    Table.TOPICS: "subject", Table.VOTES: "subject", Table.CONTACTS: "subject",
    Table.DAYS: "day", Table.SEARCHES: "day", Table.LANGUAGES: "language",
    Table.COUNTRIES: "country", Table.STAGES: "stage",
}  # fmt: skip
READ_TOGETHER = ({"subject"}, {"day"}, {"language", "country", "stage"})  # each makes few sums of a year's counts
COLUMNS: dict[Table, tuple[str, ...]] = {**COUNTED, Table.VOTES: (VOTES, SHARE)}


@dataclass(frozen=True, slots=True)
class Period:
    """Some days, the first and the last included, in UTC."""

    since: date
    until: date

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of it."""
        return tuple(self.since + timedelta(days=number) for number in range((self.until - self.since).days + 1))


@dataclass(frozen=True, slots=True)
class Figure:
    """One row: a topic, article, country, language, stage or day ("" where that is not known) and its numbers.

    A number that is None is more than nothing, and fewer than five.
    """

    key: str
    numbers: tuple[int | None, ...]


def period(today: date, *, days: int = USUAL_DAYS, since: date | None = None, until: date | None = None) -> Period:
    """Return the days that are asked for; raise WrongState for none, or too many."""
    last = until or today
    first = since or last - timedelta(days=days - 1)
    if not 0 <= (last - first).days < MOST_DAYS:
        raise WrongState("Choose a first day that is not after the last one, and at most {days} days.", days=MOST_DAYS)
    return Period(first, last)


async def of_tables(
    session: AsyncSession, tables: Collection[Table], within: Period, *, language: str = ""
) -> dict[Table, list[Figure]]:
    """Return the rows of tables, rounded: days in their order, others with the largest number first, at most 500.

    `language` leaves what readers of one language did. Tables that can share a reading of the counts do.
    """
    found: dict[Table, dict[str, list[int]]] = {}
    for keys in READ_TOGETHER:
        wanted = [table for table in tables if KEYS[table] in keys]
        rows = await _summed(session, wanted, within, language) if wanted else []
        topics = await _topics_of_articles(session) if Table.TOPICS in wanted else {}
        found |= {table: _by_key(table, rows, topics) for table in wanted}
    return {table: _told(table, found[table], within) for table in tables}


async def _summed(
    session: AsyncSession, tables: Collection[Table], within: Period, language: str
) -> Sequence[RowMapping]:
    """Sum what these tables count by all that tells their rows apart."""
    columns = [DailyCount.what, *(getattr(DailyCount, key) for key in sorted({KEYS[table] for table in tables}))]
    whats = sorted({what for table in tables for what in COUNTED[table]})
    query = (
        select(*columns, func.sum(DailyCount.number).label("number"))
        .where(DailyCount.what.in_(whats), DailyCount.day.between(within.since, within.until))
        .group_by(*columns)
    )
    return (await session.execute(query.where(DailyCount.language == language) if language else query)).mappings().all()


def _by_key(table: Table, rows: Iterable[RowMapping], topics: Mapping[str, str]) -> dict[str, list[int]]:
    """Return the sums of a table by the key of its rows; reads of an article that is gone are of no topic."""
    counted = COUNTED[table]
    found: dict[str, list[int]] = defaultdict(lambda: [0] * len(counted))
    for row in rows:
        if row["what"] in counted:
            key = str(row[KEYS[table]])
            is_of_article = table is Table.TOPICS and row["what"] == What.READ
            found[topics.get(key, "") if is_of_article else key][counted.index(row["what"])] += int(row["number"])
    return found


async def _topics_of_articles(session: AsyncSession) -> dict[str, str]:
    articles = select(Entry.slug, Topic.slug).join(Article, Article.id == Entry.id)
    articles = articles.join(Topic, Topic.id == Article.topic_id).where(Entry.kind == EntryKind.ARTICLE)
    return {article: topic for article, topic in await session.execute(articles)}


def _told(table: Table, found: Mapping[str, Sequence[int]], within: Period) -> list[Figure]:
    if table in BY_DAY:
        nothing = [0] * len(COUNTED[table])
        rows = [(day.isoformat(), found.get(day.isoformat(), nothing)) for day in within.days]
    else:
        rows = sorted(found.items(), key=lambda row: (-sum(row[1]), row[0]))[:MOST_ROWS]
    rounding = _votes if table is Table.VOTES else _rounded
    return [Figure(key, rounding(numbers)) for key, numbers in rows]


def rounded(number: int) -> int | None:
    """Return a number as it may be told: to the nearest five; None for one to four."""
    if 0 < number < FEWEST:
        return None
    return STEP * ((number + STEP // 2) // STEP)


def _rounded(numbers: Sequence[int]) -> tuple[int | None, ...]:
    return tuple(map(rounded, numbers))


def _votes(numbers: Sequence[int]) -> tuple[int | None, ...]:
    """Return how many voted on an article, and how many of a hundred said that it helped; of few votes neither."""
    helpful, all_votes = numbers[0], sum(numbers)
    told = rounded(all_votes)
    return told, rounded_share(helpful, all_votes) if told else None


def rounded_share(part: int, whole: int) -> int:
    """Return a part in percent, to the nearest five."""
    return STEP * round(PERCENT * part / whole / STEP)
