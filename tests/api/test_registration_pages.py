"""The registrars' pages: what each may see, answers for a purpose only, and decisions that are whole or not at all.

Longer than a file should be: seeing, opening and deciding are tried on the same registrations.
"""

import asyncio
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select, text

from core.installation import KEY_PLACE, THE_ROW, Installation
from core.outbox import OutboxRow, read_row
from registrations import people
from registrations.desk.deciding import MOVES
from registrations.desk.opening import Purpose
from registrations.registrations import Status, StatusEvent
from staff.actors import Role
from tests.api.registrars import JAVA, LOMBOK, Office
from tests.desk import add_person, sign_in, visitor
from tests.harness import VAULT
from tests.registrations.forms import SLUG

ANSWERS = ("Siti Aminah", "+6281234567890", "17 August 1990")
BOT_ID, CHAT = 7, 1000


async def test_a_registrar_meets_those_of_her_programme_and_province_and_nobody_else(office: Office) -> None:
    await office.programme(admits="after_review")
    await office.programme("lain", admits="after_review")
    hers = await office.person(province=LOMBOK)
    others = [await office.person(province=JAVA), await office.person(slug="lain", province=LOMBOK)]
    dewi = await office.registrar("dewi", programme=SLUG, province=LOMBOK)

    listed = (await dewi.get("/registrations")).text
    assert re.findall(r"/registrations/([0-9a-f]{32})", listed) == [hers]
    assert 'value="lain"' not in listed, "no filter for what she does not see"
    assert (await dewi.get(f"/registrations/{hers}")).status_code == 200
    nothing = await dewi.get(f"/registrations/{'0' * 32}")
    for other in others:
        answers = [
            await dewi.get(f"/registrations/{other}"), await dewi.get(f"/registrations/{other}/answers"),
            await dewi.post(f"/registrations/{other}/answers", data={"purpose": Purpose.DECIDE}),
            await dewi.post(f"/registrations/{other}", data={"seen": Status.APPLIED, "status": Status.DECLINED}),
        ]  # fmt: skip
        assert [answer.status_code for answer in answers] == [404] * 4
        assert answers[0].text == nothing.text, "not hers is told as not there"
        reference = (await office.row(other)).reference
        assert other not in (await dewi.get(f"/registrations?search={reference}")).text
        refused = await dewi.post("/registrations", data={"status": "declined", "chosen": f"{other}:applied"})
        assert refused.status_code == 409
        assert str(reference) not in refused.text
        assert (await office.row(other)).status == Status.APPLIED
    assert await office.noted("registration.read") == []


async def test_a_sign_up_that_was_not_sent_is_nobodys(office: Office) -> None:
    await office.programme()
    begun = await office.person(Status.BEGUN)

    assert begun not in (await office.browser.get("/registrations")).text
    assert (await office.browser.get(f"/registrations/{begun}")).status_code == 404


async def test_the_list_and_the_page_show_no_answer(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person()
    row = await office.row(one)

    listed, page = (await office.browser.get("/registrations")).text, await office.browser.get(f"/registrations/{one}")
    for shown in (listed, page.text):
        assert str(row.reference) in shown
        assert "Jawa Barat" in shown
        assert not any(answer in shown for answer in ANSWERS)
    assert "Your name?" in page.text, "what was asked"
    assert await office.noted("registration.read") == []


async def test_what_the_person_is_to_read_is_shown_in_the_language_that_she_reads_now(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person(chat=CHAT)
    person = (await office.row(one)).person_id
    async with office.database.session() as session:
        await people.set_language(session, person_id=str(person), language="en")

    page = (await office.browser.get(f"/registrations/{one}")).text

    assert "<dt>Language</dt><dd>English</dd>" in page
    assert '<dd lang="en"><pre class="plain">' in page
    assert "You have a place." in page
    assert "Anda mendapat tempat." not in page


@pytest.mark.parametrize(
    ("status", "reason", "decision", "told"),
    [
        ("waitlisted", "", "Put into the queue", "Anda nomor 2 dalam antrean."),
        ("declined", "", "Decline", "Kali ini tidak ada tempat untuk Anda."),
        ("declined", "full", "Decline · All places were taken", "Semua tempat sudah terisi."),
        ("declined", "conditions", "Decline · Does not meet the conditions", "lihat siapa yang boleh ikut."),
        ("declined", "incomplete", "Decline · Answers are missing", "Ada jawaban yang kurang."),
        ("declined", "called_off", "Decline · It does not take place", "Kegiatannya tidak jadi."),
    ],
)
async def test_what_the_person_is_to_read_is_what_she_gets_of_each_decision_and_reason(
    office: Office, status: str, reason: str, decision: str, told: str
) -> None:
    await office.programme(admits="after_review", places=1)
    async with office.database.session() as session:
        session.add(Installation(id=THE_ROW, bot_id=BOT_ID, key_check=VAULT.seal(b"bekal", place=KEY_PLACE)))
    await office.person(Status.ACCEPTED)
    await office.person(Status.WAITLISTED)
    one = await office.person(chat=CHAT)
    await office.person(Status.WAITLISTED)

    page = (await office.browser.get(f"/registrations/{one}")).text
    decided = await office.browser.post(
        f"/registrations/{one}", data={"seen": Status.APPLIED, "status": status, "reason": reason}
    )

    assert decided.status_code == 303, decided.text
    shown = dict(re.findall(r'<dt>([^<]+)</dt><dd lang="id"><pre class="plain">([^<]+)<', page))
    [row] = await office.rows(OutboxRow)
    assert unescape(shown[decision]) == read_row(row, VAULT).outgoing.reply.body.text
    assert told in shown[decision]


async def test_of_a_discreet_programme_the_person_reads_the_same_of_each_reason(office: Office) -> None:
    await office.programme(admits="after_review", discreet=True)
    one = await office.person()

    page = (await office.browser.get(f"/registrations/{one}")).text

    assert "<dt>Decline</dt>" in page
    assert "Decline · " not in page


async def test_a_whole_reference_is_found_however_it_is_typed_and_a_part_is_not(office: Office) -> None:
    await office.programme(admits="after_review")
    one, other = await office.person(), await office.person()
    reference = str((await office.row(one)).reference)

    for typed in (reference, reference.lower().replace("-", ""), f" {reference} "):
        found = (await office.browser.get("/registrations", params={"search": typed})).text
        assert (one in found, other in found) == (True, False), typed
    for typed in (reference[:6], "%", "_", "-"):
        assert one not in (await office.browser.get("/registrations", params={"search": typed})).text, typed


async def test_filters_order_and_pages(office: Office) -> None:
    await office.programme(admits="after_review")
    await office.programme("lain", admits="after_review")
    ids = []
    for province, slug in ((JAVA, SLUG), (LOMBOK, SLUG), (JAVA, "lain")):
        ids.append(await office.person(slug=slug, province=province))
        office.clock.move(minutes=1)
    await office.decide(ids[0], Status.APPLIED, Status.IN_REVIEW)

    async def found(query: str) -> list[str]:
        return re.findall(
            r'href="/registrations/([0-9a-f]{32})"', (await office.browser.get(f"/registrations?{query}")).text
        )

    assert await found("") == ids, "who applied first comes first"
    assert await found("order=applied&descending=true") == ids[::-1]
    assert await found(f"programme={SLUG}") == ids[:2]
    assert await found("status=in_review") == ids[:1]
    assert await found(f"province={JAVA}&order=programme") == [ids[0], ids[2]]
    for order in ("programme", "number", "status", "province"):
        assert sorted(await found(f"order={order}")) == sorted(ids)


async def test_answers_are_shown_for_a_purpose_and_each_time_is_noted(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person()
    address = f"/registrations/{one}/answers"

    for form in ({}, {"purpose": "curiosity"}):
        refused = await office.browser.post(address, data=form)
        assert refused.status_code == 403
        assert not any(answer in refused.text for answer in ANSWERS)
    assert await office.noted("registration.read") == []
    for count, purpose in enumerate(Purpose, 1):
        shown = await office.browser.post(address, data={"purpose": purpose})
        assert shown.status_code == 200
        assert all(answer in shown.text for answer in ANSWERS), "with the names of what was chosen"
        assert "Date of birth?" in shown.text
        assert shown.headers["cache-control"] == "no-store"
        entries = await office.noted("registration.read")
        assert [entry.details["purpose"] for entry in entries] == list(Purpose)[:count]
        assert entries[-1].subject == f"registration:{one}"
    again = await office.browser.get(address)
    assert (again.status_code, again.headers["location"]) == (303, f"/registrations/{one}")
    assert len(await office.noted("registration.read")) == len(Purpose)


@pytest.mark.parametrize("step", ["correct", "hand-over", "notes", "withdraw"])
async def test_the_address_of_a_step_leads_back_to_the_registration(office: Office, step: str) -> None:
    await office.programme()
    one = await office.person()

    again = await office.browser.get(f"/registrations/{one}/{step}")

    assert (again.status_code, again.headers["location"]) == (303, f"/registrations/{one}")


SHOWS_ANSWERS: dict[str, tuple[str, dict[str, str]]] = {
    "answers": ("/registrations/{0}/answers", {"purpose": Purpose.DECIDE}),
    "beside": ("/registrations/{0}/answers", {"purpose": Purpose.DECIDE, "beside": "{1}"}),
    "copy": ("/registrations/{0}/copy", {}),
    "correct": ("/registrations/{0}/correct", {"question": "birth-date", "typed": "18-8-1990"}),
    "attendance": ("/registrations/attendance", {"programme": SLUG}),
    "find": ("/registrations/find", {"typed": "Aminah"}),
    "export": ("/registrations/export", {"programme": SLUG, "kind": "csv", "language": "en", "identified": "yes"}),
    "workbook": ("/registrations/export", {"programme": SLUG, "kind": "xlsx", "language": "en", "identified": "yes"}),
}


@pytest.mark.parametrize("how", SHOWS_ANSWERS)
async def test_no_answer_is_shown_where_the_log_cannot_be_written(office: Office, how: str) -> None:
    await office.programme()
    ids = [await office.person(), await office.person()]
    address, form = SHOWS_ANSWERS[how]
    data = {name: value.format(*ids) for name, value in form.items()}
    shown = await office.browser.post(address.format(*ids), data=data)
    assert (shown.status_code, shown.headers["cache-control"]) == (200, "no-store"), "else nothing is shown anyway"
    async with office.database.writing() as connection:
        await connection.execute(text("ALTER TABLE audit_entry RENAME TO away"))

    refused = await office.browser.post(address.format(*ids), data=data)

    assert refused.status_code == 500
    assert not any(told.encode() in refused.content for told in (*ANSWERS, *ids, "Siti", "PK"))


@pytest.mark.parametrize("database_url", ["sqlite", pytest.param("postgres", marks=pytest.mark.deep)], indirect=True)
async def test_every_step_leads_where_it_may_and_nowhere_else(office: Office) -> None:
    """With a free place nobody is put into the queue: see the next test."""
    await office.programme(admits="after_review")
    found = {}
    for before in (status for status in Status if status is not Status.BEGUN):
        for after in Status:
            one = await office.person(before)
            answer = await office.decide(one, before, after)
            found[before, after] = answer.status_code == 303
            assert (await office.row(one)).status == (after if found[before, after] else before)
            assert answer.status_code in (303, 409)

    allowed = {(before, after) for before, moves in MOVES.items() for after in moves if after != Status.WAITLISTED}
    assert {move for move, is_done in found.items() if is_done} == allowed
    decided = await office.noted("registration.decide")
    assert {(entry.details["from"], entry.details["to"]) for entry in decided} == allowed
    events = [event for event in await office.rows(StatusEvent) if event.actor not in ("person", "bekal")]
    assert len(events) == len(decided) == len(allowed)


async def test_without_a_place_one_may_wait_where_there_is_a_queue(office: Office) -> None:
    await office.programme(admits="after_review", places=1)
    await office.programme("penuh", admits="after_review", places=1, waitlist=False)
    for slug, is_queue in ((SLUG, True), ("penuh", False)):
        hers = {before: await office.person(before, slug=slug) for before in (Status.APPLIED, Status.IN_REVIEW)}
        await office.person(Status.ACCEPTED, slug=slug)
        for before, one in hers.items():
            refused = await office.decide(one, before, Status.ACCEPTED)
            assert (refused.status_code, "All places are taken." in refused.text) == (422, True)
            assert ("Put into the queue" in refused.text) == is_queue
            waits = await office.decide(one, before, Status.WAITLISTED)
            assert waits.status_code == (303 if is_queue else 409)
            assert (await office.row(one)).status == (Status.WAITLISTED if is_queue else before)


async def test_who_decides_on_what_has_moved_on_is_told(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person()
    await office.decide(one, Status.APPLIED, Status.IN_REVIEW)

    late = await office.decide(one, Status.APPLIED, Status.DECLINED)

    assert (late.status_code, "Somebody else has decided meanwhile" in late.text) == (409, True)
    assert (await office.row(one)).status == Status.IN_REVIEW
    assert "Rini" in late.text, "the history names who"


async def test_a_freed_place_is_offered_to_the_next_and_both_are_told(office: Office) -> None:
    await office.programme(places=1)
    async with office.database.session() as session:
        session.add(Installation(id=THE_ROW, bot_id=BOT_ID, key_check=VAULT.seal(b"bekal", place=KEY_PLACE)))
    first, second = await office.person(chat=CHAT), await office.person(chat=CHAT + 1)

    assert (await office.decide(first, Status.ACCEPTED, Status.DECLINED)).status_code == 303

    assert (await office.row(second)).status == Status.OFFERED
    async with office.database.session() as session:
        told = (await session.execute(select(OutboxRow.bot_id, OutboxRow.chat_id).order_by(OutboxRow.chat_id))).all()
    assert [tuple(row) for row in told] == [(BOT_ID, CHAT), (BOT_ID, CHAT + 1)]


async def test_many_are_decided_at_once_and_what_cannot_be_is_told_of_each(office: Office) -> None:
    await office.programme(admits="after_review", places=2)
    ids = []
    for _ in range(3):
        ids.append(await office.person())
        office.clock.move(minutes=1)
    declined = await office.person(Status.DECLINED)
    chosen = [f"{one}:applied" for one in (*reversed(ids), declined)]

    answer = await office.browser.post("/registrations", data={"status": Status.ACCEPTED, "chosen": chosen})

    assert answer.status_code == 409
    standing = [(await office.row(one)).status for one in (*ids, declined)]
    assert standing == [Status.ACCEPTED, Status.ACCEPTED, Status.APPLIED, Status.DECLINED], "who applied first"
    refused = dict(re.findall(r"<li><strong[^>]*>([^<]+)</strong>: ([^<]+)</li>", answer.text))
    last, fourth = [str((await office.row(one)).reference) for one in (ids[2], declined)]
    assert refused.keys() == {last, fourth}
    assert "All places are taken" in refused[last]
    assert "Somebody else has decided meanwhile" in refused[fourth]
    assert "2 registrations were decided." in answer.text
    assert len(await office.noted("registration.decide")) == 2
    again = await office.browser.post("/registrations", data={"status": Status.ACCEPTED, "chosen": chosen[1:3]})
    assert again.status_code == 409
    assert len(await office.noted("registration.decide")) == 2, "loading the page again decides nothing"
    assert (await office.browser.post("/registrations", data={"status": Status.ACCEPTED})).status_code == 422


async def test_what_a_colleague_has_decided_meanwhile_is_not_ticked_any_more(office: Office) -> None:
    """Else the next press would undo what she decided: it would say that it was seen."""
    await office.programme(admits="after_review", places=1)
    one, other = await office.person(), await office.person()
    chosen = [f"{each}:applied" for each in (one, other)]
    await office.decide(one, Status.APPLIED, Status.DECLINED)
    await office.decide(await office.person(), Status.APPLIED, Status.ACCEPTED)

    refused = await office.browser.post("/registrations", data={"status": Status.ACCEPTED, "chosen": chosen})

    assert refused.status_code == 409
    assert re.findall(r'value="([^"]+)" checked', refused.text) == [f"{other}:applied"], (
        "another choice is one tap away"
    )


async def test_who_decides_on_a_later_page_stays_there(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.web.registrations.PAGE_ROWS", 2)
    await office.programme(admits="after_review")
    ids = []
    for _ in range(5):
        ids.append(await office.person())
        office.clock.move(minutes=1)

    async def decline(one: str, page: int) -> str:
        form = {"status": Status.DECLINED, "chosen": [f"{one}:applied"]}
        answer = await office.browser.post(f"/registrations?status=applied&page={page}", data=form)
        assert answer.status_code == 200
        assert "1 registration was decided." in answer.text
        return answer.text

    shown = await decline(ids[2], 2)
    assert [one in shown for one in ids] == [False, False, False, True, True]
    shown = await decline(ids[4], 2)
    assert [one in shown for one in ids] == [False, False, False, True, False]
    shown = await decline(ids[3], 2)
    assert [one in shown for one in ids] == [True, True, False, False, False], "the last page that is left"


async def test_all_boxes_of_a_page_are_ticked_without_a_script(office: Office) -> None:
    await office.programme(admits="after_review")
    await office.person()
    await office.person(Status.COMPLETED)

    page = (await office.browser.get("/registrations?ticked=true")).text

    assert re.findall(r'name="chosen" value="[0-9a-f]{32}:(\w+)" ?(checked)?', page) == [("applied", "checked")]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # SQLite has one writer
async def test_two_who_give_the_last_place_at_once_give_it_once(office: Office) -> None:
    await office.programme(admits="after_review", places=1)
    dewi = await office.registrar("dewi")
    for _ in range(5):
        pair = [await office.person(), await office.person()]
        form = {"seen": Status.APPLIED, "status": Status.ACCEPTED}
        answers = await asyncio.gather(
            *(
                who.post(f"/registrations/{one}", data=form)
                for who, one in zip((office.browser, dewi), pair, strict=True)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [303, 422]
        held = [(await office.row(one)).status for one in pair]
        assert sorted(held) == [Status.ACCEPTED, Status.APPLIED]
        winner = pair[held.index(Status.ACCEPTED)]
        assert (await office.decide(winner, Status.ACCEPTED, Status.DECLINED)).status_code == 303


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_two_who_decide_on_the_same_one_at_once_decide_once(office: Office) -> None:
    await office.programme(admits="after_review")
    dewi, one = await office.registrar("dewi"), await office.person()
    forms = [{"seen": Status.APPLIED, "status": status} for status in (Status.ACCEPTED, Status.DECLINED)]

    answers = await asyncio.gather(
        *(who.post(f"/registrations/{one}", data=form) for who, form in zip((office.browser, dewi), forms, strict=True))
    )

    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert len(await office.noted("registration.decide")) == 1


async def test_an_offer_shows_until_when_it_holds_and_the_queue_shows_the_place(office: Office) -> None:
    await office.programme(places=1)
    first, second, third = [await office.person() for _ in range(3)]
    await office.decide(first, Status.ACCEPTED, Status.DECLINED)

    assert "The offer holds until" in (await office.browser.get(f"/registrations/{second}")).text
    assert (await office.row(second)).offered_until == office.clock() + timedelta(hours=48)
    assert re.search(r"Place in the queue</dt><dd>1<", (await office.browser.get(f"/registrations/{third}")).text)


async def test_the_audit_log_says_in_words_what_was_read_and_decided(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person()
    await office.browser.post(f"/registrations/{one}/answers", data={"purpose": Purpose.CONTACT})
    await office.decide(one, Status.APPLIED, Status.ACCEPTED)
    reference = (await office.row(one)).reference
    async with office.database.session() as session:
        boss = await add_person(session, "boss", Role.ADMINISTRATOR, now=office.clock())
        token = await sign_in(session, boss, now=office.clock())

    async with visitor(office.app, token) as browser:
        shown = (await browser.get("/audit", params={"subject": f"Registration {reference}"})).text

    assert "Read the answers of a registration · To contact the person" in shown
    assert "Decided on a registration · Has a place" in shown
    assert f'<a href="/registrations/{one}">Registration {reference}</a>' in shown


async def test_only_registrars_find_the_page_in_the_bar(office: Office) -> None:
    async with office.database.session() as session:
        editor = await add_person(session, "sri", Role.EDITOR, now=office.clock())
        token = await sign_in(session, editor, now=office.clock())
    async with visitor(office.app, token) as sri:
        assert 'href="/registrations"' not in (await sri.get("/")).text
        assert (await sri.get("/registrations")).status_code == 403
    assert 'href="/registrations"' in (await office.browser.get("/")).text


async def test_the_board_of_a_registrar_names_what_waits_for_her(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person(Status.APPLIED)
    await office.person(Status.ACCEPTED)
    row = await office.row(one)

    board = (await office.browser.get("/")).text

    assert "Applications to decide on" in board
    assert f'href="/registrations/{one}">{row.reference}<' in board


async def test_who_was_noted_as_present_by_mistake_keeps_her_place(office: Office) -> None:
    await office.programme(admits="after_review", places=1)
    one = await office.person(Status.ATTENDED)
    assert "The person was not there" in (await office.browser.get(f"/registrations/{one}")).text
    assert (await office.decide(one, Status.ATTENDED, Status.ACCEPTED)).status_code == 303
    assert (await office.row(one)).status == Status.ACCEPTED
