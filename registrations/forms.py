"""Forms as people fill them in: versions that never change, and which question comes next."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from content.form_shapes import QuestionModel, QuestionTextsModel
from content.programmes import Form
from core.columns import BIG, Id
from core.db import Base
from core.i18n import fallbacks

QUESTIONS = TypeAdapter(tuple[QuestionModel, ...])


class FormVersion(Base):
    """The questions of a form as they were when somebody began to answer them. Who has begun finishes this one."""

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("form_id", "number"), UniqueConstraint("form_id", "hash"))

    id: Mapped[Id]
    form_id: Mapped[int] = mapped_column(BIG, ForeignKey("form.id"))
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    questions: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    published_at: Mapped[datetime]


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions of one version."""

    version_id: int
    questions: tuple[QuestionModel, ...]

    def shown(self, given: Mapping[str, str]) -> tuple[QuestionModel, ...]:
        """Return the questions that are asked of somebody who has given these answers, in order."""
        shown: dict[str, QuestionModel] = {}
        for question in self.questions:
            condition = question.shown_if
            if condition is None or (
                condition.question in shown and _is_among(given.get(condition.question), condition.is_)
            ):
                shown[question.code] = question
        return tuple(shown.values())

    def next(self, given: Mapping[str, str], after: str = "") -> QuestionModel | None:
        """Return the first question without an answer, behind another one if that is named; None if none is left."""
        codes = [question.code for question in self.shown(given)]
        start = codes.index(after) + 1 if after in codes else 0
        return next((question for question in self.shown(given)[start:] if question.code not in given), None)

    def before(self, given: Mapping[str, str], code: str) -> QuestionModel | None:
        """Return the question that is asked before another one; None before the first."""
        shown = self.shown(given)
        codes = [question.code for question in shown]
        return shown[codes.index(code) - 1] if code in codes[1:] else None

    def province_question(self, given: Mapping[str, str], code: str) -> QuestionModel | None:
        """Return the question for a province that was answered last before another question; None if none was."""
        shown = self.shown(given)
        before = next((place for place, each in enumerate(shown) if each.code == code), len(shown))
        answered = [each for each in shown[:before] if each.type == "province" and given.get(each.code)]
        return answered[-1] if answered else None

    def province_for(self, given: Mapping[str, str], code: str) -> str | None:
        """Return the province in which a regency has to lie that answers a question; None if it may lie anywhere."""
        around = self.province_question(given, code)
        return given[around.code] if around else None

    def question(self, index: int) -> QuestionModel | None:
        """Return a question by its place in the version, from 0; None if there is none."""
        return self.questions[index] if 0 <= index < len(self.questions) else None

    def index(self, code: str) -> int:
        """Return the place of a question in the version."""
        return next(index for index, question in enumerate(self.questions) if question.code == code)


@dataclass(frozen=True, slots=True)
class Filling:
    """A form that somebody is filling in: of which programme, its questions, and what was answered so far, by code.

    `is_for_another`: she answers for a relative. `full`: the answers to `places_question` for which no
    place is left.
    """

    slug: str
    asked: Asked
    given: Mapping[str, str]
    is_for_another: bool = False
    places_question: str = ""
    full: Collection[str] = ()

    @property
    def shown(self) -> tuple[QuestionModel, ...]:
        """Return the questions that are asked of her, in order."""
        return self.asked.shown(self.given)


def _is_among(answer: str | None, wanted: Sequence[str]) -> bool:
    return answer is not None and not set(answer.split(" ")).isdisjoint(wanted)


def texts_of(question: QuestionModel, language: str) -> QuestionTextsModel:
    """Return a question's texts in a language, or along its fallbacks; else in whichever there is."""
    return question.texts[language_of(question, language)]


def language_of(question: QuestionModel, language: str) -> str:
    """Return the language in which somebody is asked: hers, or along its fallbacks; else whichever there is."""
    return next((code for code in fallbacks(language) if code in question.texts), next(iter(question.texts)))


def label_of(labels: Mapping[str, str], language: str) -> str:
    """Return an option's label in a language, or along its fallbacks; else in whichever there is."""
    return next((labels[code] for code in fallbacks(language) if code in labels), next(iter(labels.values())))


async def newest(session: AsyncSession, form_slug: str, *, now: datetime) -> Asked:
    """Return the form as it is now; makes it a version if it is not one yet. Locks the form.

    Forms come with the pack: the first who begins after a change makes the change a version.
    """
    form = (await session.scalars(select(Form).where(Form.slug == form_slug).with_for_update(key_share=True))).one()
    exact = json.dumps(form.questions, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(exact.encode()).hexdigest()
    mine = select(FormVersion).where(FormVersion.form_id == form.id)
    version = (await session.scalars(mine.where(FormVersion.hash == digest))).one_or_none()
    if version is None:
        last = await session.scalar(select(func.max(FormVersion.number)).where(FormVersion.form_id == form.id))
        version = FormVersion(
            form_id=form.id, number=(last or 0) + 1, hash=digest, questions=form.questions, published_at=now
        )
        session.add(version)
        await session.flush()
    return _asked(version)


async def current(session: AsyncSession, form_slug: str) -> Asked:
    """Return the form as it is now, to look at it: it is made no version, and nothing is locked."""
    form = (await session.scalars(select(Form).where(Form.slug == form_slug))).one()
    return Asked(0, QUESTIONS.validate_python(form.questions))


async def version(session: AsyncSession, version_id: int) -> Asked:
    """Return a version that somebody has begun."""
    return _asked(await session.get_one(FormVersion, version_id))


def _asked(row: FormVersion) -> Asked:
    return Asked(row.id, QUESTIONS.validate_python(row.questions))
