"""The story of a text through the JSON API: written, handed in, approved by another person, live, taken away."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response

from content.catalogue import load_catalogue
from core.db import Database
from staff import api_tokens
from staff.actors import Role
from tests.api.desk_api import add_with_token, bearer, make_token
from tests.desk import Clock, add_person, sign_in, visitor
from tests.harness import SEALS

TEXT = "/articles/passport-held/texts/id"
BODY = "<b>Paspor milik Anda.</b>\nTelepon {{contact:id-kp2mi-callcentre}}."


def told(answer: Response) -> dict[str, Any]:
    """Return an answer's JSON, of a request that did what it should."""
    assert answer.is_success, (answer.status_code, answer.text)
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: Response) -> tuple[int, str]:
    """Return status and code of a problem, in the shape that RFC 9457 asks for."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    return answer.status_code, problem["code"]


async def save(client: AsyncClient, path: str = TEXT, *, etag: str = "", **text: Any) -> Response:
    """Save an article's text on top of the newest one."""
    etag = etag or (await client.get(path)).headers["etag"]
    body = {"title": "Paspor ditahan", "summary": "Cara aman.", "body": BODY} | text
    return await client.put(path, json=body, headers={"if-match": etag})


async def test_a_new_article_goes_from_first_draft_to_readers_and_away_again(
    editor: AsyncClient, verifier: AsyncClient, stocked: Database, clock: Clock
) -> None:
    article = told(await editor.post("/articles", json={"slug": "passport-lost", "topic": "protection"}))
    assert {text["standing"] for text in article["texts"]} == {"missing"}
    path = "/articles/passport-lost/texts/id"
    first = {
        "title": "Paspor hilang", "summary": "Ke mana melapor.", "body": BODY, "sources": ["the-sun-my-passports"],
    }  # fmt: skip
    answer = await editor.put(path, json=first, headers={"if-none-match": "*"})
    draft = told(answer)
    assert (draft["state"], answer.headers["etag"]) == ("draft", f'"{draft["revision_id"]}"')

    revision = f"/revisions/{draft['revision_id']}"
    assert told(await editor.post(revision + "/submit", json={}))["state"] == "submitted"
    hashed = {"text_hash": draft["text_hash"]}
    assert refused(await editor.post(revision + "/approve", json=hashed)) == (403, "own-text")
    waiting = told(await verifier.get("/review", params={"search": "passport-lost"}))
    assert [row["revision_id"] for row in waiting["items"]] == [draft["revision_id"]]
    assert told(await verifier.post(revision + "/approve", json=hashed))["is_live"]

    assert told(await editor.get(path + "/live"))["revision_id"] == draft["revision_id"]
    assert "passport-lost" in await readers_see(stocked, clock)
    told(await verifier.post(path + "/retract", json={"reason": "wrong number"}))
    assert refused(await editor.get(path + "/live")) == (404, "not-there")
    assert "passport-lost" not in await readers_see(stocked, clock)


async def readers_see(database: Database, clock: Clock) -> set[str]:
    """Return the articles that readers have now."""
    async with database.reading() as connection:
        shown = await load_catalogue(connection, today=clock().date(), show_unverified=False, seals=SEALS)
    return {slug for slug, article in shown.articles.items() if article.texts}


async def test_the_second_of_two_writers_gets_a_conflict_and_nothing_is_lost(editor: AsyncClient) -> None:
    seen = (await editor.get(TEXT)).headers["etag"]
    first = told(await save(editor, etag=seen, title="Hers"))

    late = await save(editor, etag=seen, title="Mine")

    assert refused(late) == (412, "conflict")
    assert late.json()["newest_id"] == first["revision_id"]
    assert told(await editor.get(TEXT))["title"] == "Hers"
    kept = told(await save(editor, etag=f'"{late.json()["newest_id"]}"', title="Mine"))
    history = told(await editor.get(TEXT + "/history"))["items"]
    assert [row["title"] for row in history[:2]] == ["Mine", "Hers"]
    assert history[0]["revision_id"] == kept["revision_id"]


async def test_writers_at_the_same_moment_do_not_write_over_each_other(editor: AsyncClient) -> None:
    seen = (await editor.get(TEXT)).headers["etag"]

    answers = await asyncio.gather(*(save(editor, etag=seen, title=f"Writer {number}") for number in range(5)))

    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412, 412]


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (428, "precondition-needed")),
        ({"if-none-match": "*"}, (412, "conflict")),
        ({"if-match": '"1"'}, (412, "conflict")),
        ({"if-match": "*"}, (422, "wrong-shape")),
        ({"if-match": "1"}, (422, "wrong-shape")),
    ],
)
async def test_a_write_says_what_it_is_based_on(
    editor: AsyncClient, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    body = {"title": "T", "summary": "S", "body": "B"}
    assert refused(await editor.put(TEXT, json=body, headers=headers)) == expected


async def test_a_text_goes_back_with_a_reason_and_an_older_one_comes_again(
    editor: AsyncClient, verifier: AsyncClient
) -> None:
    before = told(await editor.get(TEXT))
    draft = told(await save(editor))
    revision = f"/revisions/{draft['revision_id']}"
    told(await editor.post(revision + "/submit", json={"is_major": False}))
    back = told(await verifier.post(revision + "/give-back", json={"reason": "Which fee?"}))
    assert (back["state"], back["notes"][0]["text"]) == ("draft", "Which fee?")

    difference = told(await editor.get(revision + "/difference", params={"against": before["revision_id"]}))
    assert difference["is_changed"]
    assert refused(
        await editor.get(revision + "/difference", params={"against": before["revision_id"] + 1})
    ) == (409, "wrong-state")  # fmt: skip
    older = f"/revisions/{before['revision_id']}/restore"
    assert refused(await editor.post(older)) == (428, "precondition-needed")
    again = told(await editor.post(older, headers={"if-match": f'"{draft["revision_id"]}"'}))
    assert (again["text_hash"], again["state"]) == (before["text_hash"], "draft")


async def test_what_breaks_a_rule_is_told_by_field_and_line(editor: AsyncClient) -> None:
    draft = told(await save(editor, title="", body="one\n<b>two"))

    answer = await editor.post(f"/revisions/{draft['revision_id']}/submit", json={})

    assert refused(answer) == (422, "not-ready")
    assert [(fault["field"], fault["line"]) for fault in answer.json()["faults"]] == [("title", 0), ("body", 2)]


async def test_only_the_text_that_was_read_is_approved(editor: AsyncClient, verifier: AsyncClient) -> None:
    draft = told(await save(editor))
    revision = f"/revisions/{draft['revision_id']}"
    told(await editor.post(revision + "/submit", json={}))

    assert refused(await verifier.post(revision + "/approve", json={"text_hash": "0" * 64})) == (412, "conflict")
    late = {"text_hash": draft["text_hash"], "live_from": "2999-01-01T00:00:00+07:00"}
    assert not told(await verifier.post(revision + "/approve", json=late))["is_live"]


async def test_a_preview_shows_the_messages_or_what_is_wrong_and_saves_nothing(editor: AsyncClient) -> None:
    body = {"title": "Paspor", "summary": "Cara.", "body": "<b>Tenang.</b>"}
    shown = told(await editor.post(TEXT + "/preview", json=body))
    assert "Tenang." in shown["messages"][0]["text"]

    wrong = told(await editor.post(TEXT + "/preview", json=body | {"body": "a\n<b>b"}))
    assert (wrong["messages"], wrong["fault"]["line"]) == ([], 2)
    assert len(told(await editor.get(TEXT + "/history"))["items"]) == 1


async def test_a_translation_is_confirmed_against_the_newest_source(editor: AsyncClient, verifier: AsyncClient) -> None:
    draft = told(await save(editor))
    told(await editor.post(f"/revisions/{draft['revision_id']}/submit", json={}))
    told(await verifier.post(f"/revisions/{draft['revision_id']}/approve", json={"text_hash": draft["text_hash"]}))
    article = told(await editor.get("/articles/passport-held"))
    assert {text["language"] for text in article["texts"] if text["standing"] == "outdated"} == {"en", "jv", "su"}
    english = "/articles/passport-held/texts/en"
    etag = (await editor.get(english)).headers["etag"]
    fresh = told(await save(editor, english, etag=etag, body="<b>Yours.</b> {{contact:id-kp2mi-callcentre}}"))

    beside = {"made_from_id": draft["revision_id"]}
    assert refused(await editor.post(english + "/confirm", json=beside, headers={"if-match": etag})) == (
        412,
        "conflict",
    )
    newest = {"if-match": f'"{fresh["revision_id"]}"'}
    seen = {"made_from_id": fresh["derived_from_id"]}
    assert refused(await editor.post(english + "/confirm", json=seen, headers=newest)) == (409, "wrong-state")
    kept = told(await editor.post(english + "/confirm", json=beside, headers=newest))
    assert (kept["state"], kept["derived_from_id"], kept["is_major"]) == ("submitted", draft["revision_id"], False)


async def test_a_translation_says_which_source_it_was_written_beside(
    editor: AsyncClient, verifier: AsyncClient
) -> None:
    english = "/articles/passport-held/texts/en"
    before = told(await editor.get(english))["derived_from_id"]
    draft = told(await save(editor))
    assert told(await save(editor, english, made_from_id=draft["revision_id"]))["derived_from_id"] == before, "not live"
    told(await editor.post(f"/revisions/{draft['revision_id']}/submit", json={}))
    told(await verifier.post(f"/revisions/{draft['revision_id']}/approve", json={"text_hash": draft["text_hash"]}))

    beside = told(await save(editor, english, title="Passport kept", made_from_id=draft["revision_id"]))

    assert beside["derived_from_id"] == draft["revision_id"]


async def test_the_api_speaks_the_language_that_one_has_chosen(editor: AsyncClient) -> None:
    refusals = []
    for language in ("id", "en"):
        assert told(await editor.put("/account/language", json={"language": language}))["language"] == language
        refusals.append((await editor.get("/articles/no-such")).json()["detail"])
    assert refusals == ["Tidak ada apa-apa di sini (lagi).", "There is nothing here (any more)."]
    assert refused(await editor.put("/account/language", json={"language": "jv"})) == (422, "wrong-shape")


async def test_what_is_planned_for_a_text_is_told(editor: AsyncClient, verifier: AsyncClient, clock: Clock) -> None:
    draft = told(await save(editor))
    assert draft["planned"] is None
    told(await editor.post(f"/revisions/{draft['revision_id']}/submit", json={}))
    begins = (clock() + timedelta(days=1)).isoformat()
    later = {"text_hash": draft["text_hash"], "live_from": begins}
    told(await verifier.post(f"/revisions/{draft['revision_id']}/approve", json=later))

    planned = told(await editor.get(TEXT))["planned"]

    assert datetime.fromisoformat(planned["live_from"]) == datetime.fromisoformat(begins)
    assert planned["live_until"] is None
    told(await editor.post(TEXT + "/call-off"))
    assert told(await editor.get(TEXT))["planned"] is None


async def test_an_article_is_placed_described_retired_and_brought_back(editor: AsyncClient) -> None:
    path = "/articles/passport-held"
    audience = {"stages": ["abroad"], "countries": ["MY"], "provinces": [], "tags": {"id": ["x"]}, "related": []}
    seen = {"if-match": (await editor.get(path)).headers["etag"]}
    changed = told(await editor.put(path + "/audience", json=audience, headers=seen))
    assert {name: changed[name] for name in audience} == audience
    assert told(await editor.post(path + "/move", json={"topic": "protection", "before": "wages-unpaid"}))["position"]
    assert told(await editor.post(path + "/retire"))["retired_at"]
    assert refused(await editor.post(path + "/retire")) == (404, "not-there")
    assert told(await editor.post(path + "/bring-back"))["retired_at"] is None


async def test_a_fact_is_proposed_once_and_live_in_all_texts(editor: AsyncClient, verifier: AsyncClient) -> None:
    fact = told(await editor.get("/facts/ae-wage-claim-time"))
    assert fact["used_in"]
    value = "/facts/ae-wage-claim-time/values/id"
    before = await editor.get(value)
    draft = told(await editor.put(value, json={"value": "3 tahun"}, headers={"if-match": before.headers["etag"]}))
    assert draft["sources"] == before.json()["sources"]
    told(await editor.post(f"/revisions/{draft['revision_id']}/submit", json={}))
    told(await verifier.post(f"/revisions/{draft['revision_id']}/approve", json={"text_hash": draft["text_hash"]}))
    right = {"revision_id": draft["revision_id"]}
    assert told(await verifier.post(value + "/check", json=right))["body"] == "3 tahun"
    told(await editor.post("/facts/ae-wage-claim-time/retract", json={"reason": "repealed"}))
    assert refused(await verifier.post(value + "/check", json=right)) == (409, "wrong-state")


async def test_a_phone_number_is_proposed_approved_rung_and_retracted(
    editor: AsyncClient, verifier: AsyncClient
) -> None:
    path = "/contacts/id-kp2mi-callcentre"
    before = told(await editor.get(path))
    card = before["live"]["card"] | {"sources": before["live"]["sources"], "seen_on": "2026-11"}
    card = {name: value for name, value in card.items() if name != "seen_precision"}
    card["phones"][0]["number"] = "+62 21 1234 5678"
    etag = {"if-match": (await editor.get(path + "/proposal")).headers["etag"]}
    draft = told(await editor.put(path + "/proposal", json=card, headers=etag))
    assert told(await editor.get(path))["live"]["revision_id"] == before["live"]["revision_id"]
    told(await editor.post(f"/revisions/{draft['revision_id']}/submit", json={}))
    told(await verifier.post(f"/revisions/{draft['revision_id']}/approve", json={"text_hash": draft["text_hash"]}))

    told(await verifier.post(path + "/check", json={"revision_id": draft["revision_id"]}))
    live = told(await editor.get(path))["live"]
    assert live["card"]["phones"][0]["number"] == "+62 21 1234 5678"
    assert (live["card"]["seen_on"], live["card"]["seen_precision"]) == ("2026-11-01", "month")
    assert told(await editor.post(path + "/retract", json={"reason": "wrong number"}))["live"] is None


async def test_a_token_can_do_no_more_than_its_scopes(stocked: Database, app: FastAPI, clock: Clock) -> None:
    async with stocked.session() as session:
        actor = await add_person(session, "wati", Role.EDITOR, Role.TRANSLATOR, Role.ADMINISTRATOR, now=clock())
    token = await make_token(stocked, actor, clock, Role.TRANSLATOR)
    async with bearer(app, token) as script:
        assert told(await script.get("/account"))["scopes"] == ["translator"]
        assert refused(await save(script)) == (403, "not-allowed")
        told(await save(script, "/articles/passport-held/texts/jv"))
        assert refused(await script.get("/staff")) == (403, "not-allowed")
        assert refused(await script.get("/audit")) == (403, "not-allowed")
        more = {"name": "more", "scopes": ["administrator"], "days": 30}
        assert refused(await script.post("/account/tokens", json=more)) == (403, "not-allowed")


@pytest.mark.parametrize(
    ("role", "longest"),
    [(Role.EDITOR, 366), (Role.TRANSLATOR, 366), (Role.VERIFIER, 90), (Role.REGISTRAR, 90), (Role.ADMINISTRATOR, 90)],
)
async def test_a_token_that_needs_no_new_proof_ends_sooner_the_more_it_may_do(
    stocked: Database, clock: Clock, role: Role, longest: int
) -> None:
    async with stocked.session() as session:
        actor = await add_person(session, "ani", *Role, now=clock())
        scopes, last = frozenset({role, Role.EDITOR}), clock() + timedelta(days=longest)
        with pytest.raises(api_tokens.WrongToken):
            await api_tokens.make(
                session, name="a", scopes=scopes, expires_at=last + timedelta(seconds=1), by=actor, now=clock()
            )
        token = await api_tokens.make(session, name="a", scopes=scopes, expires_at=last, by=actor, now=clock())
        assert await api_tokens.find_actor(session, token=token, may_be_demo=False, now=last - timedelta(seconds=1))
        assert await api_tokens.find_actor(session, token=token, may_be_demo=False, now=last) is None


async def test_a_token_is_made_in_a_browser_only_and_dead_the_moment_it_is_ended(
    stocked: Database, app: FastAPI, clock: Clock
) -> None:
    async with stocked.session() as session:
        actor = await add_person(session, "wati", Role.EDITOR, now=clock())
        cookie = await sign_in(session, actor, now=clock())
    async with visitor(app, cookie) as browser:
        wanted = {"name": "export", "scopes": ["editor"], "days": 1}
        token = told(await browser.post("/v1/account/tokens", json=wanted))["token"]
        async with bearer(app, token) as script:
            assert told(await script.get("/account"))["name"] == "Wati"
            assert refused(await script.post("/account/tokens", json=wanted)) == (403, "not-allowed")
            listed = told(await browser.get("/v1/account/tokens"))["items"]
            assert token not in str(listed)
            assert (await browser.delete(f"/v1/account/tokens/{listed[0]['id']}")).status_code == 204
            assert refused(await script.get("/account")) == (401, "sign-in-needed")
        later = told(await browser.post("/v1/account/tokens", json=wanted))["token"]
    clock.move(days=1)
    async with bearer(app, later) as script:
        answer = await script.get("/account")
        assert refused(answer) == (401, "sign-in-needed")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_browser_ends_its_own_sessions_and_nobody_elses(stocked: Database, app: FastAPI, clock: Clock) -> None:
    async with stocked.session() as session:
        wati = await add_person(session, "wati", Role.EDITOR, now=clock())
        budi = await add_person(session, "budi", Role.EDITOR, now=clock())
        here, there = [await sign_in(session, wati, now=clock()) for _ in range(2)]
        foreign = await sign_in(session, budi, now=clock())
    async with visitor(app, here) as browser, visitor(app, foreign) as other, visitor(app, there) as second:
        theirs = told(await other.get("/v1/account/sessions"))["items"][0]["id"]
        assert refused(await browser.delete(f"/v1/account/sessions/{theirs}")) == (404, "not-there")
        for row in told(await browser.get("/v1/account/sessions"))["items"]:
            assert (await second.delete(f"/v1/account/sessions/{row['id']}")).status_code in (204, 401)
        assert (await second.get("/v1/account")).status_code == 401
        assert (await other.get("/v1/account")).status_code == 200


async def test_a_translator_writes_her_language_alone(stocked: Database, app: FastAPI, clock: Clock) -> None:
    token = await add_with_token(stocked, clock, "wati", Role.TRANSLATOR, languages=("jv",))
    async with bearer(app, token) as script:
        for language, status in (("jv", 200), ("en", 403), ("id", 403)):
            answer = await save(script, f"/articles/passport-held/texts/{language}")
            assert answer.status_code == status, language
        assert refused(await script.get("/articles/passport-held/texts/xx")) == (422, "wrong-shape")


@pytest.mark.parametrize(
    ("method", "path", "expected", "allowed"),
    [
        ("GET", "/nothing", (404, "not-there"), None),
        ("PATCH", TEXT, (405, "wrong-method"), "GET, PUT"),
        ("DELETE", "/articles", (405, "wrong-method"), "GET, POST"),
    ],
)
async def test_what_is_no_route_is_a_problem_too(
    editor: AsyncClient, method: str, path: str, expected: tuple[int, str], allowed: str | None
) -> None:
    answer = await editor.request(method, path)
    assert refused(answer) == expected
    assert answer.headers.get("allow") == allowed


@pytest.mark.parametrize("content", [b"{", b"[" * 100000, b'{"slug": ' + b"9" * 5000 + b"}", b"\xff", b'"x"', b""])
async def test_a_body_that_is_no_json_is_refused(editor: AsyncClient, content: bytes) -> None:
    answer = await editor.post("/articles", content=content, headers={"content-type": "application/json"})
    assert refused(answer)[0] in (400, 422)


@pytest.mark.parametrize("value", ["a\x00b", "a\x1bb", "a\x85b", "a\u2028b", "\ud800"])
async def test_control_characters_and_half_letters_are_refused(editor: AsyncClient, value: str) -> None:
    etag = (await editor.get(TEXT)).headers["etag"]
    for field in ("title", value):
        content = escaped({"title": "T", "summary": "S", "body": "B", field: value})
        answer = await editor.put(TEXT, content=content, headers={"if-match": etag, "content-type": "application/json"})
        assert refused(answer) == (422, "wrong-shape")


def escaped(body: dict[str, str]) -> bytes:
    import json

    return json.dumps(body, ensure_ascii=True).encode()
