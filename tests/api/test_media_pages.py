"""Pictures and voice notes at the desk: adding, the file itself, other words, retiring; and the same as JSON."""

import base64
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import select

from api.limits import MOST_BODY_BYTES
from content.desk.media_making import MOST_UPLOAD_BYTES
from content.media import Media
from content.revisions import Entry, Revision
from core.db import Database
from staff.actors import Role
from tests.api.desk_api import add_with_token, bearer
from tests.desk import Clock, add_person, rewrite_at_desk, sign_in, visitor
from tests.media import add_media, picture, sound


@pytest.fixture
async def browser(app: FastAPI, stocked: Database, clock: Clock) -> AsyncIterator[AsyncClient]:
    """An editor's browser."""
    async with stocked.session() as session:
        token = await sign_in(session, await add_person(session, "wati", Role.EDITOR, now=clock()), now=clock())
    async with visitor(app, token) as client:
        yield client


async def rows(database: Database) -> list[Media]:
    async with database.reading_session() as session:
        return list(await session.scalars(select(Media).order_by(Media.id)))


def form(upload: bytes, name: str = "a.jpg") -> dict[str, tuple[str, bytes, str]]:
    return {"file": (name, upload, "text/html")}


async def test_an_upload_is_listed_with_its_size_and_served_as_what_we_made_of_it(
    browser: AsyncClient, stocked: Database
) -> None:
    answer = await browser.post(
        "/media", data={"alt": "Sampul  paspor", "language": "id"}, files=form(picture("WEBP"), "<script>.html")
    )
    here = answer.headers["location"]
    [row] = await rows(stocked)
    file = await browser.get(f"{here}/file")

    assert (answer.status_code, here) == (303, f"/media/{row.key}")
    assert (row.alt, row.language, row.kind) == ("Sampul paspor", "id", "picture")
    assert f"{{{{media:{row.key}}}}}" in (await browser.get(here)).text
    listed = (await browser.get("/media?search=paspor&kind=picture&language=id")).text
    assert f'src="{here}/file"' in listed
    assert "1 kB" in listed
    assert "Sampul" not in (await browser.get("/media?kind=voice")).text
    assert file.headers["content-type"] in {"image/jpeg", "image/png"}
    assert file.headers["x-content-type-options"] == "nosniff"
    assert file.headers["content-disposition"] == "inline"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_cannot_be_shown_is_told_beside_the_field_and_the_words_are_kept(
    browser: AsyncClient, stocked: Database
) -> None:
    told = {
        b"<svg onload=alert(1)>": "neither a picture", b"\x89PNG\r\n\x1a\nno": "damaged",
        bytes(MOST_UPLOAD_BYTES + 1): "at most 10 MB",
    }  # fmt: skip
    for upload, sentence in told.items():
        answer = await browser.post("/media", data={"alt": "Kata saya", "language": "id"}, files=form(upload))
        assert answer.status_code == 422
        assert sentence in answer.text
        assert 'value="Kata saya"' in answer.text
    for fields in ({"alt": " ", "language": "id"}, {"alt": "Kata", "language": "xx"}, {"alt": "K" * 201}):
        assert (await browser.post("/media", data=fields, files=form(picture()))).status_code == 422
    assert await rows(stocked) == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_other_words_are_another_line_and_the_old_one_goes_where_nothing_shows_it(
    browser: AsyncClient, stocked: Database
) -> None:
    old = await add_media(stocked, picture())

    answer = await browser.post(f"/media/{old.key}", data={"alt": "Sampul hijau", "language": "id"})

    first, second = await rows(stocked)
    assert answer.headers["location"] == f"/media/{second.key}"
    assert (first.alt, first.retired_at is not None) == ("Sampul paspor", True)
    assert (second.alt, second.sha256, second.retired_at) == ("Sampul hijau", first.sha256, None)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_a_live_text_shows_is_not_retired_and_keeps_its_words(
    browser: AsyncClient, stocked: Database, clock: Clock
) -> None:
    shown = await add_media(stocked, sound())
    which = (Entry.slug == "washing-hands") & (Revision.entry_id == Entry.id) & (Revision.language == "id")
    await rewrite_at_desk(stocked, which, now=clock(), body=f"Sabun.\n{{{{media:{shown.key}}}}}")

    refused = await browser.post(f"/media/{shown.key}/retire")
    await browser.post(f"/media/{shown.key}", data={"alt": "Dengarkan ini", "language": "*"})

    assert refused.status_code == 409
    assert "A text shows this" in refused.text
    assert [row.retired_at for row in await rows(stocked)] == [None, None]
    here = (await browser.get(f"/media/{shown.key}")).text
    assert "/articles/washing-hands/id" in here
    assert (await browser.post(f"/media/{(await rows(stocked))[1].key}/retire")).status_code == 303


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_translator_adds_in_her_language_only(app: FastAPI, stocked: Database, clock: Clock) -> None:
    token = await add_with_token(stocked, clock, "juru", Role.TRANSLATOR, languages=("jv",))
    content = base64.b64encode(sound()).decode()
    async with bearer(app, token) as script:
        answers = [
            await script.post("/media", json={"alt": "Swara", "language": code, "content": content})
            for code in ("jv", "su", "*")
        ]
    assert [answer.status_code for answer in answers] == [201, 403, 403]
    assert answers[0].json()["kind"] == "voice"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_nobody_sends_more_than_is_ever_needed(app: FastAPI) -> None:
    async with visitor(app) as stranger:
        page = await stranger.post("/media", files=form(bytes(MOST_BODY_BYTES)))
        script = await stranger.post("/v1/media", content=bytes(MOST_BODY_BYTES + 1))
    assert (page.status_code, script.status_code, script.json()["code"]) == (413, 413, "too-large")


async def test_the_same_as_json(editor: AsyncClient) -> None:
    content = base64.b64encode(picture(size=(9, 9))).decode()
    made = await editor.post("/media", json={"alt": "Paspor", "language": "id", "content": content})
    key = made.json()["key"]
    again = await editor.post("/media", json={"alt": "Paspor", "language": "id", "content": content})
    wrong = await editor.post("/media", json={"alt": "Paspor", "language": "id", "content": "aGFsbw=="})
    bytes_of = (await editor.get(f"/media/{key}/content")).json()
    words = await editor.put(f"/media/{key}/words", json={"alt": "Paspor hijau", "language": "id"})
    retired = await editor.post(f"/media/{words.json()['key']}/retire")

    assert (made.status_code, again.json()["key"]) == (201, key)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong-media")
    assert len(base64.b64decode(bytes_of["content"])) == made.json()["size_bytes"]
    assert retired.json()["retired_at"] is not None
    assert (await editor.get("/media")).json()["items"] == []
    assert [row["alt"] for row in (await editor.get("/media?only=retired")).json()["items"]] == [
        "Paspor",
        "Paspor hijau",
    ]
    assert (await editor.get(f"/media/{'0' * 32}")).status_code == 404
