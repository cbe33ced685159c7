"""The figures of the desk: what was read, looked for and found helpful, as sums in which nobody can be found.

Every number is rounded to the nearest five, and one to four are only told as few: so neither totals, nor two filters or
two periods, give a small number away by subtraction. docs/decisions/0007-figures.md
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, select
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


async def of_table(session: AsyncSession, table: Table, within: Period, *, language: str = "") -> list[Figure]:
    """Return the rows of a table, rounded: days in their order, others with the largest number first, at most 500.

    `language` leaves what readers of one language did.
    """
    summed = _summed(table, within, language)
    key, joined = _key(table, summed)
    sums = [func.sum(case((summed.c.what == what, summed.c.number), else_=0)) for what in COUNTED[table]]
    query = joined.add_columns(key, *sums).group_by(key).order_by(func.sum(summed.c.number).desc(), key)
    found = {
        str(row[0] or ""): [int(number) for number in row[1:]] for row in await session.execute(query.limit(MOST_ROWS))
    }
    if table in BY_DAY:
        nothing = [0] * len(sums)
        found = {day.isoformat(): found.get(day.isoformat(), nothing) for day in within.days}
    told = _votes if table is Table.VOTES else _rounded
    return [Figure(key, told(numbers)) for key, numbers in found.items()]


def _summed(table: Table, within: Period, language: str) -> Subquery:
    """Sum what was counted by what a table tells apart, before anything is looked up for it."""
    keys = {
        Table.LANGUAGES: DailyCount.language, Table.COUNTRIES: DailyCount.country, Table.STAGES: DailyCount.stage,
        Table.DAYS: DailyCount.day, Table.SEARCHES: DailyCount.day,
    }  # fmt: skip
    key: Any = keys.get(table, DailyCount.subject)
    query = (
        select(DailyCount.what, key.label("key"), func.sum(DailyCount.number).label("number"))
        .where(DailyCount.what.in_(COUNTED[table]), DailyCount.day.between(within.since, within.until))
        .group_by(DailyCount.what, key)
    )
    return (query.where(DailyCount.language == language) if language else query).subquery()


def _key(table: Table, summed: Subquery) -> tuple[ColumnElement[Any], Select[Any]]:
    """Return by what the rows of a table are told apart, and from what they are selected: articles by their topic."""
    if table is not Table.TOPICS:
        return summed.c.key, select().select_from(summed)
    of_article = and_(summed.c.what == What.READ, Entry.slug == summed.c.key, Entry.kind == EntryKind.ARTICLE)
    joined = (
        select()
        .select_from(summed)
        .outerjoin(Entry, of_article)
        .outerjoin(Article, Article.id == Entry.id)
        .outerjoin(Topic, Topic.id == Article.topic_id)
    )
    return case((summed.c.what == What.TOPIC, summed.c.key), else_=Topic.slug), joined


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
