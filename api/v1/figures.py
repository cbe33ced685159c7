"""The figures: what was read, looked for and found helpful, as sums in which nobody can be found."""

from datetime import date
from typing import Annotated

from fastapi import Query

from api.deps import By, Now, Session
from api.v1 import examples, inputs
from api.v1.documentation import answers, new_routes
from api.v1.inputs import WholeNumber
from api.v1.outputs import Output
from content.desk import figures
from content.desk.figures import Table
from content.desk.rules import WrongState

routes = new_routes("/figures", tag="figures")
Day = Annotated[str, Query(pattern=inputs.DAY_OR_NONE)]


class FigureRow(Output):
    """One row: its topic, article, language, country, stage or day ("" where unknown), and a number per column.

    Numbers are rounded to the nearest five; null is one to four.
    """

    key: str
    numbers: dict[str, int | None]


class FigureTable(Output):
    """One table of a period, whose first and last day are included, in UTC."""

    table: Table
    since: date
    until: date
    language: str
    columns: list[str]
    rows: list[FigureRow]


@routes.get("", summary="Tell the figures of a table", responses=answers(examples.FIGURES))
async def show(
    _: By, session: Session, now: Now,
    table: Annotated[Table, Query(description="what is told, and by what it is told apart")] = Table.TOPICS,
    days: Annotated[
        int, Query(ge=1, le=figures.MOST_DAYS, description="how many, up to `until`, without `since`"), WholeNumber
    ] = figures.USUAL_DAYS,
    since: Day = "", until: Day = "",
    language: Annotated[str, Query(max_length=8, pattern=f"^({inputs.OF_OURS})?$", description="of readers")] = "",
) -> FigureTable:  # fmt: skip
    """Tell at most 500 rows: days in their order, others with the largest number first."""
    within = figures.period(now.date(), days=days, since=_read(since), until=_read(until))
    rows = (await figures.of_tables(session, [table], within, language=language))[table]
    columns = [str(column) for column in figures.COLUMNS[table]]
    return FigureTable(
        table=table, since=within.since, until=within.until, language=language, columns=columns,
        rows=[FigureRow(key=row.key, numbers=dict(zip(columns, row.numbers, strict=True))) for row in rows],
    )  # fmt: skip


def _read(day: str) -> date | None:
    """Return a day; raise WrongState for the 29th of February in most years."""
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        raise WrongState("There is no such day.") from None
