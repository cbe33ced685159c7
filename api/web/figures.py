"""The figures: what was read, looked for and found helpful, as charts and tables of the same numbers, and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.deps import DeskWords, Live, Now, Session, SignedIn
from api.problems import told
from api.web import csv_files, figure_words
from api.web.pages import page
from content.catalogue import Catalogue
from content.desk import figures
from content.desk.figures import Figure, Period, Table
from content.desk.rules import WrongState
from core.i18n import LANGUAGES, Words

routes = APIRouter(include_in_schema=False)
CHOICES = (7, 30, 90, 365)
CHARTED = 15  # bars: more of them nobody compares
HEADINGS = ("table", "key", "name", "column", "number")
FEW = f"<{figures.FEWEST}"
KEY = "name"
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(9000, 1, 1)
Day = Annotated[str, Query(max_length=10)]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for: the last so many days, or two days and all between them; in all languages or one."""

    days: Annotated[int, Query(ge=1, le=figures.MOST_DAYS)] = figures.USUAL_DAYS
    since: Day = ""
    until: Day = ""
    language: Annotated[str, Query(max_length=8)] = ""

    def period(self, today: date) -> Period:
        """Return the days; raise WrongState."""
        return figures.period(today, days=self.days, since=_day(self.since), until=_day(self.until))

    @property
    def code(self) -> str:
        """The language, if it is one of ours."""
        return self.language if self.language in LANGUAGES else ""


def _day(written: str) -> date | None:
    """Return the day that a field holds; None for what is no day of a calendar in use."""
    try:
        found = date.fromisoformat(written)
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None


Asked = Annotated[Filters, Depends()]


@routes.get("/figures")
async def show(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, live: Live, asked: Asked,
    order: Annotated[str, Query(max_length=40)] = "", descending: bool = False,
) -> Response:  # fmt: skip
    """Show every table, one of them sorted as `order` says: its name, a dot, and a column."""
    error, within = "", figures.period(now.date())
    try:
        within = asked.period(now.date())
    except WrongState as broken:
        error = told(broken, words)
    found = await figures.of_tables(session, figure_words.titles(words), within, language=asked.code)
    tables = [_shown(table, rows, words, live, order=order, descending=descending) for table, rows in found.items()]
    return page(
        request, "figures.html", words, visitor, status=422 if error else 200, error=error, tables=tables,
        within=within, asked=asked, choices=CHOICES, is_own=bool(asked.since or asked.until), order=order,
        descending=descending, kept=_query(asked, within),
    )  # fmt: skip


def _query(asked: Filters, within: Period) -> str:
    """Return the filters as an address holds them."""
    chosen = {"language": asked.code}
    if asked.since or asked.until:
        return urlencode({"since": within.since, "until": within.until} | chosen)
    return urlencode({"days": asked.days} | chosen)


def _shown(
    table: Table, rows: Sequence[Figure], words: Words, live: Catalogue, *, order: str, descending: bool
) -> dict[str, Any]:
    columns = figures.COLUMNS[table]
    named = [(figure_words.row_title(table, row.key, words, live), row) for row in rows]
    which, _, column = order.partition(".")
    cells = [
        (name, [figure_words.number(one, told, words) for one, told in zip(columns, row.numbers, strict=True)])
        for name, row in _sorted(named, columns, column if which == table else "", table, descending)
    ]
    return {
        "id": table.value, "title": figure_words.titles(words)[table], "rows": cells,
        "key_title": figure_words.key_titles(words)[table],
        "columns": [(KEY, figure_words.key_titles(words)[table]), *_column_titles(columns, words)],
        "chart": _chart(table, named, words),
    }  # fmt: skip


def _column_titles(columns: Sequence[str], words: Words) -> list[tuple[str, str]]:
    return [(str(column), figure_words.column_titles(words)[column]) for column in columns]


def _sorted(
    named: list[tuple[str, Figure]], columns: Sequence[str], column: str, table: Table, descending: bool
) -> list[tuple[str, Figure]]:
    """Return rows by the column that is asked for, as their numbers are told; else as they are."""
    if column == KEY:
        by_day = table in figures.BY_DAY
        return sorted(named, key=lambda one: one[1].key if by_day else one[0].casefold(), reverse=descending)
    if column not in columns:
        return named
    at = list(columns).index(column)
    return sorted(named, key=lambda one: _size(one[1].numbers[at]), reverse=descending)


def _size(told: int | None) -> float:
    return figures.FEWEST / 2 if told is None else told


def _chart(table: Table, named: list[tuple[str, Figure]], words: Words) -> dict[str, Any]:
    """Return what the script draws: lines over days, else bars of the first rows. A few is drawn as nothing."""
    is_line = table in figures.BY_DAY
    drawn = named if is_line else named[:CHARTED]
    columns = [column for column in figures.COLUMNS[table] if column != figures.VOTES]
    at = [figures.COLUMNS[table].index(column) for column in columns]
    series = [
        {"label": figure_words.column_titles(words)[column], "numbers": [row.numbers[index] for _, row in drawn]}
        for column, index in zip(columns, at, strict=True)
    ]
    return {
        "kind": "line" if is_line else "bar", "labels": [name for name, _ in drawn], "series": series,
        "most": figures.PERCENT if table is Table.VOTES else None,
    }  # fmt: skip


@routes.get("/figures.csv")
async def export(_: SignedIn, session: Session, words: DeskWords, now: Now, live: Live, asked: Asked) -> Response:
    """Give the numbers of the page as a file, each in a line of its own."""
    within = asked.period(now.date())
    tables = await figures.of_tables(session, figure_words.titles(words), within, language=asked.code)
    lines = [HEADINGS, *(line for table, rows in tables.items() for line in _lines(table, rows, words, live))]
    name = f"bekal-figures-{within.since}-{within.until}.csv"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(csv_files.written(lines), media_type="text/csv; charset=utf-8", headers=headers)


def _lines(table: Table, rows: Sequence[Figure], words: Words, live: Catalogue) -> Iterator[tuple[object, ...]]:
    for row in rows:
        name = row.key if table in figures.BY_DAY else figure_words.row_title(table, row.key, words, live)
        for column, told_number in zip(figures.COLUMNS[table], row.numbers, strict=True):
            yield table.value, row.key, name, str(column), FEW if told_number is None else told_number
