"""Entering people at the desk: from a form on paper, as a list, and the sheet on which they sign.

Longer than a file should be: the three ways fill in the same form, and what each refuses is compared.
"""

import csv
import io
import re
from collections.abc import Sequence
from html import unescape

import pytest
import xlsxwriter
from httpx2 import Response
from openpyxl import load_workbook
from sqlalchemy import func, select, update

from api.deps import COOKIE
from core.outbox import OutboxRow
from registrations.blind_index import IndexEntry
from registrations.notices import Notice
from registrations.registrations import Answer, ConsentEvent, Registration, Status, StatusEvent, opened
from staff.grants import RoleGrant
from staff.sessions import StaffSession, Waits
from tests.api.registrars import JAVA, LOMBOK, Office
from tests.desk import find_or_add, sign_in
from tests.harness import VAULT
from tests.proofs import HIDDEN, PASSWORD
from tests.registrations.forms import GIVEN, SLUG

TYPED = {
    "q.consent": "yes", "q.photos": "no", "q.name": "Siti Aminah", "q.birth-date": "17-8-1990", "q.sex": "female",
    "q.children": "no", "q.province": "Jawa Barat", "q.regency": "Kabupaten Bogor", "q.country": "Taiwan",
    "q.phone": "0812 3456 7890", "q.days": "sat", "q.wish": "", "language": "jv",
}  # fmt: skip
HEADINGS = [code.removeprefix("q.") for code in TYPED if code != "language"]
ADDRESS = f"/registrations/enter/{SLUG}"


async def count(office: Office) -> int:
    async with office.database.session() as session:
        return await session.scalar(select(func.count()).select_from(Registration)) or 0


async def test_a_walk_in_is_entered_from_paper(office: Office) -> None:
    await office.programme(places=1)
    assert f'href="{ADDRESS}"' in (await office.browser.get("/registrations/enter")).text
    assert "Your name?" in (await office.browser.get(ADDRESS)).text

    done = await office.browser.post(ADDRESS, data=TYPED)

    assert done.status_code == 303
    one = done.headers["location"].rpartition("/")[2]
    row = await office.row(one)
    assert (row.status, row.person_id, row.province, row.number, row.language) == ("accepted", None, JAVA, 1, "jv")
    async with office.database.session() as session:
        assert opened(VAULT, await session.scalars(select(Answer))) == GIVEN
        consents = [(each.code, each.is_given) for each in await session.scalars(select(ConsentEvent))]
        assert await session.scalar(select(func.count()).select_from(IndexEntry)) == 4
        assert list(await session.scalars(select(Notice))) == [], "she stands in front of the desk"
    assert consents == [("consent", True), ("photos", False)]
    first = (await office.rows(StatusEvent))[0]
    assert (first.status, first.actor) == (Status.APPLIED, (await office.noted("registration.enter"))[0].actor_id)
    second = await office.browser.post(ADDRESS, data=TYPED)
    assert second.status_code == 303, "the same phone is seen, and is for staff to judge"
    page = await office.browser.get(second.headers["location"])
    assert "Perhaps the same person" in page.text
    assert "<dt>For whom</dt><dd>entered by staff</dd>" in page.text
    assert "<dt>Discreet</dt>" not in page.text
    assert "In the queue" in page.text
    copied = await office.browser.post(f"{second.headers['location']}/copy")
    assert ["Untuk siapa", "dimasukkan petugas"] in list(csv.reader(io.StringIO(copied.text))), "in her copy, too"


async def test_a_walk_in_is_not_lost_when_the_session_has_ended(office: Office) -> None:
    await office.programme()
    rini, other = office.browser, await office.registrar("dewi")
    rini.headers["accept-language"] = "en"  # nobody knows whose page it is then
    hidden = dict(HIDDEN.findall((await rini.get(ADDRESS)).text))
    office.clock.move(minutes=121)

    told = await rini.post(ADDRESS, data=TYPED | hidden)

    assert told.status_code == 403
    assert "You have been signed out" in told.text
    carried = {unescape(name): unescape(held) for name, held in HIDDEN.findall(told.text)}
    assert carried == TYPED | hidden
    assert "Siti Aminah" not in re.sub(r"<input[^>]*>", "", told.text), "nobody who passes by reads it"
    assert "Your session has ended. Sign in again." in (await rini.get("/sign-in")).text
    async with office.database.session() as session:
        actors = [await find_or_add(session, name, now=office.clock()) for name in ("rini", "dewi")]
        for browser, actor in zip((rini, other), actors, strict=True):
            browser.cookies.set(COOKIE, await sign_in(session, actor, now=office.clock()), domain="desk.test")
    refused = await other.post(ADDRESS, data=carried)
    assert (refused.status_code, await count(office)) == (403, 0), "it is not hers to send"
    assert "Siti Aminah" not in refused.text
    assert "it is kept on this page for who typed it" in refused.text
    kept = dict(HIDDEN.findall(refused.text))
    again = await other.post(ADDRESS, data=kept)
    assert (again.status_code, dict(HIDDEN.findall(again.text))) == (403, kept), "nor the second time, and it stays"
    hers = rini.cookies.get(COOKIE, domain="desk.test")
    rini.cookies.clear()
    assert dict(HIDDEN.findall((await rini.post(ADDRESS, data=kept)).text)) == kept, "also while nobody is signed in"
    rini.cookies.set(COOKIE, hers or "", domain="desk.test")
    for waits_for in (Waits.CODE, Waits.NOTHING):
        async with office.database.session() as session:
            await session.execute(update(StaffSession).values(waits_for=waits_for))
        if waits_for is Waits.CODE:
            half = await rini.post(ADDRESS, data=kept)
            assert dict(HIDDEN.findall(half.text)) == kept, "nor to who has her password, and not her code"
    assert await count(office) == 0
    back = await rini.post(ADDRESS, data=kept)
    assert "What you typed is here again, and not sent yet." in back.text
    assert {unescape(name): unescape(held) for name, held in HIDDEN.findall(back.text)} == carried
    assert (await rini.post(ADDRESS, data=carried)).status_code == 303
    assert await count(office) == 1
    assert "Your session has ended." not in (await rini.get("/sign-in")).text


@pytest.mark.parametrize(("waits_for", "step"), [(Waits.CODE, "/sign-in/code"), (Waits.ENROLMENT, "/account/code")])
async def test_a_walk_in_is_not_lost_when_a_code_is_still_to_be_given(
    office: Office, waits_for: Waits, step: str
) -> None:
    await office.programme()
    hidden = dict(HIDDEN.findall((await office.browser.get(ADDRESS)).text))
    async with office.database.session() as session:
        await session.execute(update(StaffSession).values(waits_for=waits_for))

    told = await office.browser.post(ADDRESS, data=TYPED | hidden)

    assert told.status_code == 403
    assert f'href="{step}"' in told.text
    assert {unescape(name): unescape(held) for name, held in HIDDEN.findall(told.text)} == TYPED | hidden


@pytest.mark.parametrize("sealed", ["é", "a", "bm90aGluZw=="])
async def test_what_nobody_sealed_is_opened_by_nobody(office: Office, sealed: str) -> None:
    await office.programme()

    refused = await office.browser.post(ADDRESS, data={"typed_kept": sealed})

    assert (refused.status_code, dict(HIDDEN.findall(refused.text))) == (403, {"typed_kept": sealed})
    assert await count(office) == 0


async def test_a_page_that_carries_what_was_typed_carries_no_password(office: Office) -> None:
    await office.programme()
    hidden = dict(HIDDEN.findall((await office.browser.get(ADDRESS)).text))
    office.clock.move(minutes=121)

    told = await office.browser.post(ADDRESS, data=TYPED | hidden | {"proof_given": PASSWORD, "proof_back": ADDRESS})

    assert 'name="q.name"' in told.text
    assert PASSWORD not in told.text
    assert "proof_" not in told.text


async def test_a_form_that_is_sent_twice_enters_somebody_once(office: Office) -> None:
    await office.programme(places=5)
    found = re.search(r'name="entry" value="([0-9a-f]{32})"', (await office.browser.get(ADDRESS)).text)
    assert found
    answers = [await office.browser.post(ADDRESS, data=TYPED | {"entry": found[1]}) for _ in range(2)]
    assert {answer.headers["location"] for answer in answers} == {f"/registrations/{found[1]}"}
    assert await count(office) == 1


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(office: Office) -> None:
    await office.programme(places=1)
    wrong = TYPED | {
        "q.birth-date": "31-2-1990", "q.phone": "12", "q.name": " ", "q.regency": "Bogor", "q.consent": "no",
        "q.wish": "A long <wish>",
    }  # fmt: skip

    answer = await office.browser.post(ADDRESS, data=wrong)

    assert answer.status_code == 422
    told = dict(re.findall(r'id="q-([a-z-]+)-error">([^<]+)<', answer.text))
    assert told.keys() == {"birth-date", "phone", "name", "regency", "consent"}
    assert told["birth-date"] == "There is no such day. Please write day, month, year: 17-8-1990."
    assert "Kabupaten Bogor, Kota Bogor" in told["regency"]
    assert told["consent"] == "Without this consent nobody can be signed up."
    for kept in ("31-2-1990", "A long &lt;wish&gt;", 'value="Bogor"'):
        assert kept in answer.text
    assert 'value="jv" selected' in answer.text
    assert await count(office) == 0


async def test_the_conditions_and_the_places_hold_for_staff_too(office: Office) -> None:
    await office.programme(places=1, waitlist=False, sex="female")
    man = await office.browser.post(ADDRESS, data=TYPED | {"q.sex": "male"})
    assert (man.status_code, "This programme is for women." in man.text) == (422, True)
    assert (await office.browser.post(ADDRESS, data=TYPED)).status_code == 303
    full = await office.browser.post(ADDRESS, data=TYPED)
    assert (full.status_code, "All places are taken." in full.text) == (422, True)
    assert "Siti Aminah" in full.text
    assert await count(office) == 1


async def test_nobody_enters_whom_she_may_not_see(office: Office) -> None:
    await office.programme(places=3)
    lombok = await office.registrar("dewi", province=LOMBOK)
    other = await office.registrar("yuni", programme="lain")

    refused = await lombok.post(ADDRESS, data=TYPED)
    assert "This person lives in a province that you do not look after." in refused.text
    assert (await other.get(ADDRESS)).status_code == 404
    assert (await other.post(ADDRESS, data=TYPED)).status_code == 404
    assert await count(office) == 0


def book(*rows: Sequence[str | int], headings: Sequence[str] = HEADINGS) -> bytes:
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as written:
        sheet = written.add_worksheet()
        for number, row in enumerate((headings, ["the questions"], *rows)):
            sheet.write_row(number, 0, row)
    return made.getvalue()


def person(**changed: str | int) -> list[str | int]:
    return [changed.get(code.replace("-", "_"), TYPED[f"q.{code}"]) for code in HEADINGS]


async def bring(office: Office, content: bytes) -> Response:
    return await office.browser.post(
        f"{ADDRESS}/sheet", files={"file": ("list.xlsx", content)}, data={"language": "su"}
    )


async def enter(office: Office, checked: Response) -> Response:
    found = re.search(r'name="carried" value="([^"]+)"', checked.text)
    assert found
    return await office.browser.post(f"{ADDRESS}/list", data={"carried": found[1]})


async def test_a_list_is_checked_first_and_entered_whole(office: Office) -> None:
    await office.programme(places=1)
    empty = await office.browser.get(f"{ADDRESS}/sheet")
    cells = load_workbook(io.BytesIO(empty.content)).active
    assert cells is not None
    assert [cell.value for cell in cells[1]] == [*HEADINGS[:6], "how-many", *HEADINGS[6:]]
    content = book(person(phone=81234567890), [], person(name="Dewi", birth_date="1991-02-03", phone="+6285712340000"))

    checked = await bring(office, content)

    assert "2 rows are right." in checked.text
    assert await count(office) == 0, "a look enters nobody"
    assert not any(said in checked.text for said in ("Siti", "81234567890")), "the rows wait in the page, sealed"
    done = [await enter(office, checked) for _ in range(2)]
    assert {answer.headers["location"] for answer in done} == {
        f"/registrations?programme={SLUG}&order=number&descending=true&done=entered"
    }, "sent twice, entered once"
    async with office.database.session() as session:
        rows = list(await session.scalars(select(Registration).order_by(Registration.number)))
    assert [(row.number, row.status, row.language) for row in rows] == [(1, "accepted", "su"), (2, "waitlisted", "su")]
    assert [entry.details for entry in await office.noted("registration.import")] == [{"count": 2, "programme": SLUG}]


async def test_who_was_on_a_list_hears_nothing_of_it_and_is_to_be_telephoned_after_a_decision(office: Office) -> None:
    await office.programme(places=5, admits="after_review")
    checked = await bring(office, book(person(), person(name="Dewi", phone="+6285712340000")))
    assert "Bekal tells nobody of this list that they are signed up: tell them yourself." in checked.text
    await enter(office, checked)
    decided, other = (row.id for row in await office.rows(Registration))
    assert await office.rows(Notice) == []
    assert "No registration fits this filter." in (await office.browser.get("/registrations?only=to_call")).text

    await office.decide(decided, Status.APPLIED, Status.ACCEPTED)

    to_call = (await office.browser.get("/registrations?only=to_call")).text
    assert (decided in to_call, other in to_call) == (True, False)
    assert await office.rows(OutboxRow) == [], "nobody of them has a chat"


async def test_a_look_at_a_list_says_how_it_is_understood_and_who_is_here_already(office: Office) -> None:
    await office.programme(places=5)
    content = book(person(province="Jawa Baratt"), person(name="Dewi", phone="+6285712340000"))
    first = await bring(office, content)
    assert (
        re.findall(r"<td>(1[^<]+1990|Jawa Barat|Taiwan)</td>", first.text)
        == ["17 August 1990", "Jawa Barat", "Taiwan"] * 2
    )
    assert "here already" not in first.text
    family = await bring(office, book(person(), person(name="Dewi")))
    assert "2 rows name a phone number that is here already or in another row." in family.text
    assert re.findall(r"<tr><td>(\d)</td><td>([^<]*)</td>", family.text) == [("3", "row 4"), ("4", "row 3")]
    await enter(office, await bring(office, book(person())))

    again = await bring(office, content)

    (reference,) = [row.reference for row in await office.rows(Registration)]
    assert "1 row names a phone number that is here already or in another row." in again.text
    looks = [entry.details for entry in await office.noted("registration.find")]
    assert looks == [{"programme": SLUG, "found": count} for count in (0, 0, 0, 1)], (
        "a look is noted, without the numbers"
    )
    assert re.findall(r"<tr><td>(\d)</td><td>([^<]*)</td>", again.text) == [("3", reference), ("4", "")]
    async with office.database.session() as session:
        await session.execute(update(Registration).values(province=LOMBOK))
        await session.execute(update(RoleGrant).values(province=JAVA))
    assert "here already" not in (await bring(office, content)).text, "nobody learns of who is another's"


async def test_of_a_list_with_bad_rows_nobody_is_entered(office: Office) -> None:
    await office.programme(places=5)
    content = book(person(), person(phone="12"), person(sex="male", birth_date="99-99-1990"), person())

    checked = await bring(office, content)

    assert re.findall(r"<tr><td>(\d+)</td>", checked.text) == ["4", "5", "6"], "rows as the sheet counts them"
    assert "Row 3 says the same." in checked.text
    assert "phone (Phone number?): Nobody can be called by that number." in checked.text
    assert "1 row is right." in checked.text
    assert 'name="carried"' not in checked.text
    assert await count(office) == 0


async def test_nobody_is_entered_with_a_regency_of_another_province(office: Office) -> None:
    await office.programme(places=5)
    walk_in = await office.browser.post(ADDRESS, data=TYPED | {"q.province": "Jawa Timur", "q.regency": "Kota Bandung"})
    told = dict(re.findall(r'id="q-([a-z-]+)-error">([^<]+)<', walk_in.text))
    assert told == {
        "regency": "That does not lie in Jawa Timur. Choose a kabupaten or kota that does, or change the province."
    }
    checked = await bring(office, book(person(province="Papua", regency="Kota Surabaya")))
    assert "regency (Kabupaten or kota?): That does not lie in Papua." in checked.text
    codes = await bring(office, book(person(province=32, regency="32.01", country="TW")))
    assert "1 row is right." in codes.text, "as an export writes them"
    assert await count(office) == 0


async def test_a_fault_names_the_question_and_what_could_be_answered(office: Office) -> None:
    await office.programme(places=5)

    checked = await bring(office, book(person(sex="x", days="Monday", regency="Bogor")))

    for said in (
        "sex (Woman or man?): Please choose one of the answers. Possible: Woman, Man.",
        "days (Which days?): Please choose one of the answers. Possible: Saturday, Sunday.",
        "regency (Kabupaten or kota?): There are several of that name. Choose one. "
        "Possible: Kabupaten Bogor, Kota Bogor.",
    ):
        assert said in checked.text


async def test_an_empty_workbook_names_the_answers_and_is_read_back(office: Office) -> None:
    await office.programme(places=5)
    filled = load_workbook(io.BytesIO((await office.browser.get(f"{ADDRESS}/sheet")).content))
    sheet = filled.active
    assert sheet is not None
    pairs = zip(sheet[1], sheet[2], strict=True)
    notes = {heading.value: question.comment.text for heading, question in pairs if question.comment}
    assert notes == {"sex": "Woman\nMan", "days": "Saturday\nSunday"}
    for column, heading in enumerate(sheet[1], 1):
        sheet.cell(3, column).value = TYPED.get(f"q.{heading.value}")
    made = io.BytesIO()
    filled.save(made)

    checked = await bring(office, made.getvalue())

    assert "1 row is right." in checked.text
    assert "<th>sex<br><small>Woman or man?</small></th>" in checked.text


async def test_a_list_that_no_longer_fits_is_undone(office: Office) -> None:
    await office.programme(places=2, waitlist=False)
    checked = await bring(office, book(person(), person(name="Dewi")))
    await office.person()

    late = await enter(office, checked)

    assert (late.status_code, "All places are taken." in late.text) == (422, True)
    assert await count(office) == 1, "not one of them"
    assert await office.noted("registration.import") == []


async def test_of_a_list_that_was_checked_before_the_role_changed_nobody_is_entered(office: Office) -> None:
    await office.programme(places=2)
    checked = await bring(office, book(person()))
    found = []
    for change in ({"province": LOMBOK}, {"programme": "courses"}, {"revoked_at": office.clock()}):
        async with office.database.session() as session:
            await session.execute(update(RoleGrant).values(**change))
        found.append((await enter(office, checked)).status_code)

    assert found == [422, 404, 403]
    assert await count(office) == 0


async def test_what_is_no_list_is_refused_in_one_sentence(office: Office) -> None:
    await office.programme(places=2)
    for content, said in (
        (b"", "Choose the workbook"),
        (b"nonsense", "This is no workbook."),
        (book(), "There is nobody in this list"),
        (book(person(), headings=["name", "shoe-size"]), "shoe-size is no question of this form."),
        (book(person(), headings=["name", "name"]), "a question stands there twice."),
        (book(person(), headings=["name"]), "consent is missing."),
        (book(*[person()] * 301), "A list holds at most 300 people"),
    ):
        refused = await bring(office, content)
        assert (refused.status_code, said in refused.text) == (422, True), said
    checked = await bring(office, book(person()))
    found = re.search(r'name="carried" value="([^"]+)"', checked.text)
    assert found
    dewi = await office.registrar("dewi")
    for carried, who in (("AAAA", office.browser), ("%", office.browser), (found[1], dewi)):
        refused = await who.post(f"{ADDRESS}/list", data={"carried": carried})
        assert (refused.status_code, "not the list that was checked" in refused.text) == (422, True)
    assert await count(office) == 0


async def test_the_attendance_sheet_names_who_has_a_place_and_each_name_is_noted(office: Office) -> None:
    await office.programme(places=3)
    siti, dewi = await office.person(name="Siti"), await office.person(name="Dewi <b>")
    await office.person(Status.DECLINED, name="Ani")
    lombok = await office.person(name="Yuni", province=LOMBOK)

    shown = await office.browser.post("/registrations/attendance", data={"programme": SLUG, "province": JAVA})

    assert shown.headers["cache-control"] == "no-store"
    assert [name in shown.text for name in ("Siti", "Dewi &lt;b&gt;", "Ani", "Yuni")] == [True, True, False, False]
    read = {entry.subject: entry.details for entry in await office.noted("registration.read")}
    assert read == {f"registration:{one}": {"purpose": "prepare"} for one in (siti, dewi)}
    noted = await office.browser.post("/registrations", data={"status": "attended", "chosen": [f"{siti}:accepted"]})
    assert (noted.status_code, "Attendance of 1 person was noted." in noted.text) == (200, True)
    assert (await office.row(siti)).status == Status.ATTENDED
    assert lombok not in shown.text
    again = await office.browser.post("/registrations/attendance", data={"programme": SLUG})
    assert "noted" in again.text
