"""Programmes at the desk: for whom they are, when they are open, how many places there are.

What is saved is live at once.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.desk import fingerprints
from content.desk.rules import Fault, NotReady, NotThere, WrongState
from content.form_rules import Broken, Rule, of_programme
from content.form_shapes import MOST_DIGITS, FormModel, ProgrammeModel
from content.programmes import Form, Programme
from content.revisions import Entry, EntryKind, Origin
from content.versions import raise_version
from staff import audit
from staff.actors import Actor, Role

FIELDS = tuple(name for name in ProgrammeModel.model_fields if name != "article")


async def listed(session: AsyncSession) -> list[tuple[Programme, str]]:
    """Return every programme with the slug of its article, in their order."""
    query = select(Programme, Entry.slug).join(Entry, Entry.id == Programme.article_id)
    rows = await session.execute(query.order_by(Programme.position, Programme.slug))
    return [(row, article) for row, article in rows]


async def listed_after(session: AsyncSession, *, after: int = 0, limit: int = 50) -> list[tuple[Programme, str]]:
    """Return the programmes whose id is above `after`, in the order of their ids: for who reads them all."""
    query = select(Programme, Entry.slug).join(Entry, Entry.id == Programme.article_id).where(Programme.id > after)
    rows = await session.execute(query.order_by(Programme.id).limit(limit))
    return [(row, article) for row, article in rows]


async def is_signed_up_by(session: AsyncSession, article_id: int) -> bool:
    """Tell whether people sign up for a programme of which an article tells: without it nobody can."""
    asks = select(Programme.id).where(Programme.article_id == article_id, Programme.form.is_not(None))
    return (await session.scalars(asks.limit(1))).first() is not None


async def find(session: AsyncSession, slug: str) -> tuple[Programme, ProgrammeModel]:
    """Return a programme, as its row and as what can be changed of it; raise NotThere."""
    query = select(Programme, Entry.slug).join(Entry, Entry.id == Programme.article_id).where(Programme.slug == slug)
    found = (await session.execute(query, execution_options={"populate_existing": True})).one_or_none()
    if found is None:
        raise NotThere("This programme is not here any more.")
    row, article = found
    return row, ProgrammeModel.model_validate({"article": article, **{name: getattr(row, name) for name in FIELDS}})


async def save(
    session: AsyncSession, slug: str, model: ProgrammeModel, *, seen: str | None, by: Actor, now: datetime
) -> None:
    """Change a programme, or add it where `seen` is None; raise NotAllowed, Conflict, WrongState and NotReady.

    `seen`: the fingerprint of what the writer saw.
    """
    by.require(Role.EDITOR)
    row = (await session.scalars(select(Programme).where(Programme.slug == slug).with_for_update())).one_or_none()
    if row is None and seen is not None:
        raise NotThere("This programme is not here any more.")
    if row is not None:
        if seen is None:
            raise WrongState("This name is taken: choose another one.")
        fingerprints.require_same(seen, fingerprints.of_programme((await find(session, slug))[1]))
    article = await _article(session, model)
    if row is None:
        row = Programme(slug=slug, origin=Origin.DESK)
        session.add(row)
    values: dict[str, Any] = model.model_dump(exclude={"article"})
    for name, value in values.items():
        setattr(row, name, list(value) if isinstance(value, tuple) else value)
    row.article_id, row.origin = article.id, Origin.DESK
    await session.flush()
    action = "programme.new" if seen is None else "programme.change"
    details = model.model_dump(mode="json", exclude_defaults=True)
    audit.record(session, by=by, action=action, subject=f"programme:{slug}", now=now, details=details)
    await raise_version(session)


async def _article(session: AsyncSession, model: ProgrammeModel) -> Entry:
    """Return the article that tells of a programme; raise NotReady with everything that is wrong."""
    faults = []
    named = select(Entry).where(Entry.slug == model.article, Entry.kind == EntryKind.ARTICLE)
    article = (await session.scalars(named)).one_or_none()
    if article is None:
        faults.append(Fault("article", "There is no article of this name."))
    contact = select(Entry.id).where(Entry.slug == model.contact, Entry.kind == EntryKind.CONTACT)
    if model.contact and await session.scalar(contact) is None:
        faults.append(Fault("contact", "There is no contact of this name."))
    asked = select(Form).where(Form.slug == model.form).with_for_update(key_share=True)  # nobody publishes it meanwhile
    form = (await session.scalars(asked)).one_or_none() if model.form else None
    questions = form_of(form).questions if form and form.questions else None
    if model.form and questions is None:
        faults.append(Fault("form", "This form has no published questions yet."))
    faults += [told(broken) for broken in of_programme(model, questions)]
    if faults or article is None:
        raise NotReady(tuple(faults))
    return article


def form_of(row: Form) -> FormModel:
    """Return a form as it is published."""
    return FormModel.model_validate({"questions": row.questions, "missing": row.missing})


def told(broken: Broken, *, at: str = "") -> Fault:
    """Return a broken rule as the desk tells it, at its field, or at the one that `at` names.

    Longer than a function should be: it is one table, a sentence a rule.
    """
    code, where, what = broken.where, at or broken.where, broken.what
    faults = {
        Rule.SAME_CODE: Fault(where, "Two questions have the code {code}.", code=code),
        Rule.OPTIONS: Fault(where, "{code}: only a choice has answers to choose from, and it needs some.", code=code),
        Rule.SAME_OPTION: Fault(where, "{code}: two answers have the same code.", code=code),
        Rule.SEX_OPTIONS: Fault(where, "{code}: its answers have the codes female and male.", code=code),
        Rule.SHOWN_IF: Fault(where, "{code}: no earlier question has the answer {what}.", code=code, what=what),
        Rule.NO_QUESTION: Fault(where, "{code}: no question before it has the code {what}.", code=code, what=what),
        Rule.BOUNDS: Fault(
            where,
            "{code}: nobody can answer this: “from” is above “to”, or no number of {most} digits fits.",
            code=code,
            most=MOST_DIGITS,
        ),
        Rule.NO_NUMBER: Fault(where, "{code}: only a number has “from” and “to”.", code=code),
        Rule.NOT_ASKED: Fault(where, "The form has to ask the question {what} first.", what=what),
        Rule.AGES: Fault(where, "The highest age is below the lowest."),
        Rule.DAYS: Fault(where, "The last day is before the first."),
        Rule.DIVIDED_ONCE: Fault(where, "Places are divided by province or by the answers to a question, not both."),
        Rule.DIVIDED_BY: Fault(where, "Say by which question the places below are divided."),
        Rule.PLACES_QUESTION: Fault(
            where, "{what} has to be a choice that everybody makes and must make, and not a sensitive one.", what=what
        ),
        Rule.CONSENT_MONTHS: Fault(
            where,
            "The consent says “{what}”, but registrations are kept for another time. Publish the form without a time "
            "first, then save here, then write the same number of months into the consent.",
            what=what,
        ),
        Rule.PLACES_ANSWER: Fault(where, "That question has no answer {what}.", what=what),
    }
    return faults[broken.rule]


async def using(session: AsyncSession, form: str) -> Sequence[Programme]:
    """Return the programmes that ask a form."""
    return list(await session.scalars(select(Programme).where(Programme.form == form).order_by(Programme.slug)))
