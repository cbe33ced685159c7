"""Bringing a pack into the database.

Longer than a file should be: every kind of content meets the same cases.
"""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, and_, func, select, update

from content.articles import Article
from content.catalogue import Catalogue
from content.contacts import ContactDetails
from content.evidence import Evidence
from content.importing import import_pack
from content.pack import read_pack
from content.pack_writing import write_files
from content.programmes import Form, Programme
from content.publishing import ImportReport
from content.revisions import Approval, Publication, Revision, RevisionAuthor, RevisionState
from content.shipped import bring_another, bring_shipped
from content.sources import Source
from content.synonyms import Synonym
from content.topics import Topic
from core.db import Base, Database
from tests.content.conftest import NOW
from tests.desk import approve_live, rewrite_at_desk
from tests.harness import SEALS, shipped

Import = Callable[..., Awaitable[ImportReport]]
Load = Callable[[], Awaitable[Catalogue]]
ID, EN = "work/the-cost.id.html", "work/the-cost.en.html"


async def count(database: Database, model: type[Base]) -> int:
    async with database.session() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_a_second_run_changes_nothing(database: Database, import_folder: Import, load: Load) -> None:
    first = await import_folder()
    version = (await load()).version
    revisions = await count(database, Revision)

    second = await import_folder()

    assert first.published
    assert second == ImportReport()
    assert (await load()).version == version == 1
    assert await count(database, Revision) == revisions


async def test_a_changed_text_becomes_a_new_live_revision(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    await import_folder(write_pack())
    before = await count(database, Revision)

    folder = write_pack({ID: ("Telepon", "Hubungi"), EN: ("Call", "Ring")})
    report = await import_folder(folder)

    catalogue = await load()
    assert report.published == 2
    assert await count(database, Revision) == before + 2
    assert catalogue.version == 2
    assert "Hubungi" in catalogue.articles["the-cost"].texts["id"].parts[1].text


async def test_a_translation_knows_the_text_it_was_made_from(
    database: Database, import_folder: Import, write_pack: Callable[..., Path]
) -> None:
    await import_folder(write_pack())

    async with database.session() as session:
        texts = {row.language: row for row in await session.scalars(select(Revision).where(Revision.title != ""))}
    assert texts["en"].derived_from_revision_id == texts["id"].id
    assert texts["id"].derived_from_revision_id is None


async def test_a_changed_title_of_a_topic_raises_the_version(
    import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    await import_folder(write_pack())

    report = await import_folder(write_pack({"work/topic.yaml": ("Kerja", "Pekerjaan")}))

    assert report == ImportReport(changed=1)
    assert (await load()).version == 2


async def test_over_what_the_desk_edited_a_newer_pack_leaves_a_draft_once(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    await import_folder(write_pack())
    await rewrite_at_desk(database, Revision.title == "Biaya", now=NOW, title="Ongkos")

    report = await import_folder(write_pack({ID: ("Telepon", "Hubungi")}))
    again = await import_folder(write_pack({ID: ("Telepon", "Hubungi")}))

    assert (report.drafts, again.drafts) == (1, 0)
    assert await drafts(database) == [("id", RevisionState.DRAFT)]
    assert "Telepon" in (await load()).articles["the-cost"].texts["id"].parts[1].text


async def test_what_was_approved_stays_until_somebody_approves_the_packs_newer_one(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    await import_folder(write_pack())
    await approve_live(database, Revision.body == "Rp5", now=NOW)

    report = await import_folder(write_pack({"facts.yaml": ("Rp5", "Rp500")}))

    assert (report.published, report.drafts) == (0, 1)
    fact = (await load()).shelf.revisions["fact", "the-fee"]["id"]
    assert (fact.body, fact.approved_on) == ("Rp5", NOW.date())


async def test_a_newer_contact_over_the_desks_is_a_draft_with_its_numbers(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    await import_folder(write_pack())
    await rewrite_at_desk(database, Revision.title == "Kantor", now=NOW, title="Kantor Pusat")

    report = await import_folder(write_pack({"contacts.yaml": ("+62211234", "+62219999")}))

    assert report.drafts == 1
    assert (await load()).contacts["the-office"].phones[0]["number"] == "+62211234"
    async with database.session() as session:
        proposed = (await session.scalars(select(ContactDetails).order_by(ContactDetails.revision_id.desc()))).first()
    assert proposed
    assert proposed.phones[0]["number"] == "+62219999"


@pytest.mark.parametrize("how", ["retired", "retracted"])
async def test_what_was_retired_or_retracted_gets_a_draft_and_stays_away(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path], how: str
) -> None:
    await import_folder(write_pack())
    async with database.session() as session:
        if how == "retired":
            await session.execute(update(Article).values(retired_at=NOW))
        else:
            await session.execute(update(Publication).values(published_until=NOW))

    report = await import_folder(write_pack({ID: ("Telepon", "Hubungi")}))

    assert (report.published, report.drafts) == (0, 1)
    assert "the-cost" not in (await load()).articles


async def test_what_the_desk_changed_of_a_topic_stays(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    await import_folder(write_pack())
    async with database.session() as session:
        await session.execute(update(Topic).values(icon="🪛", origin="desk"))

    report = await import_folder(write_pack({"work/topic.yaml": ("🔧", "🔨")}))

    assert report.left_alone == 1
    assert (await load()).topics["work"].icon == "🪛"


async def drafts(database: Database) -> list[tuple[str, str]]:
    async with database.session() as session:
        rows = await session.scalars(select(Revision).where(Revision.state != RevisionState.RELEASED))
        return [(row.language, row.state) for row in rows]


async def correct_at_the_desk(database: Database, which: ColumnElement[bool]) -> None:
    """Put another Indonesian text, written at the desk, in the place of a live one."""
    await rewrite_at_desk(database, and_(Revision.language == "id", which), now=NOW, body="<b>Gratis.</b>")


async def retract(database: Database, *languages: str, which: ColumnElement[bool]) -> None:
    async with database.session() as session:
        texts = select(Revision.id).where(Revision.language.in_(languages), which)
        live = update(Publication).where(Publication.revision_id.in_(texts))
        await session.execute(live.values(published_until=NOW))


def add_javanese(folder: Path) -> Path:
    """Bring one more language of the article, made from the text that the pack holds."""
    made_from = read_pack(folder).articles[0].source.hash
    (folder / ID).write_text((folder / ID).read_text().replace("[jv, su]", "[su]"))
    front = f"title: Ragad\nsummary: Pira ragade.\ntranslated_from: '{made_from}'"
    (folder / "work/the-cost.jv.html").write_text(f"---\n{front}\n---\nMbayar {{{{fact:the-fee}}}}.\n")
    return folder


async def test_a_translation_of_the_text_before_the_desks_correction_stays_as_it_was(
    database: Database, import_folder: Import, write_pack: Callable[..., Path]
) -> None:
    folder = write_pack()
    await import_folder(folder)
    await correct_at_the_desk(database, Revision.title != "")
    before = await count(database, Revision)

    report = await import_folder(folder)

    assert (report.published, report.drafts) == (0, 0), "what was proposed before is not proposed again"
    assert await count(database, Revision) == before


@pytest.mark.parametrize("retracted", [("id", "en"), ("id",)])
async def test_one_more_language_of_a_retracted_article_waits_for_the_desk(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path], retracted: tuple[str, ...]
) -> None:
    await import_folder(write_pack())
    await retract(database, *retracted, which=Revision.title != "")
    before = (await load()).articles.keys()

    newer = add_javanese(write_pack())
    report, again = await import_folder(newer), await import_folder(newer)

    assert (report.published, report.drafts, again.drafts) == (0, 1, 0)
    assert await drafts(database) == [("jv", RevisionState.DRAFT)]
    catalogue = await load()
    assert catalogue.articles.keys() == before
    assert all("jv" not in article.texts for article in catalogue.articles.values())


async def test_translations_of_what_the_desk_corrected_wait_for_the_desk(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    await import_folder(write_pack())
    await correct_at_the_desk(database, Revision.title != "")

    report = await import_folder(add_javanese(write_pack({EN: ("Call", "Ring")})))

    assert (report.published, report.drafts) == (0, 2)
    assert sorted(await drafts(database)) == [("en", RevisionState.DRAFT), ("jv", RevisionState.DRAFT)]
    texts = (await load()).articles["the-cost"].texts
    assert sorted(texts) == ["en", "id"]
    assert texts["id"].parts[0].text == "Gratis."
    assert "Call" in texts["en"].parts[1].text


async def test_a_translation_of_the_desks_very_text_goes_live(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    await import_folder(write_pack())
    async with database.session() as session:
        source = (await session.scalars(select(Revision).where(Revision.title == "Biaya"))).one()
    await rewrite_at_desk(database, Revision.title == "Biaya", now=NOW, title="Ongkos")
    await rewrite_at_desk(database, Revision.title == "Ongkos", now=NOW, title=source.title)

    report = await import_folder(add_javanese(write_pack()))

    assert (report.published, report.drafts) == (1, 0)
    assert "jv" in (await load()).articles["the-cost"].texts


async def test_where_one_translation_was_retracted_only_that_language_stays_away(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    await import_folder(write_pack())
    await retract(database, "en", which=Revision.title != "")

    report = await import_folder(add_javanese(write_pack({EN: ("Call", "Ring")})))

    assert (report.published, report.drafts) == (1, 1)
    assert sorted((await load()).articles["the-cost"].texts) == ["id", "jv"]


@pytest.mark.parametrize("how", ["retracted", "corrected"])
async def test_one_more_language_of_a_fact_that_the_desk_took_away_or_corrected_waits_for_the_desk(
    database: Database, import_folder: Import, write_pack: Callable[..., Path], how: str
) -> None:
    await import_folder(write_pack())
    if how == "retracted":
        await retract(database, "id", "en", which=Revision.title == "")
    else:
        await correct_at_the_desk(database, Revision.title == "")

    report = await import_folder(
        write_pack({"facts.yaml": ("    en: 5 rupiah\n", "    en: six rupiah\n    jv: limang rupiah\n")})
    )

    assert (report.published, report.drafts) == (0, 2)
    assert sorted(await drafts(database)) == [("en", RevisionState.DRAFT), ("jv", RevisionState.DRAFT)]


async def test_the_values_of_a_fact_may_stand_in_any_order(
    import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    values = ("    id: Rp5\n    en: 5 rupiah\n", "    en: 5 rupiah\n    id: Rp5\n")

    assert (await import_folder(write_pack({"facts.yaml": values}))).drafts == 0
    assert (await load()).articles["the-cost"].texts["en"].parts[0].text == "Pay 5 rupiah."


async def test_two_processes_may_import_at_once(database_url: str) -> None:
    async def bring() -> ImportReport:
        process = Database(database_url, is_patient=True)
        async with process.session() as session:
            report = await import_pack(session, shipped(), now=NOW, seals=SEALS)
        await process.close()
        return report

    reports = await asyncio.gather(bring(), bring())

    assert sorted(report.published > 0 for report in reports) == [False, True]


async def test_what_was_retracted_stays_retracted(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    folder = write_pack()
    await import_folder(folder)
    async with database.session() as session:
        live = update(Publication).values(published_until=Publication.published_from)
        await session.execute(live.where(Publication.language == "en"))

    await import_folder(folder)

    assert list((await load()).articles["the-cost"].texts) == ["id"]


async def test_imported_texts_have_an_author_and_no_approval(database: Database, import_folder: Import) -> None:
    await import_folder()

    assert await count(database, RevisionAuthor) == await count(database, Revision)
    assert await count(database, Approval) == 0


OTHERS = {
    "synonyms.yaml": "id:\n  hk: [hong kong]\n",
    "programmes.yaml": "a-course: {article: the-cost, position: 1, form: sign-up}\n",
    "forms/sign-up.yaml": "missing: [jv, su, en]\n"
    "questions:\n  - {code: job, type: short_text, texts: {id: {question: Kerja}}}\n",
}
CHANGES: list[tuple[type[Base], str, str, str]] = [
    (Synonym, "synonyms.yaml", "hong kong", "hongkong"),
    (Programme, "programmes.yaml", "position: 1", "position: 2"),
    (Form, "forms/sign-up.yaml", "Kerja", "Pekerjaan"),
    (Evidence, "evidence.yaml", "May 2025", "June 2025"),
    (Source, "sources.yaml", "An office", "The office"),
    (Article, ID, "position: 1", "position: 2"),
    (Topic, "work/topic.yaml", "🔧", "🔨"),
    (Topic, "work/topic.yaml", "Gawéan", "Makarya"),
]


def write_others(folder: Path, change: tuple[str, str, str] | None = None) -> Path:
    write_files(folder, OTHERS)
    if change:
        file, old, new = change
        (folder / file).write_text((folder / file).read_text().replace(old, new))
    return folder


@pytest.mark.parametrize(("table", "file", "old", "new"), CHANGES)
async def test_what_has_no_revisions_follows_the_pack_until_the_desk_changes_it(
    database: Database, import_folder: Import, write_pack: Callable[..., Path], table: type[Base],
    file: str, old: str, new: str,
) -> None:  # fmt: skip
    await import_folder(write_others(write_pack()))
    changed = await import_folder(write_others(write_pack(), (file, old, new)))
    async with database.session() as session:
        await session.execute(update(table).values(origin="desk"))

    back = await import_folder(write_others(write_pack()))

    assert changed == ImportReport(changed=1)
    assert back == ImportReport(left_alone=1)


async def test_an_older_text_that_comes_back_in_the_pack_is_live_again(
    import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    for text in ("Telepon", "Hubungi", "Telepon"):
        await import_folder(write_pack({ID: ("Telepon", text)}))
        assert text in (await load()).articles["the-cost"].texts["id"].parts[1].text


async def bring_shipped_from(database: Database, folder: Path) -> ImportReport:
    async with database.session() as session:
        return await bring_shipped(session, now=NOW, seals=SEALS, folder=folder)


async def test_a_start_does_not_undo_the_import_of_another_pack(
    database: Database, import_folder: Import, load: Load, write_pack: Callable[..., Path], tmp_path: Path
) -> None:
    shipped = write_pack().rename(tmp_path / "shipped")
    assert (await bring_shipped_from(database, shipped)).published
    other = read_pack(write_pack({ID: ("Telepon", "Hubungi")}))
    async with database.session() as session:
        await bring_another(session, other, now=NOW, seals=SEALS, shipped=shipped)

    assert await bring_shipped_from(database, shipped) == ImportReport()
    assert "Hubungi" in (await load()).articles["the-cost"].texts["id"].parts[1].text


async def test_a_start_with_a_newer_shipped_pack_brings_it(
    database: Database, load: Load, write_pack: Callable[..., Path]
) -> None:
    for text in ("Telepon", "Hubungi", "Telepon"):
        assert (await bring_shipped_from(database, write_pack({ID: ("Telepon", text)}))).published
        assert text in (await load()).articles["the-cost"].texts["id"].parts[1].text


async def test_two_processes_may_start_at_once(database_url: str, write_pack: Callable[..., Path]) -> None:
    one, other = (Database(database_url, is_patient=True) for _ in range(2))
    folder = write_pack()

    reports = await asyncio.gather(bring_shipped_from(one, folder), bring_shipped_from(other, folder))
    await one.close()
    await other.close()

    assert sorted(report.published > 0 for report in reports) == [False, True]
