"""Whom an article is for: what a reader said of herself orders the lists and leaves out what is for others only."""

from collections.abc import Iterable
from dataclasses import dataclass

from content.live import LiveArticle, LiveProgramme


@dataclass(frozen=True, slots=True)
class Reader:
    """What a reader said of herself; None where she said nothing."""

    stage: str | None = None
    country: str | None = None
    province: str | None = None


ANYBODY = Reader()


def suitable(articles: Iterable[LiveArticle], reader: Reader) -> tuple[str, ...]:
    """Return the slugs of what suits a reader, what is meant for just her first; the order is kept otherwise.

    What is for other countries or provinces is left out; what is for other stages comes last, since a stage soon ends
    and a family reads for someone else.
    """
    fitting = [a for a in articles if _fits(a.countries, reader.country) and _fits(a.provinces, reader.province)]
    return tuple(article.slug for article in sorted(fitting, key=lambda article: _distance(article, reader)))


def suits(programme: LiveProgramme, reader: Reader) -> bool:
    """Tell whether a programme is for a reader, as far as she has said who she is."""
    return _fits(programme.stages, reader.stage) and _fits(programme.provinces, reader.province)


def _fits(wanted: tuple[str, ...], said: str | None) -> bool:
    return not wanted or said is None or said in wanted


def _distance(article: LiveArticle, reader: Reader) -> int:
    if reader.stage is None or not article.stages:
        return 1
    return 0 if reader.stage in article.stages else 2
