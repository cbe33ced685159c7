"""Signing up: what was begun goes on in its own version, sealed; conditions hold; nothing is sent twice."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from content.programmes import Form, load_programmes
from core.clock import today_at
from core.crypto import WrongSeal
from core.db import Database
from registrations import forms, people, sign_up
from registrations.people import Person
from registrations.registrations import Answer, ConsentEvent, Registration, Status, StatusEvent, opened
from registrations.sign_up import NotForYou, NotOpen, SignUp, Unfinished
from staff.accounts import StaffAccount
from staff.actors import Role
from tests.desk import add_person
from tests.harness import VAULT
from tests.registrations.forms import GIVEN, QUESTIONS, SLUG, add_programme

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)


async def prepare(database: Database, *, questions: list[dict[str, Any]] | None = None, **how: Any) -> str:
    """Add the programme and a person; return her id."""
    person = uuid4().hex
    async with database.session() as session:
        await add_programme(session, questions=questions, **how)
        session.add(Person(id=person, language="id", created_at=NOW))
    return person


async def begin(database: Database, person: str, *, is_for_another: bool = False) -> SignUp:
    async with database.session() as session:
        return await sign_up.begin(
            session, VAULT, person_id=person, language="id", slug=SLUG, is_for_another=is_for_another, now=NOW
        )


async def answer(database: Database, person: str, **given: str) -> None:
    async with database.session() as session:
        begun = await sign_up.begun(session, VAULT, person_id=person, slug=SLUG)
        assert begun
        for question in begun.asked.questions:
            if question.code in given:
                begun = await sign_up.answer(
                    session, VAULT, begun, question, given[question.code], language="id", now=NOW
                )


async def send(database: Database, person: str) -> None:
    async with database.session() as session:
        begun = await sign_up.begun(session, VAULT, person_id=person, slug=SLUG)
        assert begun
        await sign_up.send(session, VAULT, begun, now=NOW)


async def rows(database: Database, table: Any) -> list[Any]:
    async with database.session() as session:
        return list(await session.scalars(select(table)))


async def test_a_form_goes_from_the_first_question_to_a_reference(stocked: Database) -> None:
    person = await prepare(stocked)
    begun = await begin(stocked, person)
    asked = []
    given: dict[str, str] = {}
    while question := begun.asked.next(given):
        asked.append(question.code)
        given[question.code] = GIVEN[question.code]
        await answer(stocked, person, **{question.code: GIVEN[question.code]})
    assert asked == list(GIVEN), "how many children is not asked of who has none"
    await send(stocked, person)

    (registration,) = await rows(stocked, Registration)
    assert (registration.status, registration.province, registration.number) == (Status.ACCEPTED, "32", 1)
    assert len(registration.reference) == 11
    assert opened(VAULT, await rows(stocked, Answer)) == GIVEN
    assert [event.status for event in await rows(stocked, StatusEvent)] == [Status.APPLIED, Status.ACCEPTED]
    consents = {event.code: event for event in await rows(stocked, ConsentEvent)}
    assert {code: event.is_given for code, event in consents.items()} == {"consent": True, "photos": False}
    assert all(len(event.text_hash) == 64 for event in consents.values())


async def test_answers_are_sealed_to_their_row(stocked: Database) -> None:
    person = await prepare(stocked)
    await begin(stocked, person)
    await answer(stocked, person, name="Siti Aminah", sex="female")
    held = {row.code: row for row in await rows(stocked, Answer)}
    assert b"Siti" not in held["name"].sealed
    held["name"].sealed, held["sex"].sealed = held["sex"].sealed, held["name"].sealed
    with pytest.raises(WrongSeal):
        opened(VAULT, held.values())


async def test_an_answer_that_was_moved_to_another_registration_is_refused(stocked: Database) -> None:
    siti = await prepare(stocked)
    dewi = uuid4().hex
    async with stocked.session() as session:
        session.add(Person(id=dewi, language="id", created_at=NOW))
    for person, name in ((siti, "Siti"), (dewi, "Dewi")):
        await begin(stocked, person)
        await answer(stocked, person, name=name)
    async with stocked.session() as session:
        first, second = await session.scalars(select(Answer).where(Answer.code == "name"))
        assert first.registration_id != second.registration_id
        first.sealed, second.sealed = second.sealed, first.sealed
    for row in await rows(stocked, Answer):
        with pytest.raises(WrongSeal):
            opened(VAULT, [row])


async def test_who_has_begun_finishes_her_version(stocked: Database) -> None:
    early = await prepare(stocked)
    await begin(stocked, early)
    await answer(stocked, early, **dict(list(GIVEN.items())[:4]))
    late = uuid4().hex
    async with stocked.session() as session:
        form = (await session.scalars(select(Form).where(Form.slug == SLUG))).one()
        form.questions = [question for question in form.questions if question["code"] != "phone"]
        session.add(Person(id=late, language="en", created_at=NOW))
    resumed, fresh = await begin(stocked, early), await begin(stocked, late)

    assert "phone" in {question.code for question in resumed.asked.questions}
    assert resumed.given == dict(list(GIVEN.items())[:4])
    assert "phone" not in {question.code for question in fresh.asked.questions}
    numbers = {row.number: row.id for row in await rows(stocked, forms.FormVersion)}
    assert numbers == {1: resumed.asked.version_id, 2: fresh.asked.version_id}
    await answer(stocked, early, **GIVEN)
    await send(stocked, early)


async def test_an_answer_that_is_not_asked_any_more_is_not_kept(stocked: Database) -> None:
    person = await prepare(stocked)
    await begin(stocked, person)
    await answer(stocked, person, **GIVEN | {"children": "yes", "how-many": "2"})
    await answer(stocked, person, children="no")
    await send(stocked, person)
    assert "how-many" not in {row.code for row in await rows(stocked, Answer)}


async def test_another_province_forgets_the_regency(stocked: Database) -> None:
    person = await prepare(stocked)
    await begin(stocked, person)
    await answer(stocked, person, **GIVEN)
    await answer(stocked, person, province="52")
    with pytest.raises(Unfinished) as unfinished:
        await send(stocked, person)
    assert unfinished.value.code == "regency"


async def test_a_condition_holds_only_for_what_is_asked(stocked: Database) -> None:
    texts = {"id": {"question": "?"}}
    questions: list[dict[str, Any]] = [
        {"code": "back", "type": "yes_no", "texts": texts},
        {"code": "returned-on", "type": "date", "texts": texts, "shown_if": {"question": "back", "is": ["yes"]}},
    ]
    person = await prepare(stocked, questions=questions, returned_within_months=6)
    await begin(stocked, person)
    await answer(stocked, person, back="yes", **{"returned-on": "2020-01-01"})
    with pytest.raises(NotForYou):
        await send(stocked, person)
    await answer(stocked, person, back="no")
    await send(stocked, person)


async def test_a_person_signs_a_few_relatives_up_and_no_more(stocked: Database) -> None:
    person = await prepare(stocked)
    for _ in range(sign_up.MOST_RELATIVES):
        await begin(stocked, person, is_for_another=True)
        await answer(stocked, person, **GIVEN)
        await send(stocked, person)
    with pytest.raises(NotOpen) as refused:
        await begin(stocked, person, is_for_another=True)
    assert refused.value.values == {"most": sign_up.MOST_RELATIVES}
    assert (await begin(stocked, person)).given == {}, "she herself may still sign up"


async def test_nothing_is_sent_unfinished_or_twice(stocked: Database) -> None:
    person = await prepare(stocked)
    begun = await begin(stocked, person)
    with pytest.raises(Unfinished) as unfinished:
        await send(stocked, person)
    assert unfinished.value.code == "consent"
    with pytest.raises(Unfinished):
        await answer(stocked, person, name="")
    await answer(stocked, person, **GIVEN)
    await send(stocked, person)
    async with stocked.session() as session:
        with pytest.raises(NotOpen):
            await sign_up.send(session, VAULT, SignUp(
                await session.get_one(Registration, begun.registration.id), begun.programme, begun.asked, GIVEN
            ), now=NOW)  # fmt: skip
    with pytest.raises(NotOpen):
        await begin(stocked, person)
    assert (await begin(stocked, person, is_for_another=True)).registration.is_for_another


async def test_stopping_leaves_nothing(stocked: Database) -> None:
    person = await prepare(stocked)
    begun = await begin(stocked, person)
    await answer(stocked, person, **GIVEN)
    async with stocked.session() as session:
        await sign_up.stop(session, await session.get_one(Registration, begun.registration.id))
    async with stocked.session() as session:
        for table in (Registration, Answer, ConsentEvent, StatusEvent):
            assert await session.scalar(select(func.count()).select_from(table)) == 0


CONDITIONS = [
    ({"least_age": 37}, {}, "This programme is for people of {least} years and more."),
    ({"least_age": 36}, {}, ""),
    ({"most_age": 35}, {}, "This programme is for people of up to {most} years."),
    ({"sex": "male"}, {}, "This programme is for men."),
    ({"sex": "female"}, {}, ""),
    ({"provinces": ["52"]}, {}, "This programme is not held in your province."),
    ({"provinces": ["32"]}, {}, ""),
    (
        {"returned_within_months": 6}, {"returned-on": "2026-05-25"},
        "This programme is for people who came back in the last {months} months.",
    ),
    ({"returned_within_months": 6}, {"returned-on": "2026-05-27"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("condition", "given", "refusal"), CONDITIONS)
async def test_the_conditions_of_a_programme_hold(
    stocked: Database, condition: dict[str, Any], given: dict[str, str], refusal: str
) -> None:
    back = {
        "code": "returned-on", "type": "date", "required": False, "texts": {"id": {"question": "Kapan pulang?"}}
    }  # fmt: skip
    person = await prepare(stocked, questions=[*QUESTIONS, back], **condition)
    await begin(stocked, person)
    await answer(stocked, person, **GIVEN | {"returned-on": ""} | given)
    if not refusal:
        await send(stocked, person)
        return
    with pytest.raises(NotForYou) as refused:
        await send(stocked, person)
    assert refused.value.message == refusal


@pytest.mark.parametrize("stage", ["planning", "returned", None])
async def test_a_programme_is_for_the_stages_it_names(stocked: Database, stage: str | None) -> None:
    person = await prepare(stocked, stages=["returned", "family"])
    async with stocked.session() as session:
        await people.set_profile(session, person_id=person, stage=stage, country=None, province=None)
    if stage == "planning":
        with pytest.raises(NotForYou):
            await begin(stocked, person)
        assert (await begin(stocked, person, is_for_another=True)).registration.is_for_another
        return
    assert (await begin(stocked, person)).registration.status == Status.BEGUN


@pytest.mark.parametrize(
    ("window", "is_open"),
    [
        ({"opens_on": date(2026, 11, 27)}, False), ({"opens_on": date(2026, 11, 26)}, True),
        ({"closes_on": date(2026, 11, 25)}, False), ({"closes_on": date(2026, 11, 26)}, True), ({"form": None}, False),
    ],
)  # fmt: skip
async def test_nobody_signs_up_outside_the_window(stocked: Database, window: dict[str, Any], is_open: bool) -> None:
    person = await prepare(stocked, **window)
    if is_open:
        assert (await begin(stocked, person)).given == {}
        return
    with pytest.raises(NotOpen):
        await begin(stocked, person)


async def test_nobody_sends_what_nobody_would_read(stocked: Database) -> None:
    person = await prepare(stocked, is_read=False)
    with pytest.raises(NotOpen):
        await begin(stocked, person)
    assert not await is_offered(stocked)
    async with stocked.session() as session:
        registrar = await add_person(session, "rini", Role.REGISTRAR, now=NOW)
    assert await is_offered(stocked)
    assert (await begin(stocked, person)).given == {}
    async with stocked.session() as session:
        (await session.get_one(StaffAccount, registrar.account_id)).disabled_at = NOW
    assert not await is_offered(stocked)


async def is_offered(database: Database) -> bool:
    """Tell whether the chat offers the sign-up."""
    async with database.reading() as connection:
        return (await load_programmes(connection, {}))[SLUG].is_open(NOW.date())


def test_a_window_closes_by_the_clock_of_indonesia() -> None:
    assert today_at(datetime(2026, 11, 26, 16, 59, tzinfo=UTC)) == date(2026, 11, 26)
    assert today_at(datetime(2026, 11, 26, 17, 0, tzinfo=UTC)) == date(2026, 11, 27)
