"""Registrations over the JSON API: the rules of the desk's pages hold for a script with a registrar's token too.

Longer than a file should be: each rule of the pages is tried again by the same tokens.
"""

import asyncio
import hashlib
from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select, text

from registrations import wishes
from registrations.desk.opening import Purpose
from registrations.notes import RegistrationNote
from registrations.registrations import Registration, Status
from staff.actors import Role
from staff.answers import IdempotentAnswer
from tests.api.desk_api import bearer, make_token
from tests.api.registrars import JAVA, LOMBOK, Office
from tests.api.test_routes_table import example_of
from tests.api.test_v1 import refused, told
from tests.api.test_v1_lists import all_of
from tests.desk import add_person
from tests.registrations.forms import SLUG

ANSWERS = ("Siti Aminah", "+6281234567890", "1990-08-17")
ON_PAPER = {
    "consent": "ya", "photos": "tidak", "name": "Wati Lestari", "birth-date": "3-4-1985", "sex": "female",
    "children": "tidak", "province": "Jawa Barat", "regency": "Kabupaten Bogor", "country": "Taiwan",
    "phone": "0857 1234 0000", "days": "sat",
}  # fmt: skip
# Every step for one registration, with a body that it takes.
STEPS: dict[str, dict[str, Any]] = {
    "answers": {"purpose": "decide"}, "decide": {"status": "declined"}, "notes": {"text": "x"},
    "assign": {"account_id": None}, "hand-over": {"province": LOMBOK}, "correct": {"question": "name", "typed": "x"},
    "copy": {}, "called": {}, "withdraw": {}, "leave": {}, "erase": {},
}  # fmt: skip


@pytest.fixture
async def script(office: Office) -> AsyncClient:
    """A script of a registrar for everything, where a programme takes applications."""
    await office.programme(admits="after_review")
    return await office.script("skrip")


async def seen(script: AsyncClient, one: str) -> dict[str, str]:
    """Return the If-Match of who sees a registration as it stands now."""
    return {"if-match": (await script.get(f"/registrations/{one}")).headers["etag"]}


async def decide(script: AsyncClient, one: str, status: str, *, etag: dict[str, str] | None = None) -> Response:
    headers = etag or await seen(script, one)
    return await script.post(f"/registrations/{one}/decide", json={"status": status}, headers=headers)


def ids(rows: list[dict[str, Any]]) -> list[str]:
    return [row["id"] for row in rows]


async def test_a_script_meets_the_registrations_of_its_registrar_and_nobody_elses(office: Office) -> None:
    await office.programme(admits="after_review")
    await office.programme("lain", admits="after_review")
    hers = await office.person(province=LOMBOK)
    others = [await office.person(province=JAVA), await office.person(slug="lain", province=LOMBOK)]
    dewi = await office.script("dewi", programme=SLUG, province=LOMBOK)
    everybody = await office.script("skrip")

    assert ids(await all_of(dewi, "/registrations")) == [hers]
    assert ids(await all_of(dewi, "/registrations", programme="lain")) == []
    assert (await dewi.get(f"/registrations/{hers}")).status_code == 200
    nothing = await dewi.get(f"/registrations/{'0' * 32}")
    for other in others:
        etag = await seen(everybody, other)
        path = f"/registrations/{other}"
        assert (await dewi.get(path)).content == nothing.content, "not hers is told as not there"
        for step, body in STEPS.items():
            answer = await dewi.post(f"{path}/{step}", json=body, headers=etag)
            assert refused(answer) == (404, "not-there"), step
        reference = str((await office.row(other)).reference)
        assert ids(await all_of(dewi, "/registrations", search=reference)) == []
        assert told(await dewi.post("/registration-search", json={"typed": reference}))["items"] == []
        decision = {"registration_id": other, "seen": "applied", "status": "declined"}
        [outcome] = told(await dewi.post("/registration-decisions", json={"decisions": [decision]}))["outcomes"]
        assert (outcome["registration_id"], outcome["reference"], outcome["code"]) == (other, "", "not-there")
        assert (await office.row(other)).status == Status.APPLIED
    noted = [row for row in await office.noted("registration.read") if row.actor_name == "Dewi"]
    assert noted == []


async def test_who_is_no_registrar_can_do_none_of_it(office: Office, script: AsyncClient, editor: AsyncClient) -> None:
    one = await office.person()
    etag = await seen(script, one)
    for path in ("/registrations", f"/registrations/{one}"):
        assert refused(await editor.get(path)) == (403, "not-allowed")
    for step, body in STEPS.items():
        answer = await editor.post(f"/registrations/{one}/{step}", json=body, headers=etag)
        assert refused(answer) == (403, "not-allowed"), step
    assert refused(await editor.post("/registration-search", json={"typed": "Siti"})) == (403, "not-allowed")
    assert refused(await editor.post("/attendance", json={"programme": SLUG})) == (403, "not-allowed")


async def test_a_registrars_token_that_is_not_for_that_role_shows_nobody(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person()
    async with office.database.session() as session:
        both = await add_person(session, "wati", Role.REGISTRAR, Role.EDITOR, now=office.clock())
    token = await make_token(office.database, both, office.clock, Role.EDITOR)
    async with bearer(office.app, token) as script:
        assert refused(await script.get("/registrations")) == (403, "not-allowed")
        assert refused(await script.get(f"/registrations/{one}")) == (403, "not-allowed")
        assert refused(await script.post(f"/registrations/{one}/answers", json=STEPS["answers"])) == (
            403,
            "not-allowed",
        )


async def test_the_list_is_masked_filtered_and_read_to_its_end_while_others_apply(
    office: Office, script: AsyncClient
) -> None:
    await office.programme("lain", admits="after_review")
    at_once = sorted([await office.person(), await office.person(province=LOMBOK), await office.person()])
    office.clock.move(minutes=1)
    later = await office.person(slug="lain")
    first = told(await script.get("/registrations", params={"limit": 2}))
    office.clock.move(minutes=1)
    last = await office.person()

    second = told(await script.get("/registrations", params={"limit": 2, "cursor": first["next"]}))
    third = told(await script.get("/registrations", params={"limit": 2, "cursor": second["next"]}))

    assert ids(first["items"] + second["items"] + third["items"]) == [*at_once, later, last]
    assert third["next"] is None
    assert not any(answer in str(first) for answer in ANSWERS)
    assert first["items"][0].keys() == {
        "id", "reference", "programme", "status", "number", "province", "applied_at", "is_for_another", "assigned_to",
    }  # fmt: skip
    assert ids(await all_of(script, "/registrations", programme="lain")) == [later]
    assert ids(await all_of(script, "/registrations", province=LOMBOK, limit=1)) == [
        one for one in at_once if (await office.row(one)).province == LOMBOK
    ]
    told(await decide(script, later, "in_review"))
    assert ids(await all_of(script, "/registrations", status="in_review")) == [later]
    reference = str((await office.row(last)).reference).lower().replace("-", "")
    assert ids(await all_of(script, "/registrations", search=reference)) == [last]


@pytest.mark.parametrize("cursor", ["MTI1", "MDEyMw", "OTk5OTk5OTk5OTk5OTk5OS4" + "A" * 20, "x"])
async def test_the_cursor_of_another_list_is_none_of_this_one(script: AsyncClient, cursor: str) -> None:
    assert refused(await script.get("/registrations", params={"cursor": cursor})) == (422, "wrong-cursor")


async def test_one_registration_is_told_without_its_answers(office: Office, script: AsyncClient) -> None:
    one = await office.person()

    answer = await script.get(f"/registrations/{one}")

    assert not any(given in answer.text for given in ANSWERS)
    shown = told(answer)
    assert (shown["status"], shown["province"], shown["notes"]) == ("applied", JAVA, 0)
    assert shown["can_become"] == ["in_review", "accepted", "declined"]
    assert [step["actor"] for step in shown["history"]] == ["person"]
    assert "birth-date" in shown["questions"]
    assert await office.noted("registration.read") == []


async def test_answers_are_given_for_a_purpose_and_each_time_is_noted(office: Office, script: AsyncClient) -> None:
    one = await office.person()
    path = f"/registrations/{one}/answers"
    for body in ({}, {"purpose": ""}, {"purpose": "curiosity"}, None):
        assert refused(await script.post(path, json=body)) == (422, "wrong-shape")
    assert await office.noted("registration.read") == []

    for count, purpose in enumerate(Purpose, 1):
        answer = await script.post(path, json={"purpose": purpose})
        given = {each["code"]: each for each in told(answer)["answers"]}
        assert [given[code]["value"] for code in ("name", "phone", "birth-date")] == list(ANSWERS)
        assert given["birth-date"]["answer"] == "17 August 1990"
        assert (given["wish"]["value"], given["wish"]["answer"]) == ("", "")
        assert answer.headers["cache-control"] == "no-store"
        entries = await office.noted("registration.read")
        assert [entry.details["purpose"] for entry in entries] == list(Purpose)[:count]
        assert entries[-1].subject == f"registration:{one}"


@pytest.mark.parametrize("path", ["answers", "copy", "/attendance", "/registration-search"])
async def test_no_answer_leaves_where_the_log_cannot_be_written(office: Office, script: AsyncClient, path: str) -> None:
    one = await office.person(Status.ACCEPTED)
    body = {"/attendance": {"programme": SLUG}, "/registration-search": {"typed": "Aminah"}}.get(path, STEPS.get(path))
    address = path if path.startswith("/") else f"/registrations/{one}/{path}"
    shown = (await script.post(address, json=body)).text
    assert any(given in shown for given in (*ANSWERS, one)), "else nothing is told anyway"
    async with office.database.writing() as connection:
        await connection.execute(text("ALTER TABLE audit_entry RENAME TO away"))

    answer = await script.post(address, json=body)

    assert refused(answer) == (500, "failed")
    assert not any(given in answer.text for given in (*ANSWERS, one))


async def test_a_decision_names_where_the_registration_stood(office: Office, script: AsyncClient) -> None:
    one = await office.person()
    path = f"/registrations/{one}/decide"
    before = await seen(script, one)
    assert refused(await script.post(path, json={"status": "accepted"})) == (428, "precondition-needed")
    assert refused(await decide(script, one, "completed")) == (409, "wrong-state")
    await office.decide(one, Status.APPLIED, Status.IN_REVIEW)

    late = await decide(script, one, "declined", etag=before)

    assert refused(late) == (412, "conflict")
    assert "Somebody else has decided meanwhile" in late.json()["detail"]
    assert (await office.row(one)).status == Status.IN_REVIEW
    done = await decide(script, one, "accepted")
    assert told(done)["status"] == "accepted"
    assert done.headers["etag"] == (await seen(script, one))["if-match"] != before["if-match"]
    entries = await office.noted("registration.decide")
    assert [(entry.actor_name, entry.details["to"]) for entry in entries] == [
        ("Rini", "in_review"), ("Skrip", "accepted"),
    ]  # fmt: skip


async def test_why_somebody_is_declined_is_kept_and_a_place_that_is_not_there_is_not_given(
    office: Office, script: AsyncClient
) -> None:
    await office.programme("penuh", admits="after_review", places=1)
    await office.person(Status.ACCEPTED, slug="penuh")
    waits, one = await office.person(slug="penuh"), await office.person()
    assert refused(await decide(script, waits, "accepted")) == (422, "all-taken")

    body, before = {"status": "declined", "reason": "called_off"}, await seen(script, one)
    declined = await script.post(f"/registrations/{one}/decide", json=body, headers=before)

    assert told(declined)["history"][-1]["reason"] == "called_off"
    assert told(declined)["must_be_called"], "she has no chat"
    called = f"/registrations/{one}/called"
    assert refused(await script.post(called)) == (428, "precondition-needed")
    assert refused(await script.post(called, headers=before)) == (412, "conflict"), (
        "what she was told is not where it stands"
    )
    assert told(await script.post(called, headers=await seen(script, one)))["must_be_called"] is False
    assert refused(await script.post(called, headers=await seen(script, one))) == (409, "wrong-state")


async def test_many_are_decided_at_once_and_what_cannot_be_is_told_of_each(office: Office, script: AsyncClient) -> None:
    await office.programme("dua", admits="after_review", places=2)
    ids = [await office.person(slug="dua") for _ in range(3)]
    gone = "f" * 32
    decisions = [{"registration_id": one, "seen": "applied", "status": "accepted"} for one in (*ids[::-1], gone)]

    answer = told(await script.post("/registration-decisions", json={"decisions": decisions}))

    found = {each["registration_id"]: each["code"] for each in answer["outcomes"]}
    assert found == {ids[0]: None, ids[1]: None, ids[2]: "all-taken", gone: "not-there"}, "who applied first"
    assert [(await office.row(one)).status for one in ids] == [Status.ACCEPTED, Status.ACCEPTED, Status.APPLIED]
    again = told(await script.post("/registration-decisions", json={"decisions": decisions[1:3]}))
    assert {each["code"] for each in again["outcomes"]} == {"wrong-state"}
    assert len(await office.noted("registration.decide")) == 2
    assert refused(await script.post("/registration-decisions", json={"decisions": []})) == (422, "wrong-shape")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # SQLite has one writer
async def test_two_scripts_that_decide_on_the_same_one_at_once_decide_once(office: Office, script: AsyncClient) -> None:
    other = await office.script("dewi")
    for _ in range(5):
        one = await office.person()
        etag = await seen(script, one)
        answers = await asyncio.gather(
            *(decide(who, one, status, etag=etag) for who, status in ((script, "accepted"), (other, "declined")))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 412]
    assert len(await office.noted("registration.decide")) == 5


async def test_a_note_sent_twice_under_a_key_is_kept_once_and_shown_with_the_answers_only(
    office: Office, script: AsyncClient
) -> None:
    one = await office.person()
    path, body, key = (
        f"/registrations/{one}/notes",
        {"text": "Call after\nthe evening prayer"},
        {"idempotency-key": "a"},
    )

    answers = [await script.post(path, json=body, headers=key) for _ in range(2)]

    assert [(answer.status_code, answer.json()) for answer in answers] == [(201, {"notes": 1})] * 2
    assert refused(await script.post(path, json={"text": "x"}, headers=key)) == (422, "key-reused")
    shown = await script.get(f"/registrations/{one}")
    assert (shown.json()["notes"], "prayer" in shown.text) == (1, False)
    opened = told(await script.post(f"/registrations/{one}/answers", json={"purpose": "contact"}))
    assert [(note["text"], note["name"]) for note in opened["notes"]] == [(body["text"], "Skrip")]
    async with office.database.session() as session:
        assert len(list(await session.scalars(select(RegistrationNote)))) == 1
        kept = (await session.scalars(select(IdempotentAnswer.body_hash))).one()
    plain = hashlib.sha256(b'{"text":"Call after\\nthe evening prayer"}').hexdigest()
    assert not plain.startswith(kept), "nobody can try words until one fits"


async def test_somebody_looks_after_it_and_it_is_handed_over(office: Office, script: AsyncClient) -> None:
    one = await office.person(province=JAVA)
    lombok, java = await office.script("dewi", province=LOMBOK), await office.script("yuni", province=JAVA)
    colleagues = {
        each["name"]: each["account_id"] for each in told(await script.get(f"/registrations/{one}"))["colleagues"]
    }
    assert "Yuni" in colleagues
    assert "Dewi" not in colleagues, "she sees another province only"
    path = f"/registrations/{one}"

    given = told(await script.post(path + "/assign", json={"account_id": colleagues["Yuni"]}))
    assert (given["assigned_to"], given["assigned_account_id"]) == ("Yuni", colleagues["Yuni"])
    assert ids(await all_of(java, "/registrations", only="mine")) == [one]
    assert refused(await script.post(path + "/assign", json={"account_id": "0" * 32})) == (404, "not-there")
    assert told(await script.post(path + "/assign", json={"account_id": None}))["assigned_to"] == ""
    assert ids(await all_of(script, "/registrations", only="unassigned")) == [one]

    assert refused(await java.post(path + "/hand-over", json={"province": JAVA})) == (409, "wrong-state")
    assert (await java.post(path + "/hand-over", json={"province": LOMBOK})).status_code == 204
    assert refused(await java.get(path)) == (404, "not-there")
    shown = told(await lombok.get(path))
    last = shown["history"][-1]
    assert (shown["province"], last["handed_from"], last["handed_to"]) == (LOMBOK, JAVA, LOMBOK)
    assert (last["status"], last["name"]) == (shown["status"], "Yuni")
    assert [row.details for row in await office.noted("registration.hand_over")] == [{"from": JAVA, "to": LOMBOK}]


async def test_somebody_is_found_by_what_she_says_on_the_telephone(office: Office, script: AsyncClient) -> None:
    siti, dewi = await office.person(name="Siti Aminah"), await office.person(name="Dewi", phone="+6285712340000")
    reference = str((await office.row(siti)).reference)

    for typed, hers in (
        ("aminah", [siti]), ("7890", [siti]), ("0857 1234 0000", [dewi]), (reference.lower(), [siti]), ("Amin", []),
    ):  # fmt: skip
        answer = await script.post("/registration-search", json={"typed": typed})
        assert ids(told(answer)["items"]) == hers, typed
        assert "Siti" not in answer.text
    looked = await office.noted("registration.find")
    assert [entry.details["found"] for entry in looked] == [1, 1, 1, 1, 0], "that she looked, not for what"
    assert refused(await script.post("/registration-search", json={"typed": ""})) == (422, "wrong-shape")


async def test_an_answer_is_corrected_and_a_wrong_one_changes_nothing(office: Office, script: AsyncClient) -> None:
    one = await office.person()
    path = f"/registrations/{one}/correct"
    for body, expected in (
        ({"question": "birth-date", "typed": "31-2-1990"}, (422, "wrong-answer")),
        ({"question": "name", "typed": " "}, (409, "wrong-state")),
        ({"question": "consent", "typed": "ya"}, (409, "wrong-state")),
    ):
        assert refused(await script.post(path, json=body)) == expected
    assert await office.noted("registration.correct") == []

    answer = await script.post(path, json={"question": "name", "typed": "Siti Rahma"})

    told(answer)
    assert "Rahma" not in answer.text
    assert ids(told(await script.post("/registration-search", json={"typed": "rahma"}))["items"]) == [one]
    assert [entry.details for entry in await office.noted("registration.correct")] == [{"question": "name"}]


async def test_a_copy_holds_all_that_is_held_and_erasing_leaves_nothing(office: Office, script: AsyncClient) -> None:
    one, other = await office.person(Status.ACCEPTED), await office.person()
    path = f"/registrations/{one}"
    told(await script.post(path + "/notes", json={"text": "rang her"}))
    shown = told(await script.get(path))
    assert ids(shown["same"]) == [other], "the same telephone"

    answer = await script.post(path + "/copy")

    held = told(answer)
    assert held["registration"] == {name: shown[name] for name in held["registration"]}
    assert {"news", "wishes", "history"} <= set(held["registration"])
    assert shown["same"][0]["reference"] not in answer.text, "that is another person's"
    questions = {each["question"]: each["answer"] for each in held["answers"]}
    assert questions["Nama Anda?"] == "Siti Aminah", "in her language"
    assert [consent["is_given"] for consent in held["consents"] if consent["code"] == "consent"] == [True]
    assert [note["text"] for note in held["notes"]] == ["rang her"]
    assert len(await office.noted("registration.copy")) == 1
    assert (await script.post(path + "/erase")).status_code == 204
    assert refused(await script.get(path)) == (404, "not-there")
    assert [entry.subject for entry in await office.noted("registration.erase")] == [f"registration:{one}"]


async def test_in_a_browser_an_old_proof_copies_and_erases_nothing(office: Office) -> None:
    await office.programme(admits="after_review")
    one = await office.person()
    office.clock.move(minutes=6)

    for step in ("copy", "erase"):
        answer = await office.browser.post(f"/v1/registrations/{one}/{step}")
        assert refused(answer) == (403, "proof-needed")
    async with office.database.session() as session:
        assert await session.get(Registration, one) is not None


async def test_of_a_discreet_sign_up_what_she_wishes_is_done_once(office: Office, script: AsyncClient) -> None:
    await office.programme("tenang", discreet=True)
    one = await office.person(slug="tenang", chat=1000)
    assert refused(await script.post(f"/registrations/{one}/withdraw")) == (409, "wrong-state")
    for step, status in (("leave", "accepted"), ("withdraw", "withdrawn")):
        async with office.database.session() as session:
            await wishes.ask(await session.connection(), one, wishes.Kind.WITHDRAW, now=office.clock())
        assert ids(await all_of(script, "/registrations", only="wishes")) == [one]
        done = told(await script.post(f"/registrations/{one}/{step}"))
        assert (done["status"], done["wishes"]) == (status, [])


async def test_who_has_no_chat_is_withdrawn_once(office: Office, script: AsyncClient) -> None:
    await office.programme("lain", places=1)
    one, other = await office.person(slug="lain"), await office.person(slug="lain", chat=1000)
    can = {each: told(await script.get(f"/registrations/{each}"))["can_withdraw"] for each in (one, other)}
    assert can == {one: True, other: False}
    assert refused(await script.post(f"/registrations/{other}/withdraw")) == (409, "wrong-state")

    done = told(await script.post(f"/registrations/{one}/withdraw"))

    assert (done["status"], done["can_withdraw"]) == ("withdrawn", False)
    assert refused(await script.post(f"/registrations/{one}/withdraw")) == (409, "wrong-state")
    offered = told(await script.get(f"/registrations/{other}"))
    assert (offered["must_be_called"], offered["can_withdraw"]) == (True, True), "no bot is there to tell her"
    assert len(await office.noted("registration.withdraw")) == 1
    assert (await office.row(other)).status == "offered"


async def test_somebody_is_entered_from_paper_once_however_often_it_is_sent(
    office: Office, script: AsyncClient
) -> None:
    body: dict[str, Any] = {"programme": SLUG, "language": "id", "answers": ON_PAPER}
    key = {"idempotency-key": "paper-1"}

    answers = [await script.post("/registrations", json=body, headers=key) for _ in range(3)]

    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    row = told(answers[0])
    assert (row["status"], row["province"], row["number"]) == ("applied", JAVA, 1)
    assert "Wati" not in answers[0].text
    assert ids(await all_of(script, "/registrations")) == [row["id"]]
    assert [entry.subject for entry in await office.noted("registration.enter")] == [f"registration:{row['id']}"]
    given = told(await script.post(f"/registrations/{row['id']}/answers", json={"purpose": "decide"}))["answers"]
    assert {each["code"]: each["value"] for each in given}["phone"] == "+6285712340000"


async def test_the_example_of_the_document_enters_somebody(office: Office) -> None:
    script = await office.script("skrip", programme="courses")
    row = told(await script.post("/registrations", json=example_of(office.app, "POST /v1/registrations")))
    assert (row["programme"], row["status"]) == ("courses", "applied")


async def test_what_is_wrong_on_a_form_is_told_by_its_questions_and_nobody_is_entered(
    office: Office, script: AsyncClient
) -> None:
    wrong = ON_PAPER | {"birth-date": "31-2-1990", "name": ""}
    body: dict[str, Any] = {"programme": SLUG, "language": "id", "answers": wrong}

    answer = await script.post("/registrations", json=body)

    assert refused(answer) == (422, "wrong-form")
    assert {fault["field"] for fault in answer.json()["faults"]} == {"birth-date", "name"}
    lombok = await office.script("dewi", province=LOMBOK)
    elsewhere = await lombok.post("/registrations", json=body | {"answers": ON_PAPER})
    assert refused(elsewhere) == (422, "wrong-form"), "she would not see it herself"
    other = await office.script("budi", programme="courses")
    assert refused(await other.post("/registrations", json=body)) == (404, "not-there")
    assert ids(await all_of(script, "/registrations")) == []


async def test_the_attendance_sheet_names_who_has_a_place_and_notes_each_name(
    office: Office, script: AsyncClient
) -> None:
    there = await office.person(Status.ACCEPTED)
    await office.person(Status.ACCEPTED, province=LOMBOK)
    await office.person()

    sheet = told(await script.post("/attendance", json={"programme": SLUG, "province": JAVA}))

    assert [(each["id"], each["name"], each["was_there"]) for each in sheet["people"]] == [
        (there, "Siti Aminah", False)
    ]
    assert [entry.subject for entry in await office.noted("registration.read")] == [f"registration:{there}"]
    lombok = await office.script("dewi", province=LOMBOK)
    assert told(await lombok.post("/attendance", json={"programme": SLUG, "province": JAVA}))["people"] == []
