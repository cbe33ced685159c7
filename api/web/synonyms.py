"""Search words: what people type, and what it also means. What is saved here is live at once."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Path, Query, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import DeskWords, Now, Session, SignedIn, Visitor
from api.problems import status_of, told
from api.web.meanwhile import Differing, differing
from api.web.pages import PAGE_ROWS, list_page, page, to
from content.desk import fingerprints, search_words
from content.desk.rules import Conflict, WrongState
from content.synonyms import Synonym
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
Code = Annotated[str, Form(max_length=8, pattern=r"^[a-z]*$")]
Word = Annotated[str, Form(max_length=200)]
Meanings = Annotated[str, Form(max_length=2000)]
Seen = Annotated[str, Form(max_length=64)]  # without it nothing is written over: it counts as another's
Number = Annotated[int, Path(ge=1, le=2**53)]


@routes.get("/synonyms")
async def show_list(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords,
    language: Annotated[str, Query(max_length=8)] = SOURCE_LANGUAGE,
    search: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
    order: Literal["word"] = "word", descending: bool = False,
    number: Annotated[int, Query(ge=1, le=100000, alias="page")] = 1,
    word: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
) -> Response:  # fmt: skip
    """List the words of a language; `word` is filled in where one is added."""
    return await _list(
        request, visitor, session, words, language, search=search, descending=descending, number=number, word=word
    )


async def _list(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, language: str, *, search: str = "",
    descending: bool = False, number: int = 1, word: str = "", meanings: str = "", error: str = "",
) -> Response:  # fmt: skip
    code = language if language in LANGUAGES else SOURCE_LANGUAGE
    rows, count = await search_words.by_word(
        session, language=code, search=search, descending=descending, limit=PAGE_ROWS,
        offset=(number - 1) * PAGE_ROWS,
    )  # fmt: skip
    return list_page(
        request, "synonyms.html", words, visitor, status=422 if error else 200, rows=rows, count=count, number=number,
        rows_a_page=PAGE_ROWS, chosen=code, search=search, descending=descending, word=word, meanings=meanings,
        error=error, may_write=visitor.actor.has(Role.EDITOR),
    )  # fmt: skip


@routes.post("/synonyms")
async def add(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, language: Code,
    word: Word = "", meanings: Meanings = "",
) -> Response:  # fmt: skip
    """Add a word; one that is there already is changed on its own page."""
    try:
        await search_words.add(
            session, language=language, word=word, meanings=_lines(meanings), by=visitor.actor, now=now
        )
    except WrongState as broken:
        error = told(broken, words)
        return await _list(request, visitor, session, words, language, word=word, meanings=meanings, error=error)
    return to(f"/synonyms?language={language}")


@routes.get("/synonyms/{synonym_id}")
async def show(request: Request, visitor: SignedIn, session: Session, words: DeskWords, synonym_id: Number) -> Response:
    """Show a word with its meanings."""
    row = await search_words.get(session, synonym_id)
    seen = fingerprints.of_meanings(row.meanings)
    return _form(request, visitor, words, row, "\n".join(row.meanings), seen=seen)


def _form(
    request: Request, visitor: Visitor, words: Words, row: Synonym, meanings: str, *, seen: str, status: int = 200,
    error: str = "", problem: str = "", meanwhile: Sequence[Differing] = (),
) -> Response:  # fmt: skip
    return page(
        request, "synonym.html", words, visitor, status=status, row=row, meanings=meanings, seen=seen, error=error,
        problem=problem, meanwhile_saved=meanwhile, may_write=visitor.actor.has(Role.EDITOR),
    )  # fmt: skip


async def _overtaken(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, synonym_id: int, typed: list[str] | None,
    conflict: Conflict,
) -> Response:  # fmt: skip
    """Show what somebody else saved meanwhile, and what was typed on top of it; None: nothing was typed."""
    row = await search_words.get(session, synonym_id)
    theirs, yours = "\n".join(row.meanings), "\n".join(row.meanings if typed is None else typed)
    field = Differing(words.gettext("Also means, one in a line"), theirs, yours, row.language)
    return _form(
        request, visitor, words, row, yours, seen=fingerprints.of_meanings(row.meanings), status=status_of(conflict),
        problem=told(conflict, words), meanwhile=differing([field]),
    )  # fmt: skip


@routes.post("/synonyms/{synonym_id}")
async def change(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, synonym_id: Number,
    meanings: Meanings = "", seen: Seen = "",
) -> Response:  # fmt: skip
    """Say anew what a word also means."""
    row = await search_words.get(session, synonym_id)
    try:
        await search_words.put(
            session, language=row.language, word=row.word, meanings=_lines(meanings), seen=seen, by=visitor.actor,
            now=now,
        )  # fmt: skip
    except WrongState as broken:
        return _form(request, visitor, words, row, meanings, seen=seen, status=422, error=told(broken, words))
    except Conflict as conflict:
        return await _overtaken(request, visitor, session, words, synonym_id, _lines(meanings), conflict)
    return to(f"/synonyms?language={row.language}")


@routes.post("/synonyms/{synonym_id}/take-away")
async def take_away(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, synonym_id: Number,
    seen: Seen = "",
) -> Response:  # fmt: skip
    """Let a word mean only itself from now on."""
    row = await search_words.get(session, synonym_id)
    try:
        await search_words.take_away(session, synonym_id=synonym_id, seen=seen, by=visitor.actor, now=now)
    except Conflict as conflict:
        return await _overtaken(request, visitor, session, words, synonym_id, None, conflict)
    return to(f"/synonyms?language={row.language}")


def _lines(typed: str) -> list[str]:
    return [line for line in typed.splitlines() if line.strip()]
