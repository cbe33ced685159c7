"""What stands under a verified text: nobody alone changes the source that readers are told of."""

from typing import Any

import pytest
from httpx2 import AsyncClient, Response
from sqlalchemy import select

from content.revisions import Entry, Revision
from content.sources import Source, revision_source
from core.db import Database
from tests.api.test_v1 import refused, save, told
from tests.desk import Clock, approve_live

TEXT = "/articles/passport-held/texts/id"
SLUG = "the-sun-my-passports"
HERE = f"/sources/{SLUG}"
SAYS_WHAT_TO_DO = "Approved texts name this source. Add a new source and name that one in them."


async def fields(client: AsyncClient) -> dict[str, Any]:
    """Return what is said of the source, as a PUT says it."""
    source = told(await client.get(HERE))
    letters = {"day": 10, "month": 7, "year": 4}[source["seen_precision"]]
    said = {name: source[name] for name in ("title", "publisher", "published_on", "confidence")}
    return said | {"url": source["url"] or None, "seen_on": source["seen_on"] and source["seen_on"][:letters]}


async def put(client: AsyncClient, **instead: Any) -> Response:
    seen = {"if-match": (await client.get(HERE)).headers["etag"]}
    return await client.put(HERE, json=await fields(client) | instead, headers=seen)


async def approve(database: Database, clock: Clock) -> None:
    """Let a verifier approve every live text that names the source."""
    names = select(revision_source.c.revision_id).join(Source, Source.id == revision_source.c.source_id)
    await approve_live(database, Revision.id.in_(names.where(Source.slug == SLUG)), now=clock())


OTHERS: list[dict[str, Any]] = [
    {"title": "Another report"}, {"publisher": "KP2MI"}, {"published_on": "2020-01-01"}, {"seen_on": "2020"},
    {"seen_on": None}, {"url": None}, {"url": "https://example.com/passports"},
    {"url": "https://thesun.my.example.com/passports"}, {"url": "https://thesun.my@example.com/passports"},
]  # fmt: skip


async def test_what_readers_take_as_verified_is_changed_by_nobody_alone(
    editor: AsyncClient, stocked: Database, clock: Clock
) -> None:
    told(await put(editor, url="https://thesun.my/passports", seen_on="2025-11", published_on="2025-11-02"))
    await approve(stocked, clock)
    before = told(await editor.get(HERE))
    for other in OTHERS:
        answer = await put(editor, **other)
        assert refused(answer) == (409, "wrong-state"), other
        assert answer.json()["detail"] == SAYS_WHAT_TO_DO
    assert told(await editor.get(HERE)) == before


async def test_the_path_of_an_address_and_the_confidence_may_be_mended(
    editor: AsyncClient, stocked: Database, clock: Clock
) -> None:
    told(await put(editor, url="https://thesun.my/passports"))
    await approve(stocked, clock)
    mended = told(await put(editor, url="https://TheSun.my/news/passports?page=1", confidence="low"))
    assert (mended["url"], mended["confidence"]) == ("https://TheSun.my/news/passports?page=1", "low")


async def test_a_source_of_unverified_texts_may_be_rewritten_and_so_when_they_are_gone(
    editor: AsyncClient, stocked: Database, clock: Clock
) -> None:
    assert told(await put(editor, title="Before"))["title"] == "Before"
    await approve(stocked, clock)
    assert refused(await put(editor, title="After")) == (409, "wrong-state")
    async with stocked.reading_session() as session:
        named = select(Entry.slug, Entry.kind, Revision.language).join(Revision, Revision.entry_id == Entry.id)
        named = named.join(revision_source, revision_source.c.revision_id == Revision.id)
        named = named.join(Source, Source.id == revision_source.c.source_id).where(Source.slug == SLUG).distinct()
        texts = [tuple(row) for row in await session.execute(named)]
    for slug in {slug for slug, kind, _ in texts if kind == "article"}:
        told(await editor.post(f"/articles/{slug}/retire"))
    assert {kind for _, kind, _ in texts} == {"article"}
    assert told(await put(editor, title="After"))["title"] == "After"


async def test_what_stands_under_a_text_that_is_approved_for_later_stays_too(
    editor: AsyncClient, verifier: AsyncClient, clock: Clock
) -> None:
    draft = told(await save(editor, TEXT, sources=[SLUG]))
    revision = f"/revisions/{draft['revision_id']}"
    told(await editor.post(f"{revision}/submit", json={}))
    assert told(await put(editor, title="Handed in"))["title"] == "Handed in"
    clock.move(hours=1)
    later = clock.now.replace(year=clock.now.year + 1).strftime("%Y-%m-%dT00:00:00Z")
    told(await verifier.post(f"{revision}/approve", json={"text_hash": draft["text_hash"], "live_from": later}))

    assert refused(await put(editor, title="Approved")) == (409, "wrong-state")
    told(await editor.post(f"{TEXT}/call-off"))
    assert told(await put(editor, title="Called off"))["title"] == "Called off"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # what is planned is asked of none
async def test_an_approved_older_text_that_is_live_no_more_holds_nothing(
    editor: AsyncClient, verifier: AsyncClient, stocked: Database, clock: Clock
) -> None:
    new = {"slug": "a-report", "title": "A report", "publisher": "KP2MI", "confidence": "high"}
    told(await editor.post("/sources", json=new))
    here = "/sources/a-report"
    for chosen, expected in ((["a-report"], 409), ([SLUG], 200)):
        draft = told(await save(editor, TEXT, title=f"With {chosen[0]}", sources=chosen))
        told(await editor.post(f"/revisions/{draft['revision_id']}/submit", json={}))
        hashed = {"text_hash": draft["text_hash"]}
        assert told(await verifier.post(f"/revisions/{draft['revision_id']}/approve", json=hashed))["is_live"]
        seen = {"if-match": (await editor.get(here)).headers["etag"]}
        body = {"title": "Another", "publisher": "KP2MI", "confidence": "high"}
        assert (await editor.put(here, json=body, headers=seen)).status_code == expected
