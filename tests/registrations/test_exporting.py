"""Exported rows: those that one may see and asked for, each once, and without what tells who somebody is."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from content.desk.rules import NotThere
from core.crypto import WrongSeal
from core.db import Database
from registrations import exporting, scopes
from registrations.desk import listing
from registrations.desk.listing import Filter, Only
from registrations.export_columns import BEFORE, Cells
from registrations.exporting import PORTION, Export, FileKind, Wanted
from registrations.notices import Notice, Reached
from registrations.registrations import Answer, Registration, Status
from registrations.wishes import Kind, Wish
from staff.actors import Actor, NotAllowed, ProofNeeded, Role
from staff.audit import AuditEntry
from tests.desk import add_person
from tests.harness import VAULT
from tests.registrations.exports import APPLIED, add_registration, ask_from_now_on, registrar
from tests.registrations.forms import GIVEN, QUESTIONS, SLUG, add_programme

NAMES: dict[str, str] = {Status.ACCEPTED: "Has a place"}


def wanted(programme: str = SLUG, **how: Any) -> Wanted:
    return Wanted(programme, FileKind.CSV, "en", **how)


async def begin(database: Database, asked: Wanted, *, by: Actor, now: datetime = APPLIED) -> Export:
    async with database.session() as session:
        return await exporting.begin(session, asked, by=by, now=now)


async def rows(database: Database, export: Export) -> list[dict[str, Any]]:
    """Read an export to its end, as a file would be written; return its rows by heading."""
    found: list[Cells] = []
    after, is_more = 0, True
    while is_more:
        async with database.reading_session() as session:
            portion = await exporting.read(session, export, after=after)
        found += exporting.rows(VAULT, export, portion, NAMES)
        is_more = len(portion.registrations) == PORTION
        after = portion.registrations[-1].number if is_more else after
    return [dict(zip(export.headings, row, strict=True)) for row in found]


async def exported(database: Database, *, by: Actor | None = None, **how: Any) -> list[dict[str, Any]]:
    return await rows(database, await begin(database, wanted(**how), by=by or registrar()))


async def numbers(database: Database, by: Actor | None = None, **how: Any) -> list[int]:
    return [row["registration_number"] for row in await exported(database, by=by, **how)]


async def prepare(database: Database, count: int = 1, **how: Any) -> None:
    async with database.session() as session:
        await add_programme(session)
        for number in range(1, count + 1):
            await add_registration(session, number, **how)


async def audited(database: Database) -> list[AuditEntry]:
    async with database.session() as session:
        return list(await session.scalars(select(AuditEntry).where(AuditEntry.action == "registration.export")))


async def test_a_row_tells_codes_and_labels_and_nothing_of_who_it_is(stocked: Database) -> None:
    await prepare(stocked)

    [row] = await exported(stocked)

    assert len(row.pop("registration_reference")) == 11
    assert row == {
        "registration_number": 1, "registration_status": "accepted", "registration_status_label": "Has a place",
        "registration_province": "32", "registration_province_label": "Jawa Barat", "registration_language": "id",
        "registration_for_relative": "no", "registration_applied_at": "2026-11-26T16:00:00+07:00",
        "registration_changed_at": "2026-11-26T16:00:00+07:00", "consent": "yes", "photos": "no", "birth-date_age": 36,
        "sex": "female", "sex_label": "Woman", "children": "no", "how-many": None, "province": "32",
        "province_label": "Jawa Barat", "regency": "32.01", "regency_label": "Kabupaten Bogor", "country": "TW",
        "country_label": "Taiwan", "days": "sat", "days_label": "Saturday",
    }  # fmt: skip


async def test_who_asks_for_it_gets_every_answer_as_it_was_given(stocked: Database) -> None:
    await prepare(stocked, given=GIVEN | {"children": "yes", "how-many": "3", "days": "sat sun", "wish": "Siang"})

    [row] = await exported(stocked, is_identified=True)

    answers = {heading: cell for heading, cell in row.items() if heading not in BEFORE and "_" not in heading}
    assert answers == GIVEN | {"children": "yes", "how-many": 3, "days": "sat sun", "wish": "Siang"}
    assert row["days_label"] == "Saturday; Sunday"


async def test_answers_that_have_no_column_are_not_even_opened(stocked: Database) -> None:
    await prepare(stocked)
    async with stocked.session() as session:
        broken = (await session.scalars(select(Answer).where(Answer.code == "name"))).one()
        broken.sealed = bytes(40)

    assert len(await exported(stocked)) == 1
    with pytest.raises(WrongSeal):
        await exported(stocked, is_identified=True)


async def test_a_registrar_exports_what_she_may_see_and_no_more(stocked: Database) -> None:
    async with stocked.session() as session:
        await add_programme(session)
        await add_programme(session, "lain", position=2)
        for number, province in enumerate(("32", "33", None), 1):
            await add_registration(session, number, province=province)
        await add_registration(session, 4, status=Status.BEGUN)
        await add_registration(session, 1, slug="lain")

    assert await numbers(stocked) == [1, 2, 3], "what was begun and not sent is nobody's"
    assert await numbers(stocked, registrar(programme=SLUG, province="33")) == [2]
    assert await numbers(stocked, registrar(province="32")) == [1]
    with pytest.raises(NotThere):
        await numbers(stocked, registrar(programme="lain"))
    with pytest.raises(NotThere):
        await numbers(stocked, programme="nothing")
    with pytest.raises(NotAllowed):
        await numbers(stocked, Actor("7b" * 16, "Sri", (), proved_at=APPLIED))
    without_scope = Actor("7c" * 16, "Token", registrar().grants, proved_at=APPLIED, scopes=frozenset({Role.EDITOR}))
    with pytest.raises(NotAllowed):
        await numbers(stocked, without_scope)


async def test_a_registrar_is_offered_her_programmes(stocked: Database) -> None:
    async with stocked.session() as session:
        await add_programme(session, position=5)
        await add_programme(session, "lain", position=4)
        assert await scopes.programmes_of(session, by=registrar()) == ["courses", "lain", SLUG]
        assert await scopes.programmes_of(session, by=registrar(programme=SLUG)) == [SLUG]
        with pytest.raises(NotAllowed):
            await scopes.programmes_of(session, by=Actor("7b" * 16, "Sri", ()))


async def test_filters_leave_what_fits_all_of_them(stocked: Database) -> None:
    async with stocked.session() as session:
        await add_programme(session)
        await add_registration(session, 1)
        await add_registration(session, 2, status=Status.DECLINED)
        await add_registration(session, 3, status=Status.DECLINED, province="33")

    assert await numbers(stocked, status="declined") == [2, 3]
    assert await numbers(stocked, province="32") == [1, 2]
    assert await numbers(stocked, status="declined", province="33") == [3]
    assert await numbers(stocked, status="offered") == []


async def test_questions_of_all_versions_have_a_column_the_newest_first(stocked: Database) -> None:
    await prepare(stocked)
    by_code = {question["code"]: question for question in QUESTIONS}
    training = by_code["sex"] | {"code": "training", "type": "choice"}
    async with stocked.session() as session:
        await ask_from_now_on(session, [training, by_code["sex"], by_code["province"]])
        given = {"training": "male", "sex": "male", "province": "33"}
        await add_registration(session, 2, given=given, at=APPLIED + timedelta(days=1))

    old, new = await exported(stocked)

    codes = [heading for heading in new if heading not in BEFORE and "_" not in heading]
    assert codes[:4] == ["training", "sex", "province", "consent"]
    assert (old["training"], old["sex"], old["consent"]) == (None, "female", "yes")
    assert (new["training"], new["training_label"], new["sex"], new["consent"]) == ("male", "Man", "male", None)


@pytest.mark.parametrize(
    ("before", "hidden"),
    [({"sensitive": True}, True), ({"type": "short_text", "options": []}, True),
     ({"type": "date", "options": []}, True), ({}, False)],
)  # fmt: skip
async def test_what_identifies_in_any_version_is_left_out_of_all(
    stocked: Database, before: dict[str, Any], hidden: bool
) -> None:
    sex = next(question for question in QUESTIONS if question["code"] == "sex")
    async with stocked.session() as session:
        await add_programme(session, questions=[sex | before])
        await add_registration(session, 1, given={"sex": "female"})
        await ask_from_now_on(session, [sex])
        await add_registration(session, 2, given={"sex": "female"}, at=APPLIED + timedelta(days=1))

    assert ("sex" not in (await exported(stocked))[1]) is hidden


async def test_another_date_than_that_of_birth_is_told_as_its_month(stocked: Database) -> None:
    back = {"code": "returned-on", "type": "date", "texts": {"id": {"question": "Kapan pulang?"}}}
    async with stocked.session() as session:
        await add_programme(session, questions=[back])
        await add_registration(session, 1, given={"returned-on": "2026-05-17"})

    [row] = await exported(stocked)

    assert row["returned-on_month"] == "2026-05"
    assert "returned-on" not in row


async def test_every_portion_follows_the_last_without_a_gap(stocked: Database) -> None:
    await prepare(stocked, PORTION + 3, given={"sex": "female"})

    assert await numbers(stocked) == list(range(1, PORTION + 4))


async def test_who_applies_while_it_is_read_is_not_in_it(stocked: Database) -> None:
    await prepare(stocked, 2)
    export = await begin(stocked, wanted(), by=registrar())
    async with stocked.session() as session:
        await add_registration(session, 3)

    assert export.count == len(await rows(stocked, export)) == 2


async def test_each_export_is_noted_with_what_was_asked_and_how_many_it_held(stocked: Database) -> None:
    await prepare(stocked, 2)

    await exported(stocked, status="accepted", province="32")
    await exported(stocked, is_identified=True)

    first, second = await audited(stocked)
    assert (first.subject, first.actor_name, first.at) == (f"programme:{SLUG}", "Rini", APPLIED)
    assert first.details == {
        "status": "accepted", "province": "32", "count": 2, "is_identified": False, "file": "csv",
    }  # fmt: skip
    assert second.details == {"count": 2, "is_identified": True, "file": "csv"}


async def test_every_filter_of_the_list_leaves_the_same_in_the_file(stocked: Database) -> None:
    await prepare(stocked, 3)
    async with stocked.session() as session:
        account = await add_person(session, "rini", Role.REGISTRAR, now=APPLIED)
        rini = replace(registrar(), account_id=account.account_id)
        first, second, third = await session.scalars(select(Registration).order_by(Registration.number))
        first.assigned_to = rini.account_id
        session.add(Notice(registration_id=second.id, status=Status.ACCEPTED, reached=Reached.NO_CHAT, at=APPLIED))
        session.add(Wish(registration_id=third.id, kind=Kind.WITHDRAW, at=APPLIED))
        reference = str(third.reference)
    asked: dict[tuple[Only | None, str], list[int]] = {
        (Only.MINE, ""): [1], (Only.UNASSIGNED, ""): [2, 3], (Only.TO_CALL, ""): [2], (Only.WISHES, ""): [3],
        (None, reference): [3], (None, f" {reference.replace('-', '').lower()} "): [3], (None, "  "): [1, 2, 3],
        (Only.MINE, reference): [], (None, reference[:5]): [],
    }  # fmt: skip

    for (only, search), left in asked.items():
        assert await numbers(stocked, rini, only=only, search=search) == left, (only, search)
        async with stocked.reading_session() as session:
            shown, _ = await listing.listed(session, by=rini, which=Filter(SLUG, search=search, only=only))
        assert [row.number for row in shown] == left, (only, search)

    noted = await audited(stocked)
    assert noted[0].details["only"] == "mine"
    assert noted[4].details == {"by_reference": True, "count": 1, "is_identified": False, "file": "csv"}
    assert [reference in str(each.details) for each in noted] == [False] * len(asked), "it may have to be forgotten"


@pytest.mark.parametrize("is_identified", [False, True])
async def test_nothing_is_exported_without_a_fresh_proof(stocked: Database, is_identified: bool) -> None:
    await prepare(stocked)
    late = registrar(proved_at=APPLIED - timedelta(minutes=6))

    with pytest.raises(ProofNeeded):
        await begin(stocked, wanted(is_identified=is_identified), by=late)

    assert await audited(stocked) == []
