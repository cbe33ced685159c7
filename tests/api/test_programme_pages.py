"""Programmes and their forms at the desk: drafts, what is wrong at its field, trying, publishing, and versions.

Longer than a file should be: a programme and its form go through the same drafts, by one set of helpers.
"""

import json
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any, get_args
from uuid import uuid4

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import select

from api.web import suggestions
from content.form_shapes import QuestionType
from content.programmes import Form, Programme
from content.versions import current_version
from core.db import Database
from core.i18n import LANGUAGES, words
from registrations import sign_up
from registrations.people import Person
from registrations.registrations import Registration
from staff.actors import Role
from staff.audit import AuditEntry
from tests.api.test_meanwhile import CELL
from tests.desk import Clock, add_person, make_desk, sign_in, visitor
from tests.harness import VAULT
from tests.registrations.forms import GIVEN, QUESTIONS, SLUG, add_programme

ADDRESS = f"/forms/{SLUG}"


@dataclass
class Desk:
    database: Database
    clock: Clock
    app: FastAPI
    browser: AsyncClient
    other: AsyncClient

    async def form(self, slug: str = SLUG) -> Form:
        async with self.database.session() as session:
            return (await session.scalars(select(Form).where(Form.slug == slug))).one()

    async def programme(self, slug: str = SLUG) -> Programme:
        async with self.database.session() as session:
            return (await session.scalars(select(Programme).where(Programme.slug == slug))).one()

    async def seen(self, address: str = ADDRESS) -> str:
        found = re.search(r'name="seen" value="([0-9a-f]*)"', (await self.browser.get(address)).text)
        return found[1] if found else ""

    async def question(self, index: int | str, **typed: str) -> Response:
        path = f"{ADDRESS}/questions/{index}"
        form = {name.replace("__", "."): value for name, value in typed.items()}
        return await self.browser.post(path, data={"seen": await self.seen(path), **form})

    async def step(self, path: str, **form: str) -> Response:
        return await self.browser.post(f"{ADDRESS}/{path}", data={"seen": await self.seen(), **form})


@pytest.fixture
async def desk(stocked: Database) -> AsyncIterator[Desk]:
    """Two editors, and a programme with a form of every kind of question."""
    clock = Clock()
    app = make_desk(stocked, clock)
    async with stocked.session() as session:
        await add_programme(session)
        tokens = [
            await sign_in(session, await add_person(session, name, Role.EDITOR, now=clock()), now=clock())
            for name in ("sri", "ani")
        ]
    async with AsyncExitStack() as stack:
        browser, other = [await stack.enter_async_context(visitor(app, token)) for token in tokens]
        yield Desk(stocked, clock, app, browser, other)


def faults_in(answer: Response) -> set[str]:
    """Return the names of the fields at which a page says that something is wrong."""
    return set(re.findall(r'id="([a-z_-]+)-note" class="invalid-feedback', answer.text))


def codes(questions: list[dict[str, Any]]) -> list[str]:
    return [question["code"] for question in questions]


async def test_a_change_is_a_draft_until_it_is_published(desk: Desk) -> None:
    begun = await begin(desk)
    assert len(begun.asked.questions) == len(QUESTIONS)
    added = await desk.question(
        "new", code="shoes", type="choice", required="no", sensitive="no", text__question__id="Ukuran sepatu?",
        text__question__en="Shoe size?", option__0__code="small", option__0__id="Kecil", option__0__en="Small",
        option__2__code="large", option__2__id="Besar", option__2__en="Large",
    )  # fmt: skip
    assert added.status_code == 303
    form = await desk.form()
    assert (codes(form.questions), codes(form.draft or [])) == (codes(QUESTIONS), [*codes(QUESTIONS), "shoes"])
    assert [option["code"] for option in (form.draft or [])[-1]["options"]] == ["small", "large"]
    assert len((await begin(desk)).asked.questions) == len(QUESTIONS), "nobody is asked a draft"
    async with desk.database.session() as session:
        before = await current_version(await session.connection())

    assert (await desk.step("publish")).status_code == 303

    form = await desk.form()
    assert (codes(form.questions)[-1], form.draft, form.missing, form.origin) == ("shoes", None, ["jv", "su"], "desk")
    async with desk.database.session() as session:
        assert await current_version(await session.connection()) > before, "the chat hears of it"
        old = await sign_up.begun(session, VAULT, person_id=begun.registration.person_id or "", slug=SLUG)
        said = [entry.action for entry in await session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert old is not None
    assert len(old.asked.questions) == len(QUESTIONS), "who has begun finishes what was asked then"
    assert len((await begin(desk)).asked.questions) == len(QUESTIONS) + 1
    assert said[-2:] == ["form.draft", "form.publish"]


async def begin(desk: Desk) -> sign_up.SignUp:
    async with desk.database.session() as session:
        session.add(person := Person(id=uuid4().hex, language="id", created_at=desk.clock()))
        await session.flush()
        return await sign_up.begin(
            session, VAULT, person_id=person.id, language="id", slug=SLUG, is_for_another=False, now=desk.clock()
        )


async def test_questions_move_change_and_go(desk: Desk) -> None:
    assert (await desk.step("questions/3/move", where="up")).status_code == 303
    assert codes((await desk.form()).draft or [])[2:4] == ["birth-date", "name"]
    assert (await desk.step("questions/0/move", where="up")).status_code == 303
    assert (await desk.step("questions/11/remove")).status_code == 303
    assert "days" not in codes((await desk.form()).draft or [])
    page = (await desk.browser.get(f"{ADDRESS}/questions/2")).text
    assert 'value="birth-date"' in page
    assert "Tulis tanggal lahir Anda, seperti 17-8-1990." in page
    changed = await desk.question(2, code="birth-date", type="date", required="yes", text__question__id="Lahir kapan?")
    assert changed.status_code == 303
    assert (await desk.form()).draft[2] == {  # type: ignore[index]
        "code": "birth-date", "type": "date", "texts": {"id": {"question": "Lahir kapan?"}},
    }  # fmt: skip
    assert (await desk.step("discard")).status_code == 303
    assert (await desk.form()).draft is None


async def test_what_is_wrong_with_a_question_is_said_at_its_field(desk: Desk) -> None:
    wrong = await desk.question("new", code="No code", type="date", text__question__id="X" * 201)
    assert wrong.status_code == 422
    assert faults_in(wrong) == {"code"}
    assert "one line of up to 200 letters" in wrong.text
    assert 'value="No code"' in wrong.text, "what was typed stays"
    no_label = await desk.question("new", code="x", type="choice", text__question__id="X", option__0__id="Label only")
    assert "Each answer needs a code and a short label." in no_label.text
    no_words = await desk.question("new", code="x", type="date")
    assert "Write the question in Indonesian" in no_words.text
    no_answer = await desk.question("new", code="x", type="choice", text__question__id="X", option__0__code="a")
    assert "Each answer needs a code and a short label." in no_answer.text
    assert (await desk.browser.get(ADDRESS)).status_code == 200, "and the form can still be opened"
    assert (await desk.form()).draft is None


def a_question(code: str, kind: str, language: str = "id", **more: Any) -> dict[str, Any]:
    return {"code": code, "type": kind, "texts": {language: {"question": "Apa?"}}, **more}


async def test_a_consent_that_does_not_say_to_what_is_not_published(desk: Desk) -> None:
    said = "photos: its help has to say what for, who reads it, how long it is kept, and how to withdraw."
    warned = "These questions for consent have no help text."
    assert "<li>English: consent, photos</li>" in (await desk.browser.get(ADDRESS)).text, (
        "who reads English is not told"
    )
    photos = {"code": "photos", "type": "consent", "required": "no", "text__question__id": "Boleh difoto?"}
    await desk.question(1, **photos)
    page = (await desk.browser.get(ADDRESS)).text
    assert warned in page
    assert "<li>Bahasa Indonesia: photos</li>" in page

    refused = await desk.step("publish")

    assert (refused.status_code, said in refused.text) == (422, True)
    await desk.question(1, **photos, text__help__id="Fotonya tetap di kantor.")
    assert (await desk.step("publish")).status_code == 303


async def test_a_form_with_faults_is_not_published(desk: Desk) -> None:
    async with desk.database.session() as session:
        form = (await session.scalars(select(Form).where(Form.slug == SLUG))).one()
        form.draft = [
            *QUESTIONS[1:], a_question("name", "short_text", "en"), a_question("pick", "choice"),
            a_question("why", "short_text", shown_if={"question": "children", "is": ["perhaps"]}),
            a_question("gone", "short_text", shown_if={"question": "nothing", "is": ["yes"]}),
            a_question("age", "number", least=60, most=18), a_question("when", "date", least=1),
        ]  # fmt: skip

    answer = await desk.step("publish")

    assert answer.status_code == 422
    for said in (
        "Two questions have the code name.", "pick: only a choice has answers to choose from, and it needs some.",
        "why: no earlier question has the answer perhaps.", "gone: no question before it has the code nothing.",
        "name: the Indonesian texts are missing.",
        "age: nobody can answer this: ", "when: only a number has “from” and “to”.",
        "The first question has to ask for consent, and has to be answered.",
    ):  # fmt: skip
        assert said in answer.text
    assert codes((await desk.form()).questions) == codes(QUESTIONS)


ANSWER = {"option__0__code": "a", "option__0__id": "A"}


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"type": "number", "least": "60", "most": "18"}, "most", "nobody can answer this"),
        ({"type": "number", "least": "1000000000"}, "most", "nobody can answer this"),
        ({"type": "number", "most": "-1"}, "most", "nobody can answer this"),
        ({"type": "number", "least": "many"}, "least", "Write a whole number, in digits."),
        ({"type": "choice"}, "options", "it needs some"), ({"type": "choices"}, "options", "it needs some"),
        ({"type": "choice", **ANSWER, "option__1__code": "a", "option__1__id": "B"}, "options", "the same code"),
        ({"code": "name", "type": "short_text"}, "code", "Two questions have the code name."),
        ({"code": "Nama", "type": "short_text"}, "code", "Only small letters a to z, digits and hyphens"),
        ({"type": "date", "shown_if__question": "children", "shown_if__is": "maybe"}, "shown_if", "the answer maybe"),
        ({"type": "date", "shown_if__question": "name", "shown_if__is": "yes"}, "shown_if", "the answer yes"),
        ({"type": "date", "shown_if__question": "consent", "shown_if__is": "no"}, "shown_if", "the answer no"),
        ({"type": "date", "shown_if__question": "children"}, "shown_if", "with commas between them"),
    ],
)  # fmt: skip
async def test_a_question_that_nobody_can_answer_is_not_kept(
    desk: Desk, typed: dict[str, str], field: str, said: str
) -> None:
    answer = await desk.question("new", **{"code": "x", "text__question__id": "Apa?", **typed})

    assert (answer.status_code, faults_in(answer)) == (422, {field})
    assert said in answer.text
    assert (await desk.form()).draft is None


@pytest.mark.parametrize("kind", get_args(QuestionType))
async def test_every_kind_of_question_that_can_be_answered_is_kept(desk: Desk, kind: str) -> None:
    more = ANSWER if kind in {"choice", "choices"} else {"least": "18", "most": "18"}
    kept = await desk.question("new", code="x", type=kind, text__question__id="Apa?", text__help__id="Begini.", **more)
    assert kept.status_code == 303
    assert (await desk.step("publish")).status_code == 303


async def test_a_form_says_which_questions_are_not_in_which_language(desk: Desk) -> None:
    await desk.question("new", code="hobby", type="short_text", text__question__id="Hobi Anda?")
    await desk.question(
        "new", code="pick", type="choice", text__question__id="Pilih?", text__question__en="Pick?",
        option__0__code="a", option__0__id="A",
    )  # fmt: skip

    page = (await desk.browser.get(f"{ADDRESS}?language=en")).text

    told = dict(re.findall(r"<li>([^<:]+): ([^<]+)</li>", page.partition('id="unexplained"')[0]))
    assert told["English"] == "hobby, pick"
    assert set(told["Basa Jawa"].split(", ")) == {*codes(QUESTIONS), "hobby", "pick"}
    assert page.count("This text is not in your language yet. It is in Bahasa Indonesia.") == 1, "once, at hobby"
    assert (await desk.step("publish")).status_code == 303
    assert (await desk.form()).missing == ["en", "jv", "su"]


async def test_a_form_says_that_it_asks_for_no_name_and_is_published_all_the_same(desk: Desk) -> None:
    told = "No question has the code “name”"
    await desk.browser.post("/forms", data={"slug": "leer"})
    empty = await desk.browser.get("/forms/leer")
    assert (empty.status_code, told in empty.text) == (200, False), "there is nothing to ask yet"
    assert told not in (await desk.browser.get(ADDRESS)).text

    await desk.step(f"questions/{codes(QUESTIONS).index('name')}/remove")

    assert told in (await desk.browser.get(ADDRESS)).text, "in its draft"
    assert (await desk.step("publish")).status_code == 303
    assert told in (await desk.browser.get(ADDRESS)).text


async def test_a_form_keeps_what_its_programme_needs(desk: Desk) -> None:
    async with desk.database.session() as session:
        programme = (await session.scalars(select(Programme).where(Programme.slug == SLUG))).one()
        programme.least_age = 18
    await desk.step("questions/3/remove")
    answer = await desk.step("publish")
    assert "The form has to ask the question birth-date first." in answer.text


async def test_a_consent_and_its_programme_tell_the_same_months(desk: Desk) -> None:
    consent = {"code": "consent", "type": "consent", "required": "yes", "text__question__id": "Boleh?"}
    await desk.question(0, **consent, text__help__id="Disimpan 12 bulan.")

    refused = await desk.step("publish")

    assert (refused.status_code, "The consent says “12 bulan”" in refused.text) == (422, True)
    await desk.question(0, **consent, text__help__id="Disimpan 24 bulan.")
    assert (await desk.step("publish")).status_code == 303
    address = f"/programmes/{SLUG}"
    late = await desk.browser.post(address, data={"seen": await desk.seen(address), **CHANGES})
    assert (late.status_code, "The consent says “24 bulan”" in late.text) == (422, True)
    assert "keep_months" in faults_in(late)
    assert (await desk.programme()).keep_months == 24


SEX = {
    "code": "sex", "type": "choice", "required": "yes", "text.question.id": "Perempuan atau laki-laki?",
    "text.question.en": "Woman or man?", "option.0.code": "female", "option.0.id": "Perempuan", "option.0.en": "Woman",
    "option.1.code": "male", "option.1.id": "Laki-laki", "option.1.en": "Man",
}  # fmt: skip


async def test_two_who_work_on_a_form_hear_of_each_other(desk: Desk) -> None:
    seen = await desk.seen(f"{ADDRESS}/questions/2")
    assert (await desk.question("new", code="first", type="date", text__question__id="Satu?")).status_code == 303

    late = await desk.other.post(
        f"{ADDRESS}/questions/2",
        data={"seen": seen, "code": "name", "type": "short_text", "text.question.id": "Nama lengkap?"},
    )

    assert (late.status_code, "Somebody else saved this meanwhile" in late.text) == (412, True)
    assert "Nama lengkap?" in late.text, "nothing is lost"
    assert CELL.findall(late.text) == [
        "yes", "no", "yes", "no", "Nama Anda?", "Nama lengkap?", "Your name?", "–"
    ], "what it holds now, beside what was typed"  # fmt: skip
    newer = re.search(r'name="seen" value="([0-9a-f]+)"', late.text)
    assert newer
    again = await desk.other.post(
        f"{ADDRESS}/questions/2",
        data={"seen": newer[1], "code": "name", "type": "short_text", "text.question.id": "Nama lengkap?"},
    )
    assert again.status_code == 303
    late = await desk.other.post(f"{ADDRESS}/questions/4", data={"seen": seen} | SEX | {"option.0.id": "Wanita"})
    assert CELL.findall(late.text) == ["Perempuan", "Wanita"], "an answer to choose from, too"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_form_is_tried_before_anybody_is_asked(desk: Desk, language: str) -> None:
    given, answers = "{}", {
        "consent": words(language).gettext("✔️ I agree"), "name": "Siti", "birth-date": "17-8-1990", "sex": "1",
        "children": words(language).gettext("No"),
        "province": "jabar", "regency": "kabupaten bogor", "country": "taiwan", "phone": "0812 3456 7890", "days": "1",
    }  # fmt: skip
    for question in (each for each in QUESTIONS if each["code"] != "how-many"):
        form = {"language": language, "given": given}
        shown = await desk.browser.post(f"{ADDRESS}/try", data=form)
        text = question["texts"].get(language, question["texts"]["id"])["question"]
        assert text in shown.text, question["code"]
        if not question.get("required", True):
            shown = await desk.browser.post(f"{ADDRESS}/try", data=form | {"skip": "yes"})
        else:
            if not question["type"].endswith("text"):
                wrong = await desk.browser.post(f"{ADDRESS}/try", data=form | {"typed": "?"})
                assert held(wrong) == given, "what is no answer is asked again"
            shown = await desk.browser.post(f"{ADDRESS}/try", data=form | {"typed": answers[question["code"]]})
        given = held(shown) if question["code"] != "wish" else given
    assert "q:-:send" in shown.text, "the summary comes last"
    expected = {code: value for code, value in GIVEN.items() if code != "photos"} | {"name": "Siti", "photos": ""}
    del expected["wish"]
    assert json.loads(given) == expected
    async with desk.database.session() as session:
        assert list(await session.scalars(select(Registration))) == [], "nothing is kept"


async def test_a_question_that_only_some_are_asked_is_tried_too(desk: Desk) -> None:
    given = json.dumps({code: GIVEN[code] for code in ("consent", "photos", "name", "birth-date", "sex")})
    answer = await desk.browser.post(f"{ADDRESS}/try", data={"given": given, "typed": "Ya"})
    for typed in ("Lewati", "tiga", "3"):
        assert "Berapa anak?" in answer.text, typed
        answer = await desk.browser.post(f"{ADDRESS}/try", data={"given": held(answer), "typed": typed})
        assert answer.status_code == 200
    assert json.loads(held(answer)) == json.loads(given) | {"children": "yes", "how-many": "3"}


async def test_a_trial_holds_the_regency_to_the_province(desk: Desk) -> None:
    given = json.dumps({code: value for code, value in GIVEN.items() if code not in {"regency", "country", "phone"}})
    answer = await desk.browser.post(f"{ADDRESS}/try", data={"given": given, "typed": "Kota Surabaya"})
    assert "Itu tidak berada di Jawa Barat." in answer.text
    assert held(answer) == given


def held(answer: Response) -> str:
    """Return the answers that a page of a trial holds."""
    (found,) = re.findall(r'name="given" value="([^"]*)"', answer.text)
    return str(found).replace("&#34;", '"')


CHANGES = {
    "article": "back-home-help", "form": SLUG, "opens_on": "2026-12-01", "closes_on": "2026-12-31", "admits": "at_once",
    "places": "30", "places_by_province": "Jawa Barat: 10\nntb: 5", "waitlist": "no", "stages": ["returned"],
    "provinces": ["32", "52"], "least_age": "18", "most_age": "60", "sex": "female", "discreet": "no", "position": "3",
    "keep_months": "12", "returned_within_months": "", "contact": "",
}  # fmt: skip


async def test_a_programme_is_changed_and_what_is_wrong_is_said_at_its_field(desk: Desk) -> None:
    address = f"/programmes/{SLUG}"
    seen = await desk.seen(address)
    for changed, fields in (
        ({"article": "no-such"}, {"article"}), ({"places": "0"}, {"places"}),
        ({"closes_on": "2026-11-01"}, {"closes_on"}), ({"least_age": "70"}, {"most_age"}),
        ({"places_by_province": "Atlantis: 3"}, {"places_by_province"}),
        ({"places_question": "day", "places_by_province": ""}, {"places_question"}),
        ({"places_by_answer": "morning"}, {"places_by_answer"}), ({"places_by_answer": "x: 3"}, {"places_question"}),
        ({"places_by_answer": "x: 3\nx: 4"}, {"places_by_answer"}),
        ({"places_by_province": "Jawa Barat: 10\njabar: 2"}, {"places_by_province"}),
        ({"discreet": "yes"}, set()), ({"contact": "no-such"}, {"contact"}), ({"position": "x"}, {"position"}),
    ):  # fmt: skip
        answer = await desk.browser.post(address, data={"seen": seen, **CHANGES, **changed})
        assert (answer.status_code, faults_in(answer) - {"discreet"}) == (422, fields), changed
        assert changed.get("places_by_province", "Jawa Barat: 10") in answer.text
        assert changed.get("places_by_answer", "") in answer.text
        assert "<h1>Add a programme</h1>" not in answer.text
    assert (await desk.programme()).places is None

    assert (await desk.browser.post(address, data={"seen": seen, **CHANGES})).status_code == 303

    row = await desk.programme()
    assert (row.places, row.places_by_province, row.waitlist, row.admits) == (30, {"32": 10, "52": 5}, False, "at_once")
    assert (row.stages, row.provinces, row.least_age, row.sex) == (["returned"], ["32", "52"], 18, "female")
    assert (str(row.opens_on), row.keep_months, row.origin) == ("2026-12-01", 12, "desk")
    late = await desk.other.post(
        address, data={"seen": seen, **CHANGES, "places": "99", "stages": ["family", "returned"], "provinces": []}
    )
    assert (late.status_code, 'value="99"' in late.text) == (412, True)
    assert CELL.findall(late.text) == [
        "30", "99", "Back home", "Back home, Family", "Jawa Barat, Nusa Tenggara Barat", "–"
    ], "what it holds now, beside what was typed"  # fmt: skip
    assert "Jawa Barat: 10" in (await desk.browser.get(address)).text


async def test_short_names_and_codes_are_suggested_with_what_people_call_them(desk: Desk) -> None:
    wanted = {
        f"/programmes/{SLUG}": {
            "article": ("wages-unpaid", "Your wages are not paid"), "places_question": ("sex", "Woman or man?"),
            "contact": ("id-kp2mi-callcentre", "Ministry for the Protection of Migrant Workers (KP2MI)"),
        },
        "/contacts/id-kp2mi-callcentre": {"country": ("TW", "Taiwan"), "province": ("32", "Jawa Barat")},
        "/articles/passport-held/audience": {"related-0": ("wages-unpaid", "Your wages are not paid")},
    }  # fmt: skip
    for address, fields in wanted.items():
        html = (await desk.browser.get(address)).text
        for field, (value, told) in fields.items():
            named = re.search(rf'<input[^>]* id="{field}"[^>]* list="(\w+)"', html)
            assert named, (address, field)
            options = re.search(rf'<datalist id="{named[1]}">(.*?)</datalist>', html)
            assert options, (address, field)
            assert f'<option value="{value}">{told}</option>' in options[1], (address, field)


async def test_an_article_and_a_contact_can_be_named_as_people_call_them(desk: Desk) -> None:
    address = f"/programmes/{SLUG}"
    wrong = await desk.browser.post(
        address, data={"seen": await desk.seen(address), **CHANGES, "article": "Paspor dan gaji"}
    )
    assert faults_in(wrong) == {"article"}
    assert "Choose it from the list that opens while you type, or write its short name." in wrong.text
    named = {"article": "your wages are not paid", "contact": "Ministry for the Protection of Migrant Workers (KP2MI)"}

    done = await desk.browser.post(address, data={"seen": await desk.seen(address), **CHANGES, **named})

    assert done.status_code == 303
    page = (await desk.browser.get(address)).text
    assert 'name="article" type="text" value="wages-unpaid"' in page
    assert 'name="contact" type="text" value="id-kp2mi-callcentre"' in page


async def test_a_programme_and_its_form_are_added(desk: Desk) -> None:
    assert (await desk.browser.post("/forms", data={"slug": "baru"})).status_code == 303
    for slug, said in (("baru", "This name is taken: choose another one."), ("Baru 2", "Only small letters a to z")):
        taken = await desk.browser.post("/forms", data={"slug": slug})
        assert (taken.status_code, said in taken.text) == (409, True)
        assert f'value="{slug}"' in taken.text, "it stays to be mended"
    new = {**CHANGES, "slug": "kelas-baru", "form": "", "least_age": "", "most_age": "", "sex": ""}
    for wrong in ({"slug": "Kelas Baru"}, {"slug": SLUG}):
        refused = await desk.browser.post("/programmes/new", data=new | wrong)
        assert (refused.status_code, faults_in(refused)) == (422, {"slug"})
    assert (await desk.browser.post("/programmes/new", data=new)).status_code == 303
    listed = (await desk.browser.get("/programmes")).text
    assert 'href="/programmes/kelas-baru"' in listed
    assert 'href="/forms/baru"' in listed
    unpublished = await desk.browser.post(
        "/programmes/kelas-baru", data=new | {"seen": await desk.seen("/programmes/kelas-baru"), "form": "baru"}
    )
    assert "This form has no published questions yet." in unpublished.text
    await desk.browser.post(
        "/forms/baru/questions/new",
        data={"seen": await desk.seen("/forms/baru/questions/new"), "code": "consent", "type": "consent",
              "required": "yes", "text.question.id": "Boleh?", "text.help.id": "Hanya petugas yang membacanya."},
    )  # fmt: skip
    seen = await desk.seen("/forms/baru")
    assert (await desk.browser.post("/forms/baru/publish", data={"seen": seen})).status_code == 303
    done = await desk.browser.post(
        "/programmes/kelas-baru", data=new | {"seen": await desk.seen("/programmes/kelas-baru"), "form": "baru"}
    )
    assert done.status_code == 303
    assert (await desk.programme("kelas-baru")).form == "baru"


def test_a_title_of_one_word_is_meant_unless_it_is_a_short_name() -> None:
    suggested = [("passport-held", "Paspor"), ("wages", "Gaji")]
    assert suggestions.meant("paspor", suggested, taken=()) == "passport-held"
    assert suggestions.meant("paspor", suggested, taken={"paspor"}) == "paspor"
    assert suggestions.meant("visa", suggested, taken=()) == "visa"


async def test_two_faults_at_one_field_are_both_told(desk: Desk) -> None:
    answer = await desk.question(
        "new", code="extra", type="date", required="no", text__question__id="Kapan?", shown_if__question="consent",
        shown_if__is="blue, green",
    )  # fmt: skip
    [told] = re.findall(r'id="[a-z_.]+-note" class="invalid-feedback[^>]*>([^<]+)<', answer.text)
    assert "blue" in told
    assert "green" in told


async def test_a_draft_says_what_a_translation_lacks_and_publishing_what_the_source_lacks(desk: Desk) -> None:
    await desk.question("new", code="extra", type="date", text__question__en="When?", required="no")
    lacks, can_be = re.compile(r"<li>([^<:]+): [^<]*\bextra\b"), "You can publish it like this"
    html = (await desk.browser.get(ADDRESS)).text
    assert lacks.findall(html) == ["Basa Jawa", "Basa Sunda"]
    assert can_be in html
    assert "extra: the Indonesian texts are missing." in (await desk.step("publish")).text
    await desk.step("discard")
    assert can_be not in (await desk.browser.get(ADDRESS)).text, "there is nothing to publish"


async def test_publishing_needs_a_fresh_password(desk: Desk) -> None:
    await desk.question("new", code="extra", type="date", text__question__id="Kapan?", required="no")
    desk.clock.move(minutes=6)
    await desk.step("publish")
    assert codes((await desk.form()).questions) == codes(QUESTIONS)


async def test_a_programme_says_that_nobody_signs_up_while_readers_do_not_see_its_article(desk: Desk) -> None:
    told = "Nobody can sign up now: readers do not see its article."
    asked = "nobody can sign up for its programme any more."
    assert told in (await desk.browser.get("/programmes")).text, "nobody has verified it, and readers see no such text"
    desk.app.state.services = replace(
        desk.app.state.services, settings=desk.app.state.services.settings.model_copy(update={"show_unverified": True})
    )
    assert told not in (await desk.browser.get("/programmes")).text
    assert asked in (await desk.browser.get("/articles/back-home-help/id")).text
    assert asked not in (await desk.browser.get("/articles/back-home-help/en")).text, "that takes one language away"
    assert asked not in (await desk.browser.get("/articles/washing-hands/id")).text
    taken = await desk.browser.post("/articles/back-home-help/id/retract", data={"reason": "Selesai"})
    assert taken.status_code == 303
    page = (await desk.browser.get("/programmes")).text
    assert told in page
    assert "Help to start a business at home" in page
