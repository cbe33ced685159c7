"""The shape of what leads somebody through the library: a path for each stage, and self-checks."""

from typing import Annotated, Literal

from pydantic import Field

from content.pack_shapes import PartModel, SlugText, Stage, Title

MAX_STEPS = 6  # with the way to other paths, Back and Home: eight buttons
Sentence = Annotated[str, Field(min_length=1, max_length=300)]
Markup = Annotated[str, Field(min_length=1, max_length=3000)]


class PathModel(PartModel):
    """What to read first in a stage, in this order; a person can tick it off."""

    articles: tuple[SlugText, ...] = Field(min_length=1, max_length=MAX_STEPS)


class CheckQuestionModel(PartModel):
    """A question that is answered by yes or no; the `risky` answer weighs `weight`, and `reasons` is told of it."""

    code: SlugText
    weight: Annotated[int, Field(ge=1, le=10)]
    risky: Literal["yes", "no"] = "yes"
    questions: dict[str, Sentence]
    reasons: dict[str, Sentence]
    evidence: tuple[str, ...] = Field(min_length=1)


class CheckLevelModel(PartModel):
    """A result: for whom the weights add up to `least` or more. `bodies` is Telegram's HTML, with references."""

    least: Annotated[int, Field(ge=0, le=200)]
    titles: dict[str, Sentence]
    bodies: dict[str, Markup]
    evidence: tuple[str, ...] = Field(min_length=1)
    articles: tuple[SlugText, ...] = Field(default=(), max_length=3)


class SelfCheckModel(PartModel):
    """A self-check: some questions, and the result. Nothing of it is kept. It stands in its topic, before the
    articles, and under the article that tells of it.
    """

    topic: SlugText
    article: SlugText | None = None
    titles: dict[str, Title]
    introductions: dict[str, Markup]
    questions: tuple[CheckQuestionModel, ...] = Field(min_length=2, max_length=12)
    levels: tuple[CheckLevelModel, ...] = Field(min_length=2, max_length=4)


STAGES: tuple[str, ...] = Stage.__args__  # type: ignore[attr-defined]
