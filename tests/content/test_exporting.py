"""A pack goes in and comes out again, byte for byte; what the desk changed comes out as it is live."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update

from content.articles import Article
from content.exporting import load_pack
from content.pack import LIBRARY, read_pack
from content.pack_writing import differences, pack_files, rewrite, write_files, write_folder
from content.publishing import ImportReport
from content.revisions import Publication, Revision
from content.topics import Topic, TopicTitle
from core.db import Database
from tests.content.conftest import NOW
from tests.desk import rewrite_at_desk

Import = Callable[..., Awaitable[ImportReport]]
WritePack = Callable[..., Path]
ID = "work/the-cost.id.html"
FORM = """\
missing: [su]
questions:
  - code: job
    type: choice
    texts:
      en: {question: "Your job?", why: "To find a course.", help: "One answer.", error: "Choose one."}
      id: {question: "Pekerjaan Anda?"}
      jv: {question: "Gaweyanmu?"}
    options:
      - code: nurse
        labels: {jv: Perawat, en: Nurse, id: Perawat}
      - code: other
        labels: {en: Other, id: Lain, jv: Liya}
  - code: safe-time
    type: short_text
    required: false
    texts:
      id: {question: "Kapan?"}
      en: {question: "When?"}
      jv: {question: "Kapan?"}
  - code: which-one
    type: short_text
    required: false
    shown_if: {question: job, is: [other]}
    texts:
      id: {question: "Yang mana?"}
      en: {question: "Which one?"}
      jv: {question: "Sing endi?"}
"""
MORE_FILES = {
    "synonyms.yaml": "jv:\n  dhuwit: [duit]\nid:\n  pinjol: [pinjaman online, utang]\n  hk: [hong kong]\n",
    "programmes.yaml": "a-course:\n  stages: [returned]\n  provinces: ['52']\n  discreet: true\n"
    "  form: sign-up\n  position: 2\n  article: the-cost\n",
    "forms/sign-up.yaml": FORM,
    "more/topic.yaml": "icon: x\nposition: 2\nparent: work\ntitles: {su: Deui, jv: Liya, en: More, id: Lagi}\n",
    "more/for-some.id.html": """\
---
title: "Untuk sebagian: 'ya'"
summary: "no"
tags: ["1955", "yes", "a: b", "# c", "kata yang panjang sekali supaya baris ini harus dipecah menjadi dua baris"]
sources: [a-paper, b-paper]
related: [the-cost]
position: 3
audience: {countries: [TW, HK], stages: [abroad, family], provinces: ['52']}
sensitivity: sensitive
owner: protection
review_months: 3
missing: [su, en, jv]
---

<b>Baca <a href="https://www.kp2mi.go.id/page?a=1&amp;b=2">halaman ini</a>.</b>
<!-- part -->
---
Selesai. 🙂
""",
    "contacts.yaml": """\
tw-1955:
  note: "Staff: 'call' after 9 # really"
  seen_on: 2025
  sources: [a-paper]
  publishable: true
  web: [https://1955.example.tw]
  email: [a@b.tw]
  address: "Jl. Mawar 1, Taipei: lantai 2"
  languages: [id, zh]
  whatsapp: ["+886911111111"]
  city: Taipei
  position: 1
  review_months: 6
  kind: hotline
  country: TW
  names: {jv: Saluran 1955, en: Line 1955, id: Saluran 1955}
  official_name: "1955"
  phones:
    - {number: "1955", type: local, reach: inside, free: true, label: {id: a, en: b, jv: c, su: d}}
    - {number: "+8862", type: e164, reach: everywhere, publishable: false, hours: {su: d, id: a, en: b, jv: c}}
the-office:
  {official_name: Kantor, names: {id: Kantor, en: Office}, kind: emergency, country: ID, province: '31',
   publishable: true, sources: [a-paper], phones: [{number: "112", type: local, reach: inside}]}
""",
    "sources.yaml": """\
b-paper: {title: "Judul: satu", publisher: KP2MI, url: "https://kp2mi.go.id/a", published_on: 2024-02-29,
  seen_on: 2025-04-10, confidence: medium}
a-paper: {title: A paper, publisher: An office, seen_on: 2025-05, confidence: high}
c-paper: {title: Undated, publisher: An office, confidence: low}
""",
}


@pytest.fixture
def full_pack(write_pack: WritePack) -> Path:
    """A pack with every feature, in canonical form."""
    folder = write_pack()
    write_files(folder, MORE_FILES)
    rewrite(folder, read_pack(folder))
    return folder


async def exported(database: Database) -> dict[str, str]:
    async with database.session() as session:
        return pack_files(await load_pack(session))


def files_of(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes().decode() for path in paths}


async def test_the_shipped_pack_comes_out_byte_for_byte(database: Database, import_folder: Import) -> None:
    await import_folder()

    assert await exported(database) == files_of(LIBRARY)


async def test_a_pack_with_every_feature_comes_out_byte_for_byte(
    database: Database, import_folder: Import, full_pack: Path
) -> None:
    await import_folder(full_pack)

    assert await exported(database) == files_of(full_pack)
    assert await import_folder(full_pack) == ImportReport()


def test_the_canonical_form_means_the_same_as_what_was_written(write_pack: WritePack, tmp_path: Path) -> None:
    folder = write_pack()
    write_files(folder, MORE_FILES)
    pack = read_pack(folder)

    write_folder(tmp_path / "canonical", pack_files(pack))

    again = read_pack(tmp_path / "canonical")
    assert again == pack
    assert list(differences(tmp_path / "canonical", again)) == []


def test_languages_stand_in_one_order_and_what_has_its_default_is_left_out(full_pack: Path) -> None:
    assert (full_pack / "more/topic.yaml").read_text() == (
        "icon: x\nposition: 2\nparent: work\ntitles:\n  id: Lagi\n  en: More\n  jv: Liya\n  su: Deui\n"
    )
    office = yaml.safe_load((full_pack / "contacts.yaml").read_text())["the-office"]
    assert list(office) == ["official_name", "names", "kind", "country", "province", "phones", "publishable", "sources"]


LINES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=150).filter(
    lambda line: not line[0].isspace()
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(title=LINES, publisher=LINES.filter(lambda line: len(line) <= 60), value=LINES)
def test_whatever_a_line_holds_it_is_read_as_it_was_written(
    write_pack: WritePack, tmp_path: Path, title: str, publisher: str, value: str
) -> None:
    folder = write_pack()
    values: dict[str, Any] = {"a-paper": {"title": title, "publisher": publisher, "confidence": "high"}}
    (folder / "sources.yaml").write_text(yaml.safe_dump(values, allow_unicode=False))
    facts = yaml.safe_load((folder / "facts.yaml").read_text())
    facts["the-fee"]["values"]["id"] = value
    (folder / "facts.yaml").write_text(yaml.safe_dump(facts, allow_unicode=False))
    pack = read_pack(folder)

    write_files(tmp_path / "written", pack_files(pack))

    assert pack.sources["a-paper"].title == title
    assert read_pack(tmp_path / "written") == pack


async def test_what_the_desk_changed_comes_out_as_it_is_live(
    database: Database, import_folder: Import, full_pack: Path
) -> None:
    await import_folder(full_pack)
    await rewrite_at_desk(database, Revision.title == "Untuk sebagian: 'ya'", now=NOW, body="<b>Gratis.</b>")
    async with database.session() as session:
        await session.execute(update(TopicTitle).where(TopicTitle.title == "Lagi").values(title="Lain"))
        await session.execute(update(Topic).values(origin="desk"))

    files = await exported(database)

    assert files["more/for-some.id.html"].endswith("\n---\n<b>Gratis.</b>\n")
    assert "id: Lain" in files["more/topic.yaml"]
    assert files[ID] == files_of(full_pack)[ID]


async def test_an_article_retired_at_the_desk_leaves_with_all_that_points_to_it(
    database: Database, import_folder: Import, full_pack: Path, tmp_path: Path
) -> None:
    await import_folder(full_pack)
    async with database.session() as session:
        await session.execute(update(Article).where(Article.position == 1).values(retired_at=NOW))

    write_folder(tmp_path / "out", await exported(database))

    pack = read_pack(tmp_path / "out")
    assert [article.slug for article in pack.articles] == ["for-some"]
    assert (pack.programmes, pack.articles[0].shared.related) == ({}, ())


async def test_a_translation_retracted_at_the_desk_is_marked_missing(
    database: Database, import_folder: Import, full_pack: Path, tmp_path: Path
) -> None:
    await import_folder(full_pack)
    async with database.session() as session:
        english = select(Revision.id).where(Revision.language == "en", Revision.title != "")
        live = update(Publication).where(Publication.revision_id.in_(english))
        await session.execute(live.values(published_until=NOW))

    write_folder(tmp_path / "out", await exported(database))

    article = next(article for article in read_pack(tmp_path / "out").articles if article.slug == "the-cost")
    assert list(article.texts) == ["id"]
    assert article.shared.missing == ("jv", "su", "en")


def test_a_new_folder_appears_as_a_whole_with_nothing_beside_it(full_pack: Path, tmp_path: Path) -> None:
    files = files_of(full_pack)

    write_folder(tmp_path / "deep" / "out", files)

    assert files_of(tmp_path / "deep") == {f"out/{name}": text for name, text in files.items()}
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["out"]


def test_over_a_pack_what_is_in_it_no_more_goes_and_what_is_no_pack_stays(full_pack: Path) -> None:
    files = files_of(full_pack)
    (full_pack / "notes").mkdir()
    (full_pack / "notes/index.en.html").write_text("mine")
    (full_pack / "README").write_text("mine")
    (full_pack / ".mine").mkdir()
    (full_pack / ".mine/topic.yaml").write_text("mine")
    kept = {name: text for name, text in files.items() if not name.startswith(("more/", "forms/", "programmes"))}

    write_folder(full_pack, kept)

    assert files_of(full_pack) == kept | {
        "notes/index.en.html": "mine", "README": "mine", ".mine/topic.yaml": "mine",
    }  # fmt: skip


def test_in_a_folder_without_a_pack_nothing_goes(full_pack: Path, tmp_path: Path) -> None:
    files = files_of(full_pack)
    mine = tmp_path / "mine"
    (mine / "site").mkdir(parents=True)
    (mine / "site/topic.yaml").write_text("mine")

    write_folder(mine, files)

    assert (mine / "site/topic.yaml").read_text() == "mine"


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("sources.yaml", "  publisher: An office", "  publisher:  An office", 4),
        ("facts.yaml", "# Values", "# Some values", 1),
        (ID, "title: Biaya\nsummary: Berapa biayanya.\n", "summary: Berapa biayanya.\ntitle: Biaya\n", 2),
        (ID, "---\n<b>", "---\n\n<b>", 13),
        ("more/topic.yaml", "icon: x\n", "icon: x\r\n", 1),
    ],
)
def test_a_file_out_of_form_is_told_with_its_first_line_and_mended(
    full_pack: Path, file: str, old: str, new: str, line: int
) -> None:
    path, before = full_pack / file, files_of(full_pack)
    assert old in before[file]
    path.write_bytes(before[file].replace(old, new, 1).encode())
    pack = read_pack(full_pack)

    assert list(differences(full_pack, pack)) == [(file, line)]
    assert rewrite(full_pack, pack) == [file]
    assert files_of(full_pack) == before


def test_an_empty_file_that_may_be_absent_is_out_of_form(write_pack: WritePack) -> None:
    folder = write_pack()
    rewrite(folder, read_pack(folder))
    (folder / "synonyms.yaml").write_text("# none yet\n{}\n")

    assert list(differences(folder, read_pack(folder))) == [("synonyms.yaml", 1)]
    assert rewrite(folder, read_pack(folder)) == ["synonyms.yaml"]
    assert not (folder / "synonyms.yaml").exists()
