"""The pages of contacts and facts: a number fixed once, read by a second person, changed wherever it is shown.

Longer than a file should be: contacts and facts are changed by the same steps, which its helpers take.
"""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from api.app import create_app
from content.bodies import Reference
from content.cache import CatalogueCache
from content.catalogue import Catalogue, load_catalogue
from content.desk import drafting, listing, reading, work
from content.revisions import ALL_LANGUAGES, EntryKind, Revision
from content.sources import Source
from core.db import Database
from core.i18n import desk_words
from staff.actors import Actor, Role
from tests.desk import Clock, add_person, make_services, sign_in, visitor
from tests.harness import SEALS

PAGE = "/contacts/id-kp2mi-callcentre"
INPUT = re.compile(r'<input[^>]*\bname="([^"]+)"[^>]*>')
VALUE = re.compile(r'\bvalue="([^"]*)"')
AREA = re.compile(r'<textarea[^>]*\bname="([^"]+)"[^>]*>([^<]*)</textarea>')
SELECT = re.compile(r'<select[^>]*\bname="([^"]+)"[^>]*>(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([^"]*)" selected')


@dataclass
class Desk:
    editor: AsyncClient
    verifier: AsyncClient
    database: Database
    clock: Clock
    cache: CatalogueCache
    app: FastAPI
    sri: Actor

    async def sign_in_again(self) -> str:
        """Return a new session of the editor, whose last one has ended meanwhile."""
        async with self.database.session() as session:
            return await sign_in(session, self.sri, now=self.clock())

    async def catalogue(self) -> Catalogue:
        async with self.database.reading() as connection:
            return await load_catalogue(connection, today=self.clock().date(), show_unverified=True, seals=SEALS)


@pytest.fixture
async def desk(stocked: Database) -> AsyncIterator[Desk]:
    clock = Clock()
    services = make_services(stocked, clock)
    app = create_app(services)
    async with stocked.session() as session:
        sri = await add_person(session, "sri", Role.EDITOR, Role.VERIFIER, now=clock())
        ani = await add_person(session, "ani", Role.VERIFIER, now=clock())
        tokens = [await sign_in(session, actor, now=clock()) for actor in (sri, ani)]
    async with visitor(app, tokens[0]) as editor, visitor(app, tokens[1]) as verifier:
        yield Desk(editor, verifier, stocked, clock, services.catalogue, app, sri)


def fields(html: str, action: str) -> dict[str, list[str]]:
    """Return what a browser would send of the form with this action, if nothing were changed."""
    form = html.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    found: dict[str, list[str]] = {}
    for match in INPUT.finditer(form.split("<template")[0] + form.rpartition("</template>")[2]):
        if 'type="checkbox"' in match.group(0):
            continue
        value = VALUE.search(match.group(0))
        found[match.group(1)] = [unescape(value.group(1)) if value else ""]
    for name, text in AREA.findall(form):
        found[name] = [unescape(text)]
    for name, options in SELECT.findall(form):
        found[name] = [unescape(value) for value in CHOSEN.findall(options)]
    return found


async def send(browser: AsyncClient, page: str, action: str, *, form: str = "", **change: str) -> tuple[int, str]:
    """Send the form of a page, changed; `form` is its own action where another button sends it."""
    html = (await browser.get(page)).text
    sent = fields(html, form or action) | {name.replace("__", "."): [value] for name, value in change.items()}
    answer = await browser.post(action, data=sent)
    return answer.status_code, answer.text


async def approve_next(browser: AsyncClient, name: str) -> int:
    """Approve the first text in the lane, which is what was handed in."""
    html = (await browser.get("/review")).text
    assert name in html
    action = re.findall(r'action="(/review/\d+/approve)"', html)[0]
    return (await browser.post(action, data=fields(html, action))).status_code


async def test_a_number_that_was_fixed_and_read_changes_wherever_it_is_shown(desk: Desk) -> None:
    status, _ = await send(desk.editor, PAGE, f"{PAGE}/submit", phones__0__number="+622150009999", seen_on="2026-11")
    assert status == 303
    assert "+622150009999" not in (await desk.catalogue()).articles["passport-held"].texts["id"].parts[-1].text
    assert await approve_next(desk.verifier, "+622150009999") == 303

    async with desk.database.reading() as connection:
        catalogue = await desk.cache.current(connection)

    numbers = [phone["number"] for phone in catalogue.contacts["id-kp2mi-callcentre"].phones]
    assert "+622150009999" in numbers
    assert "+622150009999" in catalogue.articles["passport-held"].texts["jv"].parts[-1].text
    assert "+622150009999" in (await desk.editor.get(PAGE)).text


async def test_a_form_that_is_sent_as_it_came_changes_nothing(desk: Desk) -> None:
    before = (await desk.catalogue()).contacts
    assert (await send(desk.editor, PAGE, f"{PAGE}/save", form=f"{PAGE}/submit"))[0] == 303

    async with desk.database.session() as session:
        drafts = await session.execute(select(func.count()).select_from(Revision).where(Revision.origin == "desk"))
        assert drafts.scalar_one() == 0
    assert (await desk.catalogue()).contacts == before


async def test_sources_stay_in_their_order_whatever_a_form_says(desk: Desk) -> None:
    async with desk.database.session() as session:
        entry = await reading.entry(session, EntryKind.CONTACT, "id-kp2mi-callcentre")
        newest = await reading.newest(session, entry_id=entry.id, language=ALL_LANGUAGES)
        assert newest
        both = list(await session.scalars(select(Source.id).order_by(Source.title).limit(2)))
        draft = await drafting.save(
            session, entry=entry, language=ALL_LANGUAGES, exact=await reading.exact(session, entry, newest),
            base_id=newest.id, by=desk.sri, now=desk.clock(), source_ids=both[::-1], evidence=["by hand"],
        )  # fmt: skip

    await send(desk.editor, PAGE, f"{PAGE}/save", form=f"{PAGE}/submit", note="rung")

    async with desk.database.session() as session:
        saved = await reading.newest(session, entry_id=entry.id, language=ALL_LANGUAGES)
        assert saved
        assert (saved.id > draft.id, await reading.source_ids(session, saved.id)) == (True, both[::-1])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phones__0__number", "call me"),
        ("country", "Indonesia"),
        ("position", "0"),
        ("seen_on", "last May"),
        ("web", "http://insecure.test"),
        ("whatsapp", "0811"),
        ("official_name", "x" * 201),
    ],
)
async def test_what_is_not_right_is_told_at_its_field_and_stays_typed(desk: Desk, field: str, value: str) -> None:
    status, html = await send(desk.editor, PAGE, f"{PAGE}/submit", **{field: value, "note": "my long work"})

    name = field.replace("__", ".")
    assert status == 422
    assert re.search(rf'is-invalid" id="{re.escape(name)}"', html)
    assert "my long work" in html
    assert value in html


async def test_what_the_pack_would_not_take_is_told_when_it_is_handed_in_and_saved_all_the_same(desk: Desk) -> None:
    status, html = await send(
        desk.editor, PAGE, f"{PAGE}/submit", names__en="", country="XX", seen_on="", phones__0__type="e164",
    )  # fmt: skip

    assert status == 422
    assert "Saved, but not handed in yet" in html
    for name in ("names.en", "country", "seen_on", "phones.0.number"):
        assert re.search(rf'is-invalid" id="{re.escape(name)}"', html), name
    ways = re.findall(r'<li><a class="alert-link" href="#([^"]+)">([^<:]*): ', html)
    assert dict(ways) == {
        "names.en": "Names (en)", "country": "Country", "seen_on": "Seen on", "phones.0.number": "Phone numbers 1",
    }  # fmt: skip


async def test_a_new_number_is_added_and_an_old_one_taken_away(desk: Desk) -> None:
    async with desk.database.reading() as connection:
        before = [
            phone["number"] for phone in (await desk.cache.current(connection)).contacts["id-kp2mi-callcentre"].phones
        ]
    added = f"phones__{len(before)}__"
    change = {
        f"{added}number": "+628111234567",
        f"{added}label.id": "kantor",
        "phones__0__remove": "yes",
        "languages": "id\njv",
        "seen_on": "2026-11",
    }
    assert (await send(desk.editor, PAGE, f"{PAGE}/submit", **change))[0] == 303
    read = re.sub(r"<[^>]+>", "", (await desk.verifier.get("/review")).text)
    assert "Label, Bahasa Indonesia: kantor" in read, "no code of a language"
    assert not re.search(r"\bjv\b", read), "nor where they are listed"
    assert await approve_next(desk.verifier, "+628111234567") == 303

    phones = (await desk.catalogue()).contacts["id-kp2mi-callcentre"].phones

    assert [phone["number"] for phone in phones] == [*before[1:], "+628111234567"]
    assert phones[-1]["label"] == {"id": "kantor"}


async def test_what_proved_another_number_does_not_prove_a_new_one(desk: Desk) -> None:
    new = {"phones__0__number": "+622155500000", "phones__0__type": "e164"}
    status, html = await send(desk.editor, PAGE, f"{PAGE}/submit", **new)
    assert (status, "A number is new to readers" in html) == (422, True)
    assert re.search(r'is-invalid" id="seen_on"', html)

    status, _ = await send(desk.editor, PAGE, f"{PAGE}/submit", **new, seen_on="2019-01")
    assert status == 422, "an older date proves no more"

    status, _ = await send(desk.editor, PAGE, f"{PAGE}/submit", **new, seen_on=f"{desk.clock():%Y-%m-%d}")
    assert status == 303
    assert await approve_next(desk.verifier, "+622155500000") == 303

    slip = {"phones__0__number": "+622155500001"}
    status, _ = await send(desk.editor, PAGE, f"{PAGE}/submit", **slip)
    assert status == 303, "a slip is put right within a month"

    assert await approve_next(desk.verifier, "+622155500001") == 303
    desk.clock.move(days=32)
    async with visitor(desk.app, await desk.sign_in_again()) as editor:
        status, html = await send(editor, PAGE, f"{PAGE}/submit", **new)
    assert (status, "A number is new to readers" in html) == (422, True)


async def test_a_number_that_was_hidden_needs_a_proof_to_be_shown(desk: Desk) -> None:
    page = (await desk.editor.get(PAGE)).text
    number = fields(page, f"{PAGE}/submit")["phones.0.number"][0]
    assert (await send(desk.editor, PAGE, f"{PAGE}/submit", phones__0__publishable="no"))[0] == 303
    assert await approve_next(desk.verifier, number) == 303

    status, html = await send(desk.editor, PAGE, f"{PAGE}/submit", phones__0__publishable="yes")

    assert (status, "A number is new to readers" in html) == (422, True)


async def test_a_number_that_is_only_grouped_otherwise_needs_no_new_proof(desk: Desk) -> None:
    number = fields((await desk.editor.get(PAGE)).text, f"{PAGE}/submit")["phones.0.number"][0]

    status, _ = await send(desk.editor, PAGE, f"{PAGE}/submit", phones__0__number=f"{number[:-3]} {number[-3:]}")

    assert status == 303


async def test_a_remark_without_its_number_is_not_lost(desk: Desk) -> None:
    status, html = await send(desk.editor, PAGE, f"{PAGE}/save", form=f"{PAGE}/submit", phones__0__number="")

    assert status == 422
    assert re.search(r'is-invalid" id="phones\.0\.number"', html)


async def test_who_saves_second_sees_the_other_one_and_loses_nothing(desk: Desk) -> None:
    mine = fields((await desk.editor.get(PAGE)).text, f"{PAGE}/submit") | {"phones.0.number": ["1234"]}
    await send(desk.editor, PAGE, f"{PAGE}/save", form=f"{PAGE}/submit", note="from a colleague")
    answer = await desk.editor.post(f"{PAGE}/save", data=mine)

    assert answer.status_code == 412
    theirs = answer.text.split("What saving yours would change of theirs")[1].split("</section>")[0]
    assert "colleague" in " ".join(re.findall("gone: </span>([^<]*)</del>", theirs))
    again = fields(answer.text, f"{PAGE}/submit")
    assert again["phones.0.number"] == ["1234"]
    assert (await desk.editor.post(f"{PAGE}/save", data=again)).status_code == 303


async def test_what_was_handed_in_is_taken_back_and_an_older_card_restored(desk: Desk) -> None:
    await send(desk.editor, PAGE, f"{PAGE}/submit", note="not yet")
    assert "waits for a verifier" in (await desk.editor.get(PAGE)).text
    await desk.editor.post(f"{PAGE}/take-back")
    html = (await desk.editor.get(PAGE)).text
    assert "waits for a verifier" not in html
    oldest = re.findall(rf'href="({PAGE}/\d+)"', html)[-1]
    assert (await send(desk.editor, oldest, f"{oldest}/restore"))[0] == 303
    assert fields((await desk.editor.get(PAGE)).text, f"{PAGE}/submit")["note"] != ["not yet"]


async def test_nobody_approves_the_number_that_she_fixed(desk: Desk) -> None:
    await send(desk.editor, PAGE, f"{PAGE}/submit", phones__0__number="1234", seen_on="2026-11")
    async with desk.database.session() as session:
        revision = (await session.scalars(select(Revision).order_by(Revision.id.desc()).limit(1))).one()

    answer = await desk.editor.post(f"/review/{revision.id}/approve", data={"text_hash": revision.text_hash})

    assert answer.status_code == 403
    assert "Another verifier must read it" in answer.text


async def test_a_verifier_reads_the_numbers_first_and_in_words(desk: Desk) -> None:
    await send(desk.editor, PAGE, f"{PAGE}/submit", phones__0__free="no", city="Bogor", note="z")
    html = (await desk.verifier.get("/review")).text

    names = re.findall(r'<h3 class="field-name">([^<]+)</h3>', html)
    assert names == ["Phone numbers", "City", "Note for staff"]
    assert re.search("Costs nothing: <del>.*gone: </span>yes</del><ins>.*new: </span>no</ins>", html)


async def test_one_tap_says_that_a_number_was_rung_and_moves_the_day_of_the_next_check(desk: Desk) -> None:
    async with desk.database.session() as session:
        due_on = (await line(session, "kp2mi-callcentre")).due_on
    assert due_on
    desk.clock.move(days=(due_on - desk.clock().date()).days + 1)
    async with visitor(desk.app, await desk.sign_in_again()) as editor:
        assert await overdue(desk) == 1
        assert (await send(editor, PAGE, f"{PAGE}/confirm"))[0] == 303
        html = (await editor.get("/contacts?search=kp2mi-callcentre")).text
        page = (await editor.get(PAGE)).text
    async with desk.database.session() as session:
        row = await line(session, "kp2mi-callcentre")
    assert await overdue(desk) == 0

    today: date = desk.clock().date()
    assert (await desk.catalogue()).contacts["id-kp2mi-callcentre"].rung_on == today
    assert (row.checked_on, row.due_on) == (today, today + timedelta(days=90))
    told = desk_words("en").day(today)
    assert f"rung {told}" in html
    assert f"Rung on {told}" in page
    assert "I rang today" not in page


async def test_a_contact_tells_where_it_is_shown(desk: Desk) -> None:
    catalogue = await desk.catalogue()
    texts = catalogue.shelf.revisions.items()
    showing = {
        f"/articles/{slug}/{language}"
        for (kind, slug), languages in texts
        for language, text in languages.items()
        if kind == "article" and "{{contact:id-kp2mi-callcentre}}" in text.body
    }
    html = (await desk.editor.get(PAGE)).text.split("Used in", 1)[1].split("</section>", 1)[0]

    assert set(re.findall(r'href="([^"]+)"', html)) == showing
    assert catalogue.uses[Reference("contact", "id-kp2mi-callcentre")] == len({path.split("/")[2] for path in showing})


async def overdue(desk: Desk) -> int:
    """Return whether the to-do list asks for the contact to be checked: 1 or 0."""
    async with desk.database.session() as session:
        found = await work.overdue(session, today=desk.clock().date(), limit=1000)
    return [row.slug for row in found.rows].count("id-kp2mi-callcentre")


async def line(session: AsyncSession, slug: str) -> listing.Listed:
    """Return the one line of the list of contacts that is found by a word."""
    rows, _ = await listing.listed(session, kind=EntryKind.CONTACT, search=slug)
    return rows[0]


async def test_a_live_card_stays_verified_in_the_list_while_a_newer_one_is_written(desk: Desk) -> None:
    await send(desk.editor, PAGE, f"{PAGE}/submit", phones__0__number="1234", seen_on="2026-11")
    await approve_next(desk.verifier, "1234")
    await send(desk.editor, PAGE, f"{PAGE}/save", form=f"{PAGE}/submit", phones__0__number="5678")

    async with desk.database.session() as session:
        row = await line(session, "kp2mi-callcentre")

    assert (row.is_live, row.is_verified, row.has_draft) == (True, True, True)
    assert row.card
    assert row.card.phones[0]["number"] == "1234"


@pytest.mark.parametrize("typed", ["0811 902 3737", "+62 811-9023737", "8119023737"])
async def test_a_contact_is_found_by_its_number_however_it_is_typed(desk: Desk, typed: str) -> None:
    async with desk.database.session() as session:
        row = await line(session, typed)

    assert row.card
    assert "+628119023737" in [phone["number"] for phone in row.card.phones]


async def test_verifiers_read_and_do_not_write(desk: Desk) -> None:
    html = (await desk.verifier.get(PAGE)).text
    assert "Save and hand in" not in html
    assert (await send(desk.verifier, PAGE, f"{PAGE}/submit", official_name="Palsu"))[0] == 403


async def test_a_fact_is_fixed_in_one_language_and_shown_there(desk: Desk) -> None:
    html = (await desk.editor.get("/facts")).text
    slug = re.findall(r'href="/facts/([a-z0-9-]+)"', html)[0]
    page = f"/facts/{slug}"
    status, _ = await send(desk.editor, page, f"{page}/id/submit", value="Rp123.456")
    assert status == 303
    assert await approve_next(desk.verifier, "Rp123.456") == 303
    assert "Live: Rp123.456" in (await desk.editor.get(page)).text


async def test_a_fact_says_which_of_its_values_readers_do_not_get_any_more(desk: Desk) -> None:
    page, old = "/facts/ae-wage-claim-time", "The Indonesian value has changed since. Readers see this instead:"
    assert old not in (await desk.editor.get(page)).text
    assert (await send(desk.editor, page, f"{page}/id/submit", value="3 tahun"))[0] == 303
    assert await approve_next(desk.verifier, "3 tahun") == 303
    assert (await send(desk.editor, page, f"{page}/en/submit", value="3 years"))[0] == 303

    html = (await desk.editor.get(page)).text

    told = {code: section.count(f"{old} 3 tahun") for code, section in sections(html).items()}
    assert told == {"id": 0, "en": 1, "jv": 1, "su": 1}, "also while the next value waits for a verifier"
    assert await approve_next(desk.verifier, "3 years") == 303
    assert old not in sections((await desk.editor.get(page)).text)["en"]


def sections(html: str) -> dict[str, str]:
    """Return what the page of a fact holds, by language."""
    return {part[:2]: part for part in html.split('<section class="card card-body mb-3" aria-labelledby="in-')[1:]}


@pytest.mark.parametrize("page", ["/contacts?search=kbri", "/contacts?country=TW&order=due", "/facts?only=unverified"])
async def test_lists_filter_and_sort(desk: Desk, page: str) -> None:
    answer = await desk.editor.get(page)
    assert answer.status_code == 200
    assert "<tbody><tr>" in answer.text.replace("\n", "").replace("  ", "") or "<tr><td>" in answer.text


async def test_a_fact_is_a_draft_until_it_is_handed_in_and_read_again_with_one_tap(desk: Desk) -> None:
    page = "/facts/ae-wage-claim-time"
    status, _ = await send(desk.editor, page, f"{page}/id/save", form=f"{page}/id/submit", value="3 tahun")
    html = (await desk.editor.get(page)).text
    assert (status, "Live: 2 tahun" in html, "Proposed change" in html) == (303, True, True)
    assert (await send(desk.editor, page, f"{page}/id/confirm"))[0] == 303
    assert "Read again on" in (await desk.editor.get(page)).text


async def test_an_empty_value_is_told_at_its_field_and_the_page_stays(desk: Desk) -> None:
    page = "/facts/ae-wage-claim-time"
    sent = fields((await desk.editor.get(page)).text, f"{page}/id/submit") | {"value": [""]}

    answer = await desk.editor.post(f"{page}/id/submit", data=sent)

    assert (answer.status_code, "see the notes at the fields" in answer.text) == (422, True)
    assert fields(answer.text, f"{page}/id/submit")["sources"] == sent["sources"], "what was chosen is still there"


async def test_a_value_that_somebody_else_changed_meanwhile_is_not_lost(desk: Desk) -> None:
    page = "/facts/ae-wage-claim-time"
    mine = fields((await desk.editor.get(page)).text, f"{page}/id/submit") | {"value": ["4 tahun"]}
    await send(desk.editor, page, f"{page}/id/submit", value="3 tahun")
    answer = await desk.editor.post(f"{page}/id/submit", data=mine)

    assert answer.status_code == 412
    assert re.search("<del>.*gone: </span>3</del><ins>.*new: </span>4</ins>", answer.text)
    assert fields(answer.text, f"{page}/id/submit")["value"] == ["4 tahun"]


async def test_who_translates_writes_values_in_her_language_only(desk: Desk) -> None:
    async with desk.database.session() as session:
        wati = await add_person(session, "wati", Role.TRANSLATOR, now=desk.clock(), languages=("jv",))
        token = await sign_in(session, wati, now=desk.clock())
    async with visitor(desk.app, token) as translator:
        html = (await translator.get("/facts/ae-wage-claim-time")).text

    assert re.search(r'id="value-jv"[^>]*\breadonly\b', html) is None
    assert re.search(r'id="value-id"[^>]*\breadonly\b', html)
