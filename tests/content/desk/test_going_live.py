"""What is live, when, and beside what: a translation never without its source, nothing back that was taken away."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content import screens
from content.bodies import Reference
from content.cache import CatalogueCache
from content.desk import approving, drafting, going_live, reading, scheduling, translations, work
from content.desk.rules import Conflict, WrongState
from content.desk.translations import Standing
from content.importing import import_pack
from content.live import Mark
from content.pack_models import Pack
from content.revisions import Approval, EntryKind, Revision, RevisionState
from core.db import Database
from core.i18n import words
from staff.actors import Actor, Role
from staff.audit import AuditEntry
from tests.content.desk.test_two_people import NOW, SLUG, People, approve, load, people, publish, submit, write
from tests.desk import add_person, approve_article
from tests.harness import SEALS, shipped

__all__ = ("people",)
HOUR = timedelta(hours=1)
ARTICLE = EntryKind.ARTICLE


async def titles(database: Database) -> dict[str, str]:
    """Return the title of the article in every language that readers see."""
    found = (await load(database)).articles.get(SLUG)
    return {language: text.title for language, text in found.texts.items()} if found else {}


async def carry_out(database: Database, now: datetime) -> None:
    async with database.session() as session:
        await going_live.carry_out_due(session, seals=SEALS, now=now)


async def handed_in(session: AsyncSession, by: Actor, *, title: str, language: str = "id") -> Revision:
    revision = await write(session, by, title=title, language=language)
    await submit(session, revision, by)
    return revision


async def take_away(database: Database, by: Actor, *, language: str = "id", slug: str = SLUG) -> None:
    async with database.session() as session:
        await going_live.retract(session, kind=ARTICLE, slug=slug, language=language, reason="salah", by=by, now=NOW)


async def test_what_is_retracted_is_gone_at_the_next_look_of_every_worker(
    stocked: Database, database_url: str, people: People
) -> None:
    elsewhere = Database(database_url)
    cache = CatalogueCache(clock=lambda: NOW, show_unverified=True, seals=SEALS)
    async with elsewhere.reading() as connection:
        assert SLUG in (await cache.current(connection)).articles
    await take_away(stocked, people.budi)
    async with elsewhere.reading() as connection:
        assert SLUG not in (await cache.current(connection)).articles
    await elsewhere.close()


async def test_a_later_text_replaces_what_was_to_become_live(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        first = await handed_in(session, people.sri, title="Mulai nanti")
        await approve(session, first, people.ani, live_from=NOW + HOUR)
        await publish(session, people.budi, people.ani, title="Yang terakhir")

    await carry_out(stocked, NOW + 2 * HOUR)

    assert (await titles(stocked))["id"] == "Yang terakhir"


async def test_a_later_text_does_not_end_with_the_one_before(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        first = await handed_in(session, people.sri, title="Hanya hari ini")
        await approve(session, first, people.ani, live_until=NOW + HOUR)
        await publish(session, people.budi, people.ani, title="Selamanya")

    await carry_out(stocked, NOW + 2 * HOUR)

    assert (await titles(stocked))["id"] == "Selamanya"


async def test_when_a_source_ends_its_translations_end_with_it(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await handed_in(session, people.sri, title="Hanya hari ini")
        await approve(session, revision, people.ani, live_until=NOW + HOUR)
    assert "jv" in await titles(stocked)

    await carry_out(stocked, NOW + 2 * HOUR)

    assert await titles(stocked) == {}


async def test_when_a_translation_ends_its_source_stays(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await handed_in(session, people.wati, title="Sedina", language="jv")
        await approve(session, revision, people.ani, live_until=NOW + HOUR)

    await carry_out(stocked, NOW + 2 * HOUR)

    left = await titles(stocked)
    assert "jv" not in left
    assert "id" in left


async def test_nothing_ends_before_it_begins(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await handed_in(session, people.sri, title="Baru")
        with pytest.raises(WrongState):
            await approve(session, revision, people.ani, live_from=NOW + 2 * HOUR, live_until=NOW + HOUR)


async def test_what_was_to_become_live_does_not_come_once_it_was_retracted(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        for language, writer in (("id", people.sri), ("jv", people.wati)):
            revision = await handed_in(session, writer, title="Nanti", language=language)
            await approve(session, revision, people.ani, live_from=NOW + HOUR)
    await take_away(stocked, people.budi)

    await carry_out(stocked, NOW + 2 * HOUR)

    assert await titles(stocked) == {}


async def test_a_value_in_another_language_is_not_live_without_the_indonesian_one(
    stocked: Database, people: People
) -> None:
    async with stocked.session() as session:
        shelf = (await load(stocked)).shelf
        slug = next(slug for (kind, slug), rows in shelf.revisions.items() if kind == EntryKind.FACT and "en" in rows)
        entry = await reading.entry(session, EntryKind.FACT, slug)
        newest = await reading.newest(session, entry_id=entry.id, language="en")
        assert newest
        exact = replace(await reading.exact(session, entry, newest), body="something else")
        proposed = await drafting.save(
            session, entry=entry, language="en", exact=exact, base_id=newest.id, by=people.sri, now=NOW,
            source_ids=await reading.source_ids(session, newest.id),
        )  # fmt: skip
        await submit(session, proposed, people.sri)
        await going_live.retract(
            session, kind=EntryKind.FACT, slug=slug, language="id", reason="salah", by=people.budi, now=NOW
        )
        with pytest.raises(WrongState):
            await approve(session, proposed, people.ani)

    catalogue = await load(stocked)
    assert (EntryKind.FACT, slug) not in catalogue.shelf.revisions


async def test_nothing_of_a_retired_article_is_approved(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await handed_in(session, people.sri, title="Baru")
        await going_live.retire(session, slug=SLUG, by=people.sri, now=NOW)
        with pytest.raises(WrongState):
            await approve(session, revision, people.ani)
        await going_live.bring_back(session, slug=SLUG, by=people.sri, now=NOW)
        await approve(session, revision, people.ani)

    assert (await titles(stocked)) == {"id": "Baru"}


async def test_an_edit_leaves_the_approval_with_the_text_that_it_names(stocked: Database, people: People) -> None:
    await approve_article(stocked, SLUG, now=NOW)
    async with stocked.session() as session:
        entry = await reading.entry(session, ARTICLE, SLUG)
        live = await reading.live(session, entry_id=entry.id, language="id")
        assert live
        edited = await write(session, people.sri, title="Paspor ditahan majikan.")
        await submit(session, edited, people.sri)
        with pytest.raises(Conflict):
            await approving.approve(
                session, revision_id=edited.id, text_hash=live.text_hash, by=people.ani, now=NOW, seals=SEALS
            )
        waiting = await work.to_review(session, by=people.ani, kind=ARTICLE, language="id")
    assert [row.revision_id for row in waiting.rows if row.slug == SLUG] == [edited.id]
    text = (await load(stocked)).articles[SLUG].texts["id"]
    assert text.title == "Paspor ditahan majikan"
    assert text.provenance.mark(NOW.date()) is Mark.VERIFIED


async def test_who_brought_the_pack_in_and_who_wrote_on_top_are_both_authors(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Baru")
        assert set(await reading.authors(session, revision.id)) == {"pack", people.sri.account_id}


def with_title(pack: Pack, title: str) -> Pack:
    """Return a pack in which the article has another title in the source language."""
    article = next(found for found in pack.articles if found.slug == SLUG)
    source = article.texts["id"]
    changed = replace(source, front=source.front.model_copy(update={"title": title}))
    other = replace(article, texts={**article.texts, "id": changed})
    return replace(pack, articles=tuple(other if found is article else found for found in pack.articles))


async def test_an_import_on_top_takes_back_what_waits_for_a_reader(stocked: Database, people: People) -> None:
    """Else it waits for ever: only the newest text can be approved."""
    async with stocked.session() as session:
        await publish(session, people.sri, people.ani, title="Punya kami")
        waiting = await handed_in(session, people.budi, title="Punya kami juga")
        await import_pack(session, with_title(shipped(), "Punya paket"), now=NOW, seals=SEALS)
        await session.refresh(waiting)
        assert waiting.state == RevisionState.DRAFT
        listed = await work.to_review(session, by=people.ani, kind=ARTICLE, language="id")
        assert waiting.id not in {row.revision_id for row in listed.rows}
    assert (await titles(stocked))["id"] == "Punya kami"


async def test_a_verifier_of_another_language_sees_and_approves_nothing(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        await handed_in(session, people.sri, title="Baru")
        joko = await add_person(session, "joko", Role.VERIFIER, now=NOW, languages=("jv",))
        found = await work.to_review(session, by=joko, limit=500)
    assert {row.language for row in found.rows} == {"jv"}


@pytest.mark.parametrize(
    ("how", "steps_aside", "is_told"),
    [({"is_major": False}, False, False), ({"is_major": True}, False, True), ({"is_correction": True}, True, False)],
)
async def test_a_reader_of_a_translation_is_told_of_a_newer_version_or_gets_the_corrected_source(
    stocked: Database, people: People, how: dict[str, bool], steps_aside: bool, is_told: bool
) -> None:
    before = (await load(stocked)).articles[SLUG].texts["jv"].title
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Dibetulkan")
        await submit(session, revision, people.sri, **how)
        await approve(session, revision, people.ani)

    reply = screens.article(await load(stocked), SLUG, 1, words=words("jv"))

    assert reply
    assert ("Dibetulkan" if steps_aside else before) in reply.body.text
    told = words("jv").gettext("A newer version of this text is there in {language}.").partition("{")[0]
    assert (told in reply.body.text) is is_told


async def test_a_value_is_right_in_every_language_once_it_is_fixed_in_one(stocked: Database, people: People) -> None:
    shelf = (await load(stocked)).shelf
    slug = next(slug for (kind, slug), rows in shelf.revisions.items() if kind == EntryKind.FACT and "en" in rows)
    reference, old = Reference(EntryKind.FACT, slug), shelf.revisions[EntryKind.FACT, slug]["en"].body

    async def fix(language: str, value: str) -> None:
        async with stocked.session() as session:
            revision = await write(session, people.sri, language=language, kind=EntryKind.FACT, slug=slug, body=value)
            await submit(session, revision, people.sri)
            await approve(session, revision, people.ani)

    async def standing() -> tuple[str, Standing, bool]:
        async with stocked.session() as session:
            entry = await reading.entry(session, EntryKind.FACT, slug)
            state = (await translations.states(session, [entry.id]))[entry.id]["en"].standing
            waiting = await work.outdated(session, languages=["en"], limit=500)
        shown = (await load(stocked)).shelf.markup(reference, "en")
        return shown, state, slug in {row.slug for row in waiting.rows}

    assert await standing() == (old, Standing.CURRENT, False)
    await fix("id", "Rp650.000")
    assert await standing() == ("Rp650.000", Standing.OUTDATED, True)
    await fix("en", "650,000 rupiah")
    assert await standing() == ("650,000 rupiah", Standing.CURRENT, False)


async def test_what_was_retracted_is_handed_in_again_as_it_was(stocked: Database, people: People) -> None:
    await take_away(stocked, people.budi)
    async with stocked.session() as session:
        again = await write(session, people.sri)
        await submit(session, again, people.sri)
        await approve(session, again, people.ani)

    assert SLUG in (await load(stocked)).articles


async def said(database: Database, revision: Revision) -> tuple[int, int]:
    """Return how many approvals of a revision there are, and how many the audit log has."""
    async with database.session() as session:
        given = select(Approval.id).where(Approval.revision_id == revision.id)
        noted = select(AuditEntry.details).where(AuditEntry.action == "text.approve")
        told = [details for details in await session.scalars(noted) if details["revision"] == revision.id]
        return len(list(await session.scalars(given))), len(told)


@pytest.mark.parametrize("when", [{}, {"live_until": NOW + HOUR}, {"live_from": NOW + HOUR}])
async def test_who_approves_twice_at_once_has_approved_once(
    stocked: Database, people: People, when: dict[str, datetime]
) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Sekali saja")
        await submit(session, revision, people.sri)

    async def press() -> None:
        async with stocked.session() as session:
            await approve(session, revision, people.ani, **when)

    await asyncio.gather(press(), press(), press())

    assert await said(stocked, revision) == (1, 1)


async def test_who_approves_for_good_what_ends_is_told_that_it_ends(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Sampai nanti")
        await submit(session, revision, people.sri)
        await approve(session, revision, people.ani, live_until=NOW + HOUR)
    async with stocked.session() as session:
        with pytest.raises(WrongState, match="its end is planned"):
            await approve(session, revision, people.ani)
        await scheduling.call_off(session, kind=ARTICLE, slug=SLUG, language="id", by=people.sri, now=NOW)
        await approve(session, revision, people.ani)
    assert await said(stocked, revision) == (1, 1)


async def test_a_live_text_is_approved_once_by_each_verifier(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        entry = await reading.entry(session, ARTICLE, SLUG)
        shipped = await reading.live(session, entry_id=entry.id, language="id")
        assert shipped
    for by, count in [(people.ani, 1), (people.ani, 1), (people.budi, 2), (people.ani, 2)]:
        async with stocked.session() as session:
            await approve(session, shipped, by)
        assert await said(stocked, shipped) == (count, count)


async def test_saying_it_again_brings_nothing_back_and_moves_no_moment(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Nanti")
        await submit(session, revision, people.sri)
        await approve(session, revision, people.ani, live_from=NOW + HOUR)
        for other in ({}, {"live_from": NOW + 2 * HOUR}, {"live_from": NOW + HOUR, "live_until": NOW + 2 * HOUR}):
            with pytest.raises(WrongState):
                await approve(session, revision, people.ani, **other)
        await scheduling.call_off(session, kind=ARTICLE, slug=SLUG, language="id", by=people.sri, now=NOW)
        await approve(session, revision, people.ani)
        live = await reading.live(session, entry_id=revision.entry_id, language="id")
        assert live
        assert live.id == revision.id, "after it was called off her word counts anew"
    await take_away(stocked, people.budi)
    async with stocked.session() as session:
        with pytest.raises(WrongState):
            await approve(session, revision, people.ani)
    assert SLUG not in (await load(stocked)).articles
