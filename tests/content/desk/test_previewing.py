"""What the desk previews is what is sent."""

from dataclasses import replace
from datetime import UTC, datetime

from content import screens
from content.catalogue import load_catalogue
from content.desk import approving, drafting, previewing, reading
from content.revisions import EntryKind
from core.db import Database
from core.i18n import words
from staff.actors import Role
from tests.desk import add_person
from tests.harness import SEALS

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


async def test_the_preview_of_every_article_in_every_language_is_what_readers_get(stocked: Database) -> None:
    async with stocked.reading_session() as session:
        catalogue = await load_catalogue(
            await session.connection(), today=NOW.date(), show_unverified=True, seals=SEALS
        )
        compared = 0
        for slug, article in catalogue.articles.items():
            entry = await reading.entry(session, EntryKind.ARTICLE, slug)
            for language in article.texts:
                live = await reading.live(session, entry_id=entry.id, language=language)
                assert live
                for is_changed in (False, True):
                    exact = await reading.exact(session, entry, live)
                    summary = exact.summary + ("!" if is_changed else "")
                    shown = await previewing.article(
                        session, catalogue, entry=entry, language=language,
                        exact=type(exact)(kind=exact.kind, title=exact.title, summary=summary, body=exact.body),
                        source_ids=await reading.source_ids(session, live.id),
                    )  # fmt: skip
                    sent = [
                        screens.article(catalogue, slug, number, words=words(language))
                        for number in range(1, len(article.texts[language].parts) + 1)
                    ]
                    assert list(shown) == sent, f"{slug} {language}"
                    compared += len(sent)
    assert compared > 100


async def test_a_translation_that_stepped_aside_for_a_correction_can_still_be_previewed(stocked: Database) -> None:
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, now=NOW)
        ani = await add_person(session, "ani", Role.VERIFIER, now=NOW)
        entry = await reading.entry(session, EntryKind.ARTICLE, "placement-cost")
        old = await reading.live(session, entry_id=entry.id, language="id")
        javanese = await reading.live(session, entry_id=entry.id, language="jv")
        assert old
        assert javanese
        saved = await drafting.save(
            session, entry=entry, language="id", exact=replace(await reading.exact(session, entry, old), title="Baru"),
            base_id=old.id, by=sri, now=NOW, source_ids=await reading.source_ids(session, old.id),
        )  # fmt: skip
        await drafting.submit(session, revision_id=saved.id, is_correction=True, by=sri, now=NOW)
        await approving.approve(session, revision_id=saved.id, text_hash=saved.text_hash, by=ani, now=NOW, seals=SEALS)
        catalogue = await load_catalogue(
            await session.connection(), today=NOW.date(), show_unverified=True, seals=SEALS
        )

        shown = await previewing.article(
            session, catalogue, entry=entry, language="jv", exact=await reading.exact(session, entry, javanese),
            source_ids=[],
        )  # fmt: skip

        assert "jv" not in catalogue.articles[entry.slug].texts
        assert javanese.title in shown[0].body.text
