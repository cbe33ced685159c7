"""Bodies of the JSON API: nothing unknown is taken, the document's examples work, a create under a key is done once."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import AsyncClient
from sqlalchemy import func, select

from content.revisions import Entry
from core.crypto import Vault
from core.db import Database
from staff.accounts import StaffAccount
from staff.actors import Role
from staff.answers import IdempotentAnswer
from tests.api.desk_api import bearer, make_token
from tests.desk import Clock, add_person, sign_in, visitor

PRIVILEGED: dict[str, Any] = {
    "id": 1, "account_id": "0" * 32, "state": "released", "origin": "pack", "approved_by": "0" * 32,
    "approved_at": "2026-11-25T09:00:00Z", "is_demo": True, "is_live": True, "is_approved": True, "author": "x",
    "authors": ["x"], "created_at": "2026-11-25T09:00:00Z", "seal": "x", "key_id": "x", "granted_by": "system",
    "proved_at": "2026-11-25T09:00:00Z", "password_hash": "x", "totp_secret": "x", "checked_on": "2026-11-25",
    "review_due_on": "2099-01-01", "text_hash": "0" * 64, "role": "administrator",
}  # fmt: skip
OF_THEIR_OWN = {("post", "/v1/revisions/{revision_id}/approve"): {"text_hash"},
                ("post", "/v1/staff/{account_id}/grants"): {"role"},
                ("post", "/v1/registrations/{registration_id}/assign"): {"account_id"}}  # fmt: skip
FILES = {"/v1/registrations/export"}  # what it answers is no JSON
KNOWN = {
    "slug": "passport-held", "language": "id", "revision_id": "1", "account_id": "0" * 32, "key": "0" * 32,
    "link_id": "1", "registration_id": "0" * 32, "index": "0",
}  # fmt: skip


def writes(app: FastAPI) -> list[tuple[str, str, dict[str, Any]]]:
    """Return method, path and example body of every write that the document names."""
    found = []
    for path, operations in app.openapi()["paths"].items():
        for method, operation in operations.items():
            if method in {"post", "put"} and path.startswith("/v1/"):
                [example] = operation["requestBody"]["content"]["application/json"]["examples"].values()
                found.append((method, path, example["value"]))
    return found


async def test_no_write_takes_a_field_that_is_not_for_the_writer_to_say(
    app: FastAPI, stocked: Database, clock: Clock
) -> None:
    async with stocked.session() as session:
        actor = await add_person(session, "rini", *Role, now=clock())
        cookie = await sign_in(session, actor, now=clock())
    assert len(PRIVILEGED) >= 20
    assert len(writes(app)) > 30
    async with visitor(app, cookie) as browser:
        for method, path, example in writes(app):
            named = {
                name: told for name, told in PRIVILEGED.items() if name not in OF_THEIR_OWN.get((method, path), ())
            }
            answer = await browser.request(
                method, path.format(**KNOWN), json=example | named, headers={"if-match": '"1"'}
            )
            assert answer.status_code == 422, (method, path, answer.text)
            assert set(named) == {field["field"] for field in answer.json()["fields"]}, (method, path)


async def test_no_part_of_a_body_takes_them_either(editor: AsyncClient) -> None:
    phone = {"number": "110", "type": "local", "reach": "inside", "seal": "x"}
    card = {
        "official_name": "Polisi", "names": {"id": "Polisi"}, "kind": "police", "country": "ID", "publishable": True,
        "phones": [phone],
    }  # fmt: skip
    answer = await editor.put("/contacts/id-police/proposal", json=card, headers={"if-none-match": "*"})
    assert [field["field"] for field in answer.json()["fields"]] == ["phones.0.seal"]


async def test_every_example_of_the_document_has_the_shape_that_it_shows(
    app: FastAPI, stocked: Database, clock: Clock
) -> None:
    async with stocked.session() as session:
        actor = await add_person(session, "rini", *Role, now=clock())
    async with bearer(app, await make_token(stocked, actor, clock)) as client:
        for method, path, example in writes(app):
            answer = await client.request(
                method, path.removeprefix("/v1").format(**KNOWN), json=example, headers={"if-match": '"1"'}
            )
            assert answer.status_code not in {405, 500}, (method, path)
            assert answer.is_success or answer.json()["code"] not in {"wrong-shape", "wrong-request"}, answer.text


def test_every_answer_of_the_document_has_an_example_that_fits_its_schema(app: FastAPI) -> None:
    import jsonschema_rs

    document = app.openapi()
    count = 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            answers = {code: told for code, told in operation["responses"].items() if code in {"200", "201"}}
            for told in answers.values() if path.startswith("/v1/") and path not in FILES else ():
                content = told["content"]["application/json"]
                schema = content["schema"] | {"components": document["components"]}
                jsonschema_rs.validate(schema, content["example"])
                count += 1
            assert operation["summary"], (method, path)
            assert operation["tags"], (method, path)
            assert "default" in operation["responses"] or not path.startswith("/v1/"), (method, path)
    assert count > 50
    jsonschema_rs.validate(
        {"$ref": "#/components/schemas/Problem", "components": document["components"]},
        document["paths"]["/v1/articles"]["get"]["responses"]["default"]["content"]["application/problem+json"][
            "example"
        ],
    )


async def test_a_create_sent_twice_under_one_key_is_done_once(
    editor: AsyncClient, stocked: Database, clock: Clock
) -> None:
    body, key = {"slug": "passport-lost", "topic": "protection"}, {"idempotency-key": "a1"}
    first = await editor.post("/articles", json=body, headers=key)
    second = await editor.post("/articles", content=json.dumps(body, indent=3), headers=key | JSON)

    assert (first.status_code, second.status_code, second.content) == (201, 201, first.content)
    assert await count_of(stocked, "passport-lost") == 1
    other = await editor.post("/articles", json=body | {"slug": "passport-stolen"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    assert (await editor.post("/articles", json=body)).status_code == 409
    assert (await editor.post("/facts", json={"slug": "a-fee", "kind": "fee"}, headers=key)).status_code == 201
    clock.move(hours=25)
    assert (await editor.post("/articles", json=body, headers=key)).status_code == 409


JSON = {"content-type": "application/json"}


async def count_of(database: Database, slug: str) -> int:
    async with database.reading_session() as session:
        return (await session.execute(select(func.count()).where(Entry.slug == slug))).scalar_one()


async def test_a_create_is_done_once_though_the_data_key_changes_in_between(editor: AsyncClient, app: FastAPI) -> None:
    body, key = {"slug": "passport-lost", "topic": "protection"}, {"idempotency-key": "a1"}
    first = await editor.post("/articles", json=body, headers=key)

    app.state.services = replace(app.state.services, vault=Vault([bytes([7] * 32), bytes(range(32))]))
    second = await editor.post("/articles", json=body, headers=key)

    assert (first.status_code, second.status_code, second.content) == (201, 201, first.content)
    other = await editor.post("/articles", json=body | {"slug": "passport-stolen"}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")


async def test_a_create_sent_five_times_at_once_is_done_once(editor: AsyncClient, stocked: Database) -> None:
    body, key = {"slug": "a-fee", "kind": "fee"}, {"idempotency-key": "a1"}

    answers = await asyncio.gather(*(editor.post("/facts", json=body, headers=key) for _ in range(5)))

    assert {(answer.status_code, answer.content) for answer in answers} == {(201, answers[0].content)}
    assert await count_of(stocked, "a-fee") == 1


async def test_a_refused_create_may_be_sent_again_under_its_key(editor: AsyncClient) -> None:
    key = {"idempotency-key": "a1"}
    body = {"slug": "passport-lost", "topic": "no-such-topic"}
    assert (await editor.post("/articles", json=body, headers=key)).status_code == 404
    assert (await editor.post("/articles", json=body | {"topic": "protection"}, headers=key)).status_code == 201


async def test_a_key_is_its_owners_alone_and_what_is_kept_is_sealed(
    editor: AsyncClient, administrator: AsyncClient, stocked: Database, clock: Clock
) -> None:
    body = {"email": "ani@example.go.id", "name": "Ani"}
    key = {"idempotency-key": "a1"}
    invited = await administrator.post("/staff", json=body, headers=key)
    assert invited.json()["link"].startswith("http://desk.test/invitation/")
    assert (await administrator.post("/staff", json=body, headers=key)).json() == invited.json()
    assert (await editor.post("/staff", json=body, headers=key)).status_code == 403
    async with stocked.reading_session() as session:
        [kept] = list(await session.scalars(select(IdempotentAnswer.answer)))
        assert kept is not None
        assert b"invitation" not in kept
        assert (await session.execute(select(func.count()).select_from(StaffAccount))).scalar_one() == 3


@pytest.mark.parametrize("key", ["", "a b", "x" * 101, "é"])
async def test_a_key_is_short_and_plain(editor: AsyncClient, key: str) -> None:
    body = {"slug": "a-fee", "kind": "fee"}
    answer = await editor.post(
        "/facts",
        json=body,
        headers=[("idempotency-key", key)] if key.isascii() else [(b"idempotency-key", key.encode())],
    )
    assert answer.status_code == 422
