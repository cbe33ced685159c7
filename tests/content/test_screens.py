"""The screens: what they say in both languages, and the limits that none may pass."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import ColumnElement, String, select, true

from bot.conversations import Conversation
from content import contact_screens, screens, search_screens, targets
from content.catalogue import Catalogue
from content.cries import ABOUT_A_FRIEND, FITTING, Cry
from content.facts import whom_to_ask
from content.finding import MOST_HITS
from content.live import Mark
from content.revisions import Approval, Revision
from core.db import Database
from core.i18n import LANGUAGES, words
from core.messages import MAX_LABEL_CHARACTERS, MAX_TARGET_BYTES, MAX_TEXT_UTF16_UNITS, Reply, utf16_length
from tests.desk import approve_live
from tests.harness import SEALS

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
CRIES = (Cry(targets.HARM, "violence-at-work"), Cry(targets.DESPAIR, ABOUT_A_FRIEND))
Import = Callable[..., Awaitable[object]]
Load = Callable[..., Awaitable[Catalogue]]


@pytest.fixture
async def small(import_folder: Import, load: Load, write_pack: Callable[..., Path]) -> Catalogue:
    await import_folder(write_pack())
    return await load()


def shown(reply: Reply | None) -> list[str]:
    """Return a reply as its lines and then its rows of buttons."""
    assert reply
    rows = [" | ".join(f"{button.label} -> {button.target}" for button in row) for row in reply.rows]
    return [*reply.body.text.split("\n"), *rows]


async def test_home_shows_the_topics_the_contacts_and_the_rest(small: Catalogue) -> None:
    assert shown(screens.home(small, words=words("id"))) == [
        "Pilih topik, atau tulis pertanyaan Anda.",
        "🔧 Kerja -> t:work",
        "☎️ Kontak penting -> e",
        "🧹 Bersihkan chat -> c",
        "⚙️ Lainnya -> m",
    ]
    assert shown(screens.home(small, words=words("jv")))[1:3] == ["🔧 Gawéan -> t:work", "☎️ Kontak penting -> e"]


async def test_the_greeting_is_in_indonesian_and_in_the_language_of_the_phone(small: Catalogue) -> None:
    greeting = shown(screens.greeting(small, words=words("en")))

    assert greeting[0].startswith("Halo, ini Bekal.")
    assert greeting[2].startswith("Hello, this is Bekal.")
    assert greeting[5:9] == [
        "Bahasa Indonesia -> l:id", "English -> l:en", "Basa Jawa -> l:jv", "Basa Sunda -> l:su",
    ]  # fmt: skip
    assert len(shown(screens.greeting(small, words=words("id")))) == len(greeting) - 2


async def test_a_topic_lists_its_articles(small: Catalogue) -> None:
    assert shown(screens.topic(small, "work", words=words("id"))) == [
        "🔧 Kerja",
        "Biaya -> a:the-cost:1",
        "⬅️ Kembali -> h | 🏠 Menu -> h",
    ]


async def test_an_article_in_parts_ends_with_where_it_comes_from(small: Catalogue) -> None:
    assert shown(screens.article(small, "the-cost", 1, words=words("en"))) == [
        "Cost",
        "",
        "Pay 5 rupiah.",
        "",
        "🕓 Not yet verified by an official institution.",
        "Next (2/2) -> a:the-cost:2",
        "⬅️ Back -> t:work | 🏠 Menu -> h",
    ]
    assert shown(screens.article(small, "the-cost", 2, words=words("id"))) == [
        "Biaya",
        "",
        "Telepon 📞:",
        "",
        "Kantor <A&B>",
        "+62211234 · 24 jam",
        "Dilihat di An office, April 2025. Belum dikonfirmasi lembaga.",
        "",
        "Sumber: An office, Mei 2025. 🕓 Belum diperiksa lembaga resmi.",
        "Sebelumnya (1/2) -> a:the-cost:1",
        "👍 Membantu -> y:the-cost | 👎 Belum -> n:the-cost",
        "📤 Kartu untuk diteruskan -> w:the-cost",
        "⬅️ Kembali -> t:work | 🏠 Menu -> h",
    ]


async def test_entities_stand_where_their_text_stands(small: Catalogue) -> None:
    reply = screens.article(small, "the-cost", 2, words=words("id"))

    assert reply
    units = reply.body.text.encode("utf-16-le")
    stretches = [
        units[entity.offset * 2 : (entity.offset + entity.length) * 2].decode("utf-16-le")
        for entity in reply.body.entities
    ]
    assert stretches == [
        "Biaya",
        "Kantor <A&B>",
        "Dilihat di An office, April 2025. Belum dikonfirmasi lembaga.",
        "Sumber: An office, Mei 2025. 🕓 Belum diperiksa lembaga resmi.",
    ]


async def test_a_missing_translation_falls_back_and_says_so(
    import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    folder = write_pack({"work/the-cost.id.html": ("missing: [jv, su]", "missing: [en, jv, su]")})
    (folder / "work/the-cost.en.html").unlink()
    await import_folder(folder)

    catalogue = await load()

    assert shown(screens.article(catalogue, "the-cost", 1, words=words("en"))) == [
        "Biaya",
        "",
        "This text is not in your language yet. It is in Bahasa Indonesia.",
        "",
        "Bayar Rp5.",
        "",
        "🕓 Not yet verified by an official institution.",
        "Next (2/2) -> a:the-cost:2",
        "⬅️ Back -> t:work | 🏠 Menu -> h",
    ]
    assert "Biaya -> a:the-cost:1" in shown(screens.topic(catalogue, "work", words=words("en")))


async def test_what_is_not_there_gives_none_and_a_part_too_far_gives_the_last(small: Catalogue) -> None:
    assert screens.topic(small, "gone", words=words("id")) is None
    assert screens.article(small, "gone", 1, words=words("id")) is None
    last = screens.article(small, "the-cost", 2, words=words("id"))
    assert screens.article(small, "the-cost", 99, words=words("id")) == last


async def test_a_text_long_unchecked_is_called_overdue_from_the_day_after(small: Catalogue, load: Load) -> None:
    provenance = small.articles["the-cost"].texts["id"].provenance
    due_on = provenance.review_due_on  # the fee's three months, not the article's twelve

    assert due_on == date(2027, 2, 22)
    assert provenance.mark(due_on) is Mark.UNVERIFIED
    assert provenance.mark(date(2027, 2, 23)) is Mark.OVERDUE
    assert "Pay 5 rupiah." in shown(screens.article(small, "the-cost", 1, words=words("en")))
    later = await load(today=date(2027, 2, 23))
    lines = shown(screens.article(later, "the-cost", 1, words=words("en")))
    assert "⚠️ It is time to check this text again: ask KP2MI before you rely on it." in lines


async def test_an_overdue_fee_steps_aside_for_whom_to_ask_and_a_number_to_call_does_not(
    import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    late = date(2029, 1, 1)
    await import_folder(write_pack())
    asked = shown(screens.article(await load(today=late), "the-cost", 1, words=words("en")))
    assert "Pay (may have changed: ask KP2MI)." in asked

    await import_folder(write_pack({"facts.yaml": ("kind: fee", "kind: phone")}))

    kept = shown(screens.article(await load(today=late), "the-cost", 1, words=words("en")))
    assert "Pay 5 rupiah." in kept


async def test_whom_to_ask_has_a_number_that_works_from_everywhere(library: Database, load: Load) -> None:
    contacts = (await load()).contacts

    assert whom_to_ask(contacts, words("id")) == "(mungkin sudah berubah: tanya KP2MI, +622129244800)"


async def test_a_text_is_verified_only_if_it_and_all_it_shows_are_approved(
    database: Database, small: Catalogue, load: Load
) -> None:
    await approve(database, Revision.title != "")  # all but the fact, which has no title
    assert (await load()).articles["the-cost"].texts["id"].provenance.mark(TODAY) is Mark.UNVERIFIED

    await approve(database, Revision.title == "")
    catalogue = await load()

    assert catalogue.articles["the-cost"].texts["id"].provenance.mark(TODAY) is Mark.VERIFIED
    last = shown(screens.article(catalogue, "the-cost", 2, words=words("en")))
    assert "Source: An office, May 2025. ✅ Verified by an official institution, November 2026." in last


async def test_where_only_the_verified_is_shown_the_rest_is_not_there(
    database: Database, small: Catalogue, load: Callable[..., Awaitable[Catalogue]]
) -> None:
    await approve(database, Revision.title != "")  # all but the fact that the article shows
    nothing = await load(show_unverified=False)
    assert screens.article(nothing, "the-cost", 1, words=words("id")) is None
    assert shown(screens.home(nothing, words=words("en"))) == [
        "The texts here are still being checked by the institution. The important contacts are here already.",
        "☎️ Important contacts -> e",
        "🧹 Clear chat -> c",
        "⚙️ More -> m",
    ]
    assert "other words" not in shown(search_screens.nothing(nothing, words=words("en")))[0]

    await approve(database, Revision.title == "")

    assert list((await load(show_unverified=False)).articles) == ["the-cost"]


async def test_a_publishable_contact_is_shown_before_anybody_approved_it(
    database: Database, small: Catalogue, load: Callable[..., Awaitable[Catalogue]]
) -> None:
    await approve(database, Revision.language != "mul")

    catalogue = await load(show_unverified=False)

    assert "Kantor <A&B>" in shown(screens.article(catalogue, "the-cost", 2, words=words("id")))
    assert catalogue.articles["the-cost"].texts["id"].provenance.mark(TODAY) is Mark.UNVERIFIED


@pytest.mark.parametrize("forged", ["another text", "no seal"])
async def test_an_approval_of_another_text_or_without_our_seal_counts_for_nothing(
    database: Database, small: Catalogue, load: Load, forged: str
) -> None:
    async with database.session() as session:
        for row in list(await session.scalars(select(Revision))):
            text_hash = "0" * 64 if forged == "another text" else row.text_hash
            seal = SEALS.of_approval(
                revision_id=row.id, language=row.language, text_hash=text_hash, approved_by="someone", approved_at=NOW
            )
            session.add(
                Approval(
                    revision_id=row.id, text_hash=text_hash, approved_by="someone", approved_at=NOW, key_id="key",
                    seal=seal if forged == "another text" else "key:seal",
                )
            )  # fmt: skip

    assert (await load()).articles["the-cost"].texts["id"].provenance.mark(TODAY) is Mark.UNVERIFIED


async def approve(database: Database, which: ColumnElement[bool]) -> None:
    await approve_live(database, which, now=NOW)


async def test_the_same_screen_is_made_once(small: Catalogue) -> None:
    first = screens.article(small, "the-cost", 1, words=words("id"))

    assert screens.article(small, "the-cost", 1, words=words("id")) is first


async def test_no_screen_of_the_shipped_pack_passes_a_limit(library: Database, load: Load) -> None:
    catalogue = await load()

    replies = all_screens(catalogue)

    assert len(replies) > 100
    for reply in replies:
        buttons = [button for row in reply.rows for button in row]
        assert 0 < utf16_length(reply.body.text) <= MAX_TEXT_UTF16_UNITS
        assert all(len(button.label) <= MAX_LABEL_CHARACTERS for button in buttons)
        assert all(bool(button.target) != bool(button.url) for button in buttons)
        assert all(len(button.target.encode()) <= MAX_TARGET_BYTES for button in buttons)


async def test_every_article_that_may_answer_a_cry_is_in_the_library(library: Database, load: Load) -> None:
    slugs = {slug for fitting in FITTING.values() for slug in fitting}

    assert slugs | {ABOUT_A_FRIEND} <= (await load()).articles.keys()


async def test_the_menu_and_every_topic_hold_at_most_eight_buttons_and_the_way_back(
    library: Database, load: Load
) -> None:
    catalogue = await load()

    menus = [screens.home(catalogue, words=words("id"))]
    menus += filter(None, (screens.topic(catalogue, slug, words=words("id")) for slug in catalogue.topics))

    for menu in menus:
        *entries, around = [row for row in menu.rows if len(row) == 2 or row[0].target != targets.HOME]
        entries += [] if len(around) == 2 else [around]  # Back and Home stand below them
        assert len(entries) <= 8


def all_screens(catalogue: Catalogue) -> list[Reply]:
    replies: list[Reply | None] = []
    for language in LANGUAGES:
        known = words(language)
        replies += [screens.greeting(catalogue, words=known), screens.home(catalogue, words=known)]
        replies.append(screens.more(words=known))
        replies += [screens.topic(catalogue, slug, words=known) for slug in catalogue.topics]
        for article in catalogue.articles.values():
            for part in range(1, len(article.text(language).parts) + 1):
                replies.append(screens.article(catalogue, article.slug, part, words=known))
            replies.append(screens.card(catalogue, article.slug, words=known, bot_name="bekal_bot"))
        replies += [contact_screens.contacts(catalogue, words=known)]
        replies += [contact_screens.other_countries(catalogue, words=known)]
        for code in catalogue.countries:
            replies += [contact_screens.country(catalogue, code, page, words=known) for page in (1, 2, 3)]
            replies += [contact_screens.country(catalogue, code, words=known, cry=cry) for cry in CRIES]
        replies += [contact_screens.contacts(catalogue, words=known, cry=cry) for cry in CRIES]
    return [reply for reply in replies if reply]


async def test_no_page_of_contacts_is_too_long_to_send(
    import_folder: Import, load: Load, write_pack: Callable[..., Path]
) -> None:
    long = "{" + ", ".join(f"{language}: {'x' * 60}" for language in LANGUAGES) + "}"
    phones = "".join(
        f"    - {{number: '+6221{n}', type: e164, reach: everywhere, label: {long}, hours: {long}}}\n" for n in range(8)
    )
    offices = "".join(
        f"long-{n}:\n  official_name: L\n  names: {{id: L, en: L}}\n  kind: ministry\n  country: ID\n"
        f"  phones:\n{phones}  publishable: true\n  seen_on: 2025-04-10\n  sources: [a-paper]\n"
        for n in range(6)
    )
    await import_folder(write_pack({"contacts.yaml": ("hidden-office:", f"{offices}hidden-office:")}))
    catalogue = await load()

    pages = [contact_screens.country(catalogue, "ID", page, words=words("id")) for page in range(1, 6)]

    assert max(utf16_length(page.body.text) for page in pages) <= MAX_TEXT_UTF16_UNITS
    assert all("+62210" in page.body.text for page in pages[:4])


async def test_a_text_that_no_native_speaker_has_read_says_so_until_it_is_approved(
    import_folder: Import, load: Load, write_pack: Callable[..., Path], database: Database
) -> None:
    folder = write_pack({"work/the-cost.id.html": ("missing: [jv, su]", "missing: [su]")})
    english = (folder / "work/the-cost.en.html").read_text(encoding="utf-8")
    (folder / "work/the-cost.jv.html").write_text(english, encoding="utf-8")
    await import_folder(folder)

    unread = "\n".join(shown(screens.article(await load(), "the-cost", 1, words=words("jv"))))
    english_text = "\n".join(shown(screens.article(await load(), "the-cost", 1, words=words("en"))))

    assert "Durung diwaca penutur asli." in unread
    assert "native speaker" not in english_text

    await approve(database, true())
    approved = "\n".join(shown(screens.article(await load(), "the-cost", 1, words=words("jv"))))
    assert "penutur asli" not in approved


def test_where_a_chat_stands_has_room_for_all_that_was_found() -> None:
    longest = targets.article("s" * 40, 99)  # a slug may have 40 letters: content.bodies.SLUG
    found = targets.found((targets.NO_ANSWER, *[longest] * MOST_HITS), is_urgent=True)
    step = targets.opened_from(found, longest)

    kept = Conversation.__table__.c.step.type
    assert isinstance(kept, String)
    assert len(step) <= (kept.length or 0)
