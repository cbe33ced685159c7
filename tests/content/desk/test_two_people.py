"""Promise 1: nobody verifies what she wrote, by no way; and what is live is what somebody else has read.

Longer than a file should be: the one promise is tried by every way that there is.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from content.catalogue import Catalogue, load_catalogue
from content.desk import approving, checking, drafting, going_live, reading, work
from content.desk.rules import Conflict, NotReady, NotThere, OwnText, TooNew, WrongState
from content.live import Mark
from content.revisions import EntryKind, Revision, RevisionState
from core.db import Database
from staff.actors import Actor, Grant, NotAllowed, ProofNeeded, Role
from tests.desk import add_person
from tests.harness import SEALS

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
SLUG = "passport-held"


@dataclass
class People:
    """Who works at the desk in these tests."""

    sri: Actor  # an editor who may also verify
    budi: Actor  # another one
    ani: Actor  # verifies only
    wati: Actor  # translates into Javanese


@pytest.fixture
async def people(stocked: Database) -> People:
    async with stocked.session() as session:
        return People(
            sri=await add_person(session, "sri", Role.EDITOR, Role.VERIFIER, now=NOW),
            budi=await add_person(session, "budi", Role.EDITOR, Role.VERIFIER, now=NOW),
            ani=await add_person(session, "ani", Role.VERIFIER, now=NOW),
            wati=await add_person(session, "wati", Role.TRANSLATOR, now=NOW, languages=("jv",)),
        )


async def load(database: Database, *, show_unverified: bool = True) -> Catalogue:
    async with database.reading() as connection:
        return await load_catalogue(connection, today=NOW.date(), show_unverified=show_unverified, seals=SEALS)


async def write(
    session: AsyncSession, by: Actor, *, language: str = "id", kind: EntryKind = EntryKind.ARTICLE, slug: str = SLUG,
    title: str = "", body: str = "",
) -> Revision:  # fmt: skip
    """Save a changed text on top of the newest one."""
    entry = await reading.entry(session, kind, slug)
    newest = await reading.newest(session, entry_id=entry.id, language=language)
    assert newest
    exact = await reading.exact(session, entry, newest)
    exact = replace(exact, title=title or exact.title, body=body or exact.body)
    return await drafting.save(
        session, entry=entry, language=language, exact=exact, base_id=newest.id, by=by, now=NOW,
        source_ids=await reading.source_ids(session, newest.id), evidence=newest.evidence,
    )  # fmt: skip


async def submit(session: AsyncSession, revision: Revision, by: Actor, **how: bool) -> None:
    await drafting.submit(session, revision_id=revision.id, by=by, now=NOW, **how)


async def approve(session: AsyncSession, revision: Revision, by: Actor, now: datetime = NOW, **when: datetime) -> None:
    await approving.approve(
        session, revision_id=revision.id, text_hash=revision.text_hash, by=by, now=now, seals=SEALS, **when
    )


async def publish(session: AsyncSession, writer: Actor, reader: Actor, *, title: str) -> Revision:
    revision = await write(session, writer, title=title)
    await submit(session, revision, writer)
    await approve(session, revision, reader)
    return revision


async def test_what_one_writes_and_another_approves_is_live_and_verified_at_once(
    stocked: Database, people: People
) -> None:
    before = (await load(stocked)).version
    async with stocked.session() as session:
        await publish(session, people.sri, people.ani, title="Paspor dipegang majikan")

    after = await load(stocked)

    assert after.version > before
    text = after.articles[SLUG].texts["id"]
    assert text.title == "Paspor dipegang majikan"
    assert text.provenance.approved_on is None, "the contacts it shows are not approved yet"


async def test_nobody_approves_what_she_wrote(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Baru")
        await submit(session, revision, people.sri)
        with pytest.raises(OwnText):
            await approve(session, revision, people.sri)


async def test_after_a_colleagues_edit_of_it_a_third_reader_is_needed(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        await write(session, people.sri, title="Baru")
        second = await write(session, people.budi, title="Baru sekali")
        await submit(session, second, people.budi)
        for author in (people.sri, people.budi):
            with pytest.raises(OwnText):
                await approve(session, second, author)
        await approve(session, second, people.ani)


async def test_who_wrote_before_the_last_approval_may_approve_again(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        await publish(session, people.sri, people.ani, title="Baru")
        second = await write(session, people.budi, title="Lain")
        await submit(session, second, people.budi)
        await approve(session, second, people.sri)


async def test_a_restored_text_has_its_old_authors_again(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        old = await publish(session, people.sri, people.ani, title="Dulu")
        await publish(session, people.budi, people.ani, title="Kini")
        newest = await reading.newest(session, entry_id=old.entry_id, language="id")
        assert newest
        restored = await drafting.restore(session, revision_id=old.id, base_id=newest.id, by=people.budi, now=NOW)
        assert restored.title == "Dulu"
        await submit(session, restored, people.budi)
        for author in (people.sri, people.budi):
            with pytest.raises(OwnText):
                await approve(session, restored, author)


async def test_an_edit_after_handing_in_takes_it_back(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        first = await write(session, people.sri, title="Baru")
        await submit(session, first, people.sri)
        await write(session, people.sri, title="Baru lagi")
        await session.refresh(first)
        assert first.state == RevisionState.DRAFT
        with pytest.raises(WrongState):
            await approve(session, first, people.ani)


async def test_an_approval_is_of_the_text_that_was_read(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Baru")
        await submit(session, revision, people.sri)
        with pytest.raises(Conflict):
            await approving.approve(
                session, revision_id=revision.id, text_hash="0" * 64, by=people.ani, now=NOW, seals=SEALS
            )


async def test_verifiers_have_languages_and_prove_who_they_are(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        javanese_only = await add_person(session, "joko", Role.VERIFIER, now=NOW, languages=("jv",))
        revision = await write(session, people.sri, title="Baru")
        await submit(session, revision, people.sri)
        with pytest.raises(NotAllowed):
            await approve(session, revision, javanese_only)
        with pytest.raises(NotAllowed):
            await approve(session, revision, people.wati)
        with pytest.raises(ProofNeeded):
            await approve(session, revision, people.ani, NOW + timedelta(minutes=6))


@pytest.mark.parametrize(("hours", "is_demo", "refused"), [(23, False, True), (25, False, False), (1, True, False)])
async def test_a_new_verifier_waits_a_day_with_what_the_one_who_made_her_one_wrote(
    stocked: Database, people: People, hours: int, is_demo: bool, refused: bool
) -> None:
    async with stocked.session() as session:
        granted_at = NOW - timedelta(hours=hours)
        grant = Grant(1, Role.VERIFIER, "id", None, None, people.sri.account_id, granted_at)
        dewi = replace(await add_person(session, "dewi", now=NOW), grants=(grant,), is_demo=is_demo)
        revision = await write(session, people.sri, title="Baru")
        await submit(session, revision, people.sri)
        if refused:
            with pytest.raises(TooNew):
                await approve(session, revision, dewi)
        else:
            await approve(session, revision, dewi)


async def test_a_text_of_the_pack_is_verified_as_it_is(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        for row in list(await session.scalars(select(Revision).where(Revision.language.in_(("id", "mul"))))):
            await approve(session, row, people.ani)

    text = (await load(stocked, show_unverified=False)).articles[SLUG].texts["id"]

    assert text.provenance.mark(NOW.date()) is Mark.VERIFIED


async def test_somebody_who_saved_meanwhile_is_told_and_nothing_is_lost(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        entry = await reading.entry(session, EntryKind.ARTICLE, SLUG)
        base = await reading.newest(session, entry_id=entry.id, language="id")
        assert base
        exact = await reading.exact(session, entry, base)
        theirs = await write(session, people.budi, title="Budi")
        with pytest.raises(Conflict) as conflict:
            await drafting.save(
                session, entry=entry, language="id", exact=replace(exact, title="Sri"), base_id=base.id, by=people.sri,
                now=NOW,
            )  # fmt: skip
    assert conflict.value.newest_id == theirs.id


async def test_the_text_that_ones_browser_has_just_saved_is_handed_in_without_a_conflict(
    stocked: Database, people: People
) -> None:
    async with stocked.session() as session:
        entry = await reading.entry(session, EntryKind.ARTICLE, SLUG)
        base = await reading.newest(session, entry_id=entry.id, language="id")
        assert base
        saved = await write(session, people.sri, title="Sri")
        sources = await reading.source_ids(session, base.id)
        exact = await reading.exact(session, entry, saved)

        async def save_again(source_ids: list[int]) -> Revision:
            return await drafting.save(
                session, entry=entry, language="id", exact=exact, base_id=base.id, by=people.sri, now=NOW,
                source_ids=source_ids, evidence=saved.evidence,
            )  # fmt: skip

        assert (await save_again(sources)).id == saved.id
        with pytest.raises(Conflict):
            await save_again(sources[1:])


async def test_what_breaks_a_rule_is_not_handed_in(stocked: Database, people: People) -> None:
    body = "<b>Buka {{fact:nothing}}\n\nhttps://example.com/x"
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="x" * 41, body=body)
        with pytest.raises(NotReady) as broken:
            await submit(session, revision, people.sri)
    assert {fault.field for fault in broken.value.faults} == {"title", "body"}


async def test_a_translation_keeps_what_its_source_refers_to(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.wati, language="jv", body="Telpon kene.")
        with pytest.raises(NotReady) as broken:
            await submit(session, revision, people.wati)
    assert any(fault.values.get("reference") == "contact:id-kemlu-pwni" for fault in broken.value.faults)


async def test_translators_write_only_translations_into_their_languages(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        for language in ("id", "en"):
            with pytest.raises(NotAllowed):
                await write(session, people.wati, language=language, title="Baru")
        await write(session, people.wati, language="jv", title="Anyar")


@pytest.mark.parametrize(
    ("how", "shown", "is_marked"),
    [({"is_major": False}, True, False), ({"is_major": True}, True, True), ({"is_correction": True}, False, False)],
)
async def test_a_change_of_the_source_outdates_translations_as_its_writer_said(
    stocked: Database, people: People, how: dict[str, bool], shown: bool, is_marked: bool
) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Baru")
        await submit(session, revision, people.sri, **how)
        await approve(session, revision, people.ani)

    texts = (await load(stocked)).articles[SLUG].texts

    assert ("jv" in texts) is shown
    assert shown is False or texts["jv"].is_outdated is is_marked


async def test_a_translation_that_needs_no_change_is_handed_in_as_it_is(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        await publish(session, people.sri, people.ani, title="Baru")
        entry = await reading.entry(session, EntryKind.ARTICLE, SLUG)
        read = await reading.newest(session, entry_id=entry.id, language="jv")
        source = await reading.live(session, entry_id=entry.id, language="id")
        assert read
        assert source
        told: dict[str, Any] = {"entry": entry, "language": "jv", "by": people.wati, "now": NOW}
        with pytest.raises(WrongState):
            await drafting.confirm_translation(
                session, **told, base_id=read.id, source_id=read.derived_from_revision_id
            )
        with pytest.raises(Conflict):
            await drafting.confirm_translation(session, **told, base_id=source.id, source_id=source.id)
        same = await drafting.confirm_translation(session, **told, base_id=read.id, source_id=source.id)
        with pytest.raises(NotAllowed):
            await approve(session, same, people.wati)
        await approve(session, same, people.ani)

    assert (await load(stocked)).articles[SLUG].texts["jv"].is_outdated is False


async def test_a_translation_is_made_from_the_source_that_was_seen(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        entry = await reading.entry(session, EntryKind.ARTICLE, SLUG)
        seen = await reading.live(session, entry_id=entry.id, language="id")
        assert seen
        await publish(session, people.sri, people.ani, title="Koreksi")
        never_live = await write(session, people.sri, title="Draf")

        told: dict[str, Any] = {"entry_id": entry.id, "language": "jv"}
        assert await drafting.made_from_seen(session, **told, source_id=seen.id) == seen.id
        assert await drafting.made_from_seen(session, **told, source_id=never_live.id) is None


async def test_the_lane_goes_on_from_where_it_was_and_ends_nowhere(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        waiting = []
        for slug in (SLUG, "wages-unpaid", "washing-hands"):
            revision = await write(session, people.sri, slug=slug, title=f"Baru {slug}"[:40])
            await submit(session, revision, people.sri)
            waiting.append(revision)
        first, second, third = (revision.id for revision in waiting)
        assert await work.next_to_review(session, by=people.ani) == first
        await approve(session, waiting[1], people.ani)

        assert await work.next_to_review(session, by=people.ani, after=second, was_handed_in=True) == third
        unread = await work.next_to_review(session, by=people.ani, after=third, was_handed_in=True)
        assert unread not in (None, first, second, third)
        await going_live.retire(session, slug="washing-hands", by=people.sri, now=NOW)
        found = await work.to_review(session, by=people.ani, limit=1000)
        assert third not in [row.revision_id for row in found.rows]


@pytest.mark.parametrize(("language", "left"), [("id", set()), ("jv", {"id", "en", "su"})])
async def test_one_person_takes_a_text_away_at_once(
    stocked: Database, people: People, language: str, left: set[str]
) -> None:
    before = set((await load(stocked)).articles[SLUG].texts)
    async with stocked.session() as session:
        await going_live.retract(
            session, kind=EntryKind.ARTICLE, slug=SLUG, language=language, reason="salah", by=people.budi, now=NOW
        )

    found = (await load(stocked)).articles.get(SLUG)

    assert (set(found.texts) if found else set()) == left & before


async def test_a_translation_does_not_come_back_before_its_source(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.wati, language="jv", title="Anyar")
        await submit(session, revision, people.wati)
        await going_live.retract(
            session, kind=EntryKind.ARTICLE, slug=SLUG, language="id", reason="salah", by=people.budi, now=NOW
        )
        with pytest.raises(WrongState):
            await approve(session, revision, people.ani)


async def test_a_text_is_live_from_a_moment_until_a_moment(stocked: Database, people: People) -> None:
    async def title() -> str | None:
        found = (await load(stocked)).articles.get(SLUG)
        return found.texts["id"].title if found and "id" in found.texts else None

    async def later(hours: int) -> None:
        async with stocked.session() as session:
            await going_live.carry_out_due(session, seals=SEALS, now=NOW + timedelta(hours=hours))

    old = await title()
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Hanya hari ini")
        await submit(session, revision, people.sri)
        await approve(
            session, revision, people.ani, live_from=NOW + timedelta(hours=1), live_until=NOW + timedelta(hours=3)
        )

    assert await title() == old
    await later(2)
    assert await title() == "Hanya hari ini"
    await later(4)
    assert await title() is None


async def test_a_phone_number_is_fixed_once_and_changes_wherever_it_is_shown(stocked: Database, people: People) -> None:
    slug = "id-kp2mi-callcentre"
    async with stocked.session() as session:
        entry = await reading.entry(session, EntryKind.CONTACT, slug)
        newest = await reading.newest(session, entry_id=entry.id, language="mul")
        assert newest
        exact = await reading.exact(session, entry, newest)
        assert exact.details
        phones = [dict(phone) | {"number": "+62215550000"} for phone in exact.details["phones"]]
        details = {**exact.details, "phones": phones, "seen_on": NOW.date()}
        saved = await drafting.save(
            session, entry=entry, language="mul", exact=replace(exact, details=details),
            base_id=newest.id, by=people.sri, now=NOW, source_ids=await reading.source_ids(session, newest.id),
        )  # fmt: skip
        await submit(session, saved, people.sri)
        assert (await load_now(session)).contacts[slug].phones[0]["number"] != "+62215550000"
        with pytest.raises(OwnText):
            await approve(session, saved, people.sri)
        await approve(session, saved, people.ani)

    catalogue = await load(stocked)

    assert catalogue.contacts[slug].phones[0]["number"] == "+62215550000"
    assert "+62215550000" in catalogue.articles[SLUG].texts["jv"].parts[-1].text


async def load_now(session: AsyncSession) -> Catalogue:
    return await load_catalogue(await session.connection(), today=NOW.date(), show_unverified=True, seals=SEALS)


async def test_a_number_that_was_rung_says_so_and_is_due_later(stocked: Database, people: People) -> None:
    slug = "id-kp2mi-callcentre"
    async with stocked.session() as session:
        entry = await reading.entry(session, EntryKind.CONTACT, slug)
        live = await reading.live(session, entry_id=entry.id, language="mul")
        assert live
        await checking.confirm(
            session, kind=EntryKind.CONTACT, slug=slug, language="mul", revision_id=live.id, by=people.sri, now=NOW
        )

    catalogue = await load(stocked)

    assert catalogue.contacts[slug].rung_on == NOW.date()
    assert not catalogue.contacts[slug].is_confirmed, "only an approval confirms"
    assert "Sudah ditelepon dan benar, November 2026." in catalogue.articles[SLUG].texts["id"].parts[-1].text


async def test_a_retired_article_is_gone_and_comes_back_only_by_new_approvals(
    stocked: Database, people: People
) -> None:
    async with stocked.session() as session:
        await going_live.retire(session, slug=SLUG, by=people.sri, now=NOW)
    assert SLUG not in (await load(stocked)).articles
    async with stocked.session() as session:
        await going_live.bring_back(session, slug=SLUG, by=people.sri, now=NOW)
        with pytest.raises(NotThere):
            await going_live.retract(
                session, kind=EntryKind.ARTICLE, slug=SLUG, language="id", reason="x", by=people.sri, now=NOW
            )
    assert SLUG not in (await load(stocked)).articles


async def test_giving_back_tells_the_writers_why(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        revision = await write(session, people.sri, title="Baru")
        await submit(session, revision, people.sri)
        await drafting.give_back(session, revision_id=revision.id, reason="Sumber?", by=people.ani, now=NOW)
        notes = await reading.notes(session, revision.id)
        assert [note.text for note in notes] == ["Sumber?"]
        assert revision.state == RevisionState.DRAFT


async def test_a_source_that_is_not_there_is_refused(stocked: Database, people: People) -> None:
    async with stocked.session() as session:
        entry = await reading.entry(session, EntryKind.ARTICLE, SLUG)
        base = await reading.newest(session, entry_id=entry.id, language="id")
        assert base
        exact = replace(await reading.exact(session, entry, base), title="Baru")
        with pytest.raises(NotThere):
            await drafting.save(
                session, entry=entry, language="id", exact=exact, base_id=base.id, by=people.sri, now=NOW,
                source_ids=[987654],
            )  # fmt: skip
