"""The list of translations, and the translator's workbook from the download to the drafts, at the desk and in /v1."""

import base64
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient, Response
from sqlalchemy import select

from content.desk.sheet_guard import MOST_BYTES
from content.revisions import Entry, Revision
from core.db import Database
from staff.actors import Role
from tests.api.desk_api import add_with_token, bearer
from tests.desk import Clock, add_person, approve_live, rewrite_at_desk, sign_in, visitor
from tests.workbooks import Workbook

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)  # the domain's tests ask both
SLUG, OTHER = "passport-held", "wages-unpaid"


@asynccontextmanager
async def at_desk(
    app: FastAPI, database: Database, clock: Clock, *roles: Role, **more: tuple[str, ...]
) -> AsyncIterator[AsyncClient]:
    """A browser of somebody with these roles."""
    async with database.session() as session:
        actor = await add_person(session, "wati", *roles, now=clock(), **more)
        token = await sign_in(session, actor, now=clock())
    async with visitor(app, token) as client:
        yield client


@pytest.fixture
async def translator(app: FastAPI, stocked: Database, clock: Clock) -> AsyncIterator[AsyncClient]:
    async with at_desk(app, stocked, clock, Role.TRANSLATOR, languages=("jv",)) as client:
        yield client


async def download(client: AsyncClient, **which: str) -> Workbook:
    answer = await client.get("/translations/jv/sheet", params=which)
    assert answer.headers["content-disposition"].startswith('attachment; filename="bekal-jv')
    return Workbook(answer.content)


async def upload(client: AsyncClient, content: bytes, language: str = "jv") -> Response:
    return await client.post("/translations/sheet", data={"language": language}, files={"file": ("b.xlsx", content)})


def carried(page: Response) -> dict[str, str]:
    """Return what the form of a checked workbook sends."""
    found = re.search(r'name="checked" value="([^"]+)"', page.text)
    assert found
    return {"language": "jv", "checked": found[1]}


async def test_a_translator_sees_first_what_is_to_do_in_her_language(
    translator: AsyncClient, stocked: Database, clock: Clock
) -> None:
    assert "Nothing fits this filter." in (await translator.get("/translations")).text
    await rewrite_at_desk(
        stocked, (Revision.title == "Paspor ditahan majikan"), now=clock(), title="Paspor dipegang bos"
    )

    page = await translator.get("/translations")

    assert page.text.count("<tr>") == 2
    assert f'class="standing standing-outdated" href="/articles/{SLUG}/jv"' in page.text
    assert "Nothing fits" in (await translator.get("/translations?language=jv&state=missing")).text


async def test_the_list_is_filtered_and_sorted_by_the_server(translator: AsyncClient) -> None:
    every = await translator.get("/translations?state=&order=title&descending=true")
    titles = re.findall(r'<td lang="id"[^>]*><a [^>]*>([^<]+)', every.text)
    assert len(titles) == 16
    assert titles == sorted(titles, key=str.lower, reverse=True)
    found = await translator.get("/translations?state=unverified&topic=money&search=otp&language=jv")
    assert re.findall(r'<td lang="id"[^>]*><a href="/articles/([a-z-]+)/id"', found.text) == ["otp-secret"]
    facts = await translator.get("/translations?kind=fact&state=&search=ae-wage")
    assert 'href="/facts/ae-wage-claim-time"' in facts.text


async def test_a_workbook_goes_out_comes_back_is_checked_and_imported(translator: AsyncClient) -> None:
    book = await download(translator, topic="protection")
    good = book.write(SLUG, "title", "Paspor dicekel juragan")
    bad = book.write(OTHER, "title", "Upah ora dibayar utawa kurang saka sing mesthine")

    page = await upload(translator, book.saved())

    assert page.status_code == 200
    assert re.search(rf"<td>{bad}</td><td>{OTHER}</td><td>Title</td><td><p[^>]*>Write a title of 1 to 40", page.text)
    assert f"<td>{good}</td><td>{SLUG}</td>" in page.text
    assert "Import 1 article<" in page.text
    assert "Paspor dicekel" not in (await translator.get(f"/articles/{SLUG}/jv")).text

    done = await translator.post("/translations/import", data=carried(page))
    assert "1 article is saved as a draft." in done.text
    assert "Paspor dicekel" in (await translator.get(f"/articles/{SLUG}/jv")).text
    again = await translator.post("/translations/import", data=carried(page))
    assert "Nothing of this workbook can be imported: " in again.text
    assert f"<td>{bad}</td>" in again.text, "what is refused is still told"


async def test_what_cannot_be_read_is_refused_in_a_sentence(
    translator: AsyncClient, app: FastAPI, stocked: Database, clock: Clock
) -> None:
    for content, why in (
        (b"", "Choose the workbook that you filled in."),
        (b"no workbook", "This is no workbook of this desk."),
        (bytes(MOST_BYTES + 1), "The file is larger than 2 MB"),
    ):
        page = await upload(translator, content)
        assert page.status_code == 422
        assert why in page.text
    swapped = await translator.post("/translations/import", data={"language": "jv", "checked": "a" * 80})
    assert swapped.status_code == 422
    assert "These are not the rows that were checked." in swapped.text
    assert "aaaaaa" not in swapped.text
    assert (await upload(translator, b"x", "su")).status_code == 403


async def test_the_api_lists_translations_page_by_page(editor: AsyncClient) -> None:
    first = (await editor.get("/translations", params={"limit": 9})).json()
    second = (await editor.get("/translations", params={"limit": 9, "cursor": first["next"]})).json()

    slugs = [row["slug"] for row in first["items"] + second["items"]]
    assert len(slugs) == len(set(slugs)) == 16
    assert second["next"] is None
    assert [text["language"] for text in first["items"][0]["texts"]] == ["id", "en", "jv", "su"]
    missing = await editor.get("/translations", params={"state": "missing", "language": "jv"})
    assert missing.json()["items"] == []


async def test_the_api_gives_checks_and_imports_a_workbook(app: FastAPI, stocked: Database, clock: Clock) -> None:
    token = await add_with_token(stocked, clock, "wati", Role.TRANSLATOR, languages=("jv",))
    async with bearer(app, token) as client:
        given = (await client.get("/translations/jv/sheet", params={"topic": "protection"})).json()
        assert given["name"] == "bekal-jv-protection.xlsx"
        book = Workbook(base64.b64decode(given["content"]))
        row = book.write(SLUG, "title", "Paspor dicekel juragan")
        filled = {"content": base64.b64encode(book.saved()).decode()}

        dry = (await client.post("/translations/jv/sheet", json=filled)).json()
        assert (dry["dry_run"], dry["articles"]) == (True, [SLUG])
        assert {"row": row, "slug": SLUG, "field": "title", "outcome": "draft", "why": []} in dry["rows"]
        assert (await client.get(f"/articles/{SLUG}/texts/jv")).json()["title"] != "Paspor dicekel juragan"

        done = (await client.post("/translations/jv/sheet?dry_run=false", json=filled)).json()
        assert (done["dry_run"], done["articles"]) == (False, [SLUG])
        assert (await client.get(f"/articles/{SLUG}/texts/jv")).json()["title"] == "Paspor dicekel juragan"

        other = await client.post("/translations/su/sheet", json=filled)
        assert (other.status_code, other.json()["code"]) == (403, "not-allowed")


async def test_a_text_that_awaits_a_native_reader_says_so_wherever_it_is_written_or_read_until_one_approves_it(
    app: FastAPI, stocked: Database, clock: Clock
) -> None:
    sentence = "No verifier who grew up with Basa Jawa has approved this text yet."
    here, fact = f"/articles/{SLUG}", "/facts/ae-wage-claim-time"
    article = select(Revision.id).join(Entry, Entry.id == Revision.entry_id)
    article = article.where(Entry.slug == SLUG, Revision.language == "jv")
    async with stocked.reading_session() as session:
        revision_id = (await session.scalars(article)).one()
    async with at_desk(app, stocked, clock, Role.EDITOR, Role.VERIFIER) as wati:
        for page in (f"{here}/jv", fact, f"/review/{revision_id}"):
            assert sentence in (await wati.get(page)).text, page
        for language in ("id", "en"):
            assert "native reader" not in (await wati.get(f"{here}/{language}")).text

        await approve_live(stocked, Revision.language == "jv", now=clock())

        for page in (f"{here}/jv", fact):
            assert sentence not in (await wati.get(page)).text, page
        assert "Waiting for a native reader" in (await wati.get(f"{here}/su")).text
