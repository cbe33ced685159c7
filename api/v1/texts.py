"""The texts of articles, and what becomes of a revision of any kind: handed in, approved, given back, restored."""

from typing import Annotated

from fastapi import Query
from pydantic import Field
from pydantic.json_schema import SkipJsonSchema
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import Response

from api.deps import By, DeskWords, Live, Now, Parts, Session
from api.previews import messages
from api.v1 import examples, inputs, outputs, paging, texts_shown
from api.v1.conditional import Base
from api.v1.documentation import answers, new_routes
from api.v1.inputs import LARGEST, LanguagePath, Nothing, NumberPath, SlugPath, WholeNumber
from api.v1.outputs import ArticleDetail, Difference, MarkupFault, Preview, Text, TextRow
from api.v1.paging import Asking, Page
from content.desk import (
    approving,
    checking,
    differences,
    drafting,
    going_live,
    previewing,
    reading,
    scheduling,
    sources,
)
from content.desk import exact as exacts
from content.desk.rules import NotThere, WrongState
from content.revisions import EntryKind, Revision
from core.errors import RuleBroken
from core.markup import MarkupError

routes = new_routes(tag="texts")
OtherRevision = Annotated[int, Field(ge=1, le=LARGEST), WholeNumber]
A_TEXT = "/articles/{slug}/texts/{language}"
A_REVISION = "/revisions/{revision_id}"


@routes.get(A_TEXT, summary="Get the newest text", responses=answers(examples.TEXT))
async def show(_: By, session: Session, answer: Response, slug: SlugPath, language: LanguagePath) -> Text:
    """Return the newest revision of a text, draft or live; its ETag is what a write is based on."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    return await texts_shown.newest(session, answer, entry, language)


@routes.get(A_TEXT + "/live", summary="Get the live text", responses=answers(examples.TEXT))
async def show_live(_: By, session: Session, slug: SlugPath, language: LanguagePath) -> Text:
    """Return the text that readers have now."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    found = await reading.live(session, entry_id=entry.id, language=language)
    if found is None:
        raise NotThere("There is nothing here (any more).")
    return await texts_shown.text(session, entry, found)


@routes.put(A_TEXT, summary="Save a text", responses=answers(examples.TEXT))
async def save(
    by: By, session: Session, now: Now, answer: Response, base_id: Base, slug: SlugPath, language: LanguagePath,
    body: Annotated[inputs.ArticleText, examples.ARTICLE_TEXT],
) -> Text:  # fmt: skip
    """Save a text as a new draft on top of the one named by If-Match. Editors may, translators in their languages."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    source_ids = await _source_ids(session, body, newest)
    made_from_id = await drafting.made_from_seen(
        session, entry_id=entry.id, language=language, source_id=body.made_from_id
    )
    revision = await drafting.save(
        session, entry=entry, language=language, base_id=base_id, by=by, now=now, source_ids=source_ids,
        derived_from_id=made_from_id, exact=exacts.article(title=body.title, summary=body.summary, body=body.body),
        evidence=newest.evidence if newest else (),
    )  # fmt: skip
    return await texts_shown.tagged(session, answer, entry, revision)


async def _source_ids(session: AsyncSession, body: inputs.ArticleText, newest: Revision | None) -> list[int]:
    if body.sources is not None:
        return await sources.ids_of(session, body.sources)
    return await reading.source_ids(session, newest.id) if newest else []


@routes.get(A_TEXT + "/history", summary="List a text's revisions", responses=answers(examples.HISTORY))
async def show_history(
    _: By, session: Session, asking: Asking, slug: SlugPath, language: LanguagePath
) -> Page[TextRow]:
    """List the revisions of a text, the newest first."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    rows = await reading.history(session, entry_id=entry.id, language=language, before=asking.before)
    return paging.page(rows[: asking.limit + 1], asking, id_of=lambda row: row.id, shown=_row)


def _row(row: Revision) -> TextRow:
    return TextRow(
        revision_id=row.id, state=row.state, origin=row.origin, title=row.title or row.body[:200],
        is_major=row.is_major, is_correction=row.is_correction, created_at=row.created_at,
    )  # fmt: skip


@routes.post(A_TEXT + "/preview", summary="See a text as a phone shows it", responses=answers(examples.PREVIEW))
async def preview(
    _: By, session: Session, words: DeskWords, live: Live, now: Now, slug: SlugPath, language: LanguagePath,
    body: Annotated[inputs.ArticleText, examples.ARTICLE_TEXT],
) -> Preview:  # fmt: skip
    """Return what would be sent of a text that is not saved, or what is not right in its markup."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    exact = exacts.article(title=body.title, summary=body.summary, body=body.body)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    chosen = await _source_ids(session, body, newest)
    try:
        shown = await previewing.article(session, live, entry=entry, language=language, exact=exact, source_ids=chosen)
    except MarkupError as error:
        return Preview(
            messages=[], fault=MarkupFault(line=error.line, what=words.told(RuleBroken(error.message, **error.values)))
        )
    return Preview(messages=messages(shown, now=now), fault=None)


@routes.post(A_TEXT + "/retract", summary="Retract a text", responses=answers(examples.ARTICLE))
async def retract(
    by: By, session: Session, now: Now, slug: SlugPath, language: LanguagePath,
    body: Annotated[inputs.Why, examples.WHY],
) -> ArticleDetail:  # fmt: skip
    """Take a text away from readers at once; the Indonesian one takes all languages with it.

    Editors, verifiers and administrators may.
    """
    from api.v1.articles import detail

    await going_live.retract(
        session, kind=EntryKind.ARTICLE, slug=slug, language=language, reason=body.reason, by=by, now=now
    )
    return await detail(session, slug)


@routes.post(A_TEXT + "/call-off", summary="Call off what is to happen to a text", responses=answers(examples.ARTICLE))
async def call_off(
    by: By, session: Session, now: Now, slug: SlugPath, language: LanguagePath, _: Nothing = None
) -> ArticleDetail:
    """Call off what an approval with `live_from` or `live_until` planned. What was to become live waits again.

    Editors, verifiers and administrators may; a text that would only end stays live by a verifier's word.
    """
    from api.v1.articles import detail

    await scheduling.call_off(session, kind=EntryKind.ARTICLE, slug=slug, language=language, by=by, now=now)
    return await detail(session, slug)


@routes.post(A_TEXT + "/check", summary="Say that a live text is still right", responses=answers(examples.TEXT))
async def check(
    by: By, session: Session, now: Now, slug: SlugPath, language: LanguagePath,
    body: Annotated[inputs.StillRight, examples.STILL_RIGHT],
) -> Text:  # fmt: skip
    """Note that the sources of a live text were read again and it is right. Editors and verifiers may."""
    await checking.confirm(
        session, kind=EntryKind.ARTICLE, slug=slug, language=language, revision_id=body.revision_id, by=by, now=now
    )
    return await texts_shown.one(session, body.revision_id)


@routes.post(A_TEXT + "/confirm", summary="Keep a translation as it is", responses=answers(examples.TEXT))
async def confirm(
    by: By, session: Session, now: Now, answer: Response, base_id: Base, slug: SlugPath, language: LanguagePath,
    body: Annotated[inputs.Kept, examples.KEPT],
) -> Text:  # fmt: skip
    """Hand the newest translation in as it is, made from today's source: nothing in it must change."""
    entry = await reading.entry(session, EntryKind.ARTICLE, slug)
    revision = await drafting.confirm_translation(
        session, entry=entry, language=language, base_id=base_id, source_id=body.made_from_id, by=by, now=now
    )
    return await texts_shown.tagged(session, answer, entry, revision)


@routes.get(A_REVISION, summary="Get a revision", responses=answers(examples.TEXT))
async def show_one(_: By, session: Session, revision_id: NumberPath) -> Text:
    """Return one revision of an article, a fact or a contact."""
    return await texts_shown.one(session, revision_id)


@routes.get(A_REVISION + "/difference", summary="Compare two revisions", responses=answers(examples.DIFFERENCE))
async def show_difference(
    _: By, session: Session, words: DeskWords, revision_id: NumberPath,
    against: Annotated[
        OtherRevision | SkipJsonSchema[None], Query(description="an older revision; else what is live")
    ] = None,
) -> Difference:  # fmt: skip
    """Return what changed from another revision of the same text, or from what readers have, to this one."""
    entry, revision = await reading.get(session, revision_id)
    if against is None:
        old = await reading.live(session, entry_id=entry.id, language=revision.language)
    else:
        other, old = await reading.get(session, against)
        if other.id != entry.id or old.language != revision.language:
            raise WrongState("Compare two revisions of one text.")
    before = await reading.exact(session, entry, old) if old else None
    found = differences.between(before, await reading.exact(session, entry, revision))
    return outputs.difference(found, from_id=old.id if old else None, to_id=revision_id)


@routes.post(A_REVISION + "/submit", summary="Hand a draft in", responses=answers(examples.TEXT))
async def submit(
    by: By, session: Session, now: Now, revision_id: NumberPath, body: Annotated[inputs.HandIn, examples.HAND_IN]
) -> Text:
    """Hand the newest draft in for review; what breaks a rule is told in `faults`. Who may write it may."""
    await drafting.submit(
        session, revision_id=revision_id, is_major=body.is_major, is_correction=body.is_correction, by=by, now=now
    )
    return await texts_shown.one(session, revision_id)


@routes.post(A_REVISION + "/give-back", summary="Give a text back", responses=answers(examples.TEXT))
async def give_back(
    by: By, session: Session, now: Now, revision_id: NumberPath, body: Annotated[inputs.GiveBack, examples.GIVE_BACK]
) -> Text:
    """Give a text back to its writers with a reason. Verifiers of its language may, and who may write it."""
    await drafting.give_back(session, revision_id=revision_id, reason=body.reason, by=by, now=now)
    return await texts_shown.one(session, revision_id)


@routes.post(A_REVISION + "/approve", summary="Approve a text", responses=answers(examples.TEXT))
async def approve(
    parts: Parts, by: By, session: Session, now: Now, revision_id: NumberPath,
    body: Annotated[inputs.Approve, examples.APPROVE],
) -> Text:  # fmt: skip
    """Approve the exact text that was read, by its hash. Verifiers of its language may who wrote no part of it."""
    await approving.approve(
        session, revision_id=revision_id, text_hash=body.text_hash, live_from=body.live_from,
        live_until=body.live_until, by=by, now=now, seals=parts.seals,
    )  # fmt: skip
    return await texts_shown.one(session, revision_id)


@routes.post(A_REVISION + "/restore", summary="Restore an older text", responses=answers(examples.TEXT))
async def restore(
    by: By, session: Session, now: Now, answer: Response, base_id: Base, revision_id: NumberPath, _: Nothing = None
) -> Text:
    """Make an older text the newest draft, on top of the one named by If-Match."""
    revision = await drafting.restore(session, revision_id=revision_id, base_id=base_id, by=by, now=now)
    entry, _entry_revision = await reading.get(session, revision.id)
    return await texts_shown.tagged(session, answer, entry, revision)
