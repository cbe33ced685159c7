"""Whom an article is for: what a reader said of herself orders what she is shown, and leaves out what is not hers."""

import pytest

from content.live import LiveArticle
from content.readers import ANYBODY, Reader, suitable
from tests.harness import shipped


def article(slug: str, **audience: tuple[str, ...]) -> LiveArticle:
    nobody: dict[str, tuple[str, ...]] = {"stages": (), "countries": (), "provinces": ()}
    return LiveArticle(slug, topic="money", related=(), texts={}, tags={}, **nobody | audience)


ALL = article("all")
PLANNING, RETURNED = article("planning", stages=("planning",)), article("returned", stages=("returned", "family"))
TAIWAN, BANTEN = article("taiwan", countries=("TW", "HK")), article("banten", provinces=("36",))
ARTICLES = (PLANNING, ALL, TAIWAN, RETURNED, BANTEN)


@pytest.mark.parametrize(
    ("reader", "shown"),
    [
        (ANYBODY, ("planning", "all", "taiwan", "returned", "banten")),
        (Reader(stage="returned"), ("returned", "all", "taiwan", "banten", "planning")),
        (Reader(stage="family"), ("returned", "all", "taiwan", "banten", "planning")),
        (Reader(stage="planning"), ("planning", "all", "taiwan", "banten", "returned")),
        (Reader(stage="abroad"), ("all", "taiwan", "banten", "planning", "returned")),
        (Reader(country="HK"), ("planning", "all", "taiwan", "returned", "banten")),
        (Reader(country="MY"), ("planning", "all", "returned", "banten")),
        (Reader(province="32"), ("planning", "all", "taiwan", "returned")),
        (Reader(stage="returned", country="MY", province="36"), ("returned", "all", "banten", "planning")),
    ],
)
def test_her_stage_comes_first_and_other_countries_and_provinces_are_left_out(
    reader: Reader, shown: tuple[str, ...]
) -> None:
    assert suitable(ARTICLES, reader) == shown


@pytest.mark.parametrize(("province", "is_shown"), [(None, True), ("52", True), ("33", True), ("11", False)])
def test_the_desks_of_move_id_are_shown_where_they_are(province: str | None, is_shown: bool) -> None:
    audience = next(each for each in shipped().articles if each.slug == "programme-returned-info").shared.audience
    desks = article("desks", **audience.model_dump())

    assert ("desks" in suitable((ALL, desks), Reader(province=province))) is is_shown
