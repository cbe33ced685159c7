"""Languages: which one is meant, what it falls back to, and how it writes dates and numbers."""

import ast
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import polib
import pytest

from core import catalogues
from core.i18n import LANGUAGES, desk_words, fallbacks, nearest, words


@pytest.mark.parametrize(
    ("reported", "ours"),
    [("en-GB", "en"), ("EN", "en"), ("id", "id"), ("in_ID", "id"), ("zh-hans", "id"), ("", "id"), (None, "id")],
)
def test_a_phone_is_met_in_its_language_or_in_indonesian(reported: str | None, ours: str) -> None:
    assert nearest(reported) == ours


def test_every_language_falls_back_to_indonesian() -> None:
    assert fallbacks("en") == ("en", "id")
    assert fallbacks("id") == ("id",)
    assert fallbacks("xx") == ("id",)
    assert all(fallbacks(code)[-1] == "id" for code in LANGUAGES)


def test_dates_and_numbers_are_written_as_the_language_does() -> None:
    day = date(2026, 5, 3)

    assert (words("id").day(day), words("id").month(day)) == ("3 Mei 2026", "Mei 2026")
    assert (words("en").day(day), words("en").month(day)) == ("3 May 2026", "May 2026")
    at = datetime(2026, 5, 3, 9, 5, tzinfo=UTC)
    moments = {language: words(language).moment(at) for language in LANGUAGES}
    dotted = "3 Mei 2026 09.05"
    assert moments == {"id": dotted, "en": "3 May 2026 09:05", "jv": dotted, "su": dotted}
    assert (words("id").number(4687000.5), words("en").number(4687000.5)) == ("4.687.000,5", "4,687,000.5")


def test_an_unknown_language_speaks_indonesian() -> None:
    assert words("../../etc").language == "id"


def test_the_catalogues_are_complete() -> None:
    assert catalogues.problems() == []


@pytest.mark.parametrize(
    ("language", "written", "told"),
    [
        ("id", {}, "not translated"),
        ("id", {"msgstr": "{count} huruf", "flags": ["fuzzy"]}, "not translated"),
        ("id", {"msgstr": "huruf"}, "other placeholders than ['count']"),
        ("id", {"msgstr": "{jumlah} huruf"}, "other placeholders than ['count']"),
        (
            "id",
            {"msgid_plural": "{count} letters", "msgstr_plural": {0: "{count} huruf", 1: "{count} huruf"}},
            "needs 1",
        ),
        ("en", {"msgid_plural": "{count} letters", "msgstr_plural": {0: "{count} letter"}}, "needs 2"),
    ],
)
def test_what_a_catalogue_lacks_is_told(
    language: str, written: dict[str, Any], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = catalogues.Domain("some", (), (language,))
    monkeypatch.setattr(catalogues, "LOCALES", tmp_path)
    domain.catalogue(language).parent.mkdir(parents=True)
    code = polib.POEntry(msgid="{count} letter", msgid_plural=written.get("msgid_plural", ""))
    for path, entry in (
        (domain.template, code),
        (domain.catalogue(language), polib.POEntry(msgid=code.msgid, **written)),
    ):
        held = polib.POFile()
        held.append(entry)
        held.save(str(path))
    monkeypatch.setattr(catalogues, "collect", lambda _: polib.pofile(str(domain.template)))

    (problem,) = catalogues._problems(domain)

    assert told in problem


def test_a_message_that_cannot_be_collected_is_told() -> None:
    code = """
FULL = "full"
_ = words.gettext
f"{label}: {_('full')}"
raise RuleBroken(FULL)
raise WrongForm(FULL)
label = _("full")
Fault("places", FULL)
_("full" if is_full else "free")
"""
    assert list(catalogues.not_collected({"a.py": ast.parse(code)})) == [
        "a.py:4: a message in an f-string is not collected: take it out",
        *(
            f"a.py:{line}: a message that has a name, or one of two, is not collected: write it here"
            for line in (5, 6, 8, 9)
        ),
    ]


def test_a_size_is_told_as_people_say_it() -> None:
    told = [words("id").size(84_400), words("id").size(12), words("id").size(1_240_000), words("en").size(1_240_000)]
    assert [size.replace("\xa0", " ") for size in told] == ["84 kB", "1 kB", "1,2 MB", "1.2 MB"]


def test_a_health_service_and_the_health_of_an_installation_have_their_own_words() -> None:
    said = desk_words("id").gettext

    assert (said("Health service"), said("Health")) == ("Layanan kesehatan", "Keadaan")
