"""Questions nobody answered: words of searches that found nothing, without whoever searched."""

from datetime import date
from typing import Annotated

from fastapi import Query

from api.deps import By, Session
from api.v1 import examples
from api.v1.documentation import answers, new_routes
from api.v1.inputs import WholeNumber
from api.v1.outputs import Output
from api.v1.paging import MOST, USUAL, Page
from content.desk import search_words

routes = new_routes("/unanswered", tag="synonyms")


class UnansweredWord(Output):
    """A word that searches asked for in vain, in even spelling, on so many different days."""

    language: str
    word: str
    days: int
    last_day: date


@routes.get("", summary="List questions nobody answered", responses=answers(examples.UNANSWERED_PAGE))
async def show_list(
    by: By, session: Session,
    limit: Annotated[int, Query(ge=1, le=MOST, description="how many rows"), WholeNumber] = USUAL,
) -> Page[UnansweredWord]:  # fmt: skip
    """List the words that found nothing on the most days and mean nothing else yet. Editors may; there is one page."""
    rows, _ = await search_words.unanswered(session, by=by, limit=limit)
    return Page[UnansweredWord](items=[UnansweredWord.model_validate(row) for row in rows], next=None)
