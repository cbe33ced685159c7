"""Finding a word in the lists of the desk, whatever its letters and their size."""

import pytest

from content.desk import listing
from content.revisions import EntryKind
from core.db import Database
from tests.content.desk.test_two_people import SLUG, People, people, publish

__all__ = ("people",)


@pytest.mark.parametrize("typed", ["Éta hak", "éta HAK", "ÉTA", "HAK", "100%"])
async def test_a_word_is_found_in_large_and_small_letters(stocked: Database, people: People, typed: str) -> None:
    async with stocked.session() as session:
        await publish(session, people.sri, people.ani, title="Éta hak 100%")

        rows, count = await listing.listed(session, kind=EntryKind.ARTICLE, search=typed)

    assert ([row.entry.slug for row in rows], count) == ([SLUG], 1)


async def test_a_sign_of_the_database_is_only_a_sign(stocked: Database) -> None:
    async with stocked.session() as session:
        for sign in ("_aspor", "p%r", "\\"):
            assert await listing.listed(session, kind=EntryKind.ARTICLE, search=sign) == ([], 0)


async def test_beyond_the_last_page_the_list_is_as_long_as_before(stocked: Database) -> None:
    async with stocked.session() as session:
        _, count = await listing.listed(session, kind=EntryKind.ARTICLE)
        assert await listing.listed(session, kind=EntryKind.ARTICLE, offset=1000) == ([], count)
