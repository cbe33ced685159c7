"""Programmes and forms over the JSON API: added, changed on top of what was seen, drafted, shown, published."""

import asyncio
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import select

from content.programmes import Form, Programme
from content.versions import current_version
from core.db import Database
from registrations import sign_up
from registrations.people import Person
from registrations.registrations import Status
from staff.actors import Role
from staff.audit import AuditEntry
from tests.api.registrars import Office
from tests.api.test_v1 import refused, told
from tests.api.test_v1_lists import all_of
from tests.content.desk.test_moments import a_lock_is_waited_for
from tests.desk import Clock, add_person, sign_in, visitor
from tests.harness import VAULT
from tests.registrations.forms import QUESTIONS, SLUG, add_programme

PROGRAMME: dict[str, Any] = {
    "article": "back-home-help", "position": 3, "form": SLUG, "opens_on": "2026-12-01", "closes_on": "2026-12-31",
    "places": 30, "places_by_province": {"32": 10}, "provinces": ["32", "52"], "keep_months": 12, "waitlist": False,
}  # fmt: skip
SHOES: dict[str, Any] = {
    "code": "shoes", "type": "choice", "required": False,
    "texts": {"id": {"question": "Ukuran sepatu?"}, "en": {"question": "Shoe size?"}},
    "options": [{"code": "small", "labels": {"id": "Kecil", "en": "Small"}}],
    "shown_if": {"question": "children", "is": ["yes"]},
}  # fmt: skip
FORM = f"/forms/{SLUG}"


@pytest.fixture
async def form(stocked: Database) -> str:
    """A programme with a form of every kind of question."""
    async with stocked.session() as session:
        await add_programme(session)
    return FORM


async def seen(client: AsyncClient, path: str) -> dict[str, str]:
    """Return the If-Match of who sees what stands there now."""
    return {"if-match": (await client.get(path)).headers["etag"]}


async def actions(database: Database) -> list[str]:
    async with database.session() as session:
        return list(await session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


async def test_a_programme_is_added_once_and_changed_on_top_of_what_was_seen(
    editor: AsyncClient, verifier: AsyncClient, stocked: Database, form: str
) -> None:
    new, key = PROGRAMME | {"slug": "kelas-baru"}, {"idempotency-key": "a1"}
    answers = [await editor.post("/programmes", json=new, headers=key) for _ in range(2)]
    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert refused(await editor.post("/programmes", json=new)) == (409, "wrong-state"), "the name is taken"
    path = "/programmes/kelas-baru"
    before = await seen(editor, path)
    shown = told(await verifier.get(path))
    assert {name: shown[name] for name in PROGRAMME} == PROGRAMME
    assert (shown["admits"], shown["most_age"]) == ("after_review", None), "what is left out is not limited"

    changed = await editor.put(path, json=PROGRAMME | {"places": 40}, headers=before)

    assert told(changed)["places"] == 40
    assert changed.headers["etag"] == (await seen(editor, path))["if-match"]
    assert refused(await editor.put(path, json=PROGRAMME, headers=before)) == (412, "conflict")
    assert refused(await editor.put(path, json=PROGRAMME)) == (428, "precondition-needed")
    assert refused(await verifier.put(path, json=PROGRAMME, headers=before)) == (403, "not-allowed")
    assert refused(await editor.put("/programmes/no-such", json=PROGRAMME, headers=before)) == (404, "not-there")
    rows = await all_of(editor, "/programmes", limit=1)
    assert {"slug": "kelas-baru", "article": "back-home-help", "form": SLUG, "position": 3, "discreet": False} in rows
    assert [action for action in await actions(stocked) if "programme" in action] == [
        "programme.new", "programme.change",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"article": "no-such"}, "not-ready", "article"), ({"form": "no-such"}, "not-ready", "form"),
        ({"closes_on": "2026-11-01"}, "not-ready", "closes_on"), ({"most_age": 20, "least_age": 30}, "not-ready", None),
        ({"provinces": ["99"]}, "wrong-shape", "provinces.0"), ({"places": 0}, "wrong-shape", "places"),
        ({"places_by_province": {"99": 3}}, "wrong-shape", None), ({"opens_on": "2026-13-01"}, "wrong-shape", None),
        ({"title": "x"}, "wrong-shape", "title"),
    ],
)  # fmt: skip
async def test_what_is_wrong_with_a_programme_is_told_by_its_field(
    editor: AsyncClient, stocked: Database, form: str, change: dict[str, Any], code: str, field: str | None
) -> None:
    path = f"/programmes/{SLUG}"
    answer = await editor.put(path, json=PROGRAMME | change, headers=await seen(editor, path))

    assert refused(answer) == (422, code)
    wrong = {each["field"] for each in answer.json().get("faults") or answer.json()["fields"]}
    assert field is None or field in wrong
    async with stocked.session() as session:
        assert (await session.scalars(select(Programme.position).where(Programme.slug == SLUG))).one() == 1


async def test_what_people_signed_up_for_stays_discreet(office: Office, editor: AsyncClient) -> None:
    for slug in (SLUG, "lain"):
        await office.programme(slug, discreet=True)
    await office.person()

    async def tell_it(slug: str) -> Response:
        path = f"/programmes/{slug}"
        body = told(await editor.get(path)) | {"discreet": False}
        del body["slug"]
        return await editor.put(path, json=body, headers=await seen(editor, path))

    answer = await tell_it(SLUG)
    assert refused(answer) == (422, "not-ready")
    assert [fault["field"] for fault in answer.json()["faults"]] == ["discreet"]
    assert told(await tell_it("lain"))["discreet"] is False, "nobody has signed up for that one"


async def test_nobody_who_waits_for_a_decision_is_passed_by_others(office: Office, editor: AsyncClient) -> None:
    await office.programme(admits="after_review")
    one = await office.person()
    path = f"/programmes/{SLUG}"
    body = told(await editor.get(path)) | {"admits": "at_once"}
    del body["slug"]

    answer = await editor.put(path, json=body, headers=await seen(editor, path))

    assert refused(answer) == (422, "not-ready")
    (fault,) = answer.json()["faults"]
    assert (fault["field"], "wait for a decision" in str(fault)) == ("admits", True), fault
    await office.decide(one, Status.APPLIED, Status.ACCEPTED)
    assert told(await editor.put(path, json=body, headers=await seen(editor, path)))["admits"] == "at_once"


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)  # SQLite has one writer
async def test_who_signs_up_while_a_programme_is_saved_keeps_it_discreet(office: Office, editor: AsyncClient) -> None:
    await office.programme(discreet=True)
    path, person = f"/programmes/{SLUG}", "0" * 32
    body, etag = told(await editor.get(path)) | {"discreet": False}, await seen(editor, path)
    del body["slug"]

    async with office.database.session() as session:
        session.add(Person(id=person, language="id", created_at=office.clock()))
        await session.flush()
        await sign_up.begin(
            session, VAULT, person_id=person, language="id", slug=SLUG, is_for_another=False, now=office.clock()
        )
        saving = asyncio.create_task(editor.put(path, json=body, headers=etag))
        await a_lock_is_waited_for(office.database)

    assert refused(await saving) == (422, "not-ready")
    assert told(await editor.get(path))["discreet"] is True


async def test_a_form_is_drafted_shown_as_on_a_phone_and_published(
    editor: AsyncClient, verifier: AsyncClient, stocked: Database, form: str
) -> None:
    first = await seen(editor, FORM)
    added = await editor.post(FORM + "/questions", json=SHOES, headers=first)
    drafted = told(added)
    assert (len(drafted["questions"]), drafted["draft"][-1]["code"]) == (len(QUESTIONS), "shoes"), "nobody is asked it"
    assert refused(await editor.post(FORM + "/questions", json=SHOES, headers=first)) == (412, "conflict"), "sent twice"
    again = await editor.put(
        f"{FORM}/questions/{len(QUESTIONS)}", json=drafted["draft"][-1], headers={"if-match": added.headers["etag"]}
    )
    assert told(again)["draft"] == drafted["draft"], "what is read can be written"
    preview = told(await verifier.get(FORM + "/preview", params={"language": "en"}))["questions"]
    assert [each["code"] for each in preview] == [each["code"] for each in drafted["draft"]]
    assert "Shoe size?" in preview[-1]["messages"][0]["text"]
    assert next(row for row in await all_of(editor, "/forms") if row["slug"] == SLUG)["has_draft"]
    async with stocked.session() as session:
        before = await current_version(await session.connection())

    etag = {"if-match": again.headers["etag"]}
    assert refused(await verifier.post(FORM + "/publish", headers=etag)) == (403, "not-allowed")
    published = told(await editor.post(FORM + "/publish", headers=etag))

    assert (published["questions"][-1], published["draft"]) == (drafted["draft"][-1], None)
    async with stocked.session() as session:
        assert await current_version(await session.connection()) > before, "the chat hears of it"
    assert (await actions(stocked))[-3:] == ["form.draft", "form.draft", "form.publish"]


async def test_questions_move_and_go_and_a_draft_is_dropped(editor: AsyncClient, form: str) -> None:
    async def step(method: str, path: str, body: dict[str, Any] | None = None) -> list[str]:
        answer = await editor.request(method, FORM + path, json=body, headers=await seen(editor, FORM))
        return [question["code"] for question in told(answer)["draft"] or []]

    codes = [question["code"] for question in QUESTIONS]
    assert (await step("POST", "/questions/3/move", {"where": "up"}))[2:4] == [codes[3], codes[2]]
    assert (await step("POST", "/questions/0/move", {"where": "up"}))[0] == codes[0]
    assert codes[-1] not in await step("DELETE", f"/questions/{len(codes) - 1}")
    missing = await editor.delete(f"{FORM}/questions/60", headers=await seen(editor, FORM))
    assert refused(missing) == (404, "not-there")
    assert await step("POST", "/discard") == []


async def test_a_form_with_faults_is_not_published(editor: AsyncClient, form: str) -> None:
    told(await editor.post("/forms", json={"slug": "baru"}))
    assert refused(await editor.post("/forms", json={"slug": "baru"})) == (409, "wrong-state")
    empty = await editor.post("/forms/baru/publish", headers=await seen(editor, "/forms/baru"))
    assert refused(empty) == (422, "not-ready")
    wrong = SHOES | {"code": "name", "options": []}
    kept = await editor.post(FORM + "/questions", json=wrong, headers=await seen(editor, FORM))
    assert refused(kept) == (422, "not-ready")
    assert [fault["field"] for fault in kept.json()["faults"]] == ["code", "options"]
    told(await editor.delete(f"{FORM}/questions/0", headers=await seen(editor, FORM)))

    answer = await editor.post(FORM + "/publish", headers=await seen(editor, FORM))

    assert refused(answer) == (422, "not-ready")
    said = [fault["what"] for fault in answer.json()["faults"]]
    assert "The first question has to ask for consent, and has to be answered." in said
    assert len(told(await editor.get(FORM))["questions"]) == len(QUESTIONS)


@pytest.mark.parametrize(
    "change",
    [{"texts": {}}, {"texts": {"xx": {"question": "?"}}}, {"options": [{"code": "x", "labels": {}}]}, {"code": "A b"}],
)
async def test_a_question_without_words_is_refused(editor: AsyncClient, form: str, change: dict[str, Any]) -> None:
    answer = await editor.post(FORM + "/questions", json=SHOES | change, headers=await seen(editor, FORM))
    assert refused(answer) == (422, "wrong-shape")


async def test_publishing_in_a_browser_needs_a_new_proof(
    stocked: Database, app: FastAPI, clock: Clock, form: str
) -> None:
    async with stocked.session() as session:
        token = await sign_in(session, await add_person(session, "sri", Role.EDITOR, now=clock()), now=clock())
    async with visitor(app, token) as browser:
        path = f"/v1{FORM}"
        told(await browser.post(path + "/questions", json=SHOES, headers=await seen(browser, path)))
        clock.move(minutes=6)
        answer = await browser.post(path + "/publish", headers=await seen(browser, path))
    assert refused(answer) == (403, "proof-needed")
    async with stocked.session() as session:
        kept = (await session.scalars(select(Form).where(Form.slug == SLUG))).one()
        assert len(kept.questions) == len(QUESTIONS)
