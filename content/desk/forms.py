"""Forms at the desk: a draft that is worked on, and publishing it. Who has begun finishes what was asked then."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.bodies import SLUG
from content.desk import fingerprints, programmes
from content.desk.rules import Fault, NotReady, NotThere, WrongState
from content.form_rules import FIELD_OF, of_form, of_programme
from content.form_shapes import NAME, QuestionModel
from content.programmes import Form
from content.revisions import Origin
from content.versions import raise_version
from core.i18n import LANGUAGES, SOURCE_LANGUAGE
from staff import audit
from staff.actors import Actor, Role

MOST_QUESTIONS = 60
Kept = dict[str, Any]


async def listed(session: AsyncSession) -> list[Form]:
    """Return every form, by name."""
    return list(await session.scalars(select(Form).order_by(Form.slug)))


async def listed_after(session: AsyncSession, *, after: int = 0, limit: int = 50) -> list[Form]:
    """Return the forms whose id is above `after`, in the order of their ids: for who reads them all."""
    return list(await session.scalars(select(Form).where(Form.id > after).order_by(Form.id).limit(limit)))


async def find(session: AsyncSession, slug: str) -> Form:
    """Return a form; raise NotThere."""
    found = (await session.scalars(select(Form).where(Form.slug == slug))).one_or_none()
    if found is None:
        raise NotThere("This form is not here any more.")
    return found


def draft_of(form: Form) -> list[Kept]:
    """Return the questions that are worked on, as they are kept: the draft, else what is published."""
    return list(form.questions if form.draft is None else form.draft)


def questions_of(kept: Sequence[Kept]) -> tuple[QuestionModel, ...]:
    """Return questions out of what is kept."""
    return tuple(QuestionModel.model_validate(each) for each in kept)


async def add(session: AsyncSession, slug: str, *, by: Actor, now: datetime) -> None:
    """Add a form without questions; raise NotAllowed and WrongState."""
    by.require(Role.EDITOR)
    if not re.fullmatch(SLUG, slug):
        raise WrongState("Only small letters a to z, digits and hyphens, at most 40.")
    if (await session.scalars(select(Form.id).where(Form.slug == slug))).first() is not None:
        raise WrongState("This name is taken: choose another one.")
    session.add(Form(slug=slug, questions=[], missing=[], draft=[], origin=Origin.DESK))
    audit.record(session, by=by, action="form.new", subject=f"form:{slug}", now=now)
    await session.flush()


async def put(
    session: AsyncSession, slug: str, index: int | None, question: QuestionModel, *, seen: str, by: Actor, now: datetime
) -> None:
    """Put a question into the draft: in the place of one, or with None behind the last.

    Raise NotReady with each fault of the question at its field, Conflict and others.
    """
    form, kept = await _draft(session, slug, seen=seen, by=by)
    written = question.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if index is None:
        if len(kept) >= MOST_QUESTIONS:
            raise WrongState("A form has at most {most} questions.", most=MOST_QUESTIONS)
        kept.append(written)
    else:
        kept[_at(kept, index)] = written
    _require_answerable(kept, len(kept) - 1 if index is None else index)
    await _keep(session, form, kept, by=by, now=now)


def _require_answerable(kept: Sequence[Kept], place: int) -> None:
    """Require that the question at a place breaks no rule of forms; raise NotReady with the fields of the question."""
    broken = [each for each in of_form(questions_of(kept)) if each.place == place]
    if broken:
        raise NotReady(tuple(programmes.told(each, at=FIELD_OF[each.rule]) for each in broken))


async def move(
    session: AsyncSession, slug: str, index: int, by_places: int, *, seen: str, by: Actor, now: datetime
) -> None:
    """Move a question of the draft up (-1) or down (1)."""
    form, kept = await _draft(session, slug, seen=seen, by=by)
    other = index + by_places
    if 0 <= other < len(kept):
        index = _at(kept, index)
        kept[index], kept[other] = kept[other], kept[index]
    await _keep(session, form, kept, by=by, now=now)


async def remove(session: AsyncSession, slug: str, index: int, *, seen: str, by: Actor, now: datetime) -> None:
    """Take a question out of the draft."""
    form, kept = await _draft(session, slug, seen=seen, by=by)
    del kept[_at(kept, index)]
    await _keep(session, form, kept, by=by, now=now)


async def discard(session: AsyncSession, slug: str, *, seen: str, by: Actor, now: datetime) -> None:
    """Drop the draft: what is published stands."""
    form, _kept = await _draft(session, slug, seen=seen, by=by)
    form.draft = None
    audit.record(session, by=by, action="form.discard", subject=f"form:{slug}", now=now)
    await session.flush()


async def publish(session: AsyncSession, slug: str, *, seen: str, by: Actor, now: datetime) -> None:
    """Ask the draft from now on; raise NotReady with everything that is wrong, Conflict, ProofNeeded and NotAllowed.

    A language in which a text lacks is noted as lacking: it is asked in another one then.
    """
    form, kept = await _draft(session, slug, seen=seen, by=by)
    by.require_proof(now)
    questions = questions_of(kept)
    if faults := await _faults(session, slug, questions):
        raise NotReady(tuple(faults))
    form.questions, form.draft, form.origin = kept, None, Origin.DESK
    form.missing = list(untranslated(questions))
    audit.record(
        session, by=by, action="form.publish", subject=f"form:{slug}", now=now, details={"questions": len(kept)}
    )
    await session.flush()
    await raise_version(session)


async def _faults(session: AsyncSession, slug: str, questions: Sequence[QuestionModel]) -> list[Fault]:
    if not questions:
        return [Fault("questions", "A form needs at least one question.")]
    faults = [programmes.told(broken) for broken in of_form(questions)]
    if questions[0].type != "consent" or not questions[0].required:
        faults.append(Fault(questions[0].code, "The first question has to ask for consent, and has to be answered."))
    faults += [
        Fault(question.code, "{code}: the Indonesian texts are missing.", code=question.code)
        for question in questions
        if not _speaks(question, SOURCE_LANGUAGE)
    ]
    faults += [
        Fault(
            code, "{code}: its help has to say what for, who reads it, how long it is kept, and how to withdraw.",
            code=code,
        )
        for code in unexplained(questions).get(SOURCE_LANGUAGE, ())
    ]  # fmt: skip
    for row in await programmes.using(session, slug):
        _row, model = await programmes.find(session, row.slug)
        faults += [programmes.told(broken) for broken in of_programme(model, questions)]
    return faults


def untranslated(questions: Sequence[QuestionModel]) -> dict[str, list[str]]:
    """Return the codes of the questions that are not whole in a language, for each translation that lacks some.

    What the source language lacks, publishing tells: it cannot be asked so.
    """
    translations = [code for code in LANGUAGES if code != SOURCE_LANGUAGE]
    lacking = {code: [one.code for one in questions if not _speaks(one, code)] for code in translations}
    return {language: codes for language, codes in lacking.items() if codes}


def unexplained(questions: Sequence[QuestionModel]) -> dict[str, list[str]]:
    """Return the codes of the questions for consent that stand in a language without a help text, by language.

    There it says to what somebody agrees. Where that lacks in the source language, a form is not published.
    """
    consents = [question for question in questions if question.type == "consent"]
    bare = {
        language: [one.code for one in consents if language in one.texts and not one.texts[language].help]
        for language in LANGUAGES
    }
    return {language: codes for language, codes in bare.items() if codes}


def is_nameless(questions: Sequence[QuestionModel]) -> bool:
    """Tell whether questions ask for no name, the one by which staff find somebody: a course may want it so."""
    return bool(questions) and all(one.code != NAME for one in questions)


def _speaks(question: QuestionModel, language: str) -> bool:
    return language in question.texts and all(language in option.labels for option in question.options)


async def _draft(session: AsyncSession, slug: str, *, seen: str, by: Actor) -> tuple[Form, list[Kept]]:
    """Lock a form for who works on it, and return its draft."""
    by.require(Role.EDITOR)
    locked = select(Form).where(Form.slug == slug).with_for_update(key_share=True)
    form = (await session.scalars(locked, execution_options={"populate_existing": True})).one_or_none()
    if form is None:
        raise NotThere("This form is not here any more.")
    kept = draft_of(form)
    fingerprints.require_same(seen, fingerprints.of_questions(kept))
    return form, kept


def _at(kept: Sequence[Kept], index: int) -> int:
    if not 0 <= index < len(kept):
        raise NotThere("This question is not here any more.")
    return index


async def _keep(session: AsyncSession, form: Form, kept: list[Kept], *, by: Actor, now: datetime) -> None:
    form.draft = kept
    audit.record(session, by=by, action="form.draft", subject=f"form:{form.slug}", now=now)
    await session.flush()
