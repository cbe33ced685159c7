"""Forms: the questions that a programme asks. They are worked on as a draft, and published."""

from typing import Annotated

from fastapi import Path, Query
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api import previews
from api.deps import By, Now, Session
from api.v1 import conditional, inputs, paging, programme_shapes
from api.v1 import sign_up_examples as examples
from api.v1.conditional import Seen
from api.v1.documentation import answers, new_routes
from api.v1.idempotency import Create
from api.v1.inputs import Nothing, SlugPath, WholeNumber
from api.v1.paging import Asking, Page
from api.v1.programme_shapes import FormDetail, FormPreview, FormRow, QuestionPreview
from content.desk import fingerprints, forms
from content.programmes import Form
from core.i18n import SOURCE_LANGUAGE

routes = new_routes("/forms", tag="forms")
A_QUESTION = "/{slug}/questions/{index}"
Index = Annotated[int, Path(ge=0, le=1000, description="its place in the draft, from 0"), WholeNumber]


@routes.get("", summary="List forms", responses=answers(examples.FORM_PAGE))
async def show_list(_: By, session: Session, asking: Asking) -> Page[FormRow]:
    """List the forms by id."""
    rows = await forms.listed_after(session, after=asking.after, limit=asking.limit + 1)
    return paging.page(rows, asking, id_of=lambda row: row.id, shown=_row)


def _row(form: Form) -> FormRow:
    return FormRow(
        slug=form.slug, questions=len(form.questions), has_draft=form.draft is not None, missing=form.missing
    )


@routes.post(
    "", status_code=201, summary="Add a form", response_model=FormDetail,
    responses=answers(examples.EMPTY_FORM, status=201),
)  # fmt: skip
async def add(
    by: By, session: Session, now: Now, create: Create,
    body: Annotated[programme_shapes.NewForm, examples.NEW_FORM],
) -> Response:  # fmt: skip
    """Add a form without questions. Editors may."""

    async def make() -> FormDetail:
        await forms.add(session, body.slug, by=by, now=now)
        return _detail(await forms.find(session, body.slug))

    return await create.once(body, make)


def _detail(form: Form) -> FormDetail:
    return FormDetail(slug=form.slug, questions=form.questions, draft=form.draft, missing=form.missing)


@routes.get("/{slug}", summary="Get a form", responses=answers(examples.FORM))
async def show(_: By, session: Session, answer: Response, slug: SlugPath) -> FormDetail:
    """Return a form with its draft; its ETag is of the draft, or of what is published where there is none."""
    return await _tagged(session, answer, slug)


async def _tagged(session: AsyncSession, answer: Response, slug: str) -> FormDetail:
    """Return a form, and tell in the answer's ETag which questions are worked on."""
    form = await forms.find(session, slug)
    conditional.tag(answer, fingerprints.of_questions(forms.draft_of(form)))
    return _detail(form)


@routes.get("/{slug}/preview", summary="See a form as a phone shows it", responses=answers(examples.FORM_PREVIEW))
async def preview(
    _: By, session: Session, now: Now, slug: SlugPath,
    language: Annotated[str, Query(max_length=8, pattern=f"^({inputs.OF_OURS})$")] = SOURCE_LANGUAGE,
) -> FormPreview:  # fmt: skip
    """Return each question of the draft as messages of Telegram's Bot API."""
    questions = forms.questions_of(forms.draft_of(await forms.find(session, slug)))
    shown = [
        QuestionPreview(code=each.code, messages=previews.of_question(questions, each, language, now=now))
        for each in questions
    ]
    return FormPreview(language=language, questions=shown)


@routes.post("/{slug}/questions", summary="Add a question to the draft", responses=answers(examples.FORM))
async def add_question(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, slug: SlugPath,
    body: Annotated[programme_shapes.Question, examples.QUESTION],
) -> FormDetail:  # fmt: skip
    """Put a question behind the last. Editors may; nobody is asked a draft. Sent twice, it is refused: If-Match."""
    await forms.put(session, slug, None, body.model, seen=seen, by=by, now=now)
    return await _tagged(session, answer, slug)


@routes.put(A_QUESTION, summary="Change a question of the draft", responses=answers(examples.FORM))
async def change_question(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, slug: SlugPath, index: Index,
    body: Annotated[programme_shapes.Question, examples.QUESTION],
) -> FormDetail:  # fmt: skip
    """Put a question in the place of one. Editors may."""
    await forms.put(session, slug, index, body.model, seen=seen, by=by, now=now)
    return await _tagged(session, answer, slug)


@routes.post(A_QUESTION + "/move", summary="Move a question of the draft", responses=answers(examples.FORM))
async def move_question(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, slug: SlugPath, index: Index,
    body: Annotated[programme_shapes.MoveQuestion, examples.MOVE_QUESTION],
) -> FormDetail:  # fmt: skip
    """Move a question up or down; the first stays the first, and the last the last. Editors may."""
    await forms.move(session, slug, index, -1 if body.where == "up" else 1, seen=seen, by=by, now=now)
    return await _tagged(session, answer, slug)


@routes.delete(A_QUESTION, summary="Take a question out of the draft", responses=answers(examples.FORM))
async def remove_question(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, slug: SlugPath, index: Index
) -> FormDetail:
    """Take a question out of the draft. Editors may."""
    await forms.remove(session, slug, index, seen=seen, by=by, now=now)
    return await _tagged(session, answer, slug)


@routes.post("/{slug}/discard", summary="Drop the draft", responses=answers(examples.FORM))
async def discard(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, slug: SlugPath, _: Nothing = None
) -> FormDetail:
    """Drop the draft: what is published stands. Editors may."""
    await forms.discard(session, slug, seen=seen, by=by, now=now)
    return await _tagged(session, answer, slug)


@routes.post("/{slug}/publish", summary="Publish the draft", responses=answers(examples.FORM))
async def publish(
    by: By, session: Session, now: Now, answer: Response, seen: Seen, slug: SlugPath, _: Nothing = None
) -> FormDetail:
    """Ask the draft from now on; who has begun finishes what was asked then. Editors may. A browser proves who asks."""
    await forms.publish(session, slug, seen=seen, by=by, now=now)
    return await _tagged(session, answer, slug)
