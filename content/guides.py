"""What leads somebody through the library: a path of articles for each stage, and self-checks. They follow the pack."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from pydantic import ValidationError
from sqlalchemy import JSON, String, select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.orm import Mapped, mapped_column

from content.bodies import fill_in
from content.columns import RowOrigin
from content.guide_shapes import CheckQuestionModel, SelfCheckModel
from content.live import nearest_language
from content.shelf import Shelf
from core.db import Base
from core.log import log
from core.markup import MarkupError, parse
from core.messages import Formatted


class Path(Base):
    """What to read first in a stage, in order: slugs of articles."""

    __tablename__ = "path"

    stage: Mapped[str] = mapped_column(String(16), primary_key=True)
    articles: Mapped[list[str]] = mapped_column(JSON)
    origin: Mapped[RowOrigin]


class SelfCheck(Base):
    """A self-check, as the pack has it: content/guide_shapes.py."""

    __tablename__ = "self_check"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    content: Mapped[dict[str, object]] = mapped_column(JSON)
    origin: Mapped[RowOrigin]


@dataclass(frozen=True, slots=True)
class CheckLevel:
    """A result of a self-check, in each language; contacts and facts stand in the bodies."""

    least: int
    titles: Mapping[str, str]
    bodies: Mapping[str, Formatted]
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LiveSelfCheck:
    """A self-check that is ready to be shown."""

    slug: str
    model: SelfCheckModel
    introductions: Mapping[str, Formatted]
    levels: tuple[CheckLevel, ...]

    def title(self, language: str) -> str:
        """Return the title in the language, or along its fallbacks."""
        return self.model.titles[nearest_language(self.model.titles, language)]

    def introduction(self, language: str) -> Formatted:
        """Return what it is, in the language or along its fallbacks."""
        return self.introductions[nearest_language(self.introductions, language)]

    def level(self, answers: str) -> CheckLevel:
        """Return the result of answers, one letter for each question."""
        weight = sum(question.weight for question in self.risks(answers))
        return next(level for level in reversed(self.levels) if level.least <= weight)

    def risks(self, answers: str) -> list[CheckQuestionModel]:
        """Return the questions that were answered as one should not be able to."""
        pairs = zip(self.model.questions, answers, strict=False)
        return [question for question, answer in pairs if (answer == YES) == (question.risky == "yes")]


YES, NO = "y", "n"


@dataclass(frozen=True, slots=True)
class Guides:
    """What leads through the library: slugs of articles by stage, and self-checks by slug."""

    paths: Mapping[str, tuple[str, ...]]
    self_checks: Mapping[str, LiveSelfCheck]

    def through(self, articles: Collection[str]) -> dict[str, tuple[str, ...]]:
        """Return the paths with only those steps that are among some articles, and no empty path."""
        shown = {stage: tuple(step for step in steps if step in articles) for stage, steps in self.paths.items()}
        return {stage: steps for stage, steps in shown.items() if steps}


async def load_guides(connection: AsyncConnection, shelf: Shelf, *, show_unverified: bool) -> Guides:
    """Return the paths, and the self-checks where texts that nobody has approved may be shown."""
    paths = {row.stage: tuple(row.articles) for row in await connection.execute(select(Path))}
    if not show_unverified:
        return Guides(paths, {})
    query = select(SelfCheck.slug, SelfCheck.content).order_by(SelfCheck.slug)
    found = {row.slug: _live_or_none(row.slug, row.content, shelf) for row in await connection.execute(query)}
    return Guides(paths, {slug: check for slug, check in found.items() if check})


def _live_or_none(slug: str, content: object, shelf: Shelf) -> LiveSelfCheck | None:
    """Return a self-check; one that cannot be shown steps aside, with an alarm."""
    try:
        return live(slug, content, shelf)
    except (ValidationError, MarkupError):
        log.error("a self-check cannot be shown", self_check=slug)
        return None


def live(slug: str, content: object, shelf: Shelf) -> LiveSelfCheck:
    """Return a self-check with the facts and contacts of the shelf in it; raise ValidationError or MarkupError."""
    model = SelfCheckModel.model_validate(content)

    levels = sorted(model.levels, key=lambda level: level.least)
    shown = tuple(CheckLevel(each.least, each.titles, _read(each.bodies, shelf), each.articles) for each in levels)
    return LiveSelfCheck(slug, model, _read(model.introductions, shelf), shown)


def _read(texts: Mapping[str, str], shelf: Shelf) -> dict[str, Formatted]:
    def filled(language: str) -> str:
        return fill_in(texts[language], lambda reference: shelf.markup(reference, language))

    return {language: parse(filled(language)) for language in texts}
