"""Lists of the JSON API, and what is not a text: topics, sources, search words, staff, the audit log."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import func, select

from content.revisions import Entry
from content.sources import Source
from content.synonyms import Synonym, load_synonyms
from core.db import Database
from staff.actors import Role
from tests.api.desk_api import add_with_token, bearer, make_token
from tests.api.test_v1 import refused, save, told
from tests.desk import Clock, add_person


async def all_of(client: AsyncClient, path: str, **asked: Any) -> list[dict[str, Any]]:
    """Return the rows of every page of a list."""
    rows, cursor = [], ""
    while True:
        page = told(await client.get(path, params={"cursor": cursor} | asked))
        assert set(page) == {"items", "next"}
        rows += page["items"]
        if page["next"] is None:
            return rows
        assert len(page["items"]) == asked.get("limit", 50)
        cursor = page["next"]


async def count(database: Database, model: Any, *where: Any) -> int:
    async with database.reading_session() as session:
        return (await session.execute(select(func.count()).select_from(model).where(*where))).scalar_one()


async def test_every_row_stands_on_just_one_page(editor: AsyncClient, stocked: Database) -> None:
    for kind in ("article", "fact", "contact"):
        rows = await all_of(editor, f"/{kind}s", limit=7)
        assert len({row["slug"] for row in rows}) == len(rows) == await count(stocked, Entry, Entry.kind == kind)
    assert len(await all_of(editor, "/sources", limit=100)) == await count(stocked, Source)
    assert len(await all_of(editor, "/synonyms", limit=100)) == await count(stocked, Synonym)


async def test_a_row_that_is_added_while_pages_are_read_shifts_nothing(editor: AsyncClient) -> None:
    first = told(await editor.get("/articles", params={"limit": 5}))
    told(await editor.post("/articles", json={"slug": "aaa", "topic": "protection"}))
    second = told(await editor.get("/articles", params={"limit": 5, "cursor": first["next"]}))
    assert not {row["slug"] for row in first["items"]} & {row["slug"] for row in second["items"]}


@pytest.mark.parametrize("cursor", ["x", "MTI1", "LTE", "OTk5OTk5OTk5OTk5OTk5OTk5", "4pS8"])
async def test_a_made_up_cursor_gives_a_page_or_a_problem_never_a_fault(editor: AsyncClient, cursor: str) -> None:
    answer = await editor.get("/articles", params={"cursor": cursor})
    assert answer.is_success or refused(answer) == (422, "wrong-cursor")


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1_0", "+5", " 5", "five", "1e1", "9" * 30])
async def test_a_page_has_1_to_100_rows(editor: AsyncClient, limit: str) -> None:
    assert refused(await editor.get("/articles", params={"limit": limit})) == (422, "wrong-shape")


async def test_history_goes_back_page_by_page(editor: AsyncClient) -> None:
    path = "/articles/passport-held/texts/id"
    for number in range(4):
        told(await save(editor, path, title=f"Version {number}"))
    rows = await all_of(editor, path + "/history", limit=2)
    assert [row["title"] for row in rows[:4]] == ["Version 3", "Version 2", "Version 1", "Version 0"]
    assert len(rows) == 5


async def test_the_queue_holds_what_a_verifier_may_approve(stocked: Database, app: FastAPI, clock: Clock) -> None:
    token = await add_with_token(stocked, clock, "ani", Role.VERIFIER, languages=("jv",))
    nobodys = await add_with_token(stocked, clock, "budi", Role.OUTREACH)
    async with bearer(app, token) as verifier, bearer(app, nobodys) as other:
        waiting = await all_of(verifier, "/review", limit=20)
        assert {row["language"] for row in waiting} == {"jv"}
        assert len({row["revision_id"] for row in waiting}) == len(waiting)
        assert told(await other.get("/review"))["items"] == []


async def test_topics_are_named_and_moved(editor: AsyncClient, verifier: AsyncClient) -> None:
    titles = {"icon": "🧳", "titles": {"id": "Bekal", "en": "Provisions"}}
    seen = {"if-match": (await editor.get("/topics/protection")).headers["etag"]}
    topic = told(await editor.put("/topics/protection/titles", json=titles, headers=seen))
    assert (topic["icon"], topic["titles"]["en"], topic["titles"]["jv"]) == ("🧳", "Provisions", "Perlindungan")
    told(await editor.post("/topics/protection/move", json={"before": None}))
    rows = [row for row in await all_of(editor, "/topics") if row["parent"] is None]
    assert max(rows, key=lambda row: row["position"])["slug"] == "protection"
    assert "passport-held" in topic["articles"]
    answer = await verifier.put("/topics/protection/titles", json=titles, headers=seen)
    assert refused(answer) == (403, "not-allowed")


async def test_a_source_is_added_and_changed(editor: AsyncClient, verifier: AsyncClient, stocked: Database) -> None:
    body = {"slug": "new-law", "title": "A law", "publisher": "KP2MI", "seen_on": "2026-10", "confidence": "high"}
    source = told(await editor.post("/sources", json=body))
    assert (source["seen_on"], source["seen_precision"], source["url"]) == ("2026-10-01", "month", "")
    changed = {"title": "The law", "publisher": "KP2MI", "confidence": "high", "url": "https://kp2mi.go.id/law"}
    seen = {"if-match": (await editor.get("/sources/new-law")).headers["etag"]}
    assert told(await editor.put("/sources/new-law", json=changed, headers=seen))["seen_on"] is None
    assert told(await editor.get("/sources", params={"search": "kp2mi.go.id/law"}))["items"][0]["title"] == "The law"
    assert refused(await editor.post("/sources", json=body)) == (409, "wrong-state")
    assert refused(await verifier.put("/sources/new-law", json=changed, headers=seen)) == (403, "not-allowed")
    assert refused(await editor.put("/sources/no-law", json=changed, headers=seen)) == (404, "not-there")
    unknown = await save(editor, sources=["no-law"])
    assert refused(unknown) == (409, "wrong-state")


async def test_a_search_word_is_live_at_once_and_stays_away_when_taken_away(
    editor: AsyncClient, verifier: AsyncClient, stocked: Database
) -> None:
    word = {"language": "id", "word": "Pasport  Merah", "meanings": ["paspor", "paspor"]}
    new = {"if-none-match": "*"}
    row = told(await editor.put("/synonyms", json=word, headers=new))
    seen = {"if-match": row["etag"]}
    assert (row["word"], row["meanings"]) == ("pasport merah", ["paspor"])
    async with stocked.reading() as connection:
        assert (await load_synonyms(connection))["id"]["pasport merah"] == ("paspor",)
    assert refused(await verifier.put("/synonyms", json=word, headers=seen)) == (403, "not-allowed")
    path = f"/synonyms/{row['id']}"
    assert (await editor.delete(path, headers=seen)).status_code == 204
    assert refused(await editor.delete(path, headers=seen)) == (404, "not-there")
    async with stocked.reading() as connection:
        assert "pasport merah" not in (await load_synonyms(connection))["id"]
    assert told(await editor.get("/synonyms", params={"search": "pasport merah"}))["items"] == []
    assert told(await editor.put("/synonyms", json=word, headers=new))["id"] == row["id"]


async def test_an_administrator_invites_gives_roles_and_shuts_out(
    administrator: AsyncClient, app: FastAPI, stocked: Database, clock: Clock
) -> None:
    invited = told(await administrator.post("/staff", json={"email": "Wati@Desk.test", "name": "Wati"}))
    path = f"/staff/{invited['member']['id']}"
    given = told(await administrator.post(path + "/grants", json={"role": "verifier", "language": "jv"}))
    assert (given["email"], given["roles"]) == ("wati@desk.test", ["verifier:jv"])
    wrong = await administrator.post(path + "/grants", json={"role": "editor", "language": "jv"})
    assert refused(wrong) == (422, "wrong-scope")
    grants = told(await administrator.get(path + "/grants"))["items"]
    assert (await administrator.delete(f"{path}/grants/{grants[0]['id']}")).status_code == 204
    assert refused(await administrator.delete(f"{path}/grants/{grants[0]['id']}")) == (404, "not-there")
    again = told(await administrator.post(path + "/invitation"))
    assert again["link"] != invited["link"]
    assert told(await administrator.post(path + "/disable"))["disabled_at"]
    assert told(await administrator.post(path + "/enable"))["disabled_at"] is None
    assert told(await administrator.post(path + "/forget-code"))["has_code"] is False
    assert told(await administrator.post(path + "/sessions/end"))["id"] == invited["member"]["id"]
    assert told(await administrator.put("/staff/policy", json={"must_have_code": True}))["must_have_code"]
    assert refused(await administrator.get("/staff/" + "0" * 32)) == (404, "no-member")


async def test_a_disabled_accounts_token_is_dead_at_once(
    administrator: AsyncClient, app: FastAPI, stocked: Database, clock: Clock
) -> None:
    async with stocked.session() as session:
        wati = await add_person(session, "wati", Role.EDITOR, now=clock())
    async with bearer(app, await make_token(stocked, wati, clock)) as script:
        assert (await script.get("/account")).status_code == 200
        told(await administrator.post(f"/staff/{wati.account_id}/disable"))
        assert refused(await script.get("/account")) == (401, "sign-in-needed")


async def test_every_write_stands_in_the_audit_log_once(
    administrator: AsyncClient, editor: AsyncClient, clock: Clock
) -> None:
    told(await save(editor, title="Changed"))
    body, key = {"slug": "a-fee", "kind": "fee"}, {"idempotency-key": "a1"}
    for _ in range(3):
        told(await editor.post("/facts", json=body, headers=key))
    assert refused(await editor.get("/audit")) == (403, "not-allowed")
    rows = await all_of(administrator, "/audit", limit=1)
    assert [row["action"] for row in rows if not row["action"].startswith("token.")] == ["fact.new", "text.save"]
    mine = await all_of(administrator, "/audit", subject="fact:a-fee", action="fact.new", actor=rows[0]["actor_id"])
    assert len(mine) == 1
    later = (clock() + timedelta(seconds=1)).isoformat()
    assert told(await administrator.get("/audit", params={"since": later}))["items"] == []
    assert len(await all_of(administrator, "/audit", until=later)) == len(rows)
    assert refused(await administrator.get("/audit", params={"since": "1700000000"})) == (422, "wrong-shape")
