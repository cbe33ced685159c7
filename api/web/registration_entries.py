"""Entering people at the desk: one by one from a form on paper, or as a list; and the list of who is to come."""

import asyncio
import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, Form, Path, Request, UploadFile
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn
from api.form_data import typed_in
from api.problems import status_of, told
from api.services import Services
from api.web.pages import page, to
from api.web.registration_words import answer as answer_of
from content.bodies import SLUG
from content.catalogue import Catalogue
from content.desk.sheet_guard import MOST_BYTES
from content.form_shapes import QuestionModel
from core.crypto import WrongSeal
from core.errors import RuleBroken
from core.i18n import LANGUAGES, Words
from registrations import form_fields, provinces, scopes, standings
from registrations.desk import attending, entering, workbook
from registrations.desk.entering import Row, WrongForm
from registrations.desk.workbook import ListRefused
from registrations.forms import Asked, texts_of
from staff.actors import Actor, Role

routes = APIRouter(include_in_schema=False)
UNDERSTOOD = {"choice", "choices", "country", "date", "province", "regency"}  # not taken as it was typed, nor a name
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Slug = Annotated[str, Path(pattern=f"^{SLUG}$")]
Language = Annotated[str, Form(pattern=f"^({'|'.join(LANGUAGES)})$")]


async def _titles(session: AsyncSession, live: Catalogue, words: Words, by: Actor) -> dict[str, str]:
    slugs = await scopes.programmes_of(session, by=by)
    return {slug: standings.desk_title(live, slug, words.language) for slug in slugs}


@routes.get("/registrations/enter")
async def choose(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live
) -> Response:
    """Ask for which programme somebody is entered."""
    titles = await _titles(session, live, words, by)
    return page(request, "registration_choose.html", words, visitor, programmes=titles)


@routes.get("/registrations/enter/{slug}")
async def show_form(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live, now: Now, slug: Slug
) -> Response:
    """Show a programme's form, to be filled in for somebody."""
    _programme, asked = await entering.form_of(session, slug, by=by)
    title, empty = standings.desk_title(live, slug, words.language), form_fields.fields(asked, {}, {}, words)
    return page(
        request, "registration_enter.html", words, visitor, slug=slug, title=title, fields=empty, error="",
        chosen=words.language, entry=uuid4().hex,
    )  # fmt: skip


@routes.post("/registrations/enter/{slug}")
async def enter(
    request: Request, visitor: SignedIn, by: By, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    slug: Slug, language: Language, entry: Annotated[str, Form(pattern=r"^([0-9a-f]{32})?$")] = "",
) -> Response:  # fmt: skip
    """Enter somebody; where something is wrong the page says what, and keeps what was typed."""
    typed = typed_in(await request.form())
    try:
        async with session.begin_nested():
            registration = await entering.enter(
                session, parts.vault, slug=slug, typed=typed, language=language, by=by, now=now, entry_id=entry
            )
    except RuleBroken as broken:
        wrong = broken.wrong if isinstance(broken, WrongForm) else {}
        error = told(wrong.get("", broken), words)
        _programme, asked = await entering.form_of(session, slug, by=by)
        return page(
            request, "registration_enter.html", words, visitor, status=status_of(broken), slug=slug,
            title=standings.desk_title(live, slug, words.language), error=error, chosen=language, entry=entry,
            fields=form_fields.fields(asked, typed, wrong, words),
        )  # fmt: skip
    return to(f"/registrations/{registration.id}")


@routes.get("/registrations/enter/{slug}/sheet")
async def empty_sheet(by: By, session: Session, now: Now, words: DeskWords, slug: Slug) -> Response:
    """Give an empty workbook with a column for each question."""
    _programme, asked = await entering.form_of(session, slug, by=by)
    written = await asyncio.to_thread(workbook.empty, asked, words.language)
    headers = {"content-disposition": f'attachment; filename="bekal-{slug}.xlsx"'}
    return Response(written, media_type=MEDIA_TYPE, headers=headers)


@routes.post("/registrations/enter/{slug}/sheet")
async def check_sheet(
    request: Request, visitor: SignedIn, by: By, parts: Parts, words: DeskWords, now: Now, slug: Slug,
    language: Language = "id", file: UploadFile | None = None,
) -> Response:  # fmt: skip
    """Show what would become of a list. Nobody is entered; the rows wait in the page, sealed.

    The workbook is read while no transaction is open: nobody waits for it.
    """
    by.require(Role.REGISTRAR)
    content = await file.read(MOST_BYTES + 1) if file else b""
    if not content:
        raise ListRefused("Choose the workbook that you filled in.")
    async with parts.database.reading_session() as session:
        _programme, asked = await entering.form_of(session, slug, by=by)
    rows = await asyncio.to_thread(workbook.read, content, asked)
    async with parts.database.session() as session:
        checked = await entering.check_all(session, parts.vault, slug=slug, rows=rows, by=by, now=now)
        live = await parts.catalogue.current(await session.connection())
    carried = _sealed(parts, by, slug, language, rows)
    return _sheet_page(request, visitor, words, live, slug, asked, checked, carried=carried)


@routes.post("/registrations/enter/{slug}/list")
async def enter_list(
    request: Request, visitor: SignedIn, by: By, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    slug: Slug, carried: Annotated[str, Form(max_length=8 * MOST_BYTES)],
) -> Response:  # fmt: skip
    """Enter everybody of the list that was checked, or nobody; once, however often it is sent."""
    by.require(Role.REGISTRAR)
    list_id, language, rows = _opened(parts, by, slug, carried)
    try:
        async with session.begin_nested():
            await entering.enter_all(
                session, parts.vault, slug=slug, rows=rows, language=language, list_id=list_id, by=by, now=now
            )
    except RuleBroken as broken:
        checked = await entering.check_all(session, parts.vault, slug=slug, rows=rows, by=by, now=now)
        _programme, asked = await entering.form_of(session, slug, by=by)
        return _sheet_page(
            request, visitor, words, live, slug, asked, checked, carried="", error=told(broken, words),
            status=status_of(broken),
        )  # fmt: skip
    return to(f"/registrations?programme={slug}&order=number&descending=true", done="entered")


def _sheet_page(
    request: Request, visitor: SignedIn, words: Words, live: Catalogue, slug: str, asked: Asked, rows: Sequence[Row], *,
    carried: str, error: str = "", status: int = 200,
) -> Response:  # fmt: skip
    wrong = [(row.number, _faults(asked, row.wrong, words)) for row in rows if row.wrong]
    columns = [each for each in asked.questions if each.type in UNDERSTOOD and not each.sensitive]
    meant = [
        (row.number, _same(row, words), [answer_of(each, row.given.get(each.code, ""), words) for each in columns])
        for row in (rows if carried and not wrong else ())
    ]
    answer = page(
        request, "registration_list.html", words, visitor, status=status, slug=slug, error=error,
        title=standings.desk_title(live, slug, words.language), wrong=wrong, right=len(rows) - len(wrong),
        carried="" if wrong else carried, meant=meant,
        columns=[(each.code, texts_of(each, words.language).question) for each in columns],
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _same(row: Row, words: Words) -> list[str]:
    """Return who has the same phone number, by references and rows."""
    return [*row.same, *(words.gettext("row {number}").format(number=number) for number in row.also)]


def _faults(asked: Asked, wrong: Mapping[str, RuleBroken], words: Words) -> list[str]:
    """Return what is wrong with a row, each beside the code and the words of its question."""
    questions = {question.code: question for question in asked.questions}
    return [_fault(questions.get(code), broken, words) for code, broken in wrong.items()]


def _fault(question: QuestionModel | None, broken: RuleBroken, words: Words) -> str:
    """Return what is wrong with an answer, and what it can be instead where that is a short list."""
    if question is None:
        return told(broken, words)
    said = f"{question.code} ({texts_of(question, words.language).question}): {told(broken, words)}"
    possible = ", ".join(form_fields.possible(question, broken, words.language))
    return words.gettext("{said} Possible: {answers}.").format(said=said, answers=possible) if possible else said


def _sealed(parts: Services, by: Actor, slug: str, language: str, rows: Sequence[Row]) -> str:
    exact = json.dumps([uuid4().hex, language, [[row.number, row.typed] for row in rows]], ensure_ascii=False).encode()
    return base64.urlsafe_b64encode(parts.vault.seal(exact, place=_place(by, slug))).decode()


def _opened(parts: Services, by: Actor, slug: str, carried: str) -> tuple[str, str, list[Row]]:
    try:
        sealed = base64.b64decode(carried, altchars=b"-_", validate=True)
        list_id, language, rows = json.loads(parts.vault.open(sealed, place=_place(by, slug)))
    except (binascii.Error, ValueError, WrongSeal):
        raise ListRefused("This is not the list that was checked. Choose the workbook again.") from None
    return list_id, language, [Row(number, typed) for number, typed in rows]


def _place(by: Actor, slug: str) -> str:
    return f"list of people:{slug}:{by.account_id}"


@routes.get("/registrations/attendance")
async def choose_attendance(
    request: Request, visitor: SignedIn, by: By, session: Session, words: DeskWords, live: Live
) -> Response:
    """Ask for which programme the attendance sheet is."""
    return page(
        request, "registration_attendance.html", words, visitor, programmes=await _titles(session, live, words, by),
        provinces=provinces.all_names(), sheet=None, title="",
    )  # fmt: skip


@routes.post("/registrations/attendance")
async def attendance(
    request: Request, visitor: SignedIn, by: By, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    programme: Annotated[str, Form(pattern=f"^{SLUG}$")],
    province: Annotated[str, Form(pattern=r"^([0-9]{2})?$")] = "",
) -> Response:  # fmt: skip
    """Show the sheet: whom a place was given to, by name. Each name that is read is an audit row."""
    sheet = await attending.sheet(session, parts.vault, slug=programme, province=province, by=by, now=now)
    answer = page(
        request, "registration_attendance.html", words, visitor, programmes=await _titles(session, live, words, by),
        provinces=provinces.all_names(), sheet=sheet, title=standings.desk_title(live, programme, words.language),
    )  # fmt: skip
    answer.headers["Cache-Control"] = "no-store"
    return answer
