"""The board and the health of the installation over the JSON API: the same counts and rows as on the pages."""

from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import select

from content import votes
from content.revisions import Entry, EntryKind, Revision
from core.db import Database
from staff.actors import Role
from tests.api.desk_api import bearer, make_token
from tests.api.registrars import Office
from tests.api.test_v1 import refused, save, told
from tests.api.test_v1_lists import all_of
from tests.desk import Clock, add_person, rewrite_at_desk


async def boxes(client: AsyncClient) -> dict[str, int]:
    return {box["name"]: box["count"] for box in told(await client.get("/board"))["boxes"]}


async def test_a_board_has_the_boxes_of_ones_roles_and_says_where_their_rows_are(
    editor: AsyncClient, verifier: AsyncClient, administrator: AsyncClient
) -> None:
    told(await save(editor, title="Milik Sri"))
    found = told(await editor.get("/board"))["boxes"]
    assert [box["name"] for box in found] == [
        "review", "planned", "mine", "outdated", "overdue", "native-reader", "links", "unhelpful", "unanswered",
    ]  # fmt: skip
    assert (await boxes(editor))["mine"] == 1
    assert "mine" not in await boxes(verifier)
    assert await boxes(administrator) == {}
    for box in found:
        rows = await editor.get(f"http://desk.test{box['rows']}")
        assert isinstance(told(rows)["items"], list), box["name"]


async def test_ones_own_texts_are_listed_with_where_they_stand(editor: AsyncClient, verifier: AsyncClient) -> None:
    draft = told(await save(editor, title="Milik Sri"))
    [row] = await all_of(editor, "/board/mine")
    assert (row["title"], row["stand"], row["revision_id"]) == ("Milik Sri", "draft", draft["revision_id"])

    told(await editor.post(f"/revisions/{draft['revision_id']}/submit", json={}))
    [row] = await all_of(editor, "/board/mine")
    assert (row["stand"], row["planned_for"]) == ("submitted", None)
    begins = "2999-01-01T00:00:00Z"
    body = {"text_hash": draft["text_hash"], "live_from": begins}
    told(await verifier.post(f"/revisions/{draft['revision_id']}/approve", json=body))
    [row] = await all_of(verifier, "/board/planned")
    assert (row["stand"], row["planned_for"]) == ("planned", begins)
    assert refused(await verifier.get("/board/mine")) == (403, "not-allowed")
    assert refused(await verifier.get("/board/unhelpful")) == (403, "not-allowed")
    assert refused(await verifier.get("/board/review")) == (422, "wrong-shape")


async def test_a_long_box_is_read_page_by_page(editor: AsyncClient) -> None:
    count = (await boxes(editor))["native-reader"]
    rows = await all_of(editor, "/board/native-reader", limit=7)
    assert len({row["revision_id"] for row in rows}) == len(rows) == count > 7
    assert {row["stand"] for row in rows} == {None}


async def test_translations_behind_their_source_are_listed_as_counted(
    editor: AsyncClient, app: FastAPI, stocked: Database, clock: Clock
) -> None:
    async with stocked.session() as session:
        in_javanese = select(Revision.entry_id).where(Revision.language == "jv").scalar_subquery()
        facts = select(Entry.id).where(Entry.kind == EntryKind.FACT, Entry.id.in_(in_javanese)).order_by(Entry.id)
        changed = [(await session.scalars(facts.limit(1))).one()]
        changed += await session.scalars(select(Entry.id).where(Entry.slug == "passport-held"))
        wati = await add_person(session, "wati", Role.TRANSLATOR, now=clock(), languages=("jv",))
    await rewrite_at_desk(
        stocked, Revision.entry_id.in_(changed) & (Revision.language == "id"), now=clock(), body="Baru"
    )

    async with bearer(app, await make_token(stocked, wati, clock)) as translator:
        hers = await all_of(translator, "/board/outdated", limit=1)
        assert sorted((row["kind"], row["language"]) for row in hers) == [("article", "jv"), ("fact", "jv")]
        assert {(row["is_live"], row["stand"]) for row in hers} == {(True, None)}
        assert await boxes(translator) == {"mine": 0, "outdated": 2}
    every = await all_of(editor, "/board/outdated")
    assert len(every) == (await boxes(editor))["outdated"] > 2, "an editor's are in every language"


async def test_what_did_not_help_is_listed_with_its_reasons(
    editor: AsyncClient, stocked: Database, clock: Clock
) -> None:
    async with stocked.session() as session:
        for answer in ("no", "hard", "no", "yes"):
            await votes.give(session, article="wages-unpaid", language="jv", answer=answer, today=clock().date())
    [row] = await all_of(editor, "/board/unhelpful")
    assert (row["slug"], row["language"], row["yes"], row["no"]) == ("wages-unpaid", "jv", 1, 2)
    assert row["reasons"] == [{"reason": "hard", "count": 1}]


async def test_a_registrars_board_counts_her_applications_alone(office: Office) -> None:
    await office.programme(admits="after_review")
    for province in ("32", "32", "52"):
        await office.person(province=province)
    assert await boxes(await office.script("dewi", province="52")) == {"wishes": 0, "to-call": 0, "applications": 1}
    assert await boxes(await office.script("yuni")) == {"wishes": 0, "to-call": 0, "applications": 3}


async def test_the_health_is_told_to_administrators_without_a_secret(
    administrator: AsyncClient, editor: AsyncClient
) -> None:
    health = told(await administrator.get("/health"))
    looks = {look["name"]: look["is_well"] for look in health["looks"]}
    assert {"outbox", "updates", "altered", "forged", "parked", "links", "kept", "audit"} <= looks.keys()
    assert health["is_well"] == all(looks.values())
    assert "Bekal" in health["versions"]
    assert {setting["value"] for setting in health["settings"] if setting["is_secret"]} == {""}
    assert refused(await editor.get("/health")) == (403, "not-allowed")
