"""Forms: the questions that a programme asks. They are worked on as a draft, tried as on a phone, and published."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData
from starlette.responses import Response

from api import previews
from api.deps import By, DeskWords, Live, Now, Parts, Session, SignedIn, Visitor
from api.previews import messages
from api.problems import status_of, told, told_at_fields
from api.web import programme_words
from api.web.meanwhile import Differing
from api.web.pages import page, to
from api.web.programmes import all_programmes
from content.bodies import SLUG
from content.desk import fingerprints, forms
from content.desk.rules import Conflict, NotReady, WrongState
from content.form_rules import CHOICES
from content.form_shapes import QuestionModel
from content.programmes import Form as FormRow
from core import i18n
from core.clock import today_at
from core.errors import RuleBroken
from core.i18n import LANGUAGES, SOURCE_LANGUAGE, Words
from core.words import letters
from registrations import answers, form_fields, form_screens
from registrations.answers import NO, YES
from registrations.forms import Asked, Filling
from staff.actors import Role

routes = APIRouter(include_in_schema=False)
Slug = Annotated[str, Path(pattern=f"^{SLUG}$")]
Seen = Annotated[str, Form(max_length=64)]
Index = Annotated[int, Path(ge=0, le=1000)]
Language = Annotated[str, Query(pattern=f"^({'|'.join(LANGUAGES)})$")]
TEXTS = ("question", "help", "why", "error")
SPARE_OPTIONS = 3
OPTION = re.compile(r"option\.([0-9]{1,3})\.")


@routes.post("/forms")
async def add(
    request: Request, visitor: SignedIn, parts: Parts, session: Session, words: DeskWords, live: Live, now: Now,
    slug: Annotated[str, Form(max_length=40)] = "",
) -> Response:  # fmt: skip
    """Add a form without questions; a name that it cannot have is told, and stays to be mended."""
    try:
        await forms.add(session, slug, by=visitor.actor, now=now)
    except WrongState as broken:
        return await all_programmes(
            request, visitor, parts, session, words, live, status=status_of(broken), new_form=slug,
            error=told(broken, words),
        )  # fmt: skip
    return to(f"/forms/{slug}")


@routes.get("/forms/{slug}")
async def show(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: Slug,
    language: Language = SOURCE_LANGUAGE,
) -> Response:  # fmt: skip
    """Show the questions of a form as they are worked on, each as a phone shows it."""
    return await _page(request, visitor, session, words, now, slug, language=language)


async def _page(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, now: datetime, slug: str, *,
    language: str = SOURCE_LANGUAGE, problem: str = "", faults: tuple[str, ...] = (), status: int = 200,
) -> Response:  # fmt: skip
    form = await forms.find(session, slug)
    kept = forms.draft_of(form)
    questions = forms.questions_of(kept)
    return page(
        request, "form_edit.html", words, visitor, status=status, form=form, questions=questions,
        types=programme_words.types(words), seen=fingerprints.of_questions(kept), shown_in=language, problem=problem,
        faults=faults, previews=[previews.of_question(questions, each, language, now=now) for each in questions],
        may_write=visitor.actor.has(Role.EDITOR), untranslated=forms.untranslated(questions),
        unexplained=forms.unexplained(questions), is_nameless=forms.is_nameless(questions),
    )  # fmt: skip


@routes.get("/forms/{slug}/questions/new")
async def show_new_question(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, slug: Slug
) -> Response:
    """Show an empty question."""
    visitor.actor.require(Role.EDITOR)
    form = await forms.find(session, slug)
    seen = fingerprints.of_questions(forms.draft_of(form))
    return _question_page(request, visitor, words, form, None, {"type": "short_text", "required": "yes"}, seen=seen)


@routes.get("/forms/{slug}/questions/{index}")
async def show_question(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, slug: Slug, index: Index
) -> Response:
    """Show a question."""
    form = await forms.find(session, slug)
    kept = forms.draft_of(form)
    if index >= len(kept):
        return to(f"/forms/{slug}")
    typed = _typed(forms.questions_of(kept)[index])
    return _question_page(request, visitor, words, form, index, typed, seen=fingerprints.of_questions(kept))


def _question_page(
    request: Request, visitor: Visitor, words: Words, form: FormRow, index: int | None, typed: Mapping[str, str], *,
    seen: str, errors: Mapping[str, str] | None = None, problem: str = "", meanwhile: Sequence[Differing] = (),
    status: int = 200,
) -> Response:  # fmt: skip
    count = max((int(found[1]) + 1 for name in typed if (found := OPTION.match(name))), default=0)
    return page(
        request, "question.html", words, visitor, status=status, form=form, index=index, typed=typed, seen=seen,
        errors=defaultdict(str, errors or {}), problem=problem, types=programme_words.types(words),
        texts=programme_words.texts(words), options=range(count + SPARE_OPTIONS),
        may_write=visitor.actor.has(Role.EDITOR), meanwhile_saved=meanwhile,
    )  # fmt: skip


@routes.post("/forms/{slug}/questions/new")
async def add_question(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: Slug, seen: Seen = ""
) -> Response:
    """Put a question behind the last."""
    return await _save(request, visitor, session, words, now, slug, None, seen)


@routes.post("/forms/{slug}/questions/{index}")
async def change_question(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: Slug, index: Index,
    seen: Seen = "",
) -> Response:  # fmt: skip
    """Put a question in the place of one."""
    return await _save(request, visitor, session, words, now, slug, index, seen)


async def _save(
    request: Request, visitor: Visitor, session: AsyncSession, words: Words, now: datetime, slug: str,
    index: int | None, seen: str,
) -> Response:  # fmt: skip
    typed, _ = _fields(await request.form()), words.gettext
    errors, problem, status, meanwhile = dict[str, str](), "", 422, list[Differing]()
    try:
        question = QuestionModel.model_validate(_values(typed))
        async with session.begin_nested():
            await forms.put(session, slug, index, question, seen=seen, by=visitor.actor, now=now)
    except ValidationError as wrong:
        told_at = _field_notes(words)
        errors = {
            (field := str(each["loc"][0])): told_at.get(field, _("This is not right yet.")) for each in wrong.errors()
        }
    except NotReady as broken:
        errors = told_at_fields(broken.faults, words)
    except Conflict as conflict:
        problem, status = told(conflict, words), status_of(conflict)
        kept = forms.draft_of(await forms.find(session, slug))
        seen, meanwhile = fingerprints.of_questions(kept), _differing(kept, index, question, words)
    except WrongState as broken:
        problem = told(broken, words)
    else:
        place = f"#question-{index}" if index is not None else ""
        return to(f"/forms/{slug}{place}", done="question-saved")
    return _question_page(
        request, visitor, words, await forms.find(session, slug), index, typed, seen=seen, errors=errors,
        problem=problem or _("Something is not right yet: see the notes at the fields."), meanwhile=meanwhile,
        status=status,
    )  # fmt: skip


def _differing(kept: Sequence[forms.Kept], index: int | None, question: QuestionModel, words: Words) -> list[Differing]:
    """Return what saving a question would change of the one at its place; of a new one, and where none is: nothing."""
    if index is None or index >= len(kept):
        return []
    return programme_words.questions_differ(_typed(forms.questions_of(kept)[index]), _typed(question), words)


@routes.post("/forms/{slug}/questions/{index}/move")
async def move(
    by: By, session: Session, now: Now, slug: Slug, index: Index, where: Annotated[str, Form(pattern="^(up|down)$")],
    seen: Seen = "",
) -> Response:  # fmt: skip
    """Move a question up or down."""
    await forms.move(session, slug, index, -1 if where == "up" else 1, seen=seen, by=by, now=now)
    return to(f"/forms/{slug}")


@routes.post("/forms/{slug}/questions/{index}/remove")
async def remove(by: By, session: Session, now: Now, slug: Slug, index: Index, seen: Seen = "") -> Response:
    """Take a question out of the draft."""
    await forms.remove(session, slug, index, seen=seen, by=by, now=now)
    return to(f"/forms/{slug}")


@routes.post("/forms/{slug}/discard")
async def discard(by: By, session: Session, now: Now, slug: Slug, seen: Seen = "") -> Response:
    """Drop the draft."""
    await forms.discard(session, slug, seen=seen, by=by, now=now)
    return to(f"/forms/{slug}")


@routes.post("/forms/{slug}/publish")
async def publish(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: Slug, seen: Seen = ""
) -> Response:
    """Ask the draft from now on; where something is wrong the page says what."""
    try:
        await forms.publish(session, slug, seen=seen, by=visitor.actor, now=now)
    except NotReady as broken:
        problem = words.gettext("This form cannot be published yet.")
        faults = tuple(told(fault, words) for fault in broken.faults)
        return await _page(request, visitor, session, words, now, slug, problem=problem, faults=faults, status=422)
    return to(f"/forms/{slug}")


@routes.post("/forms/{slug}/try")
async def try_it(
    request: Request, visitor: SignedIn, session: Session, words: DeskWords, now: Now, slug: Slug,
    language: Annotated[str, Form(pattern=f"^({'|'.join(LANGUAGES)})$")] = SOURCE_LANGUAGE,
    given: Annotated[str, Form(max_length=100_000)] = "{}", typed: Annotated[str, Form(max_length=1000)] = "",
    skip: Annotated[str, Form(pattern="^(yes)?$")] = "",
) -> Response:  # fmt: skip
    """Ask one question after the other as on a phone, and read the answers as the chat does. Nothing is kept."""
    questions = forms.questions_of(forms.draft_of(await forms.find(session, slug)))
    asked, hers, so_far = Asked(0, questions), i18n.words(language), _so_far(given, questions)
    answered, note, among = asked.next(so_far), "", tuple[str, ...]()
    if answered and (typed.strip() or (skip and not answered.required)):
        try:
            today, province = today_at(now), asked.province_for(so_far, answered.code)
            value = "" if skip else _tapped(Filling("-", asked, so_far), answered, typed, hers)
            value = value if skip or value else answers.read(answered, typed, province=province, today=today)
            so_far |= {answered.code: value}
        except RuleBroken as broken:
            among = getattr(broken, "codes", ())
            note = form_fields.said_of(answered, broken, hers)
    filling, found = Filling("-", asked, so_far), asked.next(so_far)
    shown = (
        form_screens.question(filling, found, words=hers, note=note, among=among)
        if found
        else form_screens.summary(filling, words=hers)
    )
    return page(
        request, "form_try.html", words, visitor, slug=slug, shown_in=language, given=json.dumps(so_far), found=found,
        preview=messages([shown], now=now),
    )  # fmt: skip


def _tapped(filling: Filling, found: QuestionModel, typed: str, words: Words) -> str:
    """Return the answer of the button of which somebody wrote the words, as the chat takes it; else nothing."""
    shown = form_screens.question(filling, found, words=words)
    named = (button.target for row in shown.rows for button in row if letters(button.label) == letters(typed))
    answer = next(named, "").rpartition(":")[2]
    return answer if found.type in {"consent", "yes_no"} and answer in {YES, NO} else ""


def _so_far(given: str, questions: tuple[QuestionModel, ...]) -> dict[str, str]:
    """Return the answers that the page of a trial holds; what is none of them counts as none."""
    try:
        held = json.loads(given)
    except ValueError:
        return {}
    codes = {question.code for question in questions}
    pairs = held.items() if isinstance(held, dict) else ()
    return {code: value for code, value in pairs if code in codes and isinstance(value, str)}


def _fields(form: FormData) -> dict[str, str]:
    return {name: value.replace("\r\n", "\n") for name, value in form.multi_items() if isinstance(value, str)}


def _values(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return what was typed as QuestionModel takes it.

    The fields: text.<which>.<language>, option.<n>.code, option.<n>.<language>, shown_if.question, shown_if.is.
    """
    kind = typed.get("type", "")
    texts = {
        code: filled
        for code in LANGUAGES
        if (filled := {name: typed[key] for name in TEXTS if typed.get(key := f"text.{name}.{code}", "").strip()})
    }
    values: dict[str, Any] = {
        "code": typed.get("code", ""), "type": kind, "required": typed.get("required") == "yes",
        "sensitive": typed.get("sensitive") == "yes", "texts": texts,
        "options": _options(typed) if kind in CHOICES else (),
    }  # fmt: skip
    if kind == "number":
        values |= {name: typed[name] for name in ("least", "most") if typed.get(name, "").strip()}
    if typed.get("shown_if.question", "").strip():
        codes = [code.strip() for code in typed.get("shown_if.is", "").split(",") if code.strip()]
        values["shown_if"] = {"question": typed["shown_if.question"].strip(), "is": codes}
    return values


def _options(typed: Mapping[str, str]) -> list[dict[str, Any]]:
    numbers = sorted(
        {int(name.split(".")[1]) for name in typed if name.startswith("option.") and name.split(".")[1].isdigit()}
    )
    found = []
    for number in numbers:
        labels = {code: typed[key] for code in LANGUAGES if typed.get(key := f"option.{number}.{code}", "").strip()}
        code = typed.get(f"option.{number}.code", "").strip()
        if code or labels:
            found.append({"code": code, "labels": labels})
    return found


def _typed(question: QuestionModel) -> dict[str, str]:
    """Return a question as its form holds it."""
    typed = {
        "code": question.code, "type": question.type, "required": "yes" if question.required else "no",
        "sensitive": "yes" if question.sensitive else "no",
        "least": "" if question.least is None else str(question.least),
        "most": "" if question.most is None else str(question.most),
    }  # fmt: skip
    for language, texts in question.texts.items():
        typed |= {f"text.{name}.{language}": getattr(texts, name) or "" for name in TEXTS}
    for number, option in enumerate(question.options):
        typed |= {f"option.{number}.code": option.code}
        typed |= {f"option.{number}.{language}": label for language, label in option.labels.items()}
    if question.shown_if:
        typed |= {"shown_if.question": question.shown_if.question, "shown_if.is": ", ".join(question.shown_if.is_)}
    return typed


def _field_notes(words: Words) -> dict[str, str]:
    """Return what each field of a question takes, for who wrote something else."""
    _ = words.gettext
    return {
        "code": _("Only small letters a to z, digits and hyphens, at most 40, such as birth-date."),
        "texts": _(
            "Write the question in Indonesian, one line of up to 200 letters. "
            "A language without it is asked in Indonesian."
        ),
        "options": _("Each answer needs a code and a short label."),
        "shown_if": _("Write the codes as they stand at the earlier question, with commas between them."),
        "least": _("Write a whole number, in digits."), "most": _("Write a whole number, in digits."),
    }  # fmt: skip
