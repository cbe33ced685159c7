"""What staff do for a registration besides deciding: finding, notes, looking after it, corrections, copies, erasing.

Longer than a file should be: the steps are taken by the same staff with the same registrations.
"""

import csv
import io
import re

import pytest
from sqlalchemy import func, select

from core.installation import KEY_PLACE, THE_ROW, Installation
from core.outbox import OutboxRow
from registrations import wishes
from registrations.blind_index import IndexEntry
from registrations.desk.opening import Purpose
from registrations.erasing import Erasure
from registrations.notes import RegistrationNote
from registrations.notices import Notice, Reached
from registrations.registrations import Answer, Reason, Registration, Status, StatusEvent, opened
from registrations.wishes import Wish
from tests.api.registrars import JAVA, LOMBOK, Office
from tests.harness import VAULT
from tests.proofs import prove, set_password
from tests.registrations.forms import SLUG

BOT_ID, CHAT = 7, 1000


async def found(office: Office, typed: str) -> set[str]:
    answer = await office.browser.post("/registrations/find", data={"typed": typed})
    assert answer.headers.get("cache-control") == "no-store", "a search for a name stays nowhere"
    return set(re.findall(r'href="/registrations/([0-9a-f]{32})"', answer.text))


async def test_somebody_is_found_by_what_she_says_on_the_telephone(office: Office) -> None:
    await office.programme(admits="after_review")
    siti = await office.person(name="Siti Aminah Binti Ahmad")
    dewi = await office.person(name="Déwi Aminah", phone="+6285712340000")
    reference = str((await office.row(siti)).reference)

    for typed, hers in (
        ("aminah", {siti, dewi}), ("AMINAH siti", {siti}), ("dewi", {dewi}), ("Siti Dewi", set()), ("Amin", set()),
        ("0812-3456-7890", {siti}), ("+62 857 1234 0000", {dewi}), ("7890", {siti}), ("0000", {dewi}), ("789", set()),
        ("085712340001", set()), (reference.lower(), {siti}), (reference[:5], set()), ("%", set()),
    ):  # fmt: skip
        assert await found(office, typed) == hers, typed
    looked = await office.noted("registration.find")
    assert [entry.details for entry in looked][:2] == [{"found": 2}, {"found": 1}], "that she looked, not for what"
    assert (await office.browser.post("/registrations/find", data={"typed": " "})).status_code == 303
    assert (await office.browser.get("/registrations/find")).headers["location"] == "/registrations"


async def test_nobody_finds_who_is_not_hers_to_see(office: Office) -> None:
    await office.programme(admits="after_review")
    await office.person(name="Siti", province=JAVA)
    lombok = await office.registrar("dewi", province=LOMBOK)

    nothing, somebody = [
        await lombok.post("/registrations/find", data={"typed": typed}) for typed in ("Nobody", "Siti")
    ]

    assert nothing.text == somebody.text


async def test_the_index_holds_no_name_and_no_number(office: Office) -> None:
    await office.programme(admits="after_review")
    await office.person(name="Siti Aminah")
    async with office.database.session() as session:
        rows = list(await session.scalars(select(IndexEntry)))

    assert sorted(row.kind for row in rows) == ["ending", "name", "name", "phone"]
    assert all(len(row.digest) == 16 for row in rows)
    held = b"".join(row.digest for row in rows)
    assert not any(word in held for word in (b"siti", b"aminah", b"7890"))


async def test_the_same_phone_is_seen_and_both_are_read_side_by_side(office: Office) -> None:
    await office.programme(admits="after_review")
    await office.programme("lain", admits="after_review")
    first, again = await office.person(name="Siti Aminah"), await office.person(name="Siti Aminah Ahmad")
    other = await office.person(name="Dewi", phone="+6285712340000")
    elsewhere = await office.person(slug="lain")

    page = (await office.browser.get(f"/registrations/{again}")).text
    assert "Perhaps the same person" in page
    assert first in page
    assert other not in page
    assert elsewhere not in page, "another programme is another application"
    led = await office.browser.get(f"/registrations/{again}?beside={first}")
    assert f'href="/registrations/{again}?beside={first}#answers"' in page
    assert f'<option value="{first}" selected>' in led.text
    assert "selected" not in page.partition('name="beside"')[2].partition("</select>")[0]
    assert "Siti" not in led.text, "no answer is shown before somebody says what for"
    assert await office.noted("registration.read") == []
    assert "Perhaps the same person" not in (await office.browser.get(f"/registrations/{other}")).text

    both = await office.browser.post(
        f"/registrations/{again}/answers", data={"purpose": Purpose.DECIDE, "beside": first}
    )
    assert "<mark>Siti Aminah</mark>" in both.text, "what differs is marked"
    read = [entry.subject for entry in await office.noted("registration.read")]
    assert sorted(read) == sorted([f"registration:{again}", f"registration:{first}"]), "both are noted"
    lombok = await office.registrar("dewi", province=LOMBOK)
    hers = await office.person(province=LOMBOK)
    refused = await lombok.post(f"/registrations/{hers}/answers", data={"purpose": Purpose.DECIDE, "beside": first})
    assert refused.status_code == 404
    assert "Perhaps" not in (await lombok.get(f"/registrations/{hers}")).text, "nor is she told of others elsewhere"


async def test_a_note_is_sealed_and_shown_with_the_answers_only(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person()

    saved = await office.browser.post(f"/registrations/{one}/notes", data={"text": "Call after\nthe evening prayer"})

    assert saved.status_code == 303
    page = (await office.browser.get(f"/registrations/{one}")).text
    assert "evening prayer" not in page
    assert "1 note of the staff is shown with them." in page
    opened = await office.browser.post(f"/registrations/{one}/answers", data={"purpose": Purpose.CONTACT})
    assert "Call after\nthe evening prayer" in opened.text
    async with office.database.session() as session:
        row = (await session.scalars(select(RegistrationNote))).one()
    assert b"prayer" not in row.sealed


async def test_somebody_looks_after_a_registration_who_may_see_it(office: Office) -> None:
    await office.programme(admits="after_review")
    one, other = await office.person(), await office.person()
    await office.registrar("dewi", province=LOMBOK)
    jawa = await office.registrar("yuni", province=JAVA)
    page = (await office.browser.get(f"/registrations/{one}")).text
    accounts = {name: account for account, name in re.findall(r'<option value="([0-9a-f]{32})">(\w+)</option>', page)}
    assert accounts.keys() == {"Rini", "Yuni"}, "Dewi sees another province only"

    done = await office.browser.post(f"/registrations/{one}/assign", data={"account": accounts["Yuni"]})
    assert done.status_code == 303
    assert await ids(jawa, "only=mine") == [one]
    assert await ids(office.browser, "only=mine") == []
    assert await ids(office.browser, "only=unassigned") == [other]
    assert (await office.browser.post(f"/registrations/{one}/assign", data={"account": "0" * 32})).status_code == 404
    assert (await office.browser.post(f"/registrations/{one}/assign", data={"account": ""})).status_code == 303
    assert await ids(jawa, "only=mine") == []
    assert len(await office.noted("registration.assign")) == 2


async def ids(browser: object, query: str) -> list[str]:
    text = (await browser.get(f"/registrations?{query}")).text  # type: ignore[attr-defined]
    return re.findall(r'href="/registrations/([0-9a-f]{32})"', text)


async def test_a_registration_is_handed_over_with_its_place_if_there_is_one(office: Office) -> None:
    await office.programme(places=5, places_by_province={JAVA: 1, LOMBOK: 1})
    hers, waits = await office.person(province=JAVA), await office.person(province=JAVA)
    full = await office.person(province=LOMBOK)
    lombok = await office.registrar("dewi", province=LOMBOK)

    refused = await office.browser.post(f"/registrations/{hers}/hand-over", data={"province": LOMBOK})
    assert (refused.status_code, "All places of that province are taken." in refused.text) == (422, True)
    assert (await office.row(hers)).province == JAVA
    await office.decide(full, Status.ACCEPTED, Status.DECLINED)
    done = await office.browser.post(f"/registrations/{hers}/hand-over", data={"province": LOMBOK})

    assert (done.status_code, done.headers["location"]) == (303, "/registrations?done=handed-over")
    assert (await office.row(hers)).province == LOMBOK
    assert (await office.row(waits)).status == Status.OFFERED, "her place in Jawa Barat is free for the next"
    page = (await lombok.get(f"/registrations/{hers}")).text
    assert re.search(r"Handed over from Jawa Barat to Nusa Tenggara Barat<br><small>[^<]+ · Rini<", page)
    again = await office.browser.post(f"/registrations/{hers}/hand-over", data={"province": LOMBOK})
    assert (again.status_code, "Choose another province." in again.text) == (409, True)
    assert [entry.details for entry in await office.noted("registration.hand_over")] == [{"from": JAVA, "to": LOMBOK}]


async def test_an_answer_is_corrected_and_found_by_what_it_is_now(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person()
    address = f"/registrations/{one}/correct"

    right = await office.browser.post(address, data={"question": "name", "typed": "Siti Aminah Ahmad"})
    assert right.status_code == 200
    assert "Siti Aminah Ahmad" in right.text
    assert "The answer is corrected." in right.text
    assert await found(office, "Ahmad") == {one}
    await office.browser.post(address, data={"question": "phone", "typed": "0857 1234 0000"})
    assert await found(office, "0812-3456-7890") == set()
    assert await found(office, "0000") == {one}
    await office.browser.post(address, data={"question": "birth-date", "typed": "18-8-1990"})
    for wrong, status, told in (
        ({"question": "birth-date", "typed": "31-2-1990"}, 422, "There is no such day."),
        ({"question": "name", "typed": " "}, 409, "This answer cannot be changed so."),
        ({"question": "consent", "typed": "ya"}, 409, "This answer cannot be changed so."),
        ({"question": "nothing", "typed": "ya"}, 409, "This answer cannot be changed so."),
    ):
        answer = await office.browser.post(address, data=wrong)
        assert (answer.status_code, told in answer.text) == (status, True), wrong
        assert "The answer is corrected." not in answer.text
        assert "18 August 1990" in answer.text, "and what is right stays"
        kept = "<details open" in answer.text and f'value="{wrong["typed"]}"' in answer.text
        assert kept == (wrong["question"] in {"birth-date", "name"}), "and what was typed"
    assert [entry.details for entry in await office.noted("registration.correct")][:3] == [
        {"question": "name"}, {"question": "phone"}, {"question": "birth-date"},
    ]  # fmt: skip


async def test_where_she_lives_is_corrected_within_the_province_that_looks_after_her(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person(province=JAVA)
    address = f"/registrations/{one}/correct"

    async def correct(question: str, typed: str) -> tuple[int, str]:
        answer = await office.browser.post(address, data={"question": question, "typed": typed})
        return answer.status_code, answer.text

    async def lives() -> tuple[str, str, str | None]:
        async with office.database.session() as session:
            given = opened(VAULT, await session.scalars(select(Answer).where(Answer.registration_id == one)))
        return given["province"], given["regency"], (await office.row(one)).province

    assert (await correct("regency", "Kota Bandung"))[0] == 200
    assert await lives() == (JAVA, "32.73", JAVA)
    for question, typed in (("regency", "Kota Mataram"), ("province", "NTB")):
        status, text = await correct(question, typed)
        assert (status, "Hand the registration over to it first." in text) == (409, True), typed
    assert await lives() == (JAVA, "32.73", JAVA), "the staff of her province look after her"
    await office.browser.post(f"/registrations/{one}/hand-over", data={"province": LOMBOK})
    status, text = await correct("province", "NTB")
    assert (status, "its province goes along with it" in text) == (409, True)
    assert (await correct("regency", "Kota Mataram"))[0] == 200
    assert await lives() == (LOMBOK, "52.71", LOMBOK), "and both answers fit each other"
    assert (await correct("regency", "Kota Bandung"))[0] == 409
    rows = dict(csv.reader(io.StringIO((await office.browser.post(f"/registrations/{one}/copy")).text)))
    assert rows["Provinsi yang petugasnya menangani"] == "Nusa Tenggara Barat"
    assert "Diserahkan dari Jawa Barat ke Nusa Tenggara Barat, Rini" in rows.values()


async def test_a_copy_holds_all_that_is_held(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person()
    await office.decide(one, Status.APPLIED, Status.ACCEPTED)
    await office.browser.post(f"/registrations/{one}/called", data={"seen": Status.ACCEPTED})
    office.clock.move(minutes=1)
    form = {"seen": Status.ACCEPTED, "status": Status.DECLINED, "reason": Reason.CALLED_OFF}
    await office.browser.post(f"/registrations/{one}", data=form)
    async with office.database.session() as session:
        await wishes.ask(await session.connection(), one, wishes.Kind.WITHDRAW, now=office.clock())
    await office.browser.post(f"/registrations/{one}/leave")
    await office.browser.post(f"/registrations/{one}/notes", data={"text": "=rang her"})

    answer = await office.browser.post(f"/registrations/{one}/copy")

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    rows = dict(csv.reader(io.StringIO(answer.text)))
    assert rows["Nama Anda?"] == "Siti Aminah", "in her language"
    assert rows["Nomor HP?"] == "'+6281234567890", "and no cell is a formula"
    assert any("consent" in what and "setuju" in how for what, how in rows.items())
    assert any(how == "'=rang her" for how in rows.values())
    assert rows["Program"] != SLUG
    assert (rows["Nomor urut"], rows["Bahasa"]) == ("1", "Bahasa Indonesia")
    assert any("orangnya tidak punya obrolan · disampaikan lewat telepon oleh Rini" in how for how in rows.values()), (
        "and what she was to hear"
    )
    assert any("Ditolak, Kegiatan tidak jadi, Rini" in how for how in rows.values()), "and why"
    assert any("Permintaan" in what and "ditangani" in how for what, how in rows.items()), "also what is dealt with"
    assert len(await office.noted("registration.copy")) == 1
    office.clock.move(minutes=6)
    asked_again = await office.browser.post(f"/registrations/{one}/copy")
    assert "Siti" not in asked_again.text
    assert "then the file comes to your downloads. This page stays as it is" in asked_again.text, "true afterwards, too"
    assert "Not done yet." not in asked_again.text
    assert len(await office.noted("registration.copy")) == 1, "an old proof gives nothing"


async def test_a_registration_is_erased_and_only_its_random_id_stays(office: Office) -> None:
    await office.programme(places=1)
    one, other = await office.person(chat=CHAT), await office.person()
    await office.browser.post(f"/registrations/{one}/notes", data={"text": "a note"})
    await office.decide(one, Status.ACCEPTED, Status.ATTENDED)

    erased = await office.browser.post(f"/registrations/{one}/erase")
    assert (erased.status_code, erased.headers["location"]) == (303, "/registrations?done=erased")

    async with office.database.session() as session:
        for table in (Answer, IndexEntry, RegistrationNote, Notice):
            left = select(func.count()).select_from(table).where(table.registration_id == one)
            assert await session.scalar(left) == 0, table
        assert await session.scalar(select(func.count()).select_from(OutboxRow)) == 0
        assert [row.subject for row in await session.scalars(select(Erasure))] == [one]
    assert [entry.subject for entry in await office.noted("registration.erase")] == [f"registration:{one}"]
    assert (await office.browser.get(f"/registrations/{one}")).status_code == 404
    assert (await office.row(other)).status == Status.WAITLISTED, "the job offers the place"


async def test_one_press_and_a_proof_erase_somebody(office: Office) -> None:
    await set_password(office.database, "rini")
    await office.programme()
    one = await office.person(chat=CHAT)
    office.clock.move(minutes=6)

    asked = await office.browser.post(f"/registrations/{one}/erase")
    assert "Not done yet." in asked.text
    assert (await office.browser.get(f"/registrations/{one}")).status_code == 200
    refused = await prove(office.browser, asked, "salah sekali")
    assert (await office.browser.get(f"/registrations/{one}")).status_code == 200
    done = await prove(office.browser, refused)

    assert done.status_code == 303
    assert (await office.browser.get(f"/registrations/{one}")).status_code == 404
    assert [entry.subject for entry in await office.noted("registration.erase")] == [f"registration:{one}"]


async def test_whom_news_did_not_reach_is_on_a_list_to_telephone(office: Office) -> None:
    await office.programme(admits="after_review")
    async with office.database.session() as session:
        session.add(Installation(id=THE_ROW, bot_id=BOT_ID, key_check=VAULT.seal(b"bekal", place=KEY_PLACE)))
    with_chat, without = await office.person(chat=CHAT), await office.person()
    for one in (with_chat, without):
        await office.decide(one, Status.APPLIED, Status.IN_REVIEW)
    assert await ids(office.browser, "only=to_call") == [], "nobody is rung for that"
    for one in (with_chat, without):
        await office.decide(one, Status.IN_REVIEW, Status.ACCEPTED)

    assert await ids(office.browser, "only=to_call") == [without]
    board = (await office.browser.get("/")).text
    assert "People to telephone" in board
    assert f'href="/registrations/{without}"' in board
    assert "has no chat here" not in (await office.browser.get(f"/registrations/{with_chat}")).text
    page = (await office.browser.get(f"/registrations/{without}")).text
    assert "Telephone this person" in page
    assert "This person has no chat here: tell the news by telephone." in page
    assert "not sent: the person has no chat" in page
    assert "on its way, or unknown" in (await office.browser.get(f"/registrations/{with_chat}")).text
    called = f"/registrations/{without}/called"
    assert (await office.browser.post(called, data={"seen": "in_review"})).status_code == 409, (
        "she was told something older"
    )
    assert await ids(office.browser, "only=to_call") == [without]
    assert (await office.browser.post(called, data={"seen": "accepted"})).status_code == 303
    assert await ids(office.browser, "only=to_call") == []
    assert "People to telephone" not in (await office.browser.get("/")).text
    assert "told by telephone by Rini" in (await office.browser.get(f"/registrations/{without}")).text
    assert (await office.browser.post(called, data={"seen": "accepted"})).status_code == 409


async def test_why_somebody_is_declined_is_told_and_kept(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person(chat=CHAT)
    page = (await office.browser.get(f"/registrations/{one}")).text
    assert "Kali ini tidak ada tempat" in page, "what she will read, in her language"

    form = {"seen": Status.APPLIED, "status": Status.DECLINED, "reason": Reason.CALLED_OFF}
    assert (await office.browser.post(f"/registrations/{one}", data=form)).status_code == 303

    assert "It does not take place" in (await office.browser.get(f"/registrations/{one}")).text
    [entry] = await office.noted("registration.decide")
    assert entry.details == {"from": "applied", "to": "declined", "reason": "called_off"}
    assert (await office.browser.post(f"/registrations/{one}", data=form | {"reason": "spite"})).status_code == 422


@pytest.mark.parametrize("wish", wishes.Kind)
async def test_of_a_discreet_sign_up_staff_ask_first(office: Office, wish: wishes.Kind) -> None:
    await office.programme(discreet=True, places=1)
    await office.decide(taken := await office.person(), Status.ACCEPTED, Status.DECLINED)
    page = (await office.browser.get(f"/registrations/{taken}")).text
    assert "<dt>Discreet</dt><dd>yes: only few may know of it</dd>" in page
    assert "<dt>For whom</dt><dd>oneself</dd>" in page
    assert page.count("call at the time that the answers name as safe") == 2, "where the news is, and the decision"
    await office.browser.post(f"/registrations/{taken}/called", data={"seen": Status.DECLINED})
    hers, waits = await office.person(chat=CHAT), await office.person()
    assert "The person does not come after all" not in (await office.browser.get(f"/registrations/{hers}")).text
    async with office.database.session() as session:
        await wishes.ask(await session.connection(), hers, wish, now=office.clock())
        await wishes.ask(await session.connection(), hers, wish, now=office.clock())
    assert len(await office.rows(Wish)) == 1, "asked twice is asked once"

    assert await ids(office.browser, "only=wishes") == [hers]
    assert "People to ask at a safe time" in (await office.browser.get("/")).text
    assert "Ask this person first" in (await office.browser.get(f"/registrations/{hers}")).text
    assert (await office.browser.post(f"/registrations/{hers}/leave")).status_code == 303
    assert (await office.row(hers)).status == Status.ACCEPTED
    assert await ids(office.browser, "only=wishes") == []
    assert (await office.browser.post(f"/registrations/{hers}/withdraw")).status_code == 409, "nobody wishes it now"
    async with office.database.session() as session:
        await wishes.ask(await session.connection(), hers, wish, now=office.clock())
    withdrawn = await office.browser.post(f"/registrations/{hers}/withdraw")
    if wish is wishes.Kind.ERASE:
        assert withdrawn.status_code == 409, "that is not what she wishes"
        assert await ids(office.browser, "only=wishes") == [hers]
        assert (await office.browser.post(f"/registrations/{hers}/erase")).status_code == 303
        assert await ids(office.browser, "only=wishes") == []
        return
    assert withdrawn.status_code == 303
    assert (await office.row(hers)).status == Status.WITHDRAWN
    assert (await office.row(waits)).status == Status.OFFERED
    async with office.database.session() as session:
        told = list(await session.scalars(select(Notice.registration_id).order_by(Notice.id)))
    assert told == [taken, waits], "she has heard it from the staff"


async def test_who_has_no_chat_withdraws_by_telephone(office: Office) -> None:
    await office.programme(places=1)
    hers, waits = await office.person(), await office.person()
    address, asked = f"/registrations/{hers}", "The person does not come after all"
    await office.decide(hers, Status.ACCEPTED, Status.DECLINED)
    page = (await office.browser.get(f"/registrations/{waits}")).text
    assert re.search(r"A place is kept for this person until [^.]+ WIB\. Ask whether the person takes it\.", page)
    assert "All places are taken." not in page
    assert asked not in (await office.browser.get(address)).text, "it is over"
    last = await office.person()
    assert await ids(office.browser, "only=to_call") == [hers, waits]

    page = (await office.browser.get(f"/registrations/{waits}")).text
    assert re.search(
        rf'action="/registrations/{waits}/withdraw" data-confirm="[^"]+"><noscript>.+?</noscript><button[^>]+>{asked}',
        page,
    )
    done = [await office.browser.post(f"/registrations/{waits}/withdraw") for _ in range(2)]

    assert [answer.status_code for answer in done] == [303, 409]
    assert "This registration is over already." in done[1].text
    assert (await office.row(waits)).status == Status.WITHDRAWN
    assert (await office.row(last)).status == Status.OFFERED, "the place is for the next, and for her alone"
    [noted] = await office.noted("registration.withdraw")
    assert (noted.subject, noted.actor_id) == (f"registration:{waits}", (await office.rows(StatusEvent))[-2].actor)
    page = (await office.browser.get(f"/registrations/{waits}")).text
    assert re.search(r"Withdrawn<br><small>[^<]+ · Rini<", page), "and the history names who noted it"
    assert asked not in page
    assert await ids(office.browser, "only=to_call") == [hers, last], "nobody rings her again for the offer"


async def test_who_has_a_chat_withdraws_there_by_herself(office: Office) -> None:
    await office.programme(places=1)
    hers = await office.person(chat=CHAT)
    assert "The person does not come after all" not in (await office.browser.get(f"/registrations/{hers}")).text

    refused = await office.browser.post(f"/registrations/{hers}/withdraw")

    assert (refused.status_code, (await office.row(hers)).status) == (409, Status.ACCEPTED)
    assert await office.noted("registration.withdraw") == []


async def test_who_has_blocked_the_bot_withdraws_by_telephone(office: Office) -> None:
    await office.programme(places=1)
    hers = await office.person(chat=CHAT)
    async with office.database.session() as session:
        session.add(
            Notice(registration_id=hers, status=Status.ACCEPTED, reached=Reached.BLOCKED, at=office.clock())
        )  # fmt: skip
    assert "The person does not come after all" in (await office.browser.get(f"/registrations/{hers}")).text
    await office.browser.post(f"/registrations/{hers}/called", data={"seen": Status.ACCEPTED})
    told = (await office.browser.get(f"/registrations/{hers}")).text
    assert "The person does not come after all" in told, "nor can she say it in her chat once she was telephoned"

    done = await office.browser.post(f"/registrations/{hers}/withdraw")

    assert (done.status_code, (await office.row(hers)).status) == (303, Status.WITHDRAWN)


async def test_the_list_leads_to_whom_one_has_to_telephone(office: Office) -> None:
    await office.programme(admits="after_review")
    lombok = await office.registrar("dewi", province=LOMBOK)
    await office.person(chat=CHAT)
    link = re.compile(r'href="/registrations\?only=to_call">([^<]+)<')
    assert link.search((await office.browser.get("/registrations")).text) is None
    for one in [await office.person(), await office.person(), await office.person(province=LOMBOK)]:
        await office.decide(one, Status.APPLIED, Status.ACCEPTED)

    assert link.findall((await office.browser.get("/registrations?status=applied")).text) == ["3 people to telephone"]
    assert link.findall((await lombok.get("/registrations")).text) == ["1 person to telephone"]
    assert link.search((await office.browser.get("/registrations?only=to_call")).text) is None


async def test_staff_of_elsewhere_can_do_none_of_it(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person(province=JAVA)
    lombok = await office.registrar("dewi", province=LOMBOK)
    forms = {
        "notes": {"text": "x"}, "assign": {"account": ""}, "hand-over": {"province": LOMBOK}, "copy": {}, "erase": {},
        "correct": {"question": "name", "typed": "x"}, "called": {"seen": "accepted"}, "withdraw": {}, "leave": {},
    }  # fmt: skip
    for step, form in forms.items():
        answer = await lombok.post(f"/registrations/{one}/{step}", data=form)
        assert answer.status_code == 404, step
    async with office.database.session() as session:
        assert await session.get(Registration, one) is not None
    assert SLUG in (await office.browser.get("/registrations")).text
