"""Live content as plain data: topics, articles and what stands behind them. content/loading.py makes it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal

from content.media import ShownMedia
from core.i18n import fallbacks
from core.messages import Formatted


class Mark(StrEnum):
    """What a reader may believe of a text."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class ShownSource:
    """A source as readers are told of it; `precision` says how much of its date is known."""

    name: str
    seen_on: date | None
    precision: Literal["day", "month", "year"]


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a text comes from, and who stands for it: `approved_on` only if text and all its values are approved."""

    sources: tuple[ShownSource, ...]
    approved_on: date | None
    checked_on: date | None
    review_due_on: date

    def mark(self, today: date) -> Mark:
        """Return what a reader may believe today."""
        if self.review_due_on < today:
            return Mark.OVERDUE
        return Mark.VERIFIED if self.approved_on else Mark.UNVERIFIED


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article in one language, ready to be shown: facts and contacts stand in the parts.

    `media`: what buttons under the parts send, each with the number of its part. `is_outdated`: a newer version of the
    source text is live.
    """

    language: str
    title: str
    summary: str
    parts: tuple[Formatted, ...]
    provenance: Provenance
    is_outdated: bool = False
    media: tuple[tuple[int, ShownMedia], ...] = ()


@dataclass(frozen=True, slots=True)
class LiveArticle:
    """An article with its live texts by language; there is at least one. An empty audience list means everybody."""

    slug: str
    topic: str
    related: tuple[str, ...]
    texts: Mapping[str, ArticleText]
    tags: Mapping[str, tuple[str, ...]]
    stages: tuple[str, ...]
    countries: tuple[str, ...]
    provinces: tuple[str, ...]

    def text(self, language: str) -> ArticleText:
        """Return the text in the language, or along its fallbacks; the text says in which language it is."""
        return self.texts[nearest_language(self.texts, language)]


def is_within(opens_on: date | None, closes_on: date | None, today: date) -> bool:
    """Tell whether a day lies in the window of a programme, its first and last day included."""
    return (opens_on is None or opens_on <= today) and (closes_on is None or today <= closes_on)


@dataclass(frozen=True, slots=True)
class LiveProgramme:
    """A programme; what there is to know of it stands in an article. `has_form`: people can sign up
    by it, and somebody of the staff reads what they send. `former_titles`: what readers were told last that it is
    called, by language, where they do not see the article.
    """

    slug: str
    article: str
    has_form: bool
    discreet: bool
    stages: tuple[str, ...]
    provinces: tuple[str, ...]
    opens_on: date | None
    closes_on: date | None
    former_titles: Mapping[str, str]

    def is_open(self, today: date) -> bool:
        """Tell whether people can sign up on a day."""
        return self.has_form and is_within(self.opens_on, self.closes_on, today)


@dataclass(frozen=True, slots=True)
class LiveTopic:
    """A topic that leads to at least one live article."""

    slug: str
    icon: str
    parent: str | None
    titles: Mapping[str, str]
    topics: tuple[str, ...]
    articles: tuple[str, ...]

    def title(self, language: str) -> str:
        """Return the title in the language, or along its fallbacks."""
        return self.titles[nearest_language(self.titles, language)]


def nearest_language(texts: Mapping[str, object], language: str) -> str:
    """Return the language to show: the wanted one, or along its fallbacks, or any there is."""
    return next((code for code in fallbacks(language) if code in texts), next(iter(texts)))
